"""What kinds of role the officer of a request holds, read once."""

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
    kept: frozenset[str] | None = account.__dict__.get("_role_kinds")
    if kept is None:
        held = Role.objects.filter(in_force(), account=account).values_list("kind", flat=True)
        kept = account.__dict__["_role_kinds"] = frozenset(held)
    return kept


def holds(account: Account | AnonymousUser, *kinds: str) -> bool:
    return not kinds_of(account).isdisjoint(kinds)
