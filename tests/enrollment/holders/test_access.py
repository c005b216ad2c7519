"""Pages under /akun/ are the signed-in holder's alone; strangers, the half signed-in and officers see the sign-in."""

from typing import Any

import pytest
from django.test import Client

from enrollment.holders import urls
from enrollment.models import Institution, Role
from tests import cast, holders

pytestmark = pytest.mark.django_db

# For everybody: each looks after itself (links, throttles, nothing personal).
OPEN = {
    "account-sign-in", "account-sso", "account-sso-return", "account-sign-out", "account-ask", "account-ask-sent",
    "account-choose-password", "account-authenticator", "account-mailbox-proven", "link-account", "link-mailbox",
}  # fmt: skip
PATTERNS = (*urls.account_patterns, *urls.link_patterns)
CLOSED = sorted(str(each.name) for each in PATTERNS if each.name not in OPEN)


def address_of(name: str) -> str:
    route = next(str(each.pattern) for each in PATTERNS if each.name == name)
    filled = {"<slug:field>": "nik", "<uuid:paper_id>": "00000000-0000-4000-8000-000000000000"}
    for part, value in filled.items():
        route = route.replace(part, value)
    return f"/akun/{route}"


def half_signed_in(natuna: Institution) -> Client:
    """The password was right, the second factor is missing."""
    client = Client()
    client.force_login(holders.holder_of(natuna).account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def officer(natuna: Institution) -> Client:
    return cast.sign_in(cast.make_officer("semua", *((natuna, kind) for kind in Role.Kind if kind != "opd-operator")))


@pytest.mark.parametrize("who", [lambda natuna: Client(), half_signed_in, officer])
@pytest.mark.parametrize("name", CLOSED)
def test_nobody_else_comes_in(name: str, who: Any, natuna: Institution) -> None:
    client = who(natuna)
    for method in ("get", "post"):
        response = getattr(client, method)(address_of(name))
        assert response.status_code == 302
        assert response["Location"] == "/akun/masuk/"


def test_somebody_whose_account_was_closed_is_out_at_once(natuna: Institution) -> None:
    holder = holders.holder_of(natuna)
    client = holders.browser_of(holder)
    holder.account.is_active = False
    holder.account.save()
    assert client.get("/akun/")["Location"] == "/akun/masuk/"
