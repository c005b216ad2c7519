"""What happens in the holders' room when an application has been verified."""

from typing import Any

from enrollment import lifecycle
from enrollment.holders import accounts
from enrollment.lifecycle import Transition
from enrollment.models import Application


def tell_account(application: Application, transition: Transition, **_: Any) -> None:
    """On the way to a passphrase: login name, and a link to choose a password, where the procedure wants that."""
    if transition.target == lifecycle.PASSPHRASE:
        accounts.tell_account(application)
