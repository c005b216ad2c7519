"""P9: whatever stands in a name is text: on the page, in both halves of a mail, in the log."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as some

from enrollment import actions
from enrollment.models import Application, Correction, KnownProblem, VerifierContact
from tests import cast
from tests.hostile import console_log, guesses
from tte_portal import outbox
from tte_portal.models import OutboxMessage

pytestmark = pytest.mark.django_db

ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "' autofocus onfocus='a()",
    "</textarea><script>", "{{ 7|add:7 }}", "{% debug %}", "&lt;b&gt;", "<b>Ayu</b>", "]]><x/>", "javascript:alert(1)",
    "Ayu\r\nBcc: semua@jahat.example", "=HYPERLINK(1)", "\u202eyuA",
]  # fmt: skip
pieces = some.lists(
    some.sampled_from(ATTACKS) | some.text(some.characters(exclude_categories=["Cs", "Cc"])), max_size=3
)
nasty = pieces.map(lambda parts: " ".join(parts)[:190])
_TAG = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)


def tags(html: str) -> list[str]:
    """The tags of a page without the attributes that hold what people typed."""
    return [re.split(r"[\s>]", tag)[0] for tag in _TAG.findall(re.sub(r'"[^"]*"', '""', html))]


def named(application: Application, name: str) -> Application:
    application.name = application.unit = application.position = name
    application.front_title = application.back_title = name[:60]
    application.save()
    return application


@guesses
@given(name=nasty)
def test_on_the_wizards_pages_a_name_is_text(application: Application, name: str) -> None:
    client = cast.open_link(application, "activation")
    for path in ("/pengajuan/data-diri/", "/pengajuan/data-kedinasan/", "/pengajuan/"):
        named(application, "Ayu")
        plain = client.get(path).content.decode()
        named(application, name)
        page = client.get(path).content.decode()
        # Where there is no name, the mailbox stands in its place, and breaks where its parts begin.
        assert [each for each in tags(page) if each != "<wbr"] == [each for each in tags(plain) if each != "<wbr"]


def call_them(application: Application, name: str, *, reason: str) -> None:
    application.name, application.rejection_reason = name, reason
    application.save(update_fields=["name", "rejection_reason"])


@guesses
@given(name=nasty)
def test_in_both_halves_of_every_mail_a_name_is_text(application: Application, name: str) -> None:
    for template in ("submitted", "rejected", "nik_in_use", "activation"):
        ids = {"application": application.pk, "link": cast.link_of(application, "activation").pk}
        row = OutboxMessage(template=template, ids={key: str(value) for key, value in ids.items()})
        plain = outbox.compose(OutboxMessage(template=template, ids=row.ids))
        call_them(application, name, reason=name)
        composed = outbox.compose(row)
        call_them(application, "Ayu Contoh", reason="")
        assert not {"<script", "<svg", "<x/"} & set(tags(composed.html))
        assert "\n" not in composed.subject
        assert composed.subject == plain.subject


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_verifiers_words_reach_the_applicant_as_text(application: Application, attack: str) -> None:
    cast.fill(application)
    Application.objects.filter(pk=application.pk).update(submitted_at=application.created_at)
    Correction.objects.create(application=application, field="phone", reason=attack)
    page = cast.open_link(application, "activation").get("/pengajuan/data-diri/").content.decode()
    assert escape(attack) in page
    assert attack not in page or escape(attack) == attack
    actions.send_link_again(Application.objects.get(pk=application.pk), "activation", by=None)
    composed = outbox.compose(OutboxMessage.objects.filter(template="correction").latest("created_at"))
    assert attack.split("\r\n")[0] in composed.text
    assert composed.html.count("<script") == composed.html.count("<svg") == 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_typed_wrongly_comes_back_as_text(application: Application, attack: str) -> None:
    client = cast.open_link(application, "activation")
    page = client.post("/pengajuan/data-diri/", dict.fromkeys(["name", "nik", "phone", "front_title"], attack))
    assert page.status_code == 200
    for danger in ("<script>alert", "<svg onload", "<img src=x", "onfocus='a()'"):
        assert danger not in page.content.decode()


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_officer_writes_on_the_front_door_is_text(natuna: Any, attack: str) -> None:
    KnownProblem.objects.create(institution=natuna, question=attack, answer=attack)
    VerifierContact.objects.create(institution=natuna, name=attack, role=attack, phone=attack[:30])
    natuna.short_name = attack[:60]
    natuna.save()
    page = Client().get("/natuna/").content.decode() + Client().get("/").content.decode()
    for danger in ("<script>alert", "<svg onload", "<img src=x", "<b>Ayu</b>"):
        assert danger not in page


def test_a_name_with_lines_forges_no_mail_header_and_no_log_line(application: Application) -> None:
    attack = "Ayu\r\nBcc: semua@jahat.example\r\n2026-11-21 ERROR root palsu"
    Application.objects.filter(pk=application.pk).update(name=attack)
    with console_log() as written:
        assert cast.deliver_all() == ["activation"]
    assert mail.outbox[0].recipients() == [application.mailbox]
    assert "Bcc" not in mail.outbox[0].message()
    assert "palsu" not in written.getvalue()
