"""Who works and who is looked for in the filled database: officers, and people with numbers of their own that open."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from psycopg2.extras import execute_values

from enrollment.models import Application, Institution, Role
from tte_portal.encryption import blind_index, ring
from tte_portal.models import Account

HOME = "instansi-0"
LOCAL = (
    Role.Kind.VERIFIER, Role.Kind.HR, Role.Kind.ISSUER, Role.Kind.HELP_DESK, Role.Kind.REPORT_READER,
    Role.Kind.ADMINISTRATOR,
)  # fmt: skip
TABLE = "enrollment_application"
# Institutions whose people's numbers are sealed, for exports that open them.
SEALED = 6


def make() -> None:
    """One officer of the first institution with every role, one of all institutions, a superuser for Django's admin."""
    home = Institution.objects.get(slug=HOME)
    local = _account("ukur.satu")
    Role.objects.bulk_create([Role(account=local, institution=home, kind=kind) for kind in LOCAL])
    national = _account("ukur.semua")
    kinds = (Role.Kind.ADMINISTRATOR, Role.Kind.REPORT_READER)
    every = Institution.objects.all()
    Role.objects.bulk_create([Role(account=national, institution=each, kind=kind) for each in every for kind in kinds])
    _account("ukur.django", is_superuser=True)
    seal(Institution.objects.filter(slug__in=[f"instansi-{number}" for number in range(SEALED)]))


def _account(login: str, **more: Any) -> Account:
    return Account.objects.create_user(
        login, None, name=f"Petugas {login}", is_staff=True, mailbox=f"{login}@portal.example", **more
    )


def nik(number: int) -> str:
    birth = f"{1 + number % 28:02}{1 + number // 28 % 12:02}{60 + number // 336 % 40}"
    return f"327101{birth}{1 + number // 13440:04}"


def employee_number(number: int) -> str:
    birth = f"{1960 + number // 336 % 40}{1 + number // 28 % 12:02}{1 + number % 28:02}"
    return f"{birth}2026031{number // 13440:03}"


def phone(number: int) -> str:
    return f"+62800{number:08}"


NUMBERS = (("nik", "nik", nik), ("employee-number", "employee_number", employee_number), ("phone", "phone", phone))


def numbers(receipt: str) -> int:
    """The number of a person, who is told by the receipt."""
    return int(receipt[5:])


def seal(institutions: Any) -> None:
    """Give these institutions' people ciphertexts that open, and the blind indexes by which they are found."""
    people = Application.objects.filter(institution__in=institutions, receipt__startswith="TTE-N")
    rows = list(_sealed(people.values_list("pk", "receipt")))
    with transaction.atomic(), connection.cursor() as cursor:
        execute_values(cursor.cursor, f"""
            UPDATE {TABLE} SET nik = new.nik, nik_index = new.nik_index, employee_number = new.number,
                employee_number_index = new.number_index, phone = new.phone, phone_index = new.phone_index,
                draft = new.draft
            FROM (VALUES %s) new (id, nik, nik_index, number, number_index, phone, phone_index, draft)
            WHERE {TABLE}.id = new.id::uuid""", rows, page_size=1000)  # fmt: skip  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {TABLE}")


def open_record(person: Application) -> None:
    """What the person's page shows besides: the number in the registry, and the reason of a rejection."""
    assert person.record is not None
    person.record.employee_number = employee_number(numbers(person.receipt))
    person.record.save(update_fields=["employee_number", "employee_number_index"])
    person.rejection_reason = ""
    person.save(update_fields=["rejection_reason"])


def _sealed(people: Any) -> Iterator[tuple[Any, ...]]:
    for pk, receipt in people:
        number = numbers(receipt)
        row: list[Any] = [str(pk)]
        for kind, column, of in NUMBERS:
            plain = of(number)
            row += [ring().seal(plain.encode(), f"{TABLE}.{column}.{pk}"), blind_index(kind, plain)]
        yield (*row, ring().seal(b"{}", f"{TABLE}.draft.{pk}"))
