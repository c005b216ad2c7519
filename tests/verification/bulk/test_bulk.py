"""Many decided at once: only what may be, each as if it were the only one, and every one accounted for."""

import csv
import re
from html import unescape
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle, withdrawal
from enrollment.models import Application, Institution, Role
from tests import cast
from tests.verification.bulk import crowd
from tte_portal import audit, jobs
from tte_portal.models import Account, AuditRow, OutboxMessage
from verification import actions as decisions
from verification import checks
from verification.bulk import actions, select
from verification.bulk.models import BulkCase, BulkRun
from verification.models import Check, Decision

BULK = "/admin/massal/"
NOTE = {"note-free": "Surat tugas nomor 1"}


@pytest.fixture(autouse=True)
def kept_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.untouched_checks(monkeypatch)


@pytest.fixture
def cases(case: Application) -> list[Application]:
    """Three that pass every check; Ayu's own beside them has not been checked."""
    Check.objects.all().delete()
    return crowd.more(case, 3)


@pytest.fixture
def browser(verifier: Account) -> Client:
    return cast.sign_in(verifier)


def search(institution: Institution, **more: str) -> dict[str, str]:
    return {"kind": "approve", "desk": "queue", "institution": str(institution.pk), **more}


def seen(client: Client, institution: Institution, **more: str) -> str:
    return unescape(client.get(BULK, search(institution, **more)).content.decode())


def picked(page: str) -> str:
    found = re.search(r'name="picked" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def begin(client: Client, institution: Institution, number: int, note: dict[str, str] = NOTE, **more: str) -> Any:
    """From the search to the run, with that number typed."""
    token = picked(seen(client, institution, **more))
    return client.post(BULK, {"picked": token, "start": "1", "number": str(number), **note})


def work(run: BulkRun) -> BulkRun:
    """What the worker does."""
    assert run.job is not None
    jobs.run(run.job.pk)
    return BulkRun.objects.select_related("job").get(pk=run.pk)


def state(case: Application) -> lifecycle.State:
    case.refresh_from_db()
    return lifecycle.state_of(case)


def left(run: BulkRun) -> dict[Any, str]:
    return {each.application_id: each.why for each in run.cases.filter(state="left")}


def test_a_search_result_is_approved_each_with_its_row_its_decision_and_its_mail(
    browser: Client, natuna: Institution, cases: list[Application], verifier: Account
) -> None:
    answer = begin(browser, natuna, 3)
    run = work(BulkRun.objects.get())

    assert answer.headers["Location"] == f"{BULK}{run.pk}/"
    assert [state(each) for each in cases] == [lifecycle.PASSPHRASE] * 3
    for each in cases:
        assert AuditRow.objects.filter(subject=each.pk, event="approve", actor=f"account:{verifier.pk}").count() == 1
        assert Decision.objects.filter(application=each, officer=verifier, kind="approve").count() == 1
        assert OutboxMessage.objects.filter(subject=each.pk, template="set_passphrase").count() == 1
    assert run.job is not None
    assert (run.job.state, run.job.done, run.job.total) == ("done", 3, 3)
    begun = AuditRow.objects.get(event="begin_bulk_decision")
    assert begun.facts == {"run": str(run.pk), "desk": "queue", "kind": "approve", "cases": 3}


def test_the_preview_says_how_many_and_which_are_left_out_and_why(
    browser: Client, natuna: Institution, case: Application, cases: list[Application], colleague: Account
) -> None:
    crowd.marked(cases[0], "warning")
    decisions.claim(cases[1].pk, colleague)

    page = seen(browser, natuna)

    assert "1 pengajuan dapat diputuskan, 3 dilewati" in page
    assert f"{cases[0].name}: Pemeriksaan otomatis tidak semuanya cocok: Nama." in page
    assert f"{cases[1].name}: Sedang dipegang {colleague.name}." in page
    assert f"{case.name}: Belum diperiksa otomatis." in page


@pytest.mark.parametrize("outcome", ["warning", "unknown"])
def test_what_is_not_ok_is_never_approved(
    browser: Client, natuna: Institution, cases: list[Application], outcome: str
) -> None:
    crowd.marked(cases[0], outcome)
    begin(browser, natuna, 2)

    work(BulkRun.objects.get())

    assert state(cases[0]) == lifecycle.REVIEW


def test_a_warning_that_comes_after_the_preview_keeps_the_case_out(
    browser: Client, natuna: Institution, cases: list[Application]
) -> None:
    begin(browser, natuna, 3)
    crowd.marked(cases[1], "warning")

    run = work(BulkRun.objects.get())

    assert [state(each) for each in cases] == [lifecycle.PASSPHRASE, lifecycle.REVIEW, lifecycle.PASSPHRASE]
    assert "tidak semuanya cocok" in left(run)[cases[1].pk]


def test_the_checks_are_made_anew_at_each_turn(
    natuna: Institution, case: Application, cases: list[Application], verifier: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.begin(
        uuid4(), verifier, select.DESKS[0], "approve", natuna, [(cases[0].pk, cases[0].since)], "Catatan"
    )
    made: list[Any] = []
    monkeypatch.setattr("verification.checks.run", made.append)

    work(run)

    assert made == [cases[0].pk]


def test_what_moves_between_preview_and_turn_is_left_out_with_the_reason(
    browser: Client, natuna: Institution, cases: list[Application], colleague: Account
) -> None:
    begin(browser, natuna, 3)
    withdrawal.withdraw(cases[0].pk)
    decisions.claim(cases[1].pk, colleague)
    Application.objects.filter(pk=cases[2].pk).update(since="2026-01-01T00:00:00Z")

    run = work(BulkRun.objects.get())

    assert left(run) == {
        cases[0].pk: actions.GONE,
        cases[1].pk: f"Sedang dipegang {colleague.name}.",
        cases[2].pk: actions.MOVED,
    }
    assert not Decision.objects.exists()


def test_two_of_one_nik_are_not_both_approved(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    cases[1].nik = cases[0].nik
    cases[1].save()
    begin(browser, natuna, 3)

    run = work(BulkRun.objects.get())

    assert [state(each) for each in cases] == [lifecycle.PASSPHRASE, lifecycle.REVIEW, lifecycle.PASSPHRASE]
    assert left(run) == {cases[1].pk: select.TAKEN}
    assert select.TAKEN in seen(browser, natuna)


def test_the_own_case_and_one_that_the_officer_wrote_into_are_left_out(
    browser: Client, natuna: Institution, cases: list[Application], verifier: Account
) -> None:
    verifier.mailbox = cases[0].mailbox.upper()
    verifier.save()
    with transaction.atomic():
        audit.record(lifecycle.EDIT, by=verifier, chain=natuna.audit_chain, subject=cases[1].pk)

    page = seen(browser, natuna)

    assert f"{cases[0].name}: {select.OWN}" in page
    assert f"{cases[1].name}: {select.MADE}" in page


def test_the_exact_number_has_to_be_typed(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    answer = begin(browser, natuna, 4)

    assert answer.status_code == 422
    assert "Ketik 3 untuk melanjutkan" in answer.content.decode()
    assert not BulkRun.objects.exists()


def test_the_confirming_page_alone_decides_nothing(
    browser: Client, natuna: Institution, cases: list[Application]
) -> None:
    page = browser.post(BULK, {"picked": picked(seen(browser, natuna)), **NOTE})

    assert "Ketik angka 3 untuk memastikan" in page.content.decode()
    assert not BulkRun.objects.exists()


def test_a_comment_is_asked_for(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    answer = begin(browser, natuna, 3, note={})

    assert answer.status_code == 422
    assert not BulkRun.objects.exists()


def test_a_rejection_is_read_word_for_word_and_takes_the_warned_too(
    browser: Client, natuna: Institution, cases: list[Application]
) -> None:
    crowd.marked(cases[0], "warning")
    reason = {"reject-free": "Bukan pegawai <sini>."}
    begin(browser, natuna, 4, note=reason, kind="reject")

    work(BulkRun.objects.get())

    assert [state(each) for each in cases] == [lifecycle.REJECTED] * 3
    cases[0].refresh_from_db()
    assert cases[0].rejection_reason == "Bukan pegawai <sini>."


def test_the_comment_lies_sealed(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    begin(browser, natuna, 3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM bulk_bulkrun")
        assert b"Surat tugas" not in bytes(cursor.fetchone()[0])


def test_at_most_so_many_at_once(browser: Client, natuna: Institution, cases: list[Application], settings: Any) -> None:
    settings.BULK_MOST = 2
    page = seen(browser, natuna, sound="on")
    assert "2 pengajuan dapat diputuskan, 1 dilewati" in page
    assert "Melebihi 2 pengajuan" in page

    begin(browser, natuna, 2)
    assert BulkCase.objects.count() == 2


def test_pressed_twice_it_begins_once(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    data = {"picked": picked(seen(browser, natuna)), "start": "1", "number": "3", **NOTE}

    first, second = (browser.post(BULK, data).headers["Location"] for _ in range(2))

    assert first == second
    assert BulkRun.objects.count() == 1


def test_a_worker_that_dies_between_two_cases_doubles_nothing(
    browser: Client, natuna: Institution, cases: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(browser, natuna, 3)
    run, kept = BulkRun.objects.get(), actions._close
    # After the second case was decided, before that was written down.
    falls = iter([False, True])

    def close(case: BulkCase, why: str) -> None:
        if next(falls, False):
            raise RuntimeError
        kept(case, why)

    monkeypatch.setattr(actions, "_close", close)
    work(run)
    assert sorted(run.cases.values_list("state", flat=True)) == ["done", "waiting", "waiting"]
    assert Decision.objects.count() == 1

    work(run)

    assert [state(each) for each in cases] == [lifecycle.PASSPHRASE] * 3
    assert Decision.objects.count() == 3
    assert AuditRow.objects.filter(event="approve").count() == 3


def test_a_case_that_breaks_every_time_is_put_aside(
    browser: Client, natuna: Institution, cases: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(browser, natuna, 3)
    kept = select.sort

    def sort(officer: Account, desk: Any, kind: str, found: list[Application]) -> Any:
        if found[0].pk == cases[0].pk:
            raise RuntimeError
        return kept(officer, desk, kind, found)

    monkeypatch.setattr(select, "sort", sort)
    for _ in range(4):
        run = work(BulkRun.objects.get())

    assert left(run) == {cases[0].pk: actions.BROKEN}
    assert [state(each) for each in cases[1:]] == [lifecycle.PASSPHRASE] * 2


@pytest.mark.parametrize("how", ["role", "activity"])
def test_a_revoked_officer_s_run_stops(
    browser: Client, natuna: Institution, cases: list[Application], verifier: Account, how: str
) -> None:
    begin(browser, natuna, 3)
    if how == "role":
        Role.objects.filter(account=verifier).delete()
    else:
        Account.objects.filter(pk=verifier.pk).update(is_active=False)

    run = work(BulkRun.objects.get())

    assert set(left(run).values()) == {actions.REVOKED}
    assert not Decision.objects.exists()


def test_what_became_of_each_is_told_on_the_page_and_in_a_file(
    browser: Client, natuna: Institution, cases: list[Application], colleague: Account
) -> None:
    Application.objects.filter(pk=cases[0].pk).update(name='=HYPERLINK("http://x")')
    begin(browser, natuna, 3)
    decisions.claim(cases[1].pk, colleague)
    run = work(BulkRun.objects.get())

    page = unescape(browser.get(f"{BULK}{run.pk}/").content.decode())
    file = browser.get(f"{BULK}{run.pk}/hasil/").content.decode().lstrip("\ufeff")

    assert "2 disetujui, 1 dilewati" in page
    assert f"Sedang dipegang {colleague.name}." in page
    rows = list(csv.reader(StringIO(file), delimiter=";"))
    assert len(rows) == 4
    assert rows[1][1] == '\'=HYPERLINK("http://x")'
    assert rows[2][2:] == ["dilewati", f"Sedang dipegang {colleague.name}."]


def test_nobody_else_sees_a_run(
    browser: Client, natuna: Institution, cases: list[Application], colleague: Account, outsider: Account
) -> None:
    begin(browser, natuna, 3)
    run = BulkRun.objects.get()

    for other in (colleague, outsider):
        for page in ("", "hasil/"):
            assert cast.sign_in(other).get(f"{BULK}{run.pk}/{page}").status_code == 404


def test_a_list_of_somebody_else_s_or_of_another_day_begins_nothing(
    browser: Client, natuna: Institution, cases: list[Application], colleague: Account
) -> None:
    token = picked(seen(browser, natuna))
    data = {"picked": token, "start": "1", "number": "3", **NOTE}

    assert cast.sign_in(colleague).post(BULK, data).status_code == 404
    assert browser.post(BULK, {**data, "picked": token[:-3] + "xyz"}).headers["Location"] == BULK
    assert not BulkRun.objects.exists()


def test_another_institution_s_cases_are_not_found(
    outsider: Account, natuna: Institution, cases: list[Application]
) -> None:
    answer = cast.sign_in(outsider).get(BULK, search(natuna))

    assert answer.status_code == 422
    assert cases[0].receipt not in answer.content.decode()


def test_the_search_narrows_by_name_age_and_opd(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    opd = natuna.opds.exclude(pk=cases[0].opd_id or 0).first()
    assert opd is not None
    Application.objects.filter(pk=cases[0].pk).update(opd=opd, since="2026-01-01T00:00:00Z")
    crowd.passed(Application.objects.get(pk=cases[0].pk))

    assert "1 pengajuan dapat" in seen(browser, natuna, opd=str(opd.pk))
    assert "1 pengajuan dapat" in seen(browser, natuna, days="7")
    assert "1 pengajuan dapat diputuskan" in seen(browser, natuna, name="orang contoh 002")
    assert "3 pengajuan dapat diputuskan<" in seen(browser, natuna, sound="on").replace("\n", "")


def test_those_procedures_alone_are_offered_that_are_there(
    natuna: Institution, institutions: dict[str, Institution], cases: list[Application], verifier: Account
) -> None:
    assert 'name="procedure"' not in seen(cast.sign_in(verifier), natuna)

    places = [(natuna, Role.Kind.VERIFIER), (institutions["tangsel"], Role.Kind.VERIFIER)]
    both = cast.sign_in(cast.make_officer("dua", *places))
    page = seen(both, natuna)
    assert '<option value="tangsel">' in page
    assert "kemenkeu" not in page
    assert "Tidak ada yang dapat" in seen(both, natuna, procedure="tangsel")


def test_what_the_search_hides_is_told(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    for each in cases:
        crowd.marked(each, "warning")

    page = seen(browser, natuna, sound="on")

    assert "Tidak ada yang dapat diputuskan" in page
    assert "<b>4 pengajuan lain</b>" in page
    assert "sound" not in page[page.index("pengajuan lain</b>") :].partition("Tampilkan juga")[0]


def test_single_people_are_left_out_of_the_list(
    browser: Client, natuna: Institution, cases: list[Application], verifier: Account
) -> None:
    token = picked(seen(browser, natuna))
    asked = browser.post(BULK, {"picked": token, "omit": cases[1].pk.hex, **NOTE})
    assert "Ketik angka 2 untuk memastikan" in asked.content.decode()

    browser.post(BULK, {"picked": picked(asked.content.decode()), "start": "1", "number": "2", **NOTE})
    work(BulkRun.objects.get())

    assert [state(each) for each in cases] == [lifecycle.PASSPHRASE, lifecycle.REVIEW, lifecycle.PASSPHRASE]


def test_with_everybody_left_out_nothing_is_decided(
    browser: Client, natuna: Institution, cases: list[Application]
) -> None:
    token = picked(seen(browser, natuna))

    answer = browser.post(BULK, {"picked": token, "omit": [each.pk.hex for each in cases], **NOTE}, follow=True)

    assert "Anda melewati semuanya" in answer.content.decode()


def test_the_list_of_runs_links_to_them(browser: Client, natuna: Institution, cases: list[Application]) -> None:
    begin(browser, natuna, 3)

    assert reverse("admin:bulk-run", args=[BulkRun.objects.get().pk]) in browser.get(BULK).content.decode()


def test_the_crowd_of_these_tests_passes_the_real_checks(case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = crowd.more(case, 1)
    monkeypatch.undo()

    checks.run(one.pk)

    found = {each.name: each.outcome for each in Check.objects.filter(application=one)}
    assert len(found) > 5
    assert {name for name, outcome in found.items() if outcome != Check.Outcome.OK} == set()
