"""The personnel registry without SIASN: the list that the institution has imported."""

from enrollment.models import Institution, PersonnelRecord
from enrollment.registries import Person
from tte_portal.encryption import blind_index


class Imported:
    """Knows name, mailbox, unit and position, but neither NIK nor birth; never unavailable while the database is."""

    def find(self, institution: Institution, employee_number: str) -> Person | None:
        record = PersonnelRecord.objects.filter(
            institution=institution, employee_number_index=blind_index("employee-number", employee_number)
        ).first()
        if record is None:
            return None
        return Person(
            employee_number=employee_number, name=record.name, mailboxes=frozenset({record.mailbox.lower()}),
            unit=record.unit, position=record.position,
        )  # fmt: skip
