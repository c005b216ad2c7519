"""What is counted, each as one query: the triggers, the recount and the counts of one OPD are all made of it.

A measure's ``source`` yields a line for each row it counts, with institution, opd, procedure, what, day and bucket.
``{rows}`` stands for its table, or for the rows that a statement has just added or taken away; ``{applications}`` for
the table of applications, or for one as it was before a change. Who changes a measure writes a migration that installs
the triggers anew (``triggers.install``) and counts again (``tally.recount``).
"""

from dataclasses import dataclass

# Of counts that belong to no day: what stands somewhere now.
NO_DAY = "0001-01-01"
# Of applications without an OPD; 0 is "no matter which".
NO_OPD = -1
# Durations are kept by size, each class a tenth longer than the one before.
GROWTH = 1.1
# Links are forgotten 90 days after their end (tte_portal.tasks.housekeeping): older counts cannot be made again.
REMEMBERED_DAYS = 80

ABOUT = "a.institution_id AS institution, COALESCE(a.opd_id, -1) AS opd, v.slug AS procedure"
JOINS = (
    "JOIN {applications} AS a ON a.id = r.%s JOIN enrollment_institution AS i ON i.id = a.institution_id "
    "JOIN enrollment_procedureversion AS v ON v.id = a.procedure_id"
)
STATE = "r.status || '/' || r.waiting_for"


@dataclass(frozen=True)
class Measure:
    """``own``: the rows of one application. ``by_opd``: kept for each OPD as well. ``national``: kept for all
    institutions together alone. ``outlives``: a row that is removed stays counted."""

    name: str
    table: str
    source: str
    own: str
    by_opd: bool = False
    national: bool = False
    outlives: bool = False

    def rows(self, rows: str = "", applications: str = "enrollment_application") -> str:
        """The query over these rows of the table; over all of it by default."""
        return self.source.format(rows=rows or self.table, applications=applications)

    @property
    def keys(self) -> str:
        """The columns of a count, as fine as it is kept."""
        institution = "0" if self.national else "institution"
        opd = "opd" if self.by_opd else "0"
        procedure = "''" if self.national else "procedure"
        return f"{institution} AS institution, {opd} AS opd, {procedure} AS procedure, what, day, bucket"


def _source(what: str, day: str, where: str = "TRUE", bucket: str = "0", key: str = "application_id") -> str:
    return (
        f"SELECT {ABOUT}, {what} AS what, {day} AS day, {bucket} AS bucket "  # noqa: S608 (constants of this file)
        f"FROM {{rows}} AS r {JOINS % key} WHERE {where}"
    )


def _day(column: str) -> str:
    """The day where the institution lies."""
    return f"({column} AT TIME ZONE i.time_zone)::date"


PERIODS, BY_APPLICATION = "enrollment_statusperiod", "SELECT * FROM {table} WHERE application_id = {id}"
BY_SUBJECT = "SELECT * FROM {table} WHERE subject = {id}"

# How many stand in a state now.
STANDING = Measure(
    "standing", PERIODS, _source(STATE, f"DATE '{NO_DAY}'", "r.until IS NULL"), BY_APPLICATION, by_opd=True
)
# How many came to a state on a day: who comes twice counts twice.
ENTERED = Measure("entered", PERIODS, _source(STATE, _day("r.since")), BY_APPLICATION)
# How long they stood there, by the day they left.
ENDED = Measure(
    "ended", PERIODS,
    _source(
        STATE, _day("r.until"), "r.until IS NOT NULL",
        f"floor(ln(greatest(extract(epoch FROM r.until - r.since), 1)) / ln({GROWTH}))::int",
    ),
    BY_APPLICATION, national=True,
)  # fmt: skip
# How many applications began on a day.
BEGUN = Measure(
    "begun", "enrollment_application",
    f"SELECT {ABOUT.replace('a.', 'r.')}, '' AS what, {_day('r.created_at')} AS day, 0 AS bucket "  # noqa: S608
    "FROM {rows} AS r JOIN enrollment_institution AS i ON i.id = r.institution_id "
    "JOIN enrollment_procedureversion AS v ON v.id = r.procedure_id",
    "SELECT * FROM {applications} AS own WHERE own.id = {id}",
)  # fmt: skip
# How many living certificates end on a day.
ENDING = Measure(
    "ending", "passphrase_certificate", _source("''", _day("r.not_after"), "r.revoked_at IS NULL"), BY_APPLICATION
)
# What became of the links sent on a day.
LINKS = Measure(
    "link", "tte_portal_link",
    _source(
        "r.purpose || '/' || CASE WHEN r.finished_at IS NOT NULL THEN 'used' "
        "WHEN r.replaced_at IS NOT NULL THEN 'replaced' ELSE 'open' END",
        _day("r.created_at"), key="subject",
    ),
    BY_SUBJECT, outlives=True,
)  # fmt: skip
# What became of the messages written on a day.
MESSAGES = Measure(
    "message", "tte_portal_outboxmessage",
    _source(
        "r.channel || '/' || CASE WHEN r.state = 'sent' AND r.delivery = 'failed' THEN 'failed' ELSE r.state END",
        _day("r.created_at"), key="subject",
    ),
    BY_SUBJECT, outlives=True,
)  # fmt: skip
# Who decided what on a day.
DECIDED = Measure(
    "decided", "verification_decision", _source("r.officer_id || '/' || r.kind", _day("r.at")), BY_APPLICATION
)
# For which field with which ready-made reason (0: own words) officers refused on a day.
REASONS = Measure(
    "reason", "reports_givenreason",
    _source("d.kind || '/' || r.field || '/' || COALESCE(r.wording_id, 0)", _day("d.at"))
    .replace("AS r JOIN", "AS r JOIN verification_decision AS d ON d.id = r.decision_id JOIN")
    .replace("r.application_id", "d.application_id"),
    "SELECT * FROM {table} WHERE decision_id IN (SELECT id FROM verification_decision WHERE application_id = {id})",
)  # fmt: skip

MEASURES = (STANDING, ENTERED, ENDED, BEGUN, ENDING, LINKS, MESSAGES, DECIDED, REASONS)
