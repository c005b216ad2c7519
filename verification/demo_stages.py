"""Ready people for a demonstration: one at each stage of the institution's procedure where somebody has a turn.

They are brought there by the same changes that applicants and officers make, one after the other, so their timelines,
mails and audit rows are what a visitor's own would be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha512
from io import BytesIO

from django.db import transaction
from PIL import Image, ImageDraw

from enrollment import actions, lifecycle, numbers, photos, status, terms
from enrollment.demo import seed
from enrollment.lifecycle import State
from enrollment.models import Application, Institution, PersonnelRecord, Role
from enrollment.wizard import actions as wizard
from passphrase import actions as certificates
from passphrase.authority import ceremony
from tte_portal import files
from tte_portal.models import Account, Link
from verification import actions as decisions
from verification import checks, demo_papers, hr_check, issuer, pre_check

PASSPHRASE = "Contoh-Peraga 2026 !"  # noqa: S105 (of invented people, told in var/demo.json)
# Nobody is to be kept in these: the next worker or minute takes a case on.
PASSING = (lifecycle.MATCHING, lifecycle.ENROLLED, lifecycle.ISSUED)


@dataclass(frozen=True)
class Stage:
    """Somebody of the registry on the way to ``target``, with the numbers of that name, and who decides about it."""

    application: Application
    target: State
    person: dict[str, str]
    officers: dict[str, Account]


def fill(institution: Institution, officers: dict[str, Account]) -> int:
    """Put the people after the invited ones at the stages; returns how many. A second run finds them and adds none."""
    known = set(institution.applications.values_list("mailbox", flat=True))
    people = seed.people(institution)[seed.INVITED :]
    # What the registries doubt waits for a verifier.
    way = [lifecycle.REVIEW if s == lifecycle.MATCHING else s for s in status.way_of(terms.in_force(institution))]
    stages = [state for state in way if state not in PASSING]
    made = 0
    for person, target in zip(people, stages, strict=False):
        if person["mailbox"] not in known:
            made += lifecycle.state_of(bring(institution, person, target, officers)) == target
    return made


def bring(institution: Institution, person: dict[str, str], target: State, officers: dict[str, Account]) -> Application:
    """Begin an application of somebody of the registry and bring it to ``target``; without an authority, as near as
    can be."""
    application = _begin(institution, person)
    while lifecycle.state_of(application) != target:
        if lifecycle.state_of(application) == lifecycle.ENROLLED and ceremony.in_office() is None:
            break
        MOVES[lifecycle.state_of(application)](Stage(application, target, person, officers))
        application.refresh_from_db()
    return application


@transaction.atomic
def _begin(institution: Institution, person: dict[str, str]) -> Application:
    asked = terms.in_force(institution)
    record = PersonnelRecord.objects.get(institution=institution, mailbox=person["mailbox"])
    application = Application(
        institution=institution, record=record, procedure=terms.keep(asked), receipt=actions.new_receipt(),
        mailbox=record.mailbox, since=lifecycle.now(), name=record.name, front_title=record.front_title,
        back_title=record.back_title, unit=record.unit, position=record.position, province=record.province,
        nik=person["nik"], employee_number=person["nip"], phone=numbers.phone(person["phone"]),
        kind=Application.Kind.ASN,
    )  # fmt: skip
    first = "apply" if asked.way_in.check else "register"
    name = "apply_to_hr" if asked.way_in.hr_approval and asked.way_in.kind == "public-form" else first
    lifecycle.begin(name, application, by=None)
    demo_papers.hand_in(application, card())
    return application


def _hand_in(stage: Stage) -> None:
    with transaction.atomic():
        application = lifecycle.locked(stage.application.pk)
        asked = terms.of(application)
        wizard.agree(application)
        face = portrait(application.receipt)
        application.photo = files.store(face, owner=application.pk, kind="photo", content_type="image/jpeg")
        application.photo_index = photos.index_of(face)
        if "foto-ktp" in asked.wizard.steps:
            application.ktp_photo = files.store(card(), owner=application.pk, kind="ktp", content_type="image/jpeg")
        application.city = application.institution.short_name
        application.submitted_at = lifecycle.now()
        if asked.wizard.proves_phone:
            application.phone_proven_at = application.submitted_at
        name = "submit_for_matching" if asked.wizard.check == "automatic" else "submit"
        lifecycle.change(name, application, by=application)


def _match(stage: Stage) -> None:
    with transaction.atomic():
        locked = lifecycle.locked(stage.application.pk)
        if stage.target == lifecycle.REVIEW:
            locked.referral = ["Foto belum dapat dipastikan cocok dengan data kependudukan."]
            lifecycle.change("refer", locked, by=None)
        else:
            locked.nik_taken = True
            lifecycle.change("match", locked, by=None)


def _make_passphrase(stage: Stage) -> None:
    links = Link.objects.filter(subject=stage.application.pk, purpose="passphrase", finished_at=None, replaced_at=None)
    certificates.set_passphrase(stage.application.pk, links.latest("created_at").pk, PASSPHRASE, by=stage.application)


def _by(role: Role.Kind, decide: Callable[..., object]) -> Callable[[Stage], None]:
    """A decision by the officer of that role."""

    def move(stage: Stage) -> None:
        # A worker may not have come to it yet, and whoever decides later sees what was seen here.
        checks.run(stage.application.pk)
        decide(stage.application.pk, by=stage.officers[role.value])

    return move


MOVES: dict[State, Callable[[Stage], object]] = {
    lifecycle.HR_CHECK: _by(Role.Kind.HR, hr_check.confirm),
    lifecycle.PRE_CHECK: _by(Role.Kind.VERIFIER, pre_check.admit),
    lifecycle.DRAFT: _hand_in,
    lifecycle.MATCHING: _match,
    lifecycle.REVIEW: _by(Role.Kind.VERIFIER, decisions.approve),
    lifecycle.PASSPHRASE: _make_passphrase,
    lifecycle.APPROVAL: _by(Role.Kind.ISSUER, issuer.approve),
    lifecycle.ENROLLED: lambda stage: certificates.issue_certificate(stage.application.pk),
    lifecycle.ISSUED: lambda stage: certificates.activate(stage.application.pk),
}


def portrait(whose: str = "") -> bytes:
    """A drawn face: nobody's. The panels of the wall behind are each person's own: no two pictures are the same."""
    picture = Image.new("RGB", (640, 800), "#dfe7ee")
    pen = ImageDraw.Draw(picture)
    for place, light in enumerate(sha512(whose.encode()).digest()):
        left, top = place % 8 * 80, place // 8 * 100
        pen.rectangle((left, top, left + 80, top + 100), fill=(176 + light // 4, 184 + light // 4, 190 + light // 4))
    pen.ellipse((40, 560, 600, 1100), fill="#27567a")
    pen.ellipse((170, 150, 470, 560), fill="#e2b48c")
    pen.pieslice((160, 120, 480, 460), 180, 360, fill="#2b211c")
    for x in (250, 390):
        pen.ellipse((x - 22, 330, x + 22, 360), fill="white")
        pen.ellipse((x - 10, 334, x + 10, 356), fill="#2b211c")
    pen.arc((250, 400, 390, 500), 20, 160, fill="#7a3b2e", width=8)
    return _jpeg(picture)


def card() -> bytes:
    """A drawn identity card with nothing on it that could be read as somebody's."""
    picture = Image.new("RGB", (860, 540), "#a9cfe8")
    pen = ImageDraw.Draw(picture)
    pen.text((320, 30), "KARTU CONTOH", fill="#12344d", font_size=32)
    for line in range(7):
        pen.rectangle((40, 110 + line * 52, 520 - line % 3 * 60, 126 + line * 52), fill="#5f8fae")
    picture.paste(Image.open(BytesIO(portrait())).resize((240, 300)), (580, 120))
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
