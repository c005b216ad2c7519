"""What a room of the officers' side brings along: its pages, and its places in the menu."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.urls import reverse

View = Callable[..., HttpResponseBase]
# The admin site's guard: signed in, second factor proven, a role somewhere.
Guard = Callable[[View], View]


@dataclass(frozen=True)
class Entry:
    """A place in the menu, for officers with one of these kinds of role. With ``told``, a sentence on what it is for,
    the start page shows it as a tile as well."""

    name: str
    page: str
    kinds: tuple[str, ...]
    told: str = ""

    @property
    def url(self) -> str:
        return reverse(self.page)
