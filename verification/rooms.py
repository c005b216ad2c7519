"""What a room of the officers' side brings along: its pages, and its places in the menu."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse

from tte_portal.models import Account

View = Callable[..., HttpResponseBase]
# The admin site's guard: signed in, second factor proven, a role somewhere.
Guard = Callable[[View], View]


@dataclass(frozen=True)
class Entry:
    """A place in the menu, for officers with one of these kinds of role. With ``told``, a sentence on what it is for,
    the start page shows it as a tile as well; ``waits`` counts what waits there for an officer, in words.
    ``used`` tells whether it has any work for an officer; without it the place is always there."""

    name: str
    page: str
    kinds: tuple[str, ...]
    told: str = ""
    waits: Callable[[Account], str] | None = None
    used: Callable[[Account], bool] | None = None

    @cached_property
    def url(self) -> str:
        return reverse(self.page)

    def tile(self, officer: Account) -> dict[str, Any]:
        """What the start page shows of it."""
        waits = self.waits(officer) if self.waits else ""
        return {"name": self.name, "url": self.url, "told": self.told, "waits": waits}
