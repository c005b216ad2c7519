"""The cast of the officers' side: one officer of each role, signed-in browsers, cases that wait."""

from collections.abc import Callable

import pytest
from django.test import Client

from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account


@pytest.fixture
def colleague(natuna: Institution) -> Account:
    """A second verifier of the same institution."""
    return cast.make_officer("kolega", (natuna, Role.Kind.VERIFIER))


@pytest.fixture
def administrator(natuna: Institution) -> Account:
    return cast.make_officer("admin", (natuna, Role.Kind.ADMINISTRATOR))


@pytest.fixture
def helper(natuna: Institution) -> Account:
    return cast.make_officer("bantu", (natuna, Role.Kind.HELP_DESK))


@pytest.fixture
def case(natuna: Institution) -> Application:
    """Ayu's application waits for the verifier."""
    return cast.submitted(natuna)


@pytest.fixture
def browser_of() -> Callable[[Account], Client]:
    return cast.sign_in
