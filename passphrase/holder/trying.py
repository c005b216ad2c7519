"""Trying a passphrase: it opens the key, and with it a trial document is signed that its holder can keep."""

import logging

from django.views.decorators.debug import sensitive_variables

from passphrase import custody
from passphrase.holder import unlocking
from passphrase.holder.visitor import Visitor
from passphrase.signing import samples

logger = logging.getLogger(__name__)


@sensitive_variables("passphrase", "key")
def try_out(visitor: Visitor, passphrase: str) -> bool:
    """Open the key; ``True`` when a signed document waits to be fetched, ``False`` when the passphrase is right but no
    certificate can be signed with (yet). Raises as :func:`passphrase.custody.open_key`.
    """
    application = visitor.application
    with unlocking.told_of_lock(application):
        key = custody.open_key(application.pk, passphrase)
    certificate = application.certificates.filter(revoked_at=None).first()
    if certificate is None:
        return False
    # Only now: it takes pyHanko along.
    from passphrase.signing.pades import CannotSign

    try:
        samples.keep(application, samples.signed(application, certificate, key))
    except CannotSign as error:
        logger.warning("No trial document for application %s: %s", application.pk, error)
        return False
    except Exception:
        # The question was whether the passphrase is right, and it is: whatever failed after that is ours to look into.
        logger.exception("No trial document for application %s", application.pk)
        return False
    return True
