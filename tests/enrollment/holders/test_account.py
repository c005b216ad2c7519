"""An account from its mail to the first sign-in, and back in when something was forgotten or lost."""

import re

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment import tasks
from enrollment.holders import accounts
from enrollment.models import Holder, Institution, MailboxRequest, RecoveryCode
from tests import cast, holders
from tests.hostile import dump
from tte_portal import outbox
from tte_portal.models import Account, AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

MAILBOX = "ayu.contoh@kemenkeu.example"


@pytest.fixture
def ministry(institutions: dict[str, Institution]) -> Institution:
    return holders.open_as(institutions["kemenkeu"], "kemenkeu")


@pytest.fixture
def ayu(ministry: Institution) -> Holder:
    return holders.holder_of(ministry)


def ask(mailbox: str) -> None:
    Client().post("/akun/minta/", {"mailbox": mailbox})
    for pk in MailboxRequest.objects.values_list("pk", flat=True):
        tasks.answer_mailbox_request(str(pk))


def mails() -> list[outbox.Mail]:
    return [outbox.compose(row) for row in OutboxMessage.objects.order_by("created_at")]


def opened(holder: Holder) -> Client:
    client = Client()
    assert client.post(f"/email/akun/{holders.token_of(holder, 'account')}/")["Location"] == "/akun/kata-sandi/"
    return client


def choose(client: Client, **more: str) -> object:
    return client.post("/akun/kata-sandi/", {"password": holders.PASSWORD, "repeated": holders.PASSWORD, **more})


# --- The mail ------------------------------------------------------------------------------------------------------
def test_somebody_of_the_registry_gets_login_name_and_link_and_no_password(ministry: Institution) -> None:
    ask(f" {MAILBOX.upper()} ")

    holder = Holder.objects.get()
    [mail] = mails()
    assert (mail.to, mail.subject) == (MAILBOX, "[BSrE] Login Information")
    assert MAILBOX in mail.text
    assert f"/email/akun/{holders.token_of(holder, 'account')}/" in mail.text
    assert not holder.account.has_usable_password()
    assert not holder.account.is_staff


def test_where_the_guide_gives_no_subject_it_is_informasi_akun(institutions: dict[str, Institution]) -> None:
    holders.open_as(institutions["magelang"], "magelang")
    ask("ayu.contoh@pns.magelangkota.example")
    assert mails()[0].subject == "[BSrE] Informasi Akun"


@pytest.mark.parametrize("mailbox", ["siapa@kemenkeu.example", "ayu.contoh@sultengprov.example"])
def test_an_unknown_mailbox_and_one_of_a_closed_institution_get_nothing(
    ministry: Institution, sulteng: Institution, mailbox: str
) -> None:
    holders.open_as(sulteng, "")
    ask(mailbox)
    assert mails() == []
    assert not Holder.objects.exists()


def test_known_and_unknown_get_the_same_answer(ministry: Institution) -> None:
    pages = [Client().post("/akun/minta/", {"mailbox": each}, follow=True) for each in (MAILBOX, "x@kemenkeu.example")]
    first, second = (re.sub(rb'value="\w{64}"', b"", page.content) for page in pages)
    assert first == second
    assert pages[0].redirect_chain == pages[1].redirect_chain == [("/akun/minta/terkirim/", 302)]


def test_asking_twice_makes_one_account_and_the_older_link_is_replaced(ministry: Institution) -> None:
    ask(MAILBOX)
    older = holders.token_of(Holder.objects.get(), "account")
    ask(MAILBOX)
    assert Account.objects.filter(login=MAILBOX).count() == 1
    assert Client().post(f"/email/akun/{older}/").status_code == 410


def test_an_officer_who_signs_in_by_the_mailbox_has_another_name_as_a_holder(ministry: Institution) -> None:
    officer = cast.make_officer(MAILBOX)
    ask(MAILBOX)
    assert Holder.objects.get().account.login == f"pegawai.{MAILBOX}"
    officer.refresh_from_db()
    assert officer.is_staff


# --- The first sign-in ---------------------------------------------------------------------------------------------
def test_looking_at_the_link_changes_nothing(ministry: Institution) -> None:
    ask(MAILBOX)
    before = dump()
    for method in ("get", "head"):
        getattr(Client(), method)(f"/email/akun/{holders.token_of(Holder.objects.get(), 'account')}/")
    assert dump() == before


def test_from_the_link_to_the_recovery_codes(ministry: Institution) -> None:
    ask(MAILBOX)
    holder = Holder.objects.get()
    client = opened(holder)

    assert choose(client)["Location"] == "/akun/autentikator/"  # type: ignore[index]
    page = client.get("/akun/autentikator/").content.decode()
    device = TOTPDevice.objects.get(user=holder.account)
    assert "<svg" in page
    assert holders.secret_of(device)[:4] in page
    shown = client.post("/akun/autentikator/", {"code": holders.code_of(device)}).content.decode()

    codes = re.findall(r"<code>([0-9A-Z-]{14})</code>", shown)
    assert len(set(codes)) == 10
    assert client.get("/akun/").status_code == 200
    assert not any(code in str(dump()) or code.replace("-", "") in str(dump()) for code in codes)
    assert choose(client).status_code == 410  # type: ignore[attr-defined]
    events = set(AuditRow.objects.filter(subject=holder.pk).values_list("event", flat=True))
    assert events >= {"open_account", "send_account_link", "choose_password", "confirm_authenticator"}


def test_a_password_alone_opens_nothing(ministry: Institution) -> None:
    ask(MAILBOX)
    holder = Holder.objects.get()
    client = opened(holder)
    choose(client)
    assert client.get("/akun/")["Location"] == "/akun/masuk/"
    page = client.post("/akun/masuk/", {"username": MAILBOX, "password": holders.PASSWORD, "code": "000000"})
    assert page.status_code == 422


@pytest.mark.parametrize(
    ("password", "repeated", "sentence"),
    [
        ("pendek", "pendek", "terlalu pendek"),
        ("ombak tenang pagi", "ombak tenang sore", "tidak sama"),
        ("", "", "belum"),
    ],
)
def test_bad_passwords_are_told(ministry: Institution, password: str, repeated: str, sentence: str) -> None:
    ask(MAILBOX)
    client = opened(Holder.objects.get())
    page = client.post("/akun/kata-sandi/", {"password": password, "repeated": repeated})
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_wrong_first_code_keeps_the_link_open(ministry: Institution) -> None:
    ask(MAILBOX)
    client = opened(Holder.objects.get())
    choose(client)
    page = client.post("/akun/autentikator/", {"code": "12 34 56"})
    assert "Kode tidak cocok" in page.content.decode()
    assert client.get("/akun/autentikator/").status_code == 200


# --- Signing in ----------------------------------------------------------------------------------------------------
def test_all_three_let_in_and_the_same_code_only_once(ayu: Holder) -> None:
    client = Client()
    code = holders.code_of(holders.rewind(ayu))
    fields = {"username": f" {MAILBOX.upper()} ", "password": holders.PASSWORD, "code": f"{code[:3]} {code[3:]}"}
    assert client.post("/akun/masuk/", fields)["Location"] == "/akun/"
    assert "Ayu Contoh" in client.get("/akun/").content.decode()
    assert Client().post("/akun/masuk/", fields).status_code == 422


def test_the_nip_is_a_login_name_too(ayu: Holder, institutions: dict[str, Institution]) -> None:
    assert ayu.record is not None
    number = ayu.record.employee_number
    fields = {"username": f"{number[:8]} {number[8:]}", "password": holders.PASSWORD}
    code = holders.code_of(holders.rewind(ayu))
    assert Client().post("/akun/masuk/", {**fields, "code": code})["Location"] == "/akun/"
    # Of two people at two institutions nobody can tell who is meant.
    other = institutions["magelang"].personnel.earliest("pk")
    other.employee_number = number
    other.save()
    accounts.open_for(other)
    assert accounts.login_of(number) == number


def test_whichever_is_wrong_the_answer_is_the_same(ayu: Holder) -> None:
    code = holders.code_of(holders.rewind(ayu))
    tries = [
        {"username": "tidak@ada.example", "password": holders.PASSWORD, "code": code},
        {"username": "198001012010011001", "password": holders.PASSWORD, "code": code},
        {"username": MAILBOX, "password": "salah sama sekali", "code": code},
        {"username": MAILBOX, "password": holders.PASSWORD, "code": "000000"},
        {"username": MAILBOX, "password": holders.PASSWORD, "code": "ABCD-EFGH-JKMN"},
    ]
    pages = set()
    for each in tries:
        page = Client().post("/akun/masuk/", each).content
        pages.add(re.sub(rb'value="[^"]*"', b"", page))
    assert len(pages) == 1


def test_an_officer_cannot_come_in_here_nor_a_holder_into_the_admin(ayu: Holder, ministry: Institution) -> None:
    officer = cast.make_officer("petugas")
    device = TOTPDevice.objects.create(user=officer, name="uji", confirmed=True)
    fields = {"username": "petugas", "password": "sandi-untuk-uji", "code": holders.code_of(device)}
    assert Client().post("/akun/masuk/", fields).status_code == 422
    assert cast.sign_in(officer).get("/akun/")["Location"] == "/akun/masuk/"
    assert "/admin/login/" in holders.browser_of(ayu).get("/admin/")["Location"]
    at_the_other_door = {
        "username": MAILBOX,
        "password": holders.PASSWORD,
        "code": holders.code_of(holders.rewind(ayu)),
    }
    assert Client().post("/admin/login/", at_the_other_door).status_code == 200


def test_guesses_lock_the_name_and_leave_it_only_hashed(ayu: Holder) -> None:
    answers = [holders.sign_in(Client(REMOTE_ADDR=f"198.51.100.{n}"), ayu, "salah").status_code for n in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert MAILBOX not in {each.username for each in AccessAttempt.objects.all()}


def test_signing_out(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    assert client.get("/akun/keluar/").status_code == 405
    client.post("/akun/keluar/")
    assert client.get("/akun/")["Location"] == "/akun/masuk/"


# --- Forgotten and lost --------------------------------------------------------------------------------------------
def recovery_codes(client: Client, holder: Holder) -> list[str]:
    page = client.post("/akun/kode-pemulihan/", {"code": holders.code_of(holders.rewind(holder))}).content.decode()
    return re.findall(r"<code>([0-9A-Z-]{14})</code>", page)


def test_a_recovery_code_stands_in_for_the_phone_once(ayu: Holder) -> None:
    code = recovery_codes(holders.browser_of(ayu), ayu)[0]
    assert holders.sign_in(Client(), ayu, code=code.lower()).status_code == 302
    assert holders.sign_in(Client(), ayu, code=code).status_code == 422
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_a_wrong_password_uses_no_recovery_code_up(ayu: Holder) -> None:
    code = recovery_codes(holders.browser_of(ayu), ayu)[0]
    holders.sign_in(Client(), ayu, "salah", code)
    assert RecoveryCode.objects.filter(used_at=None).count() == 10


def test_new_codes_end_the_old_ones_and_need_the_second_factor(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    old = recovery_codes(client, ayu)
    assert client.post("/akun/kode-pemulihan/", {"code": "999999"}).status_code == 422
    new = recovery_codes(client, ayu)
    assert len(new) == 10
    assert holders.sign_in(Client(), ayu, code=old[0]).status_code == 422
    assert holders.sign_in(Client(), ayu, code=new[0]).status_code == 302


def test_a_forgotten_password_needs_the_second_factor_besides_the_mailbox(ayu: Holder) -> None:
    session = holders.browser_of(ayu)
    ask(MAILBOX)
    client = opened(ayu)
    new = "sungai lebar malam sejuk"
    given = {"password": new, "repeated": new}
    assert client.post("/akun/kata-sandi/", {**given, "code": "000000"}).status_code == 422
    code = holders.code_of(holders.rewind(ayu))
    assert client.post("/akun/kata-sandi/", {**given, "code": code})["Location"] == "/akun/"
    assert client.get("/akun/").status_code == 200
    assert session.get("/akun/")["Location"] == "/akun/masuk/"
    assert client.get("/akun/autentikator/").status_code == 410


def test_changing_the_password_ends_other_sessions(ayu: Holder) -> None:
    here, elsewhere = holders.browser_of(ayu), holders.browser_of(ayu)
    new = "sungai lebar malam sejuk"
    wrong = here.post("/akun/kata-sandi/ganti/", {"present": "salah", "password": new, "repeated": new})
    assert "tidak cocok" in wrong.content.decode()
    given = {"present": holders.PASSWORD, "password": new, "repeated": new}
    assert here.post("/akun/kata-sandi/ganti/", given)["Location"] == "/akun/"
    assert here.get("/akun/").status_code == 200
    assert elsewhere.get("/akun/").status_code == 302


def test_another_phone_takes_the_old_ones_place(ayu: Holder) -> None:
    client = holders.browser_of(ayu)
    client.get("/akun/autentikator/ganti/")
    fresh = TOTPDevice.objects.get(user=ayu.account, confirmed=False)
    code = holders.code_of(fresh)
    assert client.post("/akun/autentikator/ganti/", {"code": code, "present": "000000"}).status_code == 422
    fresh.refresh_from_db()
    fresh.last_t = -1
    fresh.save()
    old = holders.code_of(holders.rewind(ayu))
    assert client.post("/akun/autentikator/ganti/", {"code": code, "present": old})["Location"] == "/akun/"
    assert list(TOTPDevice.objects.filter(user=ayu.account)) == [fresh]
    assert client.get("/akun/").status_code == 200


def test_who_has_lost_everything_begins_anew_by_an_operators_hand(ayu: Holder) -> None:
    session = holders.browser_of(ayu)
    old = recovery_codes(session, ayu)
    call_command("holder", "reset", "--login", MAILBOX.upper())
    assert session.get("/akun/")["Location"] == "/akun/masuk/"
    assert holders.sign_in_with(MAILBOX, holders.PASSWORD, old[0]) == 422
    client = opened(ayu)
    assert choose(client)["Location"] == "/akun/autentikator/"  # type: ignore[index]
    assert AuditRow.objects.filter(event="reset_account", actor="system").count() == 1
    with pytest.raises(CommandError):
        call_command("holder", "reset", "--login", "siapa@kemenkeu.example")
