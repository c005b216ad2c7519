"""The cast of collective requests."""

import pytest

from enrollment.models import Institution
from tests import collective
from tests.collective import Office


@pytest.fixture
def office(sulteng: Institution) -> Office:
    return collective.office(sulteng)
