"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern

from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = ()


def pages(guard: Guard) -> list[URLPattern]:
    return []
