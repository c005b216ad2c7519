"""Officers sign in with password and code together; guessing either is counted, and nothing readable is kept of it."""

from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.models import Account

PASSWORD = "sandi-untuk-uji"
LOGIN = "199003112015031007"


@pytest.fixture
def officer(natuna: Institution) -> Account:
    account = cast.make_officer(LOGIN, (natuna, Role.Kind.VERIFIER))
    TOTPDevice.objects.create(user=account, name="uji", confirmed=True)
    return account


def code_of(account: Account) -> str:
    device = TOTPDevice.objects.get(user=account)
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06}"


def sign_in(client: Client, password: str, code: str, login: str = LOGIN, **extra: Any) -> Any:
    typed = {"username": login, "password": password, "code": code, "next": "/admin/"}
    return client.post(reverse("admin:login"), typed, **extra)


def test_password_and_code_lead_in(client: Client, officer: Account) -> None:
    code = code_of(officer)

    response = sign_in(client, PASSWORD, f"{code[:3]} {code[3:]}")

    assert response.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_same_code_serves_once(officer: Account) -> None:
    code = code_of(officer)

    assert sign_in(Client(), PASSWORD, code).status_code == 302
    assert sign_in(Client(), PASSWORD, code).status_code == 200


@pytest.mark.parametrize("wrong", ["login", "password", "code"])
def test_whatever_is_wrong_the_answer_is_the_same(client: Client, officer: Account, wrong: str) -> None:
    response = sign_in(
        client, "salah" if wrong == "password" else PASSWORD, "000000" if wrong == "code" else code_of(officer),
        login="siapa" if wrong == "login" else LOGIN,
    )  # fmt: skip

    assert response.status_code == 200
    assert "Nama masuk, kata sandi, atau kode tidak cocok" in response.content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 1
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_password_alone_opens_nothing(client: Client, officer: Account) -> None:
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("admin:queue"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_eleven_wrong_tries_lock_whatever_the_address(officer: Account, wrong: str) -> None:
    answers = [
        sign_in(Client(), "salah" if wrong == "password" else PASSWORD, "000000", REMOTE_ADDR=f"10.0.0.{number}")
        for number in range(11)
    ]

    assert answers[-1].status_code == 429
    assert "Terlalu banyak percobaan" in answers[-1].content.decode()
    right = sign_in(Client(), PASSWORD, code_of(officer))
    assert right.status_code == 429, "even the right ones wait"


def test_nothing_readable_is_kept_of_attempts(officer: Account) -> None:
    sign_in(Client(), "rahasia-yang-salah", "135790", login=f" {LOGIN.upper()} ")
    sign_in(Client(), PASSWORD, "135790")
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    AccessAttempt.objects.update(failures_since_start=1)
    assert AccessAttempt.objects.values("username").distinct().count() == 1, "one name however it is spelled"
    kept = serializers.serialize("json", AccessAttempt.objects.all())
    assert sign_in(Client(), PASSWORD, code_of(officer)).status_code == 302

    for model in (AccessAttempt, AccessLog, AccessFailureLog):
        kept += serializers.serialize("json", model.objects.all())
    for secret in (LOGIN, "rahasia-yang-salah", PASSWORD):
        assert secret not in kept


def test_an_account_without_a_role_sees_nothing(client: Client, natuna: Institution) -> None:
    account = cast.make_officer("kosong")

    response = cast.sign_in(account).get(reverse("admin:index"))

    assert response.status_code == 302


def test_a_superuser_has_no_more_than_the_roles(natuna: Institution) -> None:
    account = cast.make_officer("super", (natuna, Role.Kind.HELP_DESK))
    Account.objects.filter(pk=account.pk).update(is_superuser=True)

    client = cast.sign_in(Account.objects.get(pk=account.pk))

    assert client.get(reverse("admin:queue")).status_code == 404
    assert client.get(reverse("admin:tte_portal_account_changelist")).status_code == 403
