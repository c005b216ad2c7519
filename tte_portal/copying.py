"""Many new rows at once by PostgreSQL's COPY, a fraction of what INSERT statements take."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from tte_portal.fields import Sealed

# What COPY's text format takes for ends of values and rows.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_AT_ONCE = 100


def insert(rows: Sequence[models.Model]) -> None:
    """Write new objects of one model, as ``bulk_create`` does: no ``save()``, no signals, sealed fields sealed.

    What the database fills in by itself (keys that count, ``db_default``) is left to it where the first row leaves it.
    """
    if not rows:
        return
    first = rows[0]
    fields = [field for field in first._meta.concrete_fields if not _left_to_database(first, field)]
    copy_in(type(first), [field.attname for field in fields], ([f.pre_save(row, True) for f in fields] for row in rows))


def copy_in(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> None:
    """Write rows given as values of the named attributes; ``same`` are the attributes that are alike in all rows.

    PostgreSQL stores the first rows while the last ones are still being made.
    """
    columns = [model._meta.get_field(name).column for name in (*names, *same)]  # type: ignore[union-attr]
    quoted = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
    tail = "".join(f"\t{_text(value)}" for value in same.values()) + "\n"
    lines = ("\t".join([_text(value) for value in row]) + tail for row in rows)
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.copy_expert(f"COPY {table} ({quoted}) FROM STDIN", _Stream(lines))


class _Stream:
    """Lines as the file that COPY reads from."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, size: int) -> str:
        return "".join(islice(self.lines, _AT_ONCE))


def _left_to_database(row: models.Model, field: Any) -> bool:
    value = getattr(row, field.attname) if field.attname in row.__dict__ else None
    return isinstance(value, DatabaseDefault) or (field.primary_key and value is None)


def _text(value: Any) -> str:
    write = _WRITERS.get(type(value))
    return write(value) if write else _other(value)


def _other(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return _bytes(value)
    # Enumerations of texts among others.
    return str(value).translate(_ESCAPES)


def _bytes(value: Any) -> str:
    return "\\\\x" + bytes(value).hex()


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder).translate(_ESCAPES)


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "\\N",
    str: lambda value: value.translate(_ESCAPES),
    bytes: _bytes,
    Sealed: _bytes,
    bool: lambda value: "t" if value else "f",
    int: str,
    datetime: datetime.isoformat,
    dict: _json,
    list: _json,
}
