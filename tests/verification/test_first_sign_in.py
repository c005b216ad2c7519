"""A new officer: made by an administrator, mailed a link, and in after choosing a password and an authenticator."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.models import Institution, Role
from tests import cast
from tte_portal import links, outbox
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from verification import officers

PASSWORD = "empat kata yang panjang"


def role_rows(institution: Institution, kind: str) -> dict[str, Any]:
    return {
        "roles-TOTAL_FORMS": "1", "roles-INITIAL_FORMS": "0", "roles-MIN_NUM_FORMS": "0",
        "roles-0-institution": institution.pk, "roles-0-kind": kind, "roles-0-opd": "",
    }  # fmt: skip


def add_officer(administrator: Account, institution: Institution, kind: str = "verifier") -> Any:
    typed = {"login": "Rina.Baru", "name": "Rina Baru", "mailbox": "rina@natunakab.example", "is_active": "on"}
    return cast.sign_in(administrator).post(
        reverse("admin:tte_portal_account_add"), {**typed, **role_rows(institution, kind)}
    )


def address() -> str:
    """The link in the newest invitation."""
    return reverse("officer-link", args=[links.token_of(Link.objects.filter(purpose="staff").latest("created_at").pk)])


def code_now(account: Account) -> str:
    device = TOTPDevice.objects.get(user=account)
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06}"


@pytest.fixture
def rina(natuna: Institution, administrator: Account) -> Account:
    add_officer(administrator, natuna)
    return Account.objects.get(login="rina.baru")


def test_the_administrator_makes_an_account_and_a_mail_goes_out(rina: Account) -> None:
    mail = outbox.compose(OutboxMessage.objects.get(template="staff_invitation"))

    assert mail.to == "rina@natunakab.example"
    assert address() in mail.text
    assert "Verifikator – Natuna" in mail.text
    assert rina.is_staff
    assert not rina.has_usable_password()
    assert {"add_account", "invite_officer"} <= set(AuditRow.objects.values_list("event", flat=True))


def test_an_account_without_a_role_is_refused_before_it_is_lost(natuna: Institution, administrator: Account) -> None:
    """Nobody would see it, and its login name would be taken for ever."""
    # The only institution stands in the form already; without a role it says nothing.
    nothing = role_rows(natuna, "")
    typed = {"login": "rina.baru", "name": "Rina Baru", "mailbox": "rina@natunakab.example", "is_active": "on"}
    page = cast.sign_in(administrator).post(reverse("admin:tte_portal_account_add"), typed | nothing)
    assert page.status_code == 200
    assert "Beri sedikitnya satu peran" in page.content.decode()
    assert not Account.objects.filter(login="rina.baru").exists()


def test_looking_at_the_link_changes_nothing(client: Client, rina: Account) -> None:
    for _ in range(50):
        assert client.get(address()).status_code == client.head(address()).status_code == 200

    assert Link.objects.get(purpose="staff").opened_at is None
    assert not TOTPDevice.objects.filter(user=rina).exists()


def test_password_and_code_make_the_account_ready(client: Client, rina: Account) -> None:
    assert client.post(address()).headers["Location"] == reverse("officer-activation")
    page = client.get(reverse("officer-activation")).content.decode()
    assert "<svg" in page

    typed = {"password": PASSWORD, "repeated": PASSWORD, "code": code_now(rina)}
    response = client.post(reverse("officer-activation"), typed)

    assert response.headers["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:queue")).status_code == 200, "signed in with both factors"
    assert TOTPDevice.objects.get(user=rina).confirmed
    assert Client().post(address()).status_code == 410, "used up"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "pendek", "repeated": "pendek"}, "12"),
        ({"repeated": "lain sama sekali"}, "Kedua kata sandi tidak sama."),
        ({"code": "000000"}, "Kode tidak cocok."),
    ],
)
def test_what_is_wrong_is_said(client: Client, rina: Account, change: dict[str, str], sentence: str) -> None:
    client.post(address())
    client.get(reverse("officer-activation"))

    typed = {"password": PASSWORD, "repeated": PASSWORD, "code": code_now(rina), **change}
    response = client.post(reverse("officer-activation"), typed)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not TOTPDevice.objects.get(user=rina).confirmed


def test_without_the_link_there_is_no_page(client: Client, rina: Account) -> None:
    assert client.get(reverse("officer-activation")).status_code == 404
    assert client.post(reverse("officer-link", args=["x" * 43])).status_code == 404


def test_a_new_link_takes_password_authenticator_and_sessions_away(verifier: Account, administrator: Account) -> None:
    browser = cast.sign_in(verifier)
    action = {"action": "send_link", "_selected_action": str(verifier.pk)}
    Account.objects.filter(pk=verifier.pk).update(mailbox="vera@natunakab.example")

    cast.sign_in(administrator).post(reverse("admin:tte_portal_account_changelist"), action)

    verifier.refresh_from_db()
    assert not verifier.has_usable_password()
    assert not TOTPDevice.objects.filter(user=verifier).exists()
    assert browser.get(reverse("admin:queue")).status_code == 302
    assert OutboxMessage.objects.filter(template="staff_invitation").count() == 1


def test_an_administrator_grants_nothing_elsewhere(natuna: Institution, sulteng: Institution) -> None:
    administrator = cast.make_officer("admin", (natuna, Role.Kind.ADMINISTRATOR))

    response = add_officer(administrator, sulteng)

    assert response.status_code == 200
    assert not Account.objects.filter(login="rina.baru").exists()


def test_the_own_roles_cannot_be_raised(natuna: Institution, administrator: Account) -> None:
    url = reverse("admin:tte_portal_account_change", args=[administrator.pk])

    response = cast.sign_in(administrator).post(url, {"name": "Admin", **role_rows(natuna, "verifier")})

    assert response.status_code == 403
    assert Role.objects.filter(account=administrator).count() == 1


def test_an_account_with_a_role_elsewhere_is_out_of_reach(
    natuna: Institution, sulteng: Institution, administrator: Account
) -> None:
    both = cast.make_officer("dua", (natuna, Role.Kind.VERIFIER), (sulteng, Role.Kind.VERIFIER))
    client, url = cast.sign_in(administrator), reverse("admin:tte_portal_account_change", args=[both.pk])

    page = client.get(url)
    client.post(
        reverse("admin:tte_portal_account_changelist"), {"action": "send_link", "_selected_action": str(both.pk)}
    )

    assert "Sulteng" not in page.content.decode()
    assert client.post(url, {"mailbox": "saya@natunakab.example"}).status_code == 403
    both.refresh_from_db()
    assert both.has_usable_password()


def test_the_command_makes_the_first_administrator(
    natuna: Institution, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "officer", "add", "--login", "Utama", "--name", "Utama", "--mailbox", "utama@natunakab.example",
        "--institution", "natuna", "--role", "administrator",
    )  # fmt: skip

    printed = capsys.readouterr().out
    assert address() in printed
    assert client.post(address()).status_code == 302
    assert officers.account_of(Link.objects.get().subject) == Account.objects.get(login="utama")


def test_the_command_knows_its_institutions(natuna: Institution) -> None:
    with pytest.raises(CommandError, match="natuna"):
        call_command(
            "officer", "add", "--login", "x", "--name", "x", "--mailbox", "x@y.example", "--institution", "entah",
            "--role", "verifier",
        )  # fmt: skip
