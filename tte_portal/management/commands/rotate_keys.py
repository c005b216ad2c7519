"""``manage.py rotate_keys`` seals everything anew with the first key of TTE_DATA_KEYS, while the portal runs."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models

from tte_portal import data_keys
from tte_portal.encryption import ring
from tte_portal.fields import place_of, sealed_fields


class Command(BaseCommand):
    help = "Re-encrypts sealed columns and data keys with the current key; safe to run under load and to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if fields := sealed_fields(model):
                done = sum(rotate_column(model, field) for field in fields)
                self.stdout.write(f"{model._meta.db_table}: {done} values")
        self.stdout.write(f"data keys: {data_keys.rotate_all()}")


def rotate_column(model: type[models.Model], field: Any) -> int:
    """Seal old values anew, each only if nobody changed it meanwhile (compare and set); returns how many."""
    table, column = model._meta.db_table, field.column
    done = 0
    for instance in model._default_manager.only("pk").iterator(chunk_size=500):
        while (old := _stored(table, column, instance.pk)) is not None and not ring().is_current(old):
            place = place_of(instance, field)
            fresh = ring().seal(ring().open(old, place), place)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s AND "{column}" = %s',  # noqa: S608
                    [fresh, instance.pk, old],
                )
                done += cursor.rowcount
    return done


def _stored(table: str, column: str, pk: Any) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [pk])  # noqa: S608
        row = cursor.fetchone()
    return None if row is None or row[0] is None else bytes(row[0])
