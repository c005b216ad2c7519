"""The certificate's pages are for its holder alone: by the account, or by the mailed link of the status page."""

from typing import Any

import pytest
from django.test import Client

from enrollment import actions
from enrollment.models import Application, Institution, Role
from passphrase.holder import urls
from tests import cast, holders

pytestmark = pytest.mark.django_db

OPEN = {"certificate-sign-in", "certificate-sign-in-sent"}
CLOSED = sorted(str(each.pattern) for each in urls.urlpatterns if each.name not in OPEN)


def half_signed_in(natuna: Institution) -> Client:
    """The password was right, the second factor is missing."""
    client = Client()
    client.force_login(holders.holder_of(natuna).account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def officer(natuna: Institution) -> Client:
    return cast.sign_in(cast.make_officer("semua", *((natuna, kind) for kind in Role.Kind if kind != "opd-operator")))


@pytest.mark.parametrize("who", [lambda natuna: Client(), half_signed_in, officer])
@pytest.mark.parametrize("route", CLOSED)
def test_nobody_else_comes_in(route: str, who: Any, natuna: Institution) -> None:
    client = who(natuna)
    for method in ("get", "post"):
        response = getattr(client, method)(f"/akun/sertifikat/{route}")
        assert response.status_code == 302
        assert response["Location"] == "/akun/sertifikat/masuk/"


def test_the_mailed_link_shows_ones_own(issued: Application, application: Application) -> None:
    actions.send_link_again(issued, "status", by=None)
    page = cast.open_link(issued, "status").get("/akun/sertifikat/")
    assert page.status_code == 200
    assert page.context["visitor"].application == issued
    assert page.context["visitor"].holder is None


def test_an_account_shows_ones_own(issued: Application) -> None:
    holder = holders.holder_of(issued.institution)
    page = holders.browser_of(holder).get("/akun/sertifikat/")
    assert page.context["visitor"].application == issued
    assert page.context["visitor"].holder == holder
