"""Papers of the invented people of a demonstration: drawn pictures, and letters filled in with their names."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

from enrollment import letters, terms
from enrollment.letters import Person
from enrollment.models import Application, Paper
from enrollment.wizard import actions as wizard
from tte_portal import files


def hand_in(application: Application, card: bytes) -> None:
    """The papers that the application's procedure asks up front, and the consents under which they are given."""
    for kind in terms.of(application).way_in.papers:
        if kind in LETTERS:
            content, content_type = LETTERS[kind](_person(application)), "application/pdf"
        else:
            content, content_type = card if kind == Paper.Kind.KTP else specimen(), "image/jpeg"
        file = files.store(content, owner=application.pk, kind=kind, content_type=content_type)
        Paper.objects.create(
            institution=application.institution, application=application, kind=kind, original=file, copy=file
        )
    if terms.of(application).way_in.papers:
        wizard.agree(application)


def _person(application: Application) -> Person:
    return Person(
        name=application.full_name, nip=application.employee_number, position=application.position,
        unit=application.unit, institution=application.institution.name, mailbox=application.mailbox,
    )  # fmt: skip


LETTERS: dict[str, Callable[[Person], bytes]] = {
    Paper.Kind.STATEMENT.value: letters.statement_letter,
    Paper.Kind.RECOMMENDATION.value: letters.recommendation_letter,
}


def specimen() -> bytes:
    """A drawn signature: nobody's."""
    picture = Image.new("RGB", (900, 560), "white")
    pen = ImageDraw.Draw(picture)
    line = [(120, 380), (230, 140), (300, 420), (380, 200), (450, 400), (530, 250), (600, 390), (790, 300)]
    pen.line(line, fill="#1b2a6b", width=9, joint="curve")
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
