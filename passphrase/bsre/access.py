"""Which E-Sign client service registers an institution's people: address and credentials from TTE_BSRE_*."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment.registries.http import checked_url
from tte_portal.encryption import blind_index

VERSIONS = ("v1", "v2")
OWN = "TTE_BSRE_INSTITUTIONS"
PARTS = ("url", "user", "password")
SEE = "docs/bsre.md tells what each is."


@dataclass(frozen=True, repr=False)
class Access:
    """Base address and Basic credentials of one service; ``api``: which version of its interface is spoken."""

    url: str
    user: str
    password: str
    api: str

    @property
    def fingerprint(self) -> bytes:
        """Tells whether these are the credentials that were refused, and nothing else about them."""
        return blind_index("bsre-access", f"{self.url}\n{self.user}\n{self.password}")


@dataclass(frozen=True, repr=False)
class Services:
    """The service for everybody, and those that institutions have of their own, by their short address."""

    common: Access | None
    own: dict[str, Access]

    def of(self, slug: str) -> Access | None:
        return self.own.get(slug, self.common)


def services() -> Services:
    """What the settings say. Raises ``ImproperlyConfigured`` with the variable and the remedy, never with a secret."""
    given = settings.BSRE
    if given["TTE_BSRE_API"] not in VERSIONS:
        raise ImproperlyConfigured(f"TTE_BSRE_API must be v1 or v2, not {given['TTE_BSRE_API']!r}.")
    common = {part: given[f"TTE_BSRE_{part.upper()}"] for part in PARTS}
    own = _own(given[OWN], given["TTE_BSRE_API"])
    if any(common.values()):
        if missing := [f"TTE_BSRE_{part.upper()}" for part in PARTS if not common[part]]:
            raise ImproperlyConfigured(f"TTE_AUTHORITY is bsre: set {', '.join(missing)} too. {SEE}")
        return Services(_access("TTE_BSRE_", common, given["TTE_BSRE_API"]), own)
    if not own:
        raise ImproperlyConfigured(
            "TTE_AUTHORITY is bsre: set TTE_BSRE_URL, TTE_BSRE_USER and TTE_BSRE_PASSWORD (or TTE_BSRE_PASSWORD_FILE), "
            f"or {OWN}. {SEE}"
        )
    return Services(None, own)


def _own(text: str, api: str) -> dict[str, Access]:
    if not text:
        return {}
    try:
        found = json.loads(text)
        rows = {slug: dict(values) for slug, values in found.items()}
    except (ValueError, AttributeError, TypeError):
        # Nothing is chained: the error holds the text, and with it passwords.
        raise ImproperlyConfigured(
            f'{OWN} must be JSON: {{"institution": {{"url": "https://…", "user": "…", "password": "…"}}}}. {SEE}'
        ) from None
    return {slug: _of_row(slug, values, api) for slug, values in rows.items()}


def _of_row(slug: str, values: dict[str, Any], api: str) -> Access:
    values = {"api": api, **values}
    complete = set(values) == {*PARTS, "api"} and all(isinstance(each, str) and each for each in values.values())
    if not complete or values["api"] not in VERSIONS:
        raise ImproperlyConfigured(f"{OWN}: {slug} needs url, user and password; api may be v1 or v2. {SEE}")
    return _access(f"{OWN}: {slug}.", values, values["api"])


def _access(where: str, values: dict[str, Any], api: str) -> Access:
    named = {part: f"{where}{part}" if where.endswith(".") else f"{where}{part.upper()}" for part in PARTS}
    if ":" in values["user"]:
        # RFC 7617: what stands before the first colon is the name.
        raise ImproperlyConfigured(f"{named['user']} must not hold a colon: Basic credentials end the name there.")
    return Access(checked_url(named["url"], values["url"]), values["user"], values["password"], api)


@cache
def configured() -> Services:
    """As :func:`services`, read once a process."""
    return services()
