"""The passphrase link goes by the procedure's channel, to a proven number alone, and by mail when WhatsApp fails."""

from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import transaction

from enrollment import actions as enrollment_actions
from enrollment import lifecycle
from enrollment.models import Application, Institution
from tests import cast, cloud_api, procedures
from tte_portal import links, outbox, tasks
from tte_portal.models import Account, OutboxMessage
from tte_portal.outbox import Mail, WhatsAppMessage

BY_WHATSAPP = {"wizard__proves_phone": True, "passphrase__channel": "whatsapp"}
State = OutboxMessage.State


def approve(institution: Institution, by: Account, proven: bool, **asked: Any) -> Application:
    application = cast.submitted(institution)
    procedures.ask(application, **asked)
    with transaction.atomic():
        application = lifecycle.locked(application.pk)
        application.phone_proven_at = lifecycle.now() if proven else None
        lifecycle.change("approve", application, by=by)
    return application


def newest(application: Application) -> OutboxMessage:
    return OutboxMessage.objects.filter(subject=application.pk).latest("created_at")


def test_the_link_goes_to_the_proven_number(natuna: Institution, verifier: Account) -> None:
    application = approve(natuna, verifier, True, **BY_WHATSAPP)

    made = outbox.content(newest(application))

    assert isinstance(made, WhatsAppMessage)
    token = links.token_of(cast.link_of(application, "passphrase").pk)
    assert made.to == application.phone
    assert made.link.endswith(f"/email/set/passphrase/{token}/")
    assert made.link in made.text
    assert application.name in made.text
    assert natuna.name in made.text
    for number in (application.nik, application.employee_number, application.phone):
        assert number not in made.text


@pytest.mark.parametrize(
    ("purpose", "why"), [("renewal", "memperpanjang"), ("reset", "Bukan Anda?"), ("reissue", "berubah")]
)
def test_a_later_link_says_why_it_comes(natuna: Institution, verifier: Account, purpose: str, why: str) -> None:
    application = approve(natuna, verifier, True, **BY_WHATSAPP)
    Application.objects.filter(pk=application.pk).update(purpose=purpose)

    made = outbox.content(newest(application))

    assert isinstance(made, WhatsAppMessage)
    assert why in made.text
    assert "disetujui" not in made.text


def test_a_number_that_nobody_proved_gets_nothing(natuna: Institution, verifier: Account) -> None:
    application = approve(natuna, verifier, False, **BY_WHATSAPP)

    made = outbox.content(newest(application))

    assert isinstance(made, Mail)
    assert made.to == application.mailbox
    assert "Buat Passphrase" in made.text


def test_elsewhere_the_link_goes_by_mail(natuna: Institution, verifier: Account) -> None:
    application = approve(natuna, verifier, True, wizard__proves_phone=True)

    assert newest(application).template == "set_passphrase"


@pytest.mark.parametrize(("channel", "message"), [("whatsapp", "set_passphrase_whatsapp"), ("email", "set_passphrase")])
def test_sent_again_it_goes_the_same_way(natuna: Institution, verifier: Account, channel: str, message: str) -> None:
    application = approve(natuna, verifier, True, **{**BY_WHATSAPP, "passphrase__channel": channel})
    first = cast.link_of(application, "passphrase")

    assert enrollment_actions.send_link_again(application, "passphrase", by=None)

    assert newest(application).template == message
    assert cast.link_of(application, "passphrase") != first


def test_what_whatsapp_refuses_goes_by_mail_with_the_same_link(
    natuna: Institution, verifier: Account, settings: Any
) -> None:
    application = approve(natuna, verifier, True, **BY_WHATSAPP)
    row = newest(application)
    with cloud_api.running(settings) as api:
        api.says(400, cloud_api.REFUSAL)
        outbox.deliver(row.pk)
    tasks.sweep_outbox()

    token = links.token_of(cast.link_of(application, "passphrase").pk)
    (mail,) = [each for each in django_mail.outbox if token in each.body]
    assert mail.to == [application.mailbox]


@pytest.mark.parametrize(
    ("subject", "is_told"),
    [("{prefix} Set Passphrase", "Set Passphrase"), ("[eSign] Pendaftaran Sertifikat Digital", "[eSign] Pendaftaran")],
)
def test_the_subject_is_the_procedures(natuna: Institution, verifier: Account, subject: str, is_told: str) -> None:
    application = approve(natuna, verifier, False, subjects__set_passphrase=subject)

    mail = outbox.content(newest(application))

    assert isinstance(mail, Mail)
    assert is_told in mail.subject


@pytest.mark.parametrize(("proven", "says"), [(True, "Periksa WhatsApp Anda"), (False, "Periksa surel Anda")])
def test_who_asks_for_it_again_is_told_where_to_look(
    natuna: Institution, verifier: Account, proven: bool, says: str
) -> None:
    application = approve(natuna, verifier, proven, **BY_WHATSAPP)
    token = links.token_of(cast.link_of(application, "passphrase").pk)
    enrollment_actions.send_link_again(application, "status", by=None)
    browser = cast.open_link(application, "status")

    assert ("ke WhatsApp saya" in browser.get("/status/pengajuan/").content.decode()) == proven
    assert says in browser.post("/status/pengajuan/tautan/").content.decode()
    assert says in browser.post("/email/kirim-ulang/passphrase/", {"token": token}).content.decode()
