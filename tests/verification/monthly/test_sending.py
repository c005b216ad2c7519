"""Mailed on the 1st at six in the morning where the institution lies: once, to readers and administrators."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal import outbox
from tte_portal.models import Account, OutboxMessage
from verification.exports.models import MonthlySending
from verification.reports import monthly


@pytest.fixture
def reader(natuna: Institution) -> Account:
    return cast.make_officer("rina", (natuna, Role.Kind.REPORT_READER), mailbox="rina@natunakab.example")


@pytest.fixture
def people(natuna: Institution) -> None:
    """Somebody applied long before any month this is about."""
    case = cast.begin(natuna)
    Application.objects.filter(pk=case.pk).update(created_at=datetime(2020, 1, 5, tzinfo=ZoneInfo("UTC")))


def at(monkeypatch: pytest.MonkeyPatch, local: str, zone: str = "Asia/Jakarta") -> int:
    """The sweep as if the database's clock stood at that local time."""
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    frozen = monthly._DUE.replace("now()", f"timestamptz '{moment.isoformat()}'")
    with monkeypatch.context() as patch:
        patch.setattr(monthly, "_DUE", frozen)
        return monthly.send_due()


@pytest.mark.parametrize(
    ("local", "mails"),
    [
        ("2026-03-01T05:59:59", 0), ("2026-03-01T06:00:00", 1), ("2026-03-03T12:00:00", 1), ("2026-03-08T00:00:01", 0),
        ("2026-02-28T23:59:59", 0),
    ],
)  # fmt: skip
def test_at_six_on_the_first_or_as_soon_as_the_portal_runs_again(
    people: None, reader: Account, monkeypatch: pytest.MonkeyPatch, local: str, mails: int
) -> None:
    assert at(monkeypatch, local) == mails


def test_the_institutions_own_clock_counts(
    people: None, natuna: Institution, reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    Institution.objects.filter(pk=natuna.pk).update(time_zone="Asia/Jayapura")

    assert at(monkeypatch, "2026-03-01T05:59:00", "Asia/Jayapura") == 0
    # Four in the morning in Jakarta.
    assert at(monkeypatch, "2026-03-01T06:00:00", "Asia/Jayapura") == 1


def test_once_a_month_however_often_the_sweep_runs(
    people: None, reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [at(monkeypatch, f"2026-{moment}") for moment in ("03-01T06:00:00", "03-01T06:01:00", "03-02T09:00:00")]

    assert sent == [1, 0, 0]
    assert at(monkeypatch, "2026-04-01T06:00:00") == 1
    assert sorted(MonthlySending.objects.values_list("month", flat=True)) == [date(2026, 2, 1), date(2026, 3, 1)]


def test_a_worker_killed_before_its_end_has_sent_nothing_and_the_next_sends_all(
    people: None, natuna: Institution, reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.make_officer("adi", (natuna, Role.Kind.ADMINISTRATOR), mailbox="adi@natunakab.example")
    before, write = OutboxMessage.objects.count(), outbox.write

    def dies_at_the_second(*given: object, **more: object) -> object:
        if OutboxMessage.objects.count() > before:
            raise KeyboardInterrupt
        return write(*given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "write", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            at(monkeypatch, "2026-03-01T06:00:00")

    assert (OutboxMessage.objects.count(), MonthlySending.objects.count()) == (before, 0)
    assert at(monkeypatch, "2026-03-01T06:05:00") == 2


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_the_same_moment_send_it_once(
    people: None, reader: Account, natuna: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    barrier = Barrier(4)

    def send(_: int) -> int:
        try:
            barrier.wait()
            return monthly._send(natuna.pk, date(2026, 2, 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 1
    assert OutboxMessage.objects.filter(template="monthly_report").count() == 1


def test_the_mail_leads_to_the_page_and_names_nobody(
    people: None, natuna: Institution, reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-03-01T06:00:00")
    row = OutboxMessage.objects.get(template="monthly_report")
    mail = outbox.compose(row)

    assert (mail.to, mail.subject) == (reader.mailbox, "[BSrE] Laporan Februari 2026, Natuna")
    assert "/laporan/bulanan/?instansi=natuna" in mail.text
    case = Application.objects.get(institution=natuna)
    assert case.receipt not in mail.text + mail.html


def test_verifiers_people_who_left_and_empty_institutions_get_none(
    natuna: Institution, verifier: Account, reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at(monkeypatch, "2026-03-01T06:00:00") == 0

    case = cast.begin(natuna)
    Application.objects.filter(pk=case.pk).update(created_at=datetime(2020, 1, 5, tzinfo=ZoneInfo("UTC")))
    assert at(monkeypatch, "2026-03-01T06:00:00") == 1
    Role.objects.filter(account=reader).delete()
    with pytest.raises(outbox.Unneeded):
        outbox.compose(OutboxMessage.objects.get(template="monthly_report"))
