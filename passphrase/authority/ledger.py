"""The embedded authority's ledger of what it took back: written in the caller's transaction, published from there."""

from django.db.models.functions import Now

from passphrase.models import Issuance, ListChange
from tte_portal import workers

PUBLISH = "passphrase.tasks.publish_list"
HOLD = "certificateHold"


def revoke(serial: str, reason: str) -> bool:
    """Write a revocation down; the first reason and moment stay, but a suspension may become final."""
    issued = Issuance.objects.filter(serial=serial, der__isnull=False)
    changed = issued.filter(revoked_at=None).update(revoked_at=Now(), revocation_reason=reason)
    if not changed and reason != HOLD:
        # The moment of the suspension stays: since then nothing signed was to be relied on.
        changed = issued.filter(revocation_reason=HOLD).update(revocation_reason=reason)
    return _told(serial, changed)


def resume(serial: str) -> bool:
    """Take a suspension back; what is revoked for another reason stays revoked (RFC 5280, 5.3.1)."""
    held = Issuance.objects.filter(serial=serial, revocation_reason=HOLD)
    return _told(serial, held.update(revoked_at=None, revocation_reason=""))


def _told(serial: str, changed: int) -> bool:
    if not changed:
        return False
    authority_id = Issuance.objects.values_list("authority_id", flat=True).get(serial=serial)
    ListChange.objects.create(authority_id=authority_id)
    workers.tell(PUBLISH, authority_id)
    return True
