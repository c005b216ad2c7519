"""The queue at many institutions: one query, from the index, the oldest wherever they lie; ages and their links."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from tests import cast
from tests.verification.test_leases import cases_of
from tte_portal.models import Account
from verification import claims, queue
from verification.walk import Walk

MANY = 60


@pytest.fixture
def country(natuna: Institution) -> list[Institution]:
    """Sixty institutions, each with forty cases that wait, of every age, one after the other round the country."""
    cases_of(cast.submitted(natuna), MANY * 40)
    places = [
        Institution(slug=f"tempat-{number}", name=f"Tempat {number:02}", short_name=f"Tempat {number:02}")
        for number in range(MANY)
    ]
    Institution.objects.bulk_create(places)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enrollment_application a SET institution_id = p.ids[1 + n.n %% %s], "
            "since = now() - n.n * interval '6 minutes' FROM "
            "(SELECT id, row_number() OVER (ORDER BY since) - 1 AS n FROM enrollment_application) n, "
            "(SELECT array_agg(id ORDER BY id) AS ids FROM enrollment_institution WHERE slug LIKE 'tempat-%%') p "
            "WHERE a.id = n.id",
            [MANY],
        )
        cursor.execute("ANALYZE enrollment_application")
    return places


@pytest.fixture
def national(country: list[Institution]) -> Account:
    account = cast.make_officer("nasional")
    Role.objects.bulk_create([Role(account=account, institution=each, kind=Role.Kind.VERIFIER) for each in country])
    return account


def words(response: Any) -> str:
    return unescape(response.content.decode())


def test_pages_walk_the_whole_country_in_order(national: Account) -> None:
    expected = list(Application.objects.order_by("since", "pk").values_list("pk", flat=True)[:120])

    first = queue.page(national)
    second = queue.page(national, first.after)
    third = queue.page(national, second.after)

    assert [case.pk for page in (first, second, third) for case in page.cases][:120] == expected


def test_the_queue_page_asks_the_same_few_questions_of_one_institution_and_of_sixty(
    national: Account, country: list[Institution]
) -> None:
    single = cast.make_officer("satu", (country[0], Role.Kind.VERIFIER))

    asked = []
    for officer in (single, national):
        client = cast.sign_in(officer)
        for page in (reverse("admin:queue"), reverse("admin:index")):
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(page).status_code == 200
            asked.append(len(captured))

    assert asked[2] <= asked[0] + 2
    assert asked[3] <= asked[1] + 20


def plans(walk: Walk) -> list[str]:
    """How PostgreSQL goes about everything that is asked of a walk."""
    found: list[str] = []

    class Explained(Walk):
        def _rows(self, sql: str, **values: Any) -> list[Any]:
            given: dict[str, Any] = {"institutions": list(self.institutions), "waiting_for": self.waiting_for}
            with connection.cursor() as cursor:
                # Among so few rows it is as cheap to fetch and sort all of an institution's; among millions it is not.
                cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
                cursor.execute(f"EXPLAIN {sql}", {**given, **self.values, **values})
                found.append("\n".join(line for (line,) in cursor.fetchall()))
            return [(0,)]

    explained = Explained(walk.institutions, walk.waiting_for, walk.more, walk.values)
    explained.oldest(51)
    explained.fullest(12, 1001)
    explained.count(1001)
    return found


@pytest.mark.parametrize("kind", ["all", "free", "after", "aged"])
def test_every_question_is_answered_from_the_queues_index(national: Account, kind: str) -> None:
    walk = queue.walk(national)
    place = (timezone.now() - timedelta(days=5), Application.objects.order_by("pk").values_list("pk", flat=True)[0])
    asked = {
        "all": walk,
        "free": queue.free(national, queue.ISSUE, place),
        "after": walk.after(place),
        "aged": walk.aged(1, 3),
    }[kind]

    for plan in plans(asked):
        assert "application_queue" in plan
        assert "Seq Scan on enrollment_application" not in plan


def test_a_queue_is_known_by_whose_turn_it_is() -> None:
    """The walks ask for the turn alone: it must mean one state."""
    states = {state for each in lifecycle.TRANSITIONS for state in (*each.sources, each.target)}
    for each in queue.QUEUES:
        assert [state for state in states if state[1] == each.state[1]] == [each.state]


def test_the_oldest_of_the_country_is_claimed_past_what_others_hold(national: Account) -> None:
    expected = list(Application.objects.order_by("since", "pk")[:3])
    other = cast.make_officer("wira")
    Application.objects.filter(pk__in=[expected[0].pk, expected[1].pk]).update(
        claimed_by=other, claimed_until=Now() + queue.LEASE
    )

    assert claims.claim_next(national) == expected[2]


def test_counts_by_age_add_up_and_each_leads_to_its_part(national: Account) -> None:
    client = cast.sign_in(national)
    rows = {row["age"].slug: row["waiting"] for row in queue.ages(national)}

    assert rows == {"baru": "240", "1-3-hari": "480", "3-7-hari": "960", "lama": "721"}
    for page in (reverse("admin:index"), reverse("admin:queue")):
        assert all(f"{reverse('admin:queue')}?umur={slug}" in words(client.get(page)) for slug in rows)
    for age in queue.AGES:
        answer = client.get(reverse("admin:queue"), {"umur": age.slug})
        waited = [timezone.now() - case.since for case in answer.context["page"].cases]
        assert len(waited) == 50
        assert all(each >= timedelta(days=age.days) for each in waited)
        assert age.until is None or all(each < timedelta(days=age.until, minutes=1) for each in waited)
        assert f"umur={age.slug}&after=" in words(answer)
    assert client.get(reverse("admin:queue"), {"umur": "rusak"}).status_code == 200


def test_counting_stops_where_nobody_needs_more(national: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST", 100)

    assert {row["waiting"] for row in queue.ages(national)} == {"lebih dari 100"}
    assert queue.progress(national) == (0, "lebih dari 100")


def test_the_start_page_names_the_institutions_that_have_waited_longest(national: Account) -> None:
    rows = queue.counts(national)

    assert len(rows) == queue.NAMED
    assert [row["oldest"] for row in rows] == sorted(row["oldest"] for row in rows)
    assert {row["waiting"] for row in rows} <= {"40", "41"}
