"""Browsers in which a holder has come in."""

from django.test import Client

from enrollment import actions
from enrollment.models import Application
from tests import cast


def own(application: Application) -> Client:
    """By the mailed link of the status page."""
    actions.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status")
