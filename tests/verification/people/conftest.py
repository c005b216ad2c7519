"""The officers who register people."""

import pytest

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.models import Account


@pytest.fixture
def boss(natuna: Institution) -> Account:
    """An administrator with a mailbox of her own."""
    return cast.make_officer("bosa", (natuna, Role.Kind.ADMINISTRATOR), mailbox="bosa@natunakab.example")
