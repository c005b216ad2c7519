"""How an export is made: a stretch of rows a step, each a sealed part of its own, so a killed worker loses one step."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Now

from enrollment.models import Institution
from tte_portal import jobs, sealed_streams
from tte_portal.models import Job
from verification.exports import listing, opened, xlsx
from verification.exports.actions import KEPT_FOR, KIND, allowed, record
from verification.exports.listing import Place
from verification.exports.models import Export

# Rows a step: about a second each.
COPIED, OPENED = 100_000, 10_000
BYTE_ORDER_MARK = "\ufeff"


@dataclass
class _Way:
    """How far the work is, as it is kept in the job: which institution, after which of its rows; the sheet so far; and
    how many people each institution had at the beginning."""

    institution: int = 0
    after: list[str] | None = None
    sheet: dict[str, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)


@jobs.work(KIND)
def step(job: Job) -> bool:
    """The next rows of the export. The rights of its owner are asked anew each time."""
    export = Export.objects.select_related("owner").get(pk=job.subject)
    if not allowed(export):
        return _end(export, Export.State.NOT_ALLOWED)
    if not job.place:
        counts = [listing.people(export, each).count() for each in export.institutions]
        job.total, job.place = sum(counts), vars(_Way(counts=counts))
        if export.form == Export.Form.XLSX and job.total >= xlsx.MOST_ROWS:
            return _end(export, Export.State.TOO_LARGE)
    way = _Way(**job.place)
    try:
        content, rows = _stretch(export, way)
    except xlsx.TooLarge:
        return _end(export, Export.State.TOO_LARGE)
    sealed_streams.write(export.stream, export.parts, content)
    export.parts, export.size, export.rows = export.parts + 1, export.size + len(content), export.rows + rows
    job.done, job.place = export.rows, vars(way)
    if way.institution < len(export.institutions):
        export.save(update_fields=["parts", "size", "rows"])
        return True
    record("make_export", export)
    return _end(export, Export.State.READY)


def _end(export: Export, state: str) -> bool:
    export.state = state
    export.expires_at = Now() + KEPT_FOR
    export.save(update_fields=["parts", "size", "rows", "state", "expires_at"])
    return False


def _stretch(export: Export, way: _Way) -> tuple[bytes, int]:
    """(content, rows) of the next stretch; moves ``way`` to its end."""
    pieces, rows = [_beginning(export, way)], 0
    copies = export.form == Export.Form.CSV and not export.with_numbers
    most = COPIED if copies else OPENED
    while rows < most and way.institution < len(export.institutions):
        whole = _whole(way, most - rows) if copies else 0
        if whole > 1:
            lines = listing.copied_whole(export, export.institutions[way.institution : way.institution + whole])
            pieces += lines
            rows, way.institution = rows + len(lines), way.institution + whole
            continue
        institution = Institution.objects.get(pk=export.institutions[way.institution])
        take = most - rows
        if copies:
            found, place = listing.copied(export, institution, Place.read(way.after), take)
            pieces += found
        else:
            found, place = opened.values(export, institution, Place.read(way.after), take)  # type: ignore[assignment]
            pieces.append(_written(export, way, found))
        rows += len(found)
        way.after = place.kept() if place else None
        if len(found) < take:
            way.institution, way.after = way.institution + 1, None
    if export.form == Export.Form.XLSX and way.institution == len(export.institutions):
        pieces.append(xlsx.end(xlsx.Sheet(**way.sheet)))
    return b"".join(pieces), rows


def _whole(way: _Way, most: int) -> int:
    """How many of the next institutions fit into this stretch, all their people together."""
    if way.after:
        return 0
    fitting, people = 0, 0
    for count in way.counts[way.institution :]:
        people += count
        if people > most:
            break
        fitting += 1
    return fitting


def _beginning(export: Export, way: _Way) -> bytes:
    if export.parts:
        return b""
    headings = listing.headings(export)
    if export.form == Export.Form.CSV:
        return BYTE_ORDER_MARK.encode() + opened.lines([headings])
    content, sheet = xlsx.begin(headings)
    way.sheet = sheet.kept()
    return content


def _written(export: Export, way: _Way, found: Any) -> bytes:
    if export.form == Export.Form.CSV:
        return opened.lines(found)
    sheet = xlsx.Sheet(**way.sheet)
    content = xlsx.rows(sheet, found)
    way.sheet = sheet.kept()
    return content
