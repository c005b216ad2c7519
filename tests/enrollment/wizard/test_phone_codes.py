"""The phone number proven by a code: six digits, five minutes, five tries, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from enrollment import emails
from enrollment.models import Application, Institution, PhoneCode
from enrollment.wizard import actions as wizard
from enrollment.wizard import phone_codes, steps
from tests import cast, procedures
from tests.hostile import everything_written
from tte_portal import outbox
from tte_portal.models import AuditRow, OutboxMessage, ThrottleWindow
from tte_portal.outbox import Unneeded, WhatsAppMessage

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "+6281234567890", "+6281234567891"
PAGE = "/pengajuan/data-diri/"


@pytest.fixture
def asked(application: Application) -> Application:
    """Ayu's procedure wants the number proven."""
    return procedures.ask(application, wizard__proves_phone=True)


@pytest.fixture
def client(asked: Application) -> Client:
    return cast.open_link(asked, "activation")


def code_for(application: Application) -> str:
    """What stands in the message sent last."""
    row = OutboxMessage.objects.filter(subject=application.pk, template="phone_code").latest("created_at")
    found = outbox.content(row)
    assert isinstance(found, WhatsAppMessage)
    return found.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def typed(application: Application, **more: str) -> dict[str, str]:
    return {**cast.answers(application)["data-diri"], "phone": "0812 3456 7890", **more}


def refusal(application: Application, number: str, code: str) -> str:
    with pytest.raises(phone_codes.Refused) as refused:
        phone_codes.verify(application, number, code)
    return refused.value.sentence


def time_passes(seconds: int) -> None:
    shift = timedelta(seconds=seconds)
    for row in PhoneCode.objects.all():
        PhoneCode.objects.filter(pk=row.pk).update(created_at=row.created_at - shift, expires_at=row.expires_at - shift)


# --- The row of the table ------------------------------------------------------------------------------------------
def test_a_procedure_that_asks_no_proof_shows_no_button_and_goes_on(application: Application) -> None:
    client = cast.open_link(application, "activation")
    assert "Kirim Kode OTP" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, typed(application))["Location"] == "/pengajuan/data-kedinasan/"


def test_where_proof_is_asked_next_does_not_go_on_without_it(client: Client, asked: Application) -> None:
    assert "Kirim Kode OTP" in client.get(PAGE).content.decode()
    page = client.post(PAGE, typed(asked))
    assert "belum terverifikasi" in page.context["form"].errors["phone"][0]
    assert not steps.STEPS["data-diri"].is_complete(Application.objects.get(pk=asked.pk))


def test_a_whole_procedure_is_not_ready_with_a_number_that_nobody_proved(asked: Application) -> None:
    cast.fill(asked)
    assert not steps.is_ready(asked, [])
    with pytest.raises(wizard.NotReady):
        wizard.submit(asked.pk, cast.link_of(asked, "activation").pk)


# --- By the pages, without JavaScript ------------------------------------------------------------------------------
def test_send_verify_next(client: Client, asked: Application) -> None:
    sent = client.post(PAGE, typed(asked, go="send-code"))
    assert sent["Location"] == f"{PAGE}?kode=terkirim#field-phone"
    page = client.get(sent["Location"]).content.decode()
    assert "Kode OTP" in page
    assert "Verifikasi OTP" in page
    assert "Kirim ulang" in page
    verified = client.post(PAGE, typed(asked, go="verify-code", code=code_for(asked)))
    assert "Nomor terverifikasi" in client.get(verified["Location"]).content.decode()
    assert client.post(PAGE, typed(asked))["Location"] == "/pengajuan/data-kedinasan/"
    stored = Application.objects.get(pk=asked.pk)
    assert stored.phone == NUMBER
    assert stored.phone_proven_at
    assert steps.STEPS["data-diri"].is_complete(stored)
    events = AuditRow.objects.filter(subject=asked.pk).values_list("event", flat=True)
    assert {"send_phone_code", "prove_phone"} <= set(events)


def test_other_fields_may_still_be_empty_and_are_not_complained_about(client: Client) -> None:
    assert client.post(PAGE, {"phone": "081234567890", "go": "send-code"}).status_code == 302
    page = client.post(PAGE, {"phone": "081234567890", "code": "12", "go": "verify-code", "name": "Ayu"})
    assert list(page.context["form"].errors) == ["code"]
    assert client.get(PAGE).context["form"]["name"].value() == "Ayu"


def test_a_number_that_is_none_gets_no_code(client: Client) -> None:
    page = client.post(PAGE, {"phone": "12", "go": "send-code"})
    assert list(page.context["form"].errors) == ["phone"]
    assert not PhoneCode.objects.exists()


def test_a_wrong_code_is_said_on_its_field_with_the_tries_left(client: Client, asked: Application) -> None:
    client.post(PAGE, typed(asked, go="send-code"))
    for left in (4, 3):
        page = client.post(PAGE, typed(asked, go="verify-code", code=wrong(code_for(asked))))
        assert page.context["form"].errors["code"] == [f"Kode salah. Sisa {left} kali mencoba."]


def test_enter_in_the_codes_field_verifies(client: Client, asked: Application) -> None:
    client.post(PAGE, typed(asked, go="send-code"))
    sent = client.post(PAGE, typed(asked, go="next", code=code_for(asked)))
    assert sent["Location"] == f"{PAGE}?kode=benar#field-phone"


def test_a_page_without_proof_looks_nothing_more_up(
    application: Application, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client = cast.open_link(application, "activation")
    client.get(PAGE)
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_a_changed_number_needs_a_new_proof(client: Client, asked: Application) -> None:
    client.post(PAGE, typed(asked, go="send-code"))
    client.post(PAGE, typed(asked, go="verify-code", code=code_for(asked)))
    client.post(PAGE, typed(asked))
    page = client.post(PAGE, typed(asked, phone="0812 3456 7891"))
    assert "belum terverifikasi" in page.context["form"].errors["phone"][0]
    assert not steps.is_ready(Application.objects.get(pk=asked.pk), [])
    time_passes(60)
    client.post(PAGE, typed(asked, phone="0812 3456 7891", go="send-code"))
    stored = Application.objects.get(pk=asked.pk)
    assert (stored.phone, stored.phone_proven_at) == (OTHER, None)


# --- The code ------------------------------------------------------------------------------------------------------
def test_five_wrong_tries_use_a_code_up_even_for_the_right_one(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    right = code_for(asked)
    told = [refusal(asked, NUMBER, wrong(right)) for _ in range(5)]
    assert told[2:] == [
        "Kode salah. Sisa 2 kali mencoba.",
        "Kode salah. Sisa 1 kali mencoba.",
        "Kode salah. Kode ini tidak berlaku lagi. Minta kode baru.",
    ]
    assert "5 kali salah" in refusal(asked, NUMBER, right)


def test_a_late_code_proves_nothing_and_is_not_sent_any_more(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    right = code_for(asked)
    row = OutboxMessage.objects.get(template="phone_code")
    time_passes(301)
    assert "lewat 5 menit" in refusal(asked, NUMBER, right)
    with pytest.raises(Unneeded):
        emails.phone_code(row.ids)


def test_a_new_code_only_after_sixty_seconds_and_the_old_one_is_void(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    old = code_for(asked)
    with pytest.raises(phone_codes.Refused, match=r"Tunggu (60|59) detik"):
        phone_codes.send(asked, NUMBER)
    time_passes(60)
    phone_codes.send(asked, NUMBER)
    assert "Kode salah" in refusal(asked, NUMBER, old)
    assert phone_codes.verify(asked, NUMBER, code_for(asked))


def test_a_code_is_used_once_and_says_so_to_one_caller(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    code = code_for(asked)
    assert phone_codes.verify(asked, NUMBER, code)
    assert not phone_codes.verify(asked, NUMBER, code)
    Application.objects.filter(pk=asked.pk).update(phone_proven_at=None)
    assert "Belum ada kode" in refusal(asked, NUMBER, code)


def test_a_code_proves_no_other_number(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    assert "Belum ada kode untuk nomor ini" in refusal(asked, OTHER, code_for(asked))


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "１２３４５６７", "12 34 5"])
def test_what_is_no_code_costs_no_try(asked: Application, text: str) -> None:
    phone_codes.send(asked, NUMBER)
    assert "6 angka" in refusal(asked, NUMBER, text)
    assert PhoneCode.objects.get().tries == 0


def test_blanks_in_a_code_are_forgiven(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    code = code_for(asked)
    assert phone_codes.verify(asked, NUMBER, f" {code[:3]} {code[3:]} ")


def test_codes_differ_and_lie_nowhere(asked: Application) -> None:
    seen = {phone_codes.code_of(row) for row in (PhoneCode().pk for _ in range(200))}
    assert len(seen) > 190
    assert all(len(each) == 6 and each.isdigit() for each in seen)
    phone_codes.send(asked, NUMBER)
    written = everything_written()
    assert code_for(asked).encode() not in written
    assert NUMBER.encode() not in written


# --- Throttles -----------------------------------------------------------------------------------------------------
def test_a_number_is_not_plagued_through_many_applications(natuna: Institution) -> None:
    for number in range(5):
        phone_codes.send(procedures.ask(cast.begin(natuna, number), wizard__proves_phone=True), NUMBER)
    for number in (5, 6):
        with pytest.raises(phone_codes.Refused, match="terlalu banyak"):
            phone_codes.send(procedures.ask(cast.begin(natuna, number), wizard__proves_phone=True), NUMBER)
    assert NUMBER.encode() not in bytes(ThrottleWindow.objects.filter(scope="phone-codes-to-number")[0].key)


def test_an_application_cannot_ask_for_codes_to_ever_new_numbers(asked: Application) -> None:
    for number in range(10):
        phone_codes.send(asked, f"+62812000000{number:02}")
        time_passes(60)
    with pytest.raises(phone_codes.Refused, match="terlalu banyak"):
        phone_codes.send(asked, "+6281200000099")


# --- When WhatsApp does not bring it -------------------------------------------------------------------------------
def test_a_mail_takes_over_with_the_same_code_and_is_no_proof_of_the_phone(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    code = code_for(asked)
    row = OutboxMessage.objects.get(template="phone_code")
    assert code in emails.phone_code_mail(row.ids).text
    assert emails.phone_code_mail(row.ids).to == asked.mailbox
    phone_codes.verify(asked, NUMBER, code)
    assert not phone_codes.went_by_mail(asked)
    OutboxMessage.objects.filter(pk=row.pk).update(fell_back_at=Now(), fell_back_reason="silent")
    assert phone_codes.went_by_mail(asked)


def test_the_outbox_check_knows_the_mail_that_takes_over() -> None:
    call_command("check")


# --- Two at once ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_same_code_on_two_workers_proves_once(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    code = code_for(asked)

    def verify(_: int) -> Any:
        try:
            return phone_codes.verify(Application.objects.get(pk=asked.pk), NUMBER, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(verify, range(4))) == [False, False, False, True]
    assert AuditRow.objects.filter(event="prove_phone").count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_get_five_tries_together(asked: Application) -> None:
    phone_codes.send(asked, NUMBER)
    guess = wrong(code_for(asked))

    def verify(_: int) -> str:
        try:
            return refusal(Application.objects.get(pk=asked.pk), NUMBER, guess)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        told = list(workers.map(verify, range(12)))
    assert sum(each.startswith("Kode salah.") for each in told) == 5
    assert PhoneCode.objects.get().tries == 5
