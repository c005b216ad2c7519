"""P3 on the ground floor: a link lives 24 hours of database time, opens any number of times and is used up once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tests.hostile import dump, spellings, sql, together, undone
from tte_portal import links, tasks
from tte_portal.links import LinkClosed
from tte_portal.models import Link

pytestmark = pytest.mark.django_db


def make(purpose: str = "activation", subject: UUID | None = None) -> tuple[Link, str]:
    link = links.make(purpose, subject or uuid4())
    link.refresh_from_db()
    return link, links.token_of(link.pk)


def age(link: Link, by: str) -> None:
    """Let the link be older than it is: to it, time has passed in the database."""
    sql(
        "UPDATE tte_portal_link SET expires_at = expires_at - %s::interval, created_at = created_at - %s::interval, "
        "opened_at = opened_at - %s::interval WHERE id = %s",
        by, by, by, link.pk,
    )  # fmt: skip


def reason(purpose: str, token: str) -> str:
    with pytest.raises(LinkClosed) as closed:
        links.find(purpose, token)
    return closed.value.reason


def browser(response: HttpResponse) -> HttpRequest:
    """The request a browser sends after that response."""
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    return request


def entered(link: Link, token: str, purpose: str = "activation") -> tuple[HttpResponse, HttpRequest]:
    response = HttpResponse()
    links.enter(response, purpose, token)
    return response, browser(response)


# --- Time ----------------------------------------------------------------------------------------------------------
def test_a_link_is_made_for_24_hours_to_the_microsecond() -> None:
    link, _ = make()
    assert link.expires_at - link.created_at == timedelta(hours=24)


def test_one_second_before_24_hours_a_link_opens() -> None:
    link, token = make()
    age(link, "23:59:59")
    assert links.find("activation", token).pk == link.pk


def test_one_second_after_24_hours_it_does_not() -> None:
    link, token = make()
    age(link, "24:00:01")
    assert reason("activation", token) == "expired"


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=-3)])
def test_the_clock_of_a_web_server_decides_nothing(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    link, token = make()
    wrong = timezone.now() + ahead
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    assert links.find("activation", token).pk == link.pk
    assert links.usable(link.pk).exists()
    age(link, "24:00:01")
    assert reason("activation", token) == "expired"


@pytest.mark.parametrize(("age_at_opening", "further", "goes_on"), [
    ("23:59:50", "00:00:05", True),
    ("23:59:50", "01:59:59", True),
    ("23:59:50", "02:00:11", False),
    ("00:00:10", "25:59:40", True),
    ("00:00:10", "26:00:01", False),
])  # fmt: skip
def test_work_that_began_in_time_has_two_more_hours(age_at_opening: str, further: str, goes_on: bool) -> None:
    link, token = make()
    age(link, age_at_opening)
    entered(link, token)
    age(link, further)
    assert links.usable(link.pk).exists() is goes_on
    assert links.finish(link.pk) is goes_on


def test_a_link_that_was_never_opened_ends_with_its_day() -> None:
    link, _ = make()
    age(link, "24:00:01")
    assert not links.usable(link.pk).exists()
    assert not links.finish(link.pk)


def test_links_are_forgotten_after_three_months() -> None:
    kept, forgotten = make()[0], make()[0]
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '89 days' WHERE id = %s", kept.pk)
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '91 days' WHERE id = %s", forgotten.pk)
    tasks.housekeeping()
    assert set(Link.objects.values_list("pk", flat=True)) == {kept.pk}


# --- Once ----------------------------------------------------------------------------------------------------------
def test_opening_twice_keeps_the_first_moment_and_opens_twice() -> None:
    link, token = make()
    entered(link, token)
    link.refresh_from_db()
    first = link.opened_at
    entered(link, token)
    link.refresh_from_db()
    assert link.opened_at == first


def test_finishing_uses_a_link_up() -> None:
    link, token = make()
    assert links.finish(link.pk)
    assert not links.finish(link.pk)
    assert reason("activation", token) == "used"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_finish_at_once_one_wins() -> None:
    link, _ = make()

    def finish(_: int) -> bool:
        with transaction.atomic():
            return links.finish(link.pk)

    assert sorted(together(30, finish)) == [False] * 29 + [True]


@pytest.mark.django_db(transaction=True)
def test_work_that_fails_leaves_its_link_unused() -> None:
    link, token = make()
    undone(lambda: links.finish(link.pk))
    assert links.find("activation", token).pk == link.pk


def test_a_new_link_replaces_the_older_of_its_purpose_and_person_alone() -> None:
    person = uuid4()
    old, status, stranger = make(subject=person)[1], make("status", person)[1], make()[1]
    new = make(subject=person)[1]
    assert reason("activation", old) == "replaced"
    assert links.find("activation", new).subject == person
    assert links.find("status", status).subject == person
    assert links.find("activation", stranger)


def test_a_replaced_link_cannot_be_finished_by_a_browser_that_had_opened_it() -> None:
    person = uuid4()
    old, token = make(subject=person)
    entered(old, token)
    make(subject=person)
    assert not links.usable(old.pk).exists()
    assert not links.finish(old.pk)


# --- Secrets -------------------------------------------------------------------------------------------------------
def test_the_token_of_one_purpose_opens_no_other() -> None:
    assert reason("passphrase", make("activation")[1]) == "unknown"


@pytest.mark.parametrize("spoil", [str.lower, str.swapcase, lambda token: token[:-1], lambda token: token + "A"])
def test_a_token_that_is_almost_right_is_unknown(spoil: Any) -> None:
    token = make()[1]
    assert spoil(token) != token
    assert reason("activation", spoil(token)) == "unknown"


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {make()[1] for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}


def test_another_link_key_makes_other_tokens(settings: Any) -> None:
    link, token = make()
    settings.LINK_KEY = settings.INDEX_KEY
    assert links.token_of(link.pk) != token


def test_the_database_holds_no_token_in_any_spelling() -> None:
    token = make()[1]
    written = str(dump()).encode()
    assert not [each for each in spellings(token.encode()) if each in written]


# --- The cookie ----------------------------------------------------------------------------------------------------
def test_the_cookie_says_which_link_and_whose() -> None:
    link, token = make()
    _, request = entered(link, token)
    assert links.entered(request, "activation") == (link.pk, link.subject)


@pytest.mark.parametrize("https", [True, False])
def test_scripts_and_other_sites_do_not_get_the_cookie(settings: Any, https: bool) -> None:
    settings.HTTPS = https
    response, _ = entered(*make())
    cookie = response.cookies["tte_activation"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == 26 * 3600


# One id for all: tests that differ between two collecting processes cannot be shared out.
ID = "5f0c6a52-6d43-4a5c-9f6f-0d6f6f5f8e11"


@pytest.mark.parametrize("value", ["", "x", "a:b:c", f"{ID}:{ID}", f"{ID}:{ID}:1tabcd:sign"])
def test_a_cookie_that_was_not_signed_here_is_none(value: str) -> None:
    request = HttpRequest()
    request.COOKIES = {"tte_activation": value}
    assert links.entered(request, "activation") is None


def test_a_cookie_changed_by_one_letter_is_none() -> None:
    _, request = entered(*make())
    value = request.COOKIES["tte_activation"]
    request.COOKIES["tte_activation"] = ("1" if value[0] != "1" else "2") + value[1:]
    assert links.entered(request, "activation") is None


def test_the_cookie_of_one_purpose_serves_no_other() -> None:
    _, request = entered(*make("status"), purpose="status")
    request.COOKIES["tte_activation"] = request.COOKIES["tte_status"]
    assert links.entered(request, "activation") is None
    assert links.entered(request, "status") is not None


def test_two_purposes_live_side_by_side_in_one_browser() -> None:
    response = HttpResponse()
    for purpose in ("activation", "status"):
        links.enter(response, purpose, make(purpose)[1])
    assert set(response.cookies) == {"tte_activation", "tte_status"}
    links.leave(response, "status")
    assert response.cookies["tte_status"]["max-age"] == 0
    assert links.entered(browser(response), "activation") is not None
