"""Invites one more person of Natuna for every line it reads; started by the drills as a process of the portal."""

import json
import sys
from datetime import date, timedelta


def main() -> None:
    import django

    django.setup()
    from django.db import InterfaceError, OperationalError, connection

    for line in sys.stdin:
        while True:
            try:
                found = invite(int(line))
                break
            except (OperationalError, InterfaceError):
                connection.close()
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def invite(number: int) -> dict[str, str]:
    """Whether it is the first time or the database went away in between, there is one record and one invitation."""
    from enrollment import actions
    from enrollment.demo.cast import Person
    from enrollment.models import Application, Employment, Institution, PersonnelRecord

    person = Person("Dian Latihan", "P", date(1970, 1, 1) + timedelta(days=number), "Bagian Latihan", "Arsiparis")
    mailbox, nip = f"dian.{number}@natunakab.example", person.nip(number % 1000, Employment.PNS)
    record, _ = PersonnelRecord.objects.get_or_create(
        mailbox=mailbox,
        defaults={
            "institution": Institution.objects.get(slug="natuna"), "employee_number": nip, "name": person.name,
            "unit": person.unit, "position": person.position, "province": "Kepulauan Riau",
            "employment": Employment.PNS,
        },
    )  # fmt: skip
    application = Application.objects.filter(mailbox=mailbox).first() or actions.invite(record, by=None)
    return {
        "mailbox": mailbox, "name": person.name, "nik": person.nik(1000 + number), "nip": nip,
        "phone": f"+62811{70000000 + number}", "unit": person.unit, "position": person.position,
        "application": str(application.pk),
    }  # fmt: skip


if __name__ == "__main__":
    main()
