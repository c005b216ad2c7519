"""A turn that nobody takes: one reminder a week before, the end in the institution's own time, and the way back."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from enrollment import actions, lapsing, lifecycle, retention, tasks
from enrollment.models import Application, Institution, StatusPeriod
from enrollment.wizard import actions as wizard
from tests import cast
from tte_portal import audit, links, outbox
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from verification.models import Decision

pytestmark = pytest.mark.django_db


def grow_old(application: Application, **past: float) -> None:
    since = Now() - timedelta(**past)
    Application.objects.filter(pk=application.pk).update(since=since)
    StatusPeriod.objects.filter(application=application, until=None).update(since=since)
    application.refresh_from_db()


def give(institution: Institution, days: int) -> None:
    institution.lapses_after_days = days
    institution.save()


def state(application: Application) -> lifecycle.State:
    application.refresh_from_db()
    return lifecycle.state_of(application)


def events(application: Application) -> list[str]:
    return list(AuditRow.objects.filter(subject=application.pk).order_by("pk").values_list("event", flat=True))


def mail(template: str) -> Any:
    return outbox.compose(OutboxMessage.objects.get(template=template))


def test_a_draft_lapses_when_its_time_is_over(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=60, seconds=1)

    tasks.sweep_lapsing()

    assert state(application) == lifecycle.REJECTED
    assert events(application)[-1] == "lapse"
    row = AuditRow.objects.get(subject=application.pk, event="lapse")
    assert (row.actor, row.facts["to"]) == ("system", ["REJECTED", "nobody"])
    assert not links.open_links(application.pk, "activation").exists()


def test_not_a_second_before(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=60, seconds=-30)

    lapsing.sweep()

    assert state(application) == lifecycle.DRAFT
    assert not lapsing.lapse(application.pk)


def test_a_passphrase_that_nobody_makes_lapses(natuna: Institution, verifier: Account) -> None:
    approved = cast.approved(natuna, verifier)
    give(natuna, 30)
    grow_old(approved, days=31)

    lapsing.sweep()

    assert state(approved) == lifecycle.REJECTED
    assert not Link.objects.filter(subject=approved.pk, purpose="passphrase", finished_at=None).exists()


def test_a_correction_lapses_by_the_time_it_was_asked_for(natuna: Institution, verifier: Account) -> None:
    case = cast.submitted(natuna)
    with transaction.atomic():
        lifecycle.change("ask_correction", lifecycle.locked(case.pk), by=verifier)
    give(natuna, 60)
    lapsing.sweep()
    assert state(case) == lifecycle.DRAFT

    grow_old(case, days=61)
    lapsing.sweep()

    assert state(case) == lifecycle.REJECTED


@pytest.mark.parametrize("days", [400, 4000])
def test_zero_means_never(application: Application, natuna: Institution, days: int) -> None:
    give(natuna, 0)
    grow_old(application, days=days)

    lapsing.sweep()

    assert state(application) == lifecycle.DRAFT
    assert not OutboxMessage.objects.filter(template="lapse_reminder").exists()


def test_what_waits_for_an_officer_does_not_lapse(natuna: Institution) -> None:
    waiting = cast.submitted(natuna)
    grow_old(waiting, days=400)

    lapsing.sweep()

    assert state(waiting) == lifecycle.REVIEW


def test_each_institution_has_its_own_time(natuna: Institution, sulteng: Institution) -> None:
    here, there = cast.begin(natuna), cast.begin(natuna, 1)
    Application.objects.filter(pk=there.pk).update(institution=sulteng)
    give(natuna, 20)
    give(sulteng, 80)
    for each in (here, there):
        grow_old(each, days=40)

    lapsing.sweep()

    assert (state(here), state(there)) == (lifecycle.REJECTED, lifecycle.DRAFT)


def test_the_person_is_reminded_once_a_week_before(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=53, seconds=-60)
    lapsing.sweep()
    assert not OutboxMessage.objects.filter(template="lapse_reminder").exists()

    grow_old(application, days=53, seconds=1)
    for _ in range(3):
        lapsing.sweep()

    assert OutboxMessage.objects.filter(template="lapse_reminder", subject=application.pk).count() == 1
    assert events(application).count(lapsing.REMIND) == 1
    told = mail("lapse_reminder")
    assert told.to == application.mailbox
    assert "/email/aktivasi/akun/" in told.text
    assert "gugur pada" in told.text


def test_a_new_turn_has_a_reminder_of_its_own(natuna: Institution, verifier: Account) -> None:
    case = cast.begin(natuna)
    give(natuna, 60)
    grow_old(case, days=54)
    lapsing.sweep()
    cast.fill(case)
    wizard.submit(case.pk, cast.link_of(case, "activation").pk)
    with transaction.atomic():
        lifecycle.change("ask_correction", lifecycle.locked(case.pk), by=verifier)
    Application.objects.filter(pk=case.pk).update(since=lifecycle.now() + timedelta(seconds=1))
    give(natuna, 7)

    lapsing.sweep()

    assert events(case).count(lapsing.REMIND) == 1
    assert state(case) == lifecycle.DRAFT


def test_who_went_on_meanwhile_hears_nothing(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=55)
    lapsing.sweep()
    Application.objects.filter(pk=application.pk).update(waiting_for="verifier")

    with pytest.raises(outbox.Unneeded):
        mail("lapse_reminder")


def test_the_end_is_told_in_the_institution_s_zone_with_the_way_back(
    application: Application, natuna: Institution
) -> None:
    give(natuna, 60)
    natuna.time_zone = "Asia/Jayapura"
    natuna.save()
    Application.objects.filter(pk=application.pk).update(since=lifecycle.now() - timedelta(days=54))
    lapsing.sweep()
    assert "WIT" in mail("lapse_reminder").text
    grow_old(application, days=61)
    lapsing.sweep()

    told = mail("lapsed")
    assert "selama 60 hari" in told.text
    assert "buka halaman Natuna, lalu pilih “Pengajuan TTE”" in told.text
    assert reverse("front-door", args=["natuna"]) in told.text


def test_the_status_page_says_so_in_plain_words(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=61)
    lapsing.sweep()
    actions.send_link_again(application, "status", by=None)

    page = unescape(cast.open_link(application, "status").get(reverse("status-application")).content.decode())

    assert "Pengajuan Anda gugur" in page
    assert "Pengajuan gugur" in page
    assert "buka halaman Natuna, lalu pilih “Pengajuan TTE”" in page
    assert "ditolak" not in page


def test_the_person_may_begin_again(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=61)
    lapsing.sweep()
    record = application.record
    assert record is not None

    again = actions.invite(record, by=None)

    assert again.pk != application.pk
    assert lifecycle.state_of(again) == lifecycle.DRAFT


def test_one_that_fails_keeps_nobody_waiting(
    natuna: Institution, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, other = cast.begin(natuna), cast.begin(natuna, 1)
    for each, days in ((broken, 70), (other, 65)):
        grow_old(each, days=days)
    kept = lifecycle.change

    def change(name: str, application: Application, **more: Any) -> None:
        if application.pk == broken.pk:
            raise RuntimeError
        kept(name, application, **more)

    monkeypatch.setattr(lifecycle, "change", change)
    assert lapsing.sweep() == 1

    assert state(other) == lifecycle.REJECTED
    assert str(broken.pk) in caplog.text


def test_two_sweeps_at_once_end_it_once(application: Application, natuna: Institution) -> None:
    give(natuna, 60)
    grow_old(application, days=61)

    assert [lapsing.lapse(application.pk), lapsing.lapse(application.pk)] == [True, False]


def test_the_due_are_found_in_the_queue_s_index(natuna: Institution) -> None:
    statement = lapsing._DUE.format(more="")
    with connection.cursor() as cursor:
        # Of a table with a handful of rows every plan is as good as any: only the index has them in order.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {statement}", [0, 500, 500])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "application_queue" in plan


@pytest.mark.django_db(transaction=True)
class TestErasure:
    """The privacy policy's 90 days hold for what lapsed before it was handed in."""

    def test_what_lapsed_unsent_is_erased_90_days_after_its_turn_began(
        self, application: Application, natuna: Institution
    ) -> None:
        give(natuna, 60)
        grow_old(application, days=89)
        lapsing.sweep()
        assert state(application) == lifecycle.REJECTED
        assert retention.abandoned() == []
        StatusPeriod.objects.filter(application=application, status="NEW").update(since=Now() - timedelta(days=91))

        tasks.forget_abandoned()

        assert not Application.objects.filter(pk=application.pk).exists()
        assert list(audit.verify()) == []

    def test_what_was_handed_in_before_it_lapsed_stays(self, natuna: Institution, verifier: Account) -> None:
        approved = cast.approved(natuna, verifier)
        grow_old(approved, days=400)
        lapsing.sweep()

        assert state(approved) == lifecycle.REJECTED
        assert retention.abandoned() == []

    def test_a_decision_about_it_does_not_keep_it(self, application: Application, verifier: Account) -> None:
        Decision.objects.create(application=application, officer=verifier, kind="approve", reasons={})
        grow_old(application, days=91)

        tasks.forget_abandoned()

        assert not Application.objects.filter(pk=application.pk).exists()
