"""Demo officers have agreed already: who tries the portal out meets the desk first."""

from tte_portal.models import Account
from verification import roles
from verification.care import agreement


def fill() -> None:
    held = Account.objects.filter(is_staff=True, roles__kind__in=agreement.DECIDING).distinct()
    for account in held.order_by("pk"):
        if agreement.accepted(account) is None and roles.holds(account, *agreement.DECIDING):
            agreement.accept(account)
