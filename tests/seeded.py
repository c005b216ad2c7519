"""The demo's institutions with their registries: sown once a run, copied into each test that asks for them.

Sown anew for each test they are some 150 statements; copied, one for each table. The copies lie in a schema of their
own in the tests' database, where no test looks and no flush comes. Numbers and keys are the same in each test, times
are not: they are moved to the moment of the copy.
"""

from collections.abc import Sequence

from django.db import connection, models, transaction

from enrollment.demo import seed
from enrollment.models import Institution, KnownProblem, Opd, PersonnelRecord, VerifierContact

# Each after those it points to.
SOWN: Sequence[type[models.Model]] = (Institution, Opd, VerifierContact, KnownProblem, PersonnelRecord)
SCHEMA = "seeded"


def sow() -> None:
    """Keeps a copy of what the demo begins with; leaves the tables as they were."""
    with transaction.atomic(), connection.cursor() as cursor:
        seed.institutions()
        # An earlier run may have left its database (--reuse-db).
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in map(_table, SOWN):
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS SELECT *, now() AS sown_at FROM {table}")  # noqa: S608 - names of models
        for model in reversed(SOWN):
            model._base_manager.all().delete()


def institutions() -> dict[str, Institution]:
    """The five, with agencies, contacts, known problems and registry; in a test that has none yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in SOWN:
            fields = [field for field in model._meta.concrete_fields if field.column]
            names = ", ".join(f'"{field.column}"' for field in fields)
            values = ", ".join(map(_moved, fields))
            copied = f"SELECT {values} FROM {SCHEMA}.{_table(model)}"  # noqa: S608 - names of models and fields
            cursor.execute(f"INSERT INTO {_table(model)} ({names}) {copied}")
    return {each.slug: each for each in Institution.objects.order_by("pk")}


def _moved(field: "models.Field[object, object]") -> str:
    if isinstance(field, models.DateTimeField):
        return f'"{field.column}" + (statement_timestamp() - sown_at)'
    return f'"{field.column}"'


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table
