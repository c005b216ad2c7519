"""Walks over the queue's index: the oldest waiting cases of many institutions, and how many there are, in one query.

The index has the order of one institution at a time. The fifty oldest cases of all lie in the fifty institutions whose
first case is oldest, so those are found first, and only they are walked further.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

Place = tuple[datetime, UUID]

WAITS = "a.institution_id = {institution} AND a.waiting_for = %(waiting_for)s AND a.waiting_for <> 'nobody'"
AFTER = "(a.since, a.id) > (%(since)s, %(id)s)"
YOUNGER = "a.since > statement_timestamp() - make_interval(days => {days:d})"
OLDER = "a.since <= statement_timestamp() - make_interval(days => {days:d})"

FREE = "(a.claimed_by_id IS NULL OR a.claimed_until <= statement_timestamp())"
OF_OTHERS = "upper(a.mailbox) <> upper(%(mailbox)s)"
# What the lifecycle asks of the audit trail (lifecycle.has_checked), for all candidates at once.
NOT_TOUCHED = """
NOT EXISTS (SELECT FROM tte_portal_auditrow r
             WHERE r.subject = a.id AND r.actor = %(actor)s AND r.event = ANY(%(events)s))
AND NOT EXISTS (SELECT FROM enrollment_holder h JOIN tte_portal_auditrow r ON r.subject = h.id
                 WHERE h.institution_id = a.institution_id AND (h.mailbox = a.mailbox OR h.record_id = a.record_id)
                   AND r.actor = %(actor)s AND r.event = ANY(%(events)s))"""

FIRSTS = """
SELECT i.id, f.since, f.id AS first
  FROM unnest(%(institutions)s::bigint[]) AS i(id)
 CROSS JOIN LATERAL (SELECT a.since, a.id FROM enrollment_application a
                      WHERE {of_i} ORDER BY a.since, a.id LIMIT 1) f
 ORDER BY f.since, f.id LIMIT %(limit)s"""
OLDEST = """
WITH firsts AS ({firsts})
SELECT c.since, c.id FROM firsts
 CROSS JOIN LATERAL (SELECT a.since, a.id FROM enrollment_application a
                      WHERE {of_firsts} ORDER BY a.since, a.id LIMIT %(limit)s) c
 ORDER BY c.since, c.id LIMIT %(limit)s"""
FULLEST = """
WITH firsts AS ({firsts})
SELECT firsts.id, firsts.since,
       (SELECT count(*) FROM (SELECT FROM enrollment_application a
                               WHERE {of_firsts} ORDER BY a.since, a.id LIMIT %(most)s) counted)
  FROM firsts ORDER BY firsts.since, firsts.first"""
# The order is nobody's wish here: with it PostgreSQL walks the queue's index, and stops.
COUNT = """
SELECT count(*) FROM (SELECT FROM unnest(%(institutions)s::bigint[]) AS i(id)
 CROSS JOIN LATERAL (SELECT FROM enrollment_application a
                      WHERE {of_i} ORDER BY a.since, a.id LIMIT %(most)s) c LIMIT %(most)s) counted"""


@dataclass(frozen=True)
class Walk:
    """The cases that wait for ``waiting_for`` in these institutions; ``more`` are conditions on the row ``a``."""

    institutions: Sequence[int]
    waiting_for: str
    more: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)

    def after(self, place: Place | None) -> "Walk":
        return self._with([AFTER], since=place[0], id=place[1]) if place else self

    def aged(self, days: int, until: int | None) -> "Walk":
        """Those that have waited at least ``days`` and less than ``until`` days."""
        walk = self._with([OLDER.format(days=days)]) if days else self
        return walk._with([YOUNGER.format(days=until)]) if until is not None else walk

    def free_for(self, actor: str, mailbox: str, events: Iterable[str]) -> "Walk":
        """Those that nobody holds, that are not the officer's own and that the officer has not touched before."""
        walk = self._with([FREE])
        walk = walk._with([OF_OTHERS], mailbox=mailbox) if mailbox else walk
        return walk._with([NOT_TOUCHED], actor=actor, events=sorted(events)) if events else walk

    def oldest(self, limit: int) -> list[Place]:
        """Since when they wait and their ids, oldest first."""
        firsts = FIRSTS.format(of_i=self._of("i.id"))
        return self._rows(OLDEST.format(firsts=firsts, of_firsts=self._of("firsts.id")), limit=limit)

    def fullest(self, limit: int, most: int) -> list[tuple[int, datetime, int]]:
        """(institution, since when its oldest waits, how many wait, counted up to ``most``), longest wait first."""
        firsts = FIRSTS.format(of_i=self._of("i.id"))
        return self._rows(FULLEST.format(firsts=firsts, of_firsts=self._of("firsts.id")), limit=limit, most=most)

    def count(self, most: int) -> int:
        """How many there are, counted up to ``most``."""
        found: int = self._rows(COUNT.format(of_i=self._of("i.id")), most=most)[0][0]
        return found

    def counts(self, ages: Iterable[tuple[int, int | None]], most: int) -> tuple[int, ...]:
        """The same for each of several ages (as :meth:`aged` takes them), in one query."""
        each = [f"({COUNT.format(of_i=self.aged(*age)._of('i.id'))})" for age in ages]
        found: tuple[int, ...] = self._rows(f"SELECT {', '.join(each)}", most=most)[0]
        return found

    def _with(self, conditions: list[str], **values: Any) -> "Walk":
        return Walk(self.institutions, self.waiting_for, (*self.more, *conditions), {**self.values, **values})

    def _of(self, institution: str) -> str:
        return " AND ".join((WAITS.format(institution=institution), *self.more))

    def _rows(self, sql: str, **values: Any) -> list[Any]:
        given: dict[str, Any] = {"institutions": list(self.institutions), "waiting_for": self.waiting_for}
        with connection.cursor() as cursor:
            cursor.execute(sql, {**given, **self.values, **values})
            return list(cursor.fetchall())
