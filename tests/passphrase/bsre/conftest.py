"""The portal with the authority BSrE, whose service runs on a socket of this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from enrollment.models import Application, Institution
from enrollment.registries.http import Limits
from passphrase.bsre import access, client
from passphrase.bsre.models import BsreAccount
from tests import cast
from tests.enrollment.registries.servers import Served, serving
from tests.passphrase.bsre.stub import PASSWORD, USER, Stub
from tte_portal.models import Account

LIMITS = Limits(connect=2, answer=1, failures=3, rest=60)


def forget_services() -> None:
    """A process that starts anew: other settings, a closed circuit."""
    for kept in (access.configured, client.of, client._shared):
        kept.cache_clear()


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
def served(stub: Stub) -> Iterator[Served]:
    with serving(stub) as served:
        yield served


@pytest.fixture(params=["v1", "v2"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bsre(settings: Any, served: Served, api: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """``TTE_AUTHORITY=bsre`` with the stub as everybody's service."""
    settings.AUTHORITY, settings.EMBEDDED_AUTHORITY = "bsre", False
    settings.AUTHORITY_LINE = "Sertifikat diterbitkan oleh BSrE."
    settings.BSRE = {
        "TTE_BSRE_URL": served.url, "TTE_BSRE_USER": USER, "TTE_BSRE_PASSWORD": PASSWORD,
        "TTE_BSRE_INSTITUTIONS": "", "TTE_BSRE_API": api,
    }  # fmt: skip
    monkeypatch.setattr(client, "_limits", lambda: LIMITS)
    forget_services()
    yield served
    forget_services()


@pytest.fixture
def approved(bsre: Served, natuna: Institution, verifier: Account) -> Application:
    """Verified with this authority: to be registered at BSrE."""
    return cast.approved(natuna, verifier)


def fresh(application: Application) -> Application:
    return Application.objects.select_related("institution").get(pk=application.pk)


def mirror_of(application: Application) -> BsreAccount:
    return BsreAccount.objects.get(application=application)


def due_now(application: Application) -> None:
    """Time has passed: whatever was to wait is due."""
    BsreAccount.objects.filter(application=application).update(due_at="2026-01-01T00:00:00Z")
