"""What kinds of role the officer of a request holds, read once."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from enrollment.models import Role
from enrollment.scoping import in_force
from tte_portal.models import Account

Kind = Role.Kind
VERIFIER = Role.Kind.VERIFIER.value
ISSUER = Role.Kind.ISSUER.value
HR = Role.Kind.HR.value
OPD_OPERATOR = Role.Kind.OPD_OPERATOR.value
HELP_DESK = Role.Kind.HELP_DESK.value
REPORT_READER = Role.Kind.REPORT_READER.value
ADMINISTRATOR = Role.Kind.ADMINISTRATOR.value


def kinds_of(account: Account | AnonymousUser) -> frozenset[str]:
    """The kinds of role held anywhere; nothing for a stranger. Kept on the account: a request has its own."""
    if not isinstance(account, Account):
        return frozenset()
    return frozenset(kind for kind, _, _ in _held(account))


def clock_of(account: Account | AnonymousUser) -> str:
    """The time zone in which all the officer's institutions lie; the portal's own for whoever serves several."""
    zones = {zone for _, _, zone in _held(account)} if isinstance(account, Account) else set()
    return zones.pop() if len(zones) == 1 else settings.TIME_ZONE


def places_of(account: Account, kind: str) -> list[int]:
    """Ids of the institutions in which the account holds that kind of role now."""
    return sorted({institution for held, institution, _ in _held(account) if held == kind})


def _held(account: Account) -> frozenset[tuple[str, int, str]]:
    """Kind, institution and time zone of every role in force."""
    kept: frozenset[tuple[str, int, str]] | None = account.__dict__.get("_roles_held")
    if kept is None:
        held = Role.objects.filter(in_force(), account=account).values_list(
            "kind", "institution_id", "institution__time_zone"
        )
        kept = account.__dict__["_roles_held"] = frozenset(held)
    return kept


def holds(account: Account | AnonymousUser, *kinds: str) -> bool:
    return not kinds_of(account).isdisjoint(kinds)
