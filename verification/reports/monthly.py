"""The report of one institution's month: which months there are, its tables, and the mail on the 1st."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.formats import date_format

from enrollment import lifecycle
from enrollment.models import Application, Institution
from tte_portal import outbox
from tte_portal.models import Account
from verification import roles
from verification.exports.models import MonthlySending
from verification.reports.scope import Scope, of_institution
from verification.reports.tables import REPORTS, Table

# Whom the mail goes to; an officer with both roles gets one.
TOLD = (roles.REPORT_READER, roles.ADMINISTRATOR)
SHOWN_MONTHS = 24
KEY_NUMBERS = (
    ("Sertifikat aktif", "Aktif sekarang"), ("Terbit dalam bulan ini", "Terbit dalam periode"),
    ("Menunggu verifikator", "Pemeriksaan verifikator"), ("Menunggu passphrase", "Pembuatan passphrase"),
)  # fmt: skip

# The first of the month, six in the morning where the institution lies, or later when nothing ran then; after a week
# nobody expects it any more. An institution that had nobody yet is told nothing.
_DUE = """
SELECT i.id, (date_trunc('month', now() AT TIME ZONE i.time_zone) - interval '1 month')::date
FROM enrollment_institution i
WHERE (now() AT TIME ZONE i.time_zone) BETWEEN
    date_trunc('month', now() AT TIME ZONE i.time_zone) + interval '6 hours'
    AND date_trunc('month', now() AT TIME ZONE i.time_zone) + interval '7 days'
  AND NOT EXISTS (SELECT 1 FROM exports_monthlysending s WHERE s.institution_id = i.id
    AND s.month = (date_trunc('month', now() AT TIME ZONE i.time_zone) - interval '1 month')::date)
  AND EXISTS (SELECT 1 FROM enrollment_application a WHERE a.institution_id = i.id
    AND a.created_at < date_trunc('month', now() AT TIME ZONE i.time_zone) AT TIME ZONE i.time_zone)
ORDER BY i.id
"""


@dataclass(frozen=True)
class Month:
    """A calendar month; ``first`` is its first day."""

    first: date

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def slug(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def __str__(self) -> str:
        return str(date_format(self.first, "F Y"))


def months(institution: Institution) -> list[Month]:
    """The months that are over, newest first, back to the institution's first application."""
    begun = Application.objects.filter(institution=institution).order_by("created_at")
    first = begun.values_list("created_at", flat=True).first()
    found: list[Month] = []
    month = _present(institution).before
    while first and month.last >= first.astimezone(ZoneInfo(institution.time_zone)).date():
        found.append(month)
        month = month.before
        if len(found) == SHOWN_MONTHS:
            break
    return found


def find(institution: Institution, slug: str) -> Month | None:
    """The month of that name, when it is over."""
    return next((each for each in months(institution) if each.slug == slug), None)


def _present(institution: Institution) -> Month:
    return Month(lifecycle.now().astimezone(ZoneInfo(institution.time_zone)).date().replace(day=1))


def scope_of(institution: Institution, month: Month) -> Scope:
    return of_institution(institution, month.first, month.last)


def tables(scope: Scope) -> list[Table]:
    """Every report there is, of this institution and month; nobody is named in any."""
    from verification.reports import figures  # noqa: F401 (fills REPORTS)

    # Beside itself alone an institution stands in no comparison.
    return [make(scope) for slug, make in REPORTS.items() if slug != "instansi"]


def key_numbers(made: list[Table]) -> list[tuple[str, int]]:
    found = {row[0]: row[1] for table in made if table.slug in ("tahapan", "sertifikat") for row in table.rows}
    return [(name, found.get(row) or 0) for name, row in KEY_NUMBERS]


def send_due() -> int:
    """Mail every institution whose month is over; returns how many mails."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        due: list[Any] = cursor.fetchall()
    return sum(_send(institution_id, month) for institution_id, month in due)


def _send(institution_id: int, month: date) -> int:
    """All mails of one institution's month, or none: the row that says they were sent stands with them."""
    with transaction.atomic():
        _, fresh = MonthlySending.objects.get_or_create(institution_id=institution_id, month=month)
        if not fresh:
            return 0
        told = recipients(institution_id)
        for account in told:
            outbox.write("monthly_report", account=account.pk, institution=institution_id, month=month.isoformat())  # type: ignore[arg-type]
        return len(told)


def recipients(institution_id: int) -> list[Account]:
    from enrollment.models import Role
    from enrollment.scoping import in_force

    held = Role.objects.filter(in_force(), institution=institution_id, kind__in=TOLD, stands_in_for=None)
    people = Account.objects.filter(pk__in=held.values("account"), is_active=True, is_staff=True)
    return list(people.exclude(mailbox="").order_by("pk"))
