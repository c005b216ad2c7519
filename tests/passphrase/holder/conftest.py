"""Ayu's certificate in use, as most of a holder's pages find it."""

import pytest

from enrollment.models import Application
from passphrase import actions


@pytest.fixture
def active(issued: Application) -> Application:
    """The pause is over: it can be signed with."""
    actions.activate(issued.pk)
    return Application.objects.select_related("institution").get(pk=issued.pk)
