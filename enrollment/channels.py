"""By which channel a person gets the passphrase link."""

from enrollment import terms
from enrollment.models import Application


def passphrase_by_whatsapp(application: Application) -> bool:
    """Whether the link goes to the person's phone: the procedure says so, and the number is proven to be theirs."""
    asked = terms.of(application).passphrase.channel == "whatsapp"
    return asked and bool(application.phone) and application.phone_proven_at is not None
