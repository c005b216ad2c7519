"""Which address is whose: a file for each room beside this one, joined in the test of all addresses."""

from dataclasses import dataclass, field

from enrollment.models import Role

ADMINISTRATOR, VERIFIER, HELP_DESK, ISSUER, HR = "administrator", "verifier", "help-desk", "issuer", "hr"
OPD_OPERATOR, REPORT_READER = "opd-operator", "report-reader"
ANY = frozenset(Role.Kind.values)
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """Who may use an address. ``row``: the table whose row it shows, of one institution, so for its officers alone."""

    kinds: frozenset[str]
    row: str = ""
    method: str = "get"
    args: dict[str, str] = field(default_factory=dict)


def only(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)
