"""Queries built once in a process's life, for the pages that people load most.

Django builds a query anew each time: over an application with its institution that takes 1.4 ms of the processor, four
times as long as PostgreSQL takes to answer it, and was half of a wizard page. The query stays written in the ORM; only
its SQL is kept.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models import query as queries

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """``build`` gives the queryset for some UUIDs; annotations are not supported, ``select_related`` is."""

    def __init__(self, values: int, build: Callable[..., "QuerySet[Row]"]) -> None:
        self.values, self.build = values, build

    def first(self, *values: UUID) -> Row | None:
        return next(iter(self.all(*values)), None)

    def all(self, *values: UUID) -> list[Row]:
        """The rows for these values, as ``list(build(*values))`` gives them."""
        return self._compiled.rows(values)

    @cached_property
    def _compiled(self) -> "_Compiled[Row]":
        # At first use, not on import: by then the models stand and a database is configured.
        return _Compiled(self.build, [uuid4() for _ in range(self.values)])


class _Compiled(Generic[Row]):
    """The SQL of one query, where its values stand in it, and how its rows become objects."""

    def __init__(self, build: Callable[..., "QuerySet[Row]"], markers: list[UUID]) -> None:
        queryset = build(*markers)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        self.places = [(place, markers.index(each)) for place, each in enumerate(self.parameters) if each in markers]
        self.converters = list(compiler.get_converters([each[0] for each in compiler.select]).items())
        about: Any = compiler.klass_info
        start, end = about["select_fields"][0], about["select_fields"][-1] + 1
        self.columns = slice(start, end)
        self.names = [compiler.select[place][0].target.attname for place in about["select_fields"]]
        self.model: type[Row] = about["model"]
        # Django's own, but not public: tests/tte_portal/test_prepared.py holds it against the ORM at every upgrade.
        populators: Any = queries.get_related_populators
        self.related = populators(about, compiler.select, DEFAULT_DB_ALIAS)

    def rows(self, values: tuple[UUID, ...]) -> list[Row]:
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = values[number]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return [self._object(list(each)) for each in cursor.fetchall()]

    def _object(self, row: list[Any]) -> Row:
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
        for related in self.related:
            related.populate(row, made)
        return made
