"""When the service refuses the portal itself: nobody is asked about any more, and the administrators hear of it."""

import logging

from django.db import transaction

from enrollment.models import Institution, Role
from enrollment.scoping import in_force
from passphrase.bsre import access
from passphrase.bsre.models import Stop
from tte_portal import audit, outbox

logger = logging.getLogger(__name__)


def stop(institution: Institution, reason: Stop.Reason) -> None:
    """Write the stop down and tell the administrators, once for the same credentials."""
    fingerprint = _fingerprint(institution)
    with transaction.atomic():
        found = Stop.objects.select_for_update(no_key=True).filter(institution=institution).first()
        if found and bytes(found.fingerprint) == fingerprint:
            return
        Stop.objects.update_or_create(institution=institution, defaults={"reason": reason, "fingerprint": fingerprint})
        facts = {"reason": reason.value}
        audit.record("stop_bsre", by=None, chain=institution.audit_chain, facts=facts)
        tell_administrators(institution)
    logger.error("BSrE is not asked for %s any more: %s.", institution.slug, reason.value)


def tell_administrators(institution: Institution, **ids: str) -> None:
    """A mail to everybody who administers the institution; runs in the transaction of its cause."""
    rows = Role.objects.filter(in_force(), institution=institution, kind=Role.Kind.ADMINISTRATOR)
    for account in rows.filter(account__is_active=True).values_list("account", flat=True).distinct():
        outbox.write("bsre_attention", subject=None, account=str(account), institution=str(institution.pk), **ids)


def is_stopped(institution: Institution) -> bool:
    """Whether the credentials of now are those that were refused; with others the stop is over."""
    found = Stop.objects.filter(institution=institution).first()
    if found is None:
        return False
    if bytes(found.fingerprint) == _fingerprint(institution):
        return True
    resume(institution)
    return False


def resume(institution: Institution) -> bool:
    """Ask again from now on; ``False`` when there was no stop."""
    with transaction.atomic():
        ended, _ = Stop.objects.filter(institution=institution).delete()
        if ended:
            audit.record("resume_bsre", by=None, chain=institution.audit_chain, facts={})
    return bool(ended)


def _fingerprint(institution: Institution) -> bytes:
    given = access.configured().of(institution.slug)
    return given.fingerprint if given else b""
