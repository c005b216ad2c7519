"""What is measured in a filled database, each by its name; a measure may return how to put back what it changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import national_people as people
from enrollment import lifecycle
from enrollment.models import Application, Institution
from tests import cast
from tte_portal.models import Account
from verification.reports.scope import Scope, of_institution
from verification.reports.tables import REPORTS

Measure = Callable[[], Any]

# What a report of one institution or of all would ask without counts that are kept: where everybody stands.
STANDING = "SELECT status, waiting_for, count(*) FROM enrollment_application {where} GROUP BY 1, 2"


def signed_in(login: str) -> Client:
    return cast.sign_in(Account.objects.get(login=login))


def page(client: Client, address: str, shows: str = "") -> Measure:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        assert shows in answer.content.decode(), (address, shows)

    return ask


def measures() -> dict[str, Measure]:
    local, every = signed_in("ukur.satu"), signed_in("ukur.semua")
    home = Institution.objects.get(slug=people.HOME)
    person = Application.objects.filter(institution=home, status="ACTIVE").order_by("pk")[7]
    number = people.numbers(person.receipt)
    people.open_record(person)
    reports = reverse("reports-one", args=["tahapan"])
    return {
        "queue": page(local, reverse("admin:queue")),
        "claim": claim(local),
        "search-receipt": search(local, person.receipt, person),
        "search-nik": search(local, people.nik(number), person),
        "search-mailbox": search(local, person.mailbox, person),
        "person": page(local, reverse("admin:helpdesk-person", args=[person.record_id]), person.receipt),
        "funnel-page": page(local, f"{reports}?instansi={home.slug}"),
        "funnel": report(scope_of(home)),
        "funnel-sql": bare(STANDING.format(where="WHERE institution_id = %s"), home.pk),
        "national-page": page(every, reports),
        "national": report(everywhere()),
        "national-sql": bare(STANDING.format(where="")),
    }


def of_stock() -> dict[str, Measure]:
    client, stock = signed_in("ukur.django"), "/bawaan/enrollment/application/"
    return {
        "stock-list": page(client, stock),
        "stock-oldest": page(client, f"{stock}?waiting_for__exact=verifier&o=6"),
        "stock-search": page(client, f"{stock}?q=TTE-N77", "TTE-N77"),
    }


def claim(client: Client) -> Measure:
    def free() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE enrollment_application SET claimed_by_id = NULL, claimed_until = NULL WHERE claimed_by_id = %s",
                [client.session["_auth_user_id"]],
            )

    def ask() -> Measure:
        answer = client.post(reverse("admin:queue-take-next"))
        assert answer.status_code == 302, answer.status_code
        assert answer.headers["Location"].startswith("/admin/antrean/"), answer.headers["Location"]
        assert answer.headers["Location"] != reverse("admin:queue"), "no case waits"
        return free

    return ask


def search(client: Client, term: str, person: Application) -> Measure:
    """One exact term: the page answers with the way to the one person it finds."""
    found = reverse("admin:helpdesk-person", args=[person.record_id])

    def ask() -> None:
        answer = client.post(reverse("admin:helpdesk"), {"q": term})
        assert answer.headers.get("Location") == found, (term, answer.status_code)

    return ask


def report(scope: Scope) -> Measure:
    from verification.reports import figures  # noqa: F401 (fills REPORTS)

    def ask() -> None:
        assert REPORTS["tahapan"](scope).rows

    return ask


def scope_of(institution: Institution) -> Scope:
    today = lifecycle.now().date()
    return of_institution(institution, today - timedelta(days=30), today)


def everywhere() -> Scope:
    today = lifecycle.now().date()
    ids = tuple(Institution.objects.values_list("pk", flat=True))
    begin = today - timedelta(days=30)
    return Scope(None, ids, "semua", None, begin, today, "Asia/Jakarta", everywhere=True, sees_people=True)


def bare(sql: str, *values: Any) -> Measure:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.fetchall()

    return ask
