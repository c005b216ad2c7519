"""What an officer has chosen about mails."""

from tte_portal.models import Account
from verification.care.models import Preference


def wants_digest(account: Account) -> bool:
    return not Preference.objects.filter(account=account, daily_digest=False).exists()


def set_digest(account: Account, *, wanted: bool) -> None:
    Preference.objects.update_or_create(account=account, defaults={"daily_digest": wanted})
