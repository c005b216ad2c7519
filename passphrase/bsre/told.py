"""What a page tells about somebody's account at BSrE: its last word, when it was asked, and what to do there."""

from typing import Any

from enrollment import elsewhere
from enrollment.models import Application
from passphrase.bsre.models import BsreAccount
from passphrase.bsre.words import TOLD

State = BsreAccount.State


def told_of(application: Application) -> dict[str, Any] | None:
    """The context ``at_bsre`` of templates/bsre/told.html; ``None`` where the portal itself holds the key."""
    if not elsewhere.at_bsre():
        return None
    found = BsreAccount.objects.filter(application=application).first()
    if found is None or (found.state == State.WAITING and not found.word):
        return {"standing": "to-register", "word": "", "asked_at": None}
    if found.state == State.REFUSED:
        return {"standing": "refused", "word": "", "asked_at": None}
    return {"standing": "registered", "word": TOLD.get(found.word, ""), "asked_at": found.asked_at}
