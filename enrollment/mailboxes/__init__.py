"""Who makes dinas mailboxes: the mail administrator from an export file, or a mail server that the portal asks.

An adapter is named by TTE_MAILBOXES: a short name of the table below, or the dotted path of a class that can be made
without arguments. It writes neither passwords nor addresses into a log, and holds no transaction.
"""

from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

KNOWN = {
    "export": "enrollment.mailboxes.export.Export",
    "cpanel": "enrollment.mailboxes.cpanel.Cpanel",
}


class Unavailable(Exception):
    """The server is down, late or unclear; ``reason`` is an Indonesian sentence without its full stop.

    ``sent``: whether the order may have got through all the same.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason, self.sent = reason, sent


class Refused(Exception):
    """The server understood and said no; ``reason`` is told to the administrator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Taken(Refused):
    """There is a mailbox of that address already."""

    def __init__(self) -> None:
        super().__init__("Alamat ini sudah ada di server surel")


class Mailboxes(Protocol):
    """A mail server, or whoever looks after one. ``by_hand``: nobody is asked; an officer hands over a list."""

    by_hand: bool

    def make(self, address: str, password: str, quota: int) -> None:
        """Make the mailbox (quota in MB, 0 for none). Raises :class:`Taken`, :class:`Refused`, :class:`Unavailable`."""

    def change_password(self, address: str, password: str) -> None:
        """Set the password of a mailbox that is there. Raises :class:`Refused` or :class:`Unavailable`."""


def provisioner() -> Mailboxes:
    """The adapter of TTE_MAILBOXES; raises ``ImproperlyConfigured`` when it lacks a setting."""
    return cast(Mailboxes, _made(settings.MAILBOXES))


@cache
def _made(name: str) -> object:
    """One adapter for the whole process: its breaker is of use only when it is shared."""
    path = KNOWN.get(name, name)
    if "." not in path:
        raise ImproperlyConfigured(
            f"TTE_MAILBOXES: {name!r} is not known; known are {', '.join(KNOWN)}, or a dotted path."
        )
    try:
        return import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"TTE_MAILBOXES: {error}.") from error
