"""What a stranger's browser keeps for us between two pages: encrypted, bound to its place, and not for long."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from tte_portal.encryption import Unreadable, ring


def seal(values: dict[str, Any], place: str) -> str:
    """The values as text that nobody can read or change, and that opens at ``place`` alone."""
    plain = json.dumps([int(time.time()), values], ensure_ascii=False).encode()
    return urlsafe_b64encode(ring().seal(plain, place)).decode()


def unseal(text: str, place: str, seconds: int) -> dict[str, Any] | None:
    """The values, unless they are older than that, were changed, or are not ours."""
    try:
        at, values = json.loads(ring().open(urlsafe_b64decode(text.encode()), place))
    except (Unreadable, ValueError):
        return None
    found: dict[str, Any] = values
    return found if time.time() - at <= seconds else None
