"""Taking the key out: the certificate with its key under a password of the holder's, once a certificate.

PP 71/2019 leaves it to the holder alone to command the key; whoever takes it out of custody is told by mail, so that a
theft does not stay unseen.
"""

from django.db import transaction
from django.db.models.functions import Now
from django.views.decorators.debug import sensitive_variables

from enrollment import lifecycle
from passphrase import authority, custody, succession
from passphrase.holder import files, unlocking
from passphrase.holder.visitor import Visitor
from passphrase.models import Certificate
from tte_portal import audit, outbox
from tte_portal.audit import Actor

EVENT = "take_key"


class NotToBeTaken(Exception):
    """There is no key to take: it was taken already, or the certificate is not one to sign with now."""


def can_take(visitor: Visitor) -> bool:
    """Whether the certificate in view can be taken with its key."""
    found = visitor.certificate
    return found is not None and found.exported_at is None and is_ready(visitor)


def is_ready(visitor: Visitor) -> bool:
    """Whether the certificate in view is good, its issuer too, and its key lies here."""
    found = visitor.certificate
    if found is None or not authority.current().holds_keys or visitor.issuer_ended_at is not None:
        return False
    living = succession.living_certificate(visitor.application)
    return living is not None and living.pk == found.pk


@sensitive_variables()
def take(certificate: Certificate, passphrase: str, password: str, *, by: Actor) -> bytes:
    """The PKCS#12, for the one caller who gets it; notes the moment, writes it down and sends word of it.

    Raises :class:`NotToBeTaken`, and what :func:`custody.open_key` raises. Must not run inside a transaction.
    """
    # Both cost a processor time, and a file that could not be made must not count as taken.
    with unlocking.told_of_lock(certificate.application):
        key = custody.open_key(certificate.application_id, passphrase)
    content = files.sealed_with_key(certificate, key, password)
    with transaction.atomic():
        application = lifecycle.locked(certificate.application_id)
        living = succession.living_certificate(application)
        untaken = Certificate.objects.filter(pk=certificate.pk, exported_at=None)
        if living is None or living.pk != certificate.pk or not untaken.update(exported_at=Now()):
            raise NotToBeTaken
        audit.record(
            EVENT, by=by, chain=application.institution.audit_chain, subject=application.pk,
            facts={"serial": certificate.serial},
        )  # fmt: skip
        outbox.write("key_taken", subject=application.pk, application=application.pk)
    return content
