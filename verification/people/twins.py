"""One person twice in a list: whose number or mailbox stands there already, registered or not."""

from itertools import chain, repeat

from enrollment.models import PersonnelRecord
from enrollment.roster.columns import BY_NAME, COLUMNS
from enrollment.roster.faults import Fault
from tte_portal.encryption import blind_index
from verification.people.models import ListPart, PersonnelList

# Column → field of what belongs to one person alone.
_OWN = {name: BY_NAME[name].field for name in ("NIP", "Surel Dinas")}
_PLACES = [place for place, column in enumerate(COLUMNS) if column.field in _OWN.values()]


class Seen:
    """Numbers and mailboxes of everybody in a list who passed, and of the rows asked about since; the numbers of
    everybody who was registered from it, so that a second row cannot quietly become a change of the first."""

    def __init__(self, made: PersonnelList) -> None:
        self.rows: dict[str, int] = {}
        self.registered: dict[bytes, int] = {}
        done: dict[str, int] = {}
        for part in made.parts.exclude(stage=ListPart.Stage.RAW):
            for row, values, _ in part.content.get("people", ()):
                for place in _PLACES:
                    self.rows[values[place]] = row
            # Lists from before rows were kept: registered, from a row that nobody knows.
            rows = chain(part.content.get("rows", ()), repeat(0))
            done |= {record: row for (record, _, _), row in zip(part.content.get("done", ()), rows, strict=False)}
        if done:
            records = PersonnelRecord.objects.filter(pk__in=done, institution=made.institution_id)
            for key, index in records.values_list("pk", "employee_number_index"):
                self.registered[bytes(index)] = done[str(key)]

    def add(self, row: int, fields: dict[str, str]) -> None:
        for field in _OWN.values():
            self.rows[fields[field]] = row

    def faults(self, row: int, fields: dict[str, str]) -> list[Fault]:
        """What makes this row somebody's second; it names the first."""
        found = []
        for column, field in _OWN.items():
            first = self.rows.get(fields.get(field, ""), row)
            if first != row:
                text = f"Sama dengan baris {first}. Satu orang cukup satu baris, satu {column} untuk satu orang."
                found.append(Fault(column, "twin", text))
        if not found and self.registered and (number := fields.get("employee_number")):
            first = self.registered.get(blind_index("employee-number", number), -1)
            if first >= 0:
                found.append(Fault("NIP", "twin", _told(first)))
        return found


def _told(row: int) -> str:
    which = f"Sama dengan baris {row}, yang" if row else "Orang ini"
    return (
        f"{which} sudah didaftarkan dari daftar ini. Bila NIP-nya keliru, betulkan; bila memang orang yang sama, "
        "buang baris ini."
    )
