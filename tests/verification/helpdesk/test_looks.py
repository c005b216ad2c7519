"""Looking at a number, a face or a KTP: the reason comes first and stays with the look."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import cast
from tte_portal import audit
from tte_portal.models import Account, AuditRow
from verification.helpdesk.models import Look
from verification.helpdesk.people import Person

pytestmark = pytest.mark.django_db
Browser = Callable[[Account], Client]
WHY = {"reason": "caller", "words": "Tiket 12, menelepon sendiri"}


def look_at(person: Person, what: str = "photo") -> str:
    return reverse("admin:helpdesk-look", args=[person.id, person.applications[0].pk, what])


def test_a_number_is_shown_for_a_reason_that_is_kept(waiting: Person, helper: Account, browser_of: Browser) -> None:
    browser, address = browser_of(helper), reverse("admin:helpdesk-number", args=[waiting.id, "nik"])
    assert waiting.nik not in browser.get(address).content.decode()
    for typed in ({}, {"reason": "caller"}, {"words": "tanpa pilihan"}):
        answer = browser.post(address, typed)
        assert (answer.status_code, waiting.nik in answer.content.decode()) == (422, False)
    assert not AuditRow.objects.filter(event="view_number").exists()

    assert waiting.nik in browser.post(address, WHY).content.decode()

    row = AuditRow.objects.get(event="view_number")
    assert (row.actor, row.facts) == (f"account:{helper.pk}", {"field": "nik", "reason": "caller"})
    assert audit.read_detail(row) == {"words": WHY["words"]}
    assert WHY["words"].encode() not in bytes(row.detail or b"")


def test_a_face_is_shown_for_a_reason_and_every_look_is_logged(
    waiting: Person, helper: Account, browser_of: Browser
) -> None:
    browser = browser_of(helper)
    assert browser.post(look_at(waiting), {"reason": "caller", "words": ""}).status_code == 422
    assert not Look.objects.exists()

    page = browser.post(look_at(waiting), WHY).content.decode()

    look = Look.objects.get()
    address = reverse("admin:helpdesk-shown", args=[look.pk])
    assert address in page
    assert (look.reason, look.words, look.by) == (WHY["reason"], WHY["words"], helper)
    for times in (1, 2):
        assert browser.get(address).headers["Content-Type"] == "image/jpeg"
        rows = AuditRow.objects.filter(event="view_photo")
        assert rows.count() == times
    assert rows[0].facts == {"reason": "caller", "look": str(look.pk), "field": "photo"}
    assert rows[0].subject == waiting.applications[0].pk


def test_a_paper_as_well(waiting: Person, helper: Account, browser_of: Browser) -> None:
    paper = cast.hand_in_letter(waiting.applications[0])
    browser = browser_of(helper)

    browser.post(look_at(waiting, str(paper.pk)), WHY)
    shown = browser.get(reverse("admin:helpdesk-shown", args=[Look.objects.get().pk]))

    assert shown.headers["Content-Type"] == "application/pdf"
    assert AuditRow.objects.get(event="view_paper").facts["paper"] == str(paper.pk)


def test_a_look_is_its_officers_own_and_ends(
    waiting: Person, helper: Account, second: Account, browser_of: Browser
) -> None:
    browser_of(helper).post(look_at(waiting), WHY)
    address = reverse("admin:helpdesk-shown", args=[Look.objects.get().pk])

    assert browser_of(second).get(address).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("UPDATE helpdesk_look SET at = at - interval '5 minutes 1 second'")
    assert browser_of(helper).get(address).status_code == 404
    assert not AuditRow.objects.filter(event="view_photo").exists()


def test_one_whose_role_has_ended_sees_nothing_more(waiting: Person, helper: Account, browser_of: Browser) -> None:
    browser = browser_of(helper)
    browser.post(look_at(waiting), WHY)
    helper.roles.all().delete()

    assert browser.get(reverse("admin:helpdesk-shown", args=[Look.objects.get().pk])).status_code != 200


def test_ones_own_is_not_shown_here(waiting: Person, helper: Account, browser_of: Browser) -> None:
    Account.objects.filter(pk=helper.pk).update(mailbox=waiting.mailbox)
    helper.refresh_from_db()

    answer = browser_of(helper).post(look_at(waiting), WHY, follow=True)

    assert "data Anda sendiri" in answer.content.decode()
    assert not Look.objects.exists()
