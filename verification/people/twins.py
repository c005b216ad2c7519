"""One person twice in a list: whose number or mailbox stands there already."""

from enrollment.roster.columns import BY_NAME, COLUMNS
from enrollment.roster.faults import Fault
from verification.people.models import ListPart, PersonnelList

# Column → field of what belongs to one person alone.
_OWN = {name: BY_NAME[name].field for name in ("NIP", "Surel Dinas")}
_PLACES = [place for place, column in enumerate(COLUMNS) if column.field in _OWN.values()]


class Seen:
    """Numbers and mailboxes of everybody in a list who passed, and of the rows asked about since."""

    def __init__(self, made: PersonnelList) -> None:
        self.rows: dict[str, int] = {}
        for part in made.parts.filter(stage=ListPart.Stage.CHECKED):
            for row, values, _ in part.content["people"]:
                for place in _PLACES:
                    self.rows[values[place]] = row

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
        return found
