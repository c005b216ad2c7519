"""The cast of the help desk: two of its officers at Natuna, one at Sulteng, and Ayu, whom they help."""

import pytest

from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account
from verification.helpdesk import people
from verification.helpdesk.people import Person

REASON = {"reason": "salah ketik di data lama", "evidence": "datang sendiri dengan KTP"}


@pytest.fixture
def second(natuna: Institution) -> Account:
    """Another officer of the same desk."""
    return cast.make_officer("kedua", (natuna, Role.Kind.HELP_DESK))


@pytest.fixture
def stranger(sulteng: Institution) -> Account:
    """The help desk of another institution: must see nothing."""
    return cast.make_officer("asing", (sulteng, Role.Kind.HELP_DESK))


@pytest.fixture
def ayu(application: Application) -> Person:
    """Invited, her draft empty."""
    return people.of_application(application)


@pytest.fixture
def waiting(case: Application) -> Person:
    """All typed in and handed in: the verifier's turn."""
    return people.of_application(case)
