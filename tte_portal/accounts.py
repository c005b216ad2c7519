"""How accounts sign in: login names in attempt logs are hashed, for many of them are identity numbers."""

from typing import Any

from django.http import HttpRequest

from tte_portal.encryption import blind_index


def hashed_login(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name under which django-axes counts attempts: a blind index, the same for every spelling of a login."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    return blind_index("login", str(given).strip().lower()).hex()
