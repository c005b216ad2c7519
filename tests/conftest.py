"""What every test may use: the institutions, the officers, and the command-line switches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from enrollment import photos
from enrollment.models import Application, Institution, Role
from tests import cast, cheap, seeded
from tte_portal.models import Account


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the drills at their full counts")


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    # Nothing is collected for the tests, but WhiteNoise warns of a folder that is not there.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=cheap.HASHERS), pytest.MonkeyPatch.context() as patch:
        patch.setattr(photos, "_faces", cheap.faces)
        yield


@pytest.fixture(autouse=True)
def cheap_derivations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module whose tests share keys with processes of the portal has a fixture of this name that does nothing."""
    cheap.derivations(monkeypatch)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        seeded.sow()


@pytest.fixture
def institutions(db: None) -> dict[str, Institution]:
    return seeded.institutions()


@pytest.fixture
def natuna(institutions: dict[str, Institution]) -> Institution:
    return institutions["natuna"]


@pytest.fixture
def sulteng(institutions: dict[str, Institution]) -> Institution:
    return institutions["sulteng"]


@pytest.fixture
def verifier(natuna: Institution) -> Account:
    return cast.make_officer("vera", (natuna, Role.Kind.VERIFIER))


@pytest.fixture
def outsider(sulteng: Institution) -> Account:
    """A verifier of another institution: must see nothing."""
    return cast.make_officer("sulis", (sulteng, Role.Kind.VERIFIER))


@pytest.fixture
def application(natuna: Institution) -> Application:
    """Ayu of Natuna has her activation mail and nothing filled in yet."""
    return cast.begin(natuna)
