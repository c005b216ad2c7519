"""Queries built once in a process and planned once on each connection, for what people and programs ask most.

Both cost far more than the rows do: over an application with its institution Django builds for 1.4 ms and PostgreSQL
plans for 0.4 ms what it then answers in 0.05 ms. The query stays written in the ORM; only its SQL and plan are kept.
Where the SQL is written by hand, a :class:`Statement` keeps its plan.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model, QuerySet
from psycopg2.extensions import AsIs

Row = TypeVar("Row", bound=Model)

# What each connection to PostgreSQL has a plan for; a new connection knows none, and an ended one takes its own along.
_plans: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
_numbers = count(1)


def _plan(cursor: Any, name: str, preparation: str, parameters: Sequence[Any] | None = None) -> None:
    """Have PostgreSQL plan the statement of that name, unless this connection has its plan."""
    planned = _plans.setdefault(cursor.connection, set())
    if name not in planned:
        # A plan outlives the transaction it was made in, be it rolled back.
        with cursor.connection.cursor() as driver, connection.wrap_database_errors:
            driver.execute(preparation, parameters)
        planned.add(name)


class Statement:
    """SQL written by hand, with ``%(name)s`` for each value; ``types`` are PostgreSQL's, by the values' names."""

    def __init__(self, sql: str, **types: str) -> None:
        self.name = f"portal_{next(_numbers)}"
        places = {name: f"${number}" for number, name in enumerate(types, 1)}
        self._preparation = f"PREPARE {self.name} ({', '.join(types.values())}) AS {sql % places}"
        self._execution = f"EXECUTE {self.name} ({', '.join(f'%({name})s' for name in types)})"

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What it gives for these values."""
        with connection.cursor() as cursor:
            self._execute(cursor, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def run(self, **values: Any) -> None:
        """For a statement that gives nothing."""
        with connection.cursor() as cursor:
            self._execute(cursor, values)

    def _execute(self, cursor: Any, values: dict[str, Any]) -> None:
        _plan(cursor, self.name, self._preparation)
        cursor.execute(self._execution, values)


class Prepared(Generic[Row]):
    """``build`` gives the queryset for some UUIDs; ``related`` names the foreign keys whose rows come along."""

    def __init__(self, values: int, build: Callable[..., "QuerySet[Row]"], *related: str) -> None:
        self.values, self.build, self.related = values, build, related

    def first(self, *values: UUID) -> Row | None:
        return next(iter(self.all(*values)), None)

    def all(self, *values: UUID) -> list[Row]:
        """The rows for these values, as ``list(build(*values).select_related(*related))`` gives them."""
        # Built at first use, not on import: by then the models stand and a database is configured.
        compiled = self._compiled
        with connection.cursor() as cursor:
            compiled.plan(cursor)
            cursor.execute(compiled.execution, values)
            return [compiled.object(list(row)) for row in cursor.fetchall()]

    @cached_property
    def _compiled(self) -> "_Compiled[Row]":
        markers = [uuid4() for _ in range(self.values)]
        queryset = self.build(*markers)
        return _Compiled(queryset.select_related(*self.related) if self.related else queryset, markers, self.related)


class _Compiled(Generic[Row]):
    """The SQL of one query, where its values stand in it, and how its rows become objects."""

    def __init__(self, queryset: "QuerySet[Row]", markers: list[UUID], related: tuple[str, ...]) -> None:
        self.sql, parameters = queryset.query.sql_with_params()
        # PostgreSQL numbers the values $1, $2, …; all else in the query is the same each time, and planned with it.
        self.parameters = [AsIs(f"${markers.index(each) + 1}") if each in markers else each for each in parameters]
        self.name = f"portal_{next(_numbers)}"
        self.execution = f"EXECUTE {self.name} ({', '.join(['%s'] * len(markers))})"
        self.own = _Columns(queryset.model, 0)
        self.related: dict[str, _Columns[Any]] = {}
        end = self.own.end
        # The ORM writes the columns in the order of the models' fields.
        for field in queryset.model._meta.concrete_fields:
            if field.name in related:
                there: Any = field.related_model
                self.related[field.name] = _Columns(there, end)
                end = self.related[field.name].end

    def plan(self, cursor: Any) -> None:
        _plan(cursor, self.name, f"PREPARE {self.name} AS {self.sql}", self.parameters)

    def object(self, row: list[Any]) -> Row:
        made = self.own.object(row)
        for name, columns in self.related.items():
            setattr(made, name, columns.object(row) if row[columns.key] is not None else None)
        return made


class _Columns(Generic[Row]):
    """The columns of one model within a row."""

    def __init__(self, model: type[Row], start: int) -> None:
        self.model, self.start = model, start
        fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
        self.end = start + len(fields)
        self.names = [field.attname for field in fields]
        self.key = start + fields.index(model._meta.pk)
        self.converted = [(start + n, field) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]

    def object(self, row: list[Any]) -> Row:
        for place, field in self.converted:
            row[place] = field.from_db_value(row[place], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
