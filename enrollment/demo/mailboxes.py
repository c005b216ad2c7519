"""Whose mailbox an address is, for the page where the demo shows what it sent."""

from collections.abc import Iterable
from uuid import UUID

from enrollment.models import Application, Holder


def subjects_of(address: str) -> Iterable[UUID]:
    """The ids that messages to an address name as their subject."""
    for model in (Application, Holder):
        yield from model._default_manager.filter(mailbox=address).values_list("pk", flat=True)
