"""Away, with a colleague who holds the roles meanwhile: for that time alone, by the usual rules, on record."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account, AuditRow
from verification import actions, queue, roles
from verification.care import absences, tasks
from verification.care.absences import Impossible
from verification.care.models import Absence

TELL = "/admin/tugas-saya/ketidakhadiran/"


@pytest.fixture
def clerk(natuna: Institution) -> Account:
    """An officer of the same institution who is no verifier."""
    return cast.make_officer("tata", (natuna, Role.Kind.HR))


def today(institution: Institution) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(institution.time_zone)).date()


def away(account: Account, stand_in: Account, institution: Institution, begins: float = 0, days: float = 3) -> Absence:
    now = lifecycle.now()
    start = now + timedelta(days=begins)
    return absences.begin(
        account, institution, stand_in, begins=start, ends=start + timedelta(days=days), by=account
    )  # fmt: skip


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def tell(client: Client, account: Account, stand_in: Account, first: date, last: date) -> Any:
    data = {"account": account.pk, "stand_in": stand_in.pk, "first": first.isoformat(), "last": last.isoformat()}
    return client.post(TELL, data)


def test_the_stand_in_holds_the_roles_at_once_and_the_claim_goes_back(
    natuna: Institution, case: Application, verifier: Account, clerk: Account
) -> None:
    actions.claim(case.pk, verifier)
    assert not queue.waiting(clerk).exists()

    away(verifier, clerk, natuna)

    case.refresh_from_db()
    assert (case.claimed_by, case.claimed_until) == (None, None)
    assert queue.waiting(fresh(clerk)).get() == case
    assert actions.approve(case.pk, by=fresh(clerk)).status == "ON_SET_PASSPHRASE"


def test_before_it_begins_and_after_it_ends_there_is_no_role(
    natuna: Institution, verifier: Account, clerk: Account
) -> None:
    away(verifier, clerk, natuna, begins=2)
    assert roles.VERIFIER not in roles.kinds_of(fresh(clerk))

    Role.objects.filter(stands_in_for=verifier).update(begins=Now() - timedelta(days=2))
    assert roles.VERIFIER in roles.kinds_of(fresh(clerk))

    Role.objects.filter(stands_in_for=verifier).update(ends=Now() - timedelta(seconds=1))
    assert roles.VERIFIER not in roles.kinds_of(fresh(clerk))


def test_what_is_held_when_it_begins_later_goes_back_by_the_sweep(
    natuna: Institution, case: Application, verifier: Account, clerk: Account
) -> None:
    away(verifier, clerk, natuna, begins=1)
    actions.claim(case.pk, verifier)
    tasks.remind()
    case.refresh_from_db()
    assert case.claimed_by == verifier

    Absence.objects.update(begins=Now() - timedelta(minutes=1))
    tasks.remind()

    case.refresh_from_db()
    assert case.claimed_by is None


def test_maker_and_checker_stay_two_by_account(
    natuna: Institution, case: Application, verifier: Account, clerk: Account
) -> None:
    away(verifier, clerk, natuna)
    clerk.mailbox = case.mailbox
    clerk.save()

    with pytest.raises(lifecycle.NotAllowed):
        actions.approve(case.pk, by=fresh(clerk))


def test_ended_early_the_roles_are_gone_at_once(natuna: Institution, verifier: Account, clerk: Account) -> None:
    absence = away(verifier, clerk, natuna)

    answer = cast.sign_in(verifier).post(reverse("admin:absence-end", args=[absence.pk]))

    assert answer.status_code == 302
    assert roles.VERIFIER not in roles.kinds_of(fresh(clerk))
    assert AuditRow.objects.get(event="end_absence").actor == f"account:{verifier.pk}"
    assert absences.end(absence.pk, by=verifier) is False


def test_both_ends_are_on_record(natuna: Institution, verifier: Account, clerk: Account) -> None:
    absence = away(verifier, clerk, natuna)

    row = AuditRow.objects.get(event="begin_absence")
    assert row.chain == natuna.audit_chain
    assert row.facts["account"] == verifier.pk
    assert row.facts["stand_in"] == clerk.pk
    assert row.facts["begins"] == absence.begins.isoformat()


def test_nobody_stands_in_for_themselves(natuna: Institution, verifier: Account) -> None:
    with pytest.raises(Impossible, match="dirinya sendiri"):
        away(verifier, verifier, natuna)


def test_nobody_from_elsewhere_or_dismissed_stands_in(
    natuna: Institution, verifier: Account, outsider: Account, clerk: Account
) -> None:
    with pytest.raises(Impossible, match="instansi yang sama"):
        away(verifier, outsider, natuna)
    clerk.is_active = False
    clerk.save()
    with pytest.raises(Impossible, match="instansi yang sama"):
        away(verifier, clerk, natuna)


def test_there_is_no_chain(natuna: Institution, verifier: Account, colleague: Account, clerk: Account) -> None:
    away(verifier, colleague, natuna)

    with pytest.raises(Impossible, match="menggantikan orang lain"):
        away(colleague, clerk, natuna)
    with pytest.raises(Impossible, match="tidak hadir pada waktu itu"):
        away(clerk, verifier, natuna)


def test_what_is_held_for_another_is_not_passed_on(
    natuna: Institution, verifier: Account, colleague: Account, clerk: Account
) -> None:
    away(verifier, clerk, natuna, days=1)

    away(clerk, colleague, natuna, begins=2)

    kinds = Role.objects.filter(stands_in_for=clerk).values_list("kind", flat=True)
    assert list(kinds) == ["hr"]


def test_one_at_a_time(natuna: Institution, verifier: Account, colleague: Account, clerk: Account) -> None:
    away(verifier, clerk, natuna)

    with pytest.raises(Impossible, match="belum selesai"):
        away(verifier, colleague, natuna, begins=5)


def test_the_same_pair_again_later(natuna: Institution, verifier: Account, clerk: Account) -> None:
    first = away(verifier, clerk, natuna)
    absences.end(first.pk, by=verifier)

    away(verifier, clerk, natuna)

    assert roles.VERIFIER in roles.kinds_of(fresh(clerk))


def test_a_role_that_is_taken_away_is_not_held_by_the_stand_in(
    natuna: Institution, verifier: Account, clerk: Account
) -> None:
    away(verifier, clerk, natuna)

    Role.objects.get(account=verifier, kind="verifier").delete()

    assert roles.VERIFIER not in roles.kinds_of(fresh(clerk))


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_days_are_those_of_the_institution(natuna: Institution, zone: str) -> None:
    natuna.time_zone = zone
    tomorrow = today(natuna) + timedelta(days=1)

    begins, ends = absences.span(natuna, tomorrow, tomorrow)

    local = begins.astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (tomorrow, 0, 0)
    assert ends - begins == timedelta(days=1)


def test_from_today_means_from_now(natuna: Institution) -> None:
    begins, _ = absences.span(natuna, today(natuna), today(natuna))

    assert abs(begins - lifecycle.now()) < timedelta(seconds=5)


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (3, 1), (1, 500)])
def test_days_that_make_no_sense_are_told(
    natuna: Institution, verifier: Account, clerk: Account, first: int, last: int
) -> None:
    day = today(natuna)

    answer = tell(cast.sign_in(verifier), verifier, clerk, day + timedelta(days=first), day + timedelta(days=last))

    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_an_officer_tells_the_own_absence_on_the_page(natuna: Institution, verifier: Account, clerk: Account) -> None:
    day = today(natuna)
    client = cast.sign_in(verifier)

    answer = tell(client, verifier, clerk, day, day + timedelta(days=2))

    assert answer.headers["Location"] == "/admin/tugas-saya/"
    page = unescape(client.get("/admin/tugas-saya/").content.decode())
    assert f"{clerk.name}</b> menggantikan" in page
    assert f"Anda menggantikan <b>{verifier.name}" in unescape(
        cast.sign_in(clerk).get("/admin/tugas-saya/").content.decode()
    )


def test_an_officer_tells_nobody_else_s(
    natuna: Institution, verifier: Account, colleague: Account, clerk: Account
) -> None:
    answer = tell(cast.sign_in(verifier), colleague, clerk, today(natuna), today(natuna))

    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_an_administrator_tells_an_officer_s(
    natuna: Institution, verifier: Account, clerk: Account, administrator: Account
) -> None:
    tell(cast.sign_in(administrator), verifier, clerk, today(natuna), today(natuna))

    absence = Absence.objects.get()
    assert (absence.account, absence.stand_in, absence.told_by) == (verifier, clerk, administrator)


def test_nobody_else_ends_it(
    natuna: Institution, verifier: Account, colleague: Account, clerk: Account, outsider: Account
) -> None:
    absence = away(verifier, clerk, natuna)

    for other in (colleague, clerk, outsider):
        assert cast.sign_in(other).post(reverse("admin:absence-end", args=[absence.pk])).status_code == 404


@pytest.fixture
def reader(natuna: Institution) -> Account:
    """An officer who decides nothing."""
    return cast.make_officer("pembaca", (natuna, Role.Kind.REPORT_READER))


def test_whoever_decides_nothing_is_named_by_an_administrator_alone(
    natuna: Institution, verifier: Account, reader: Account, administrator: Account
) -> None:
    refused = tell(cast.sign_in(verifier), verifier, reader, today(natuna), today(natuna))
    assert refused.status_code == 422
    with pytest.raises(Impossible, match="belum dipercaya memutuskan"):
        away(verifier, reader, natuna)

    tell(cast.sign_in(administrator), verifier, reader, today(natuna), today(natuna))

    assert Absence.objects.get().stand_in == reader


def test_both_are_told_on_their_start_pages_and_by_the_last_day(
    natuna: Institution, verifier: Account, clerk: Account
) -> None:
    last = today(natuna) + timedelta(days=2)
    client = cast.sign_in(verifier)
    tell(client, verifier, clerk, today(natuna), last)

    told = f"sampai akhir {date_format(last, 'j F Y')}"
    mine, theirs = (unescape(c.get("/admin/").content.decode()) for c in (client, cast.sign_in(clerk)))

    assert "Anda tercatat <b>berhalangan</b>" in mine
    assert f"{told}; {clerk.name} menggantikan Anda." in mine
    assert f"Anda <b>menggantikan {verifier.name}</b>" in theirs
    assert told in theirs
    assert told in unescape(client.get("/admin/tugas-saya/").content.decode())


def test_administrators_hear_who_stands_in_for_the_only_verifier(
    natuna: Institution, verifier: Account, clerk: Account, administrator: Account
) -> None:
    client = cast.sign_in(administrator)
    assert "Bila ia berhalangan tanpa pengganti" in client.get("/admin/").content.decode()

    away(verifier, clerk, natuna)

    page = unescape(client.get("/admin/").content.decode())
    assert f"digantikan {clerk}" in page
    assert "tanpa pengganti" not in page
