"""The status page: what was, whose turn it is, how long that usually takes here, and to nobody else a word."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enrollment import actions, lifecycle, procedure, status, terms
from enrollment.models import Application, Correction, Institution, StatusPeriod
from tests import cast
from tests.hostile import dump
from tte_portal.models import Account, OutboxMessage

pytestmark = pytest.mark.django_db


def page_of(application: Application) -> Any:
    actions.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status").get("/status/pengajuan/")


def marks(application: Application) -> list[str]:
    return [row["state"] for row in status.timeline(application)]


def finished(institution: Institution, *minutes: int, turn: str = "verifier") -> None:
    """Cases of that institution whose review is over, and how long each took."""
    now = lifecycle.now()
    for number, length in enumerate(minutes):
        each = Application.objects.create(
            institution=institution, procedure=terms.keep(procedure.find("natuna")),
            receipt=f"{institution.pk}-{turn}-{number}",
            mailbox="x@y.id", status="REJECTED", waiting_for="nobody",
        )  # fmt: skip
        StatusPeriod.objects.create(
            application=each, institution=institution, status="NEW", waiting_for=turn,
            since=now - timedelta(minutes=length + number), until=now - timedelta(minutes=number),
        )  # fmt: skip


# --- Timeline ------------------------------------------------------------------------------------------------------
def test_at_the_start_all_is_still_to_come(application: Application) -> None:
    assert marks(application) == ["current"] + ["next"] * 5


def test_the_timeline_follows_the_way(natuna: Institution, verifier: Account) -> None:
    application = cast.approved(natuna, verifier)
    rows = status.timeline(application)
    assert [row["state"] for row in rows] == ["done", "done", "current", "next", "next", "next"]
    assert [row["title"] for row in rows][:3] == ["Isian pengajuan", "Pemeriksaan verifikator", "Pembuatan passphrase"]
    assert all(row["at"] for row in rows[:3])
    assert not any(row["at"] for row in rows[3:])


def test_what_whatsapp_did_not_bring_is_told_once(institutions: dict[str, Institution]) -> None:
    application = cast.begin(institutions["magelang"])
    Application.objects.filter(pk=application.pk).update(status="ON_SET_PASSPHRASE")
    lifecycle.send("set_passphrase", application, link="passphrase")
    lifecycle.send("set_passphrase", application, link="passphrase")
    assert status.NOT_BY_WHATSAPP not in str(status.timeline(application))
    for chat in OutboxMessage.objects.filter(template="set_passphrase_whatsapp"):
        chat.state, chat.fell_back_at, chat.fell_back_reason = "fell_back", lifecycle.now(), "silent"
        chat.save()
    assert str(status.timeline(application)).count(status.NOT_BY_WHATSAPP) == 1
    application.refresh_from_db()
    assert status.page_of(application)["turn"].endswith("tautan yang dikirim lewat WhatsApp.")


def test_a_draft_that_came_back_is_told_as_a_correction(natuna: Institution, verifier: Account) -> None:
    application = cast.submitted(natuna)
    lifecycle.change("ask_correction", lifecycle.locked(application.pk), by=verifier)
    titles = [row["title"] for row in status.timeline(application)]
    assert titles[:3] == ["Isian pengajuan", "Pemeriksaan verifikator", "Perbaikan isian"]


def test_a_correction_and_a_second_round_stand_there_one_after_the_other(
    natuna: Institution, verifier: Account
) -> None:
    application = cast.submitted(natuna)
    lifecycle.change("ask_correction", lifecycle.locked(application.pk), by=verifier)
    application.refresh_from_db()
    titles = [row["title"] for row in status.timeline(application)]
    assert titles[:3] == ["Isian pengajuan", "Pemeriksaan verifikator", "Perbaikan isian"]
    assert marks(application)[:4] == ["done", "done", "current", "next"]


def test_a_rejected_application_has_nothing_more_to_come(natuna: Institution, verifier: Account) -> None:
    application = lifecycle.locked(cast.submitted(natuna).pk)
    application.rejection_reason = "Bukan pegawai <b>Natuna</b>."
    lifecycle.change("reject", application, by=verifier)
    assert marks(application) == ["done"] * 3
    page = page_of(application)
    assert "Pengajuan Anda ditolak" in page.content.decode()
    assert page.context["reason"] == "Bukan pegawai <b>Natuna</b>."


def test_an_active_certificate_leaves_nothing_undone(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")
    application.refresh_from_db()
    assert set(marks(application)) == {"done"}


def test_every_state_of_the_lifecycle_can_be_told(application: Application) -> None:
    reachable = {each.target for each in lifecycle.TRANSITIONS}
    assert reachable == set(status.TOLD)
    for state in reachable:
        application.status, application.waiting_for = state
        told = status.page_of(application)
        assert told["headline"]
        assert told["turn"].endswith(".")


# --- Usual time ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("minutes", "said"), [
    ((), None), ((10, 20), None), ((10, 20, 30), "20 menit"), ((1, 1, 1000), "1 menit"), ((150, 170, 190), "3 jam"),
    ((2000, 3000, 4000, 5000), "3 hari"),
])  # fmt: skip
def test_the_usual_time_is_the_median_of_at_least_three_cases(
    natuna: Institution, minutes: tuple[int, ...], said: str | None
) -> None:
    finished(natuna, *minutes)
    application = Application(institution=natuna, status="NEW", waiting_for="verifier")
    assert status.usual_text(application) == (f"biasanya selesai dalam {said}" if said else None)


def test_what_was_decided_in_an_instant_promises_nothing(natuna: Institution) -> None:
    finished(natuna, 0, 0, 0, 0, 20, 30, 40)
    assert status.usual_seconds(natuna.pk, "NEW", "verifier") == pytest.approx(1800, abs=1)


def test_a_finished_step_tells_when_it_ended_and_asks_nobody_to_wait(application: Application) -> None:
    now = lifecycle.now()
    StatusPeriod.objects.filter(application=application).update(until=now - timedelta(hours=2))
    for state, since, until in (("ISSUE", 2, now - timedelta(hours=1)), ("ACTIVE", 1, None)):
        StatusPeriod.objects.create(
            application=application, institution=application.institution, status=state, waiting_for="nobody",
            since=now - timedelta(hours=since), until=until,
        )  # fmt: skip
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")
    application.refresh_from_db()
    page = page_of(application).content.decode()
    assert page.count("Selesai ") >= 2
    assert "sebelum menandatangani" not in page
    assert "Mulai " not in page


def test_other_institutions_states_and_unfinished_cases_do_not_count(natuna: Institution, sulteng: Institution) -> None:
    finished(sulteng, 500, 500, 500)
    finished(natuna, 300, 300, 300, turn="applicant")
    for number in range(3):
        cast.submitted(natuna, number)
    assert status.usual_seconds(natuna.pk, "NEW", "verifier") is None


def test_only_the_latest_two_hundred_cases_count(natuna: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "LOOKED_AT", 3)
    finished(natuna, 10, 10, 10, 9000, 9000, 9000, 9000)
    assert status.usual_seconds(natuna.pk, "NEW", "verifier") == pytest.approx(600, abs=1)


def test_nothing_usual_is_said_while_the_applicant_holds_it_up(application: Application) -> None:
    finished(application.institution, 10, 10, 10, turn="applicant")
    assert status.usual_text(application) is None


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "1 menit"), (59, "1 menit"), (61, "2 menit"), (3599, "60 menit"), (3601, "2 jam"), (86399, "24 jam"),
    (86401, "2 hari"), (10 * 86400, "10 hari"),
])  # fmt: skip
def test_lengths_are_rounded_up_in_words(seconds: float, words: str) -> None:
    assert status.in_words(seconds) == words


# --- The page ------------------------------------------------------------------------------------------------------
def test_the_page_tells_turn_receipt_and_usual_time(natuna: Institution) -> None:
    application = cast.submitted(natuna)
    finished(natuna, 10, 20, 30)
    page = page_of(application).content.decode()
    for told in (application.receipt, "sedang diperiksa", "Giliran verifikator", "biasanya selesai dalam 20 menit"):
        assert told in page
    assert page.count('aria-current="step"') == 1


def test_the_page_shows_no_number_and_no_photo(natuna: Institution) -> None:
    application = cast.submitted(natuna)
    typed = cast.answers(application)
    page = page_of(application).content.decode()
    for secret in (
        typed["data-diri"]["nik"],
        typed["data-kedinasan"]["employee_number"],
        cast.PHONE,
        "/pengajuan/foto",
    ):
        assert secret not in page


def test_what_is_to_be_corrected_is_told(natuna: Institution, verifier: Account) -> None:
    application = cast.submitted(natuna)
    Correction.objects.create(application=application, field="phone", reason="Nomor tidak aktif.")
    lifecycle.change("ask_correction", lifecycle.locked(application.pk), by=verifier)
    page = page_of(application).content.decode()
    assert "Yang perlu diperbaiki" in page
    assert "<b>Nomor Telepon</b>: Nomor tidak aktif." in page


def test_nobody_without_a_status_link_sees_a_status(application: Application) -> None:
    browsers = [Client(), cast.open_link(application, "activation")]
    for client in browsers:
        page = client.get("/status/pengajuan/")
        assert page.status_code == 403
        assert application.receipt not in page.content.decode()


def test_each_sees_the_own_status(natuna: Institution) -> None:
    mine, other = cast.submitted(natuna, 0), cast.submitted(natuna, 1)
    page = page_of(mine).content.decode()
    assert mine.receipt in page
    assert other.receipt not in page


def test_looking_changes_nothing(natuna: Institution) -> None:
    application = cast.submitted(natuna)
    actions.send_link_again(application, "status", by=None)
    client = cast.open_link(application, "status")
    before = dump()
    assert {client.get("/status/pengajuan/").status_code for _ in range(3)} == {200}
    assert client.post("/status/pengajuan/").status_code == 405
    assert dump() == before
