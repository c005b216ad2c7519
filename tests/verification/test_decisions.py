"""Approve, ask for a correction, reject: what changes, who hears of it, what stays on record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Correction, Institution
from enrollment.wizard import actions as wizard
from tests import cast
from tte_portal import audit, outbox
from tte_portal.models import Account, AuditRow, OutboxMessage
from verification import actions
from verification.models import Decision

SignIn = Callable[[Account], Client]


def post(client: Client, case: Application, **data: str) -> Any:
    return client.post(reverse("admin:review", args=[case.pk]), data)


def mail_text(template: str) -> str:
    return outbox.compose(OutboxMessage.objects.get(template=template)).text


def events(case: Application) -> list[str]:
    return list(AuditRow.objects.filter(subject=case.pk).order_by("pk").values_list("event", flat=True))


def test_approving_sends_the_passphrase_link_and_takes_the_nik(case: Application, verifier: Account) -> None:
    response = post(cast.sign_in(verifier), case, decision="approve")

    case.refresh_from_db()
    assert response.status_code == 302
    assert lifecycle.state_of(case) == lifecycle.PASSPHRASE
    assert case.nik_taken
    assert "/email/set/passphrase/" in mail_text("set_passphrase")
    assert events(case)[-1] == "approve"
    decision = Decision.objects.get()
    assert (decision.officer, decision.kind, decision.reasons) == (verifier, "approve", {})


def test_a_correction_is_shown_before_it_is_sent(case: Application, verifier: Account) -> None:
    client = cast.sign_in(verifier)

    page = post(client, case, decision="correct", **{"correct-nik_free": "Angka terakhir salah."})

    case.refresh_from_db()
    assert "Angka terakhir salah." in page.content.decode()
    assert lifecycle.state_of(case) == lifecycle.REVIEW
    assert not Correction.objects.exists()


def test_a_correction_reaches_the_applicant_word_for_word(case: Application, verifier: Account) -> None:
    free = {"correct-nik_free": "Angka <b>terakhir</b>\x00 salah & “kurang”.", "correct-photo_free": "Terlalu gelap."}

    post(cast.sign_in(verifier), case, decision="correct", send="1", **free)

    case.refresh_from_db()
    assert lifecycle.state_of(case) == lifecycle.DRAFT
    asked = {each.field: each.reason for each in Correction.objects.all()}
    assert asked == {"nik": "Angka <b>terakhir</b> salah & “kurang”.", "photo": "Terlalu gelap."}
    mail = outbox.compose(OutboxMessage.objects.get(template="correction"))
    assert "Angka <b>terakhir</b> salah & “kurang”." in mail.text
    assert "<b>terakhir</b>" not in mail.html
    assert "&lt;b&gt;terakhir&lt;/b&gt;" in mail.html
    row = AuditRow.objects.filter(subject=case.pk).latest("pk")
    assert row.event == "ask_correction"
    assert audit.read_detail(row)["reasons"]["photo"] == "Terlalu gelap."


def test_a_ready_reason_and_own_words_are_joined(case: Application, verifier: Account) -> None:
    ready = "Nama disingkat. Tulis nama lengkap seperti pada KTP."

    post(
        cast.sign_in(verifier), case, decision="correct", send="1",
        **{"correct-name_ready": ready, "correct-name_free": "Lihat KTP."},
    )  # fmt: skip

    assert Correction.objects.get().reason == f"{ready} Lihat KTP."


def test_a_reason_nobody_offered_is_refused(case: Application, verifier: Account) -> None:
    response = post(cast.sign_in(verifier), case, decision="correct", send="1", **{"correct-name_ready": "lain"})

    assert response.status_code == 422
    assert not Correction.objects.exists()


@pytest.mark.parametrize("decision", ["correct", "reject"])
def test_without_a_reason_nothing_is_sent(case: Application, verifier: Account, decision: str) -> None:
    response = post(cast.sign_in(verifier), case, decision=decision, send="1")

    case.refresh_from_db()
    assert response.status_code == 422
    assert lifecycle.state_of(case) == lifecycle.REVIEW


def test_a_reason_of_more_than_500_letters_is_refused(case: Application, verifier: Account) -> None:
    response = post(cast.sign_in(verifier), case, decision="reject", send="1", **{"reject-free": "a" * 501})

    assert response.status_code == 422
    assert "500 huruf" in response.content.decode()


def test_rejecting_ends_the_application_with_its_reason(case: Application, verifier: Account) -> None:
    post(cast.sign_in(verifier), case, decision="reject", send="1", **{"reject-free": "Bukan pegawai <sini>."})

    case.refresh_from_db()
    assert lifecycle.state_of(case) == lifecycle.REJECTED
    assert "Bukan pegawai <sini>." in mail_text("rejected")
    assert Decision.objects.get().reasons == {"": "Bukan pegawai <sini>."}
    assert events(case)[-1] == "reject"


def test_the_next_case_opens_by_itself(natuna: Institution, case: Application, verifier: Account) -> None:
    following = cast.submitted(natuna, 1)

    response = cast.sign_in(verifier).post(
        reverse("admin:review", args=[case.pk]), {"decision": "approve"}, follow=True
    )

    following.refresh_from_db()
    assert following.claimed_by == verifier
    assert response.redirect_chain[-1][0] == reverse("admin:review", args=[following.pk])
    assert f"{case.receipt} disetujui. Hari ini: 1 selesai, 1 masih menunggu." in response.content.decode()


def test_the_second_decision_gets_a_clear_page(case: Application, verifier: Account, colleague: Account) -> None:
    actions.approve(case.pk, by=colleague)

    response = post(cast.sign_in(verifier), case, decision="approve")

    assert response.status_code == 409
    assert "sudah diputuskan" in response.content.decode()
    assert Decision.objects.count() == 1


def test_a_case_somebody_else_holds_is_not_decided(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, colleague)

    response = post(cast.sign_in(verifier), case, decision="approve")

    case.refresh_from_db()
    assert response.status_code == 409
    assert colleague.name in response.content.decode()
    assert lifecycle.state_of(case) == lifecycle.REVIEW


def test_a_nik_that_is_taken_is_told_in_a_sentence(natuna: Institution, case: Application, verifier: Account) -> None:
    other = cast.fill(cast.begin(natuna, 1))
    other.nik = case.nik
    other.save()
    wizard.submit(other.pk, cast.link_of(other, "activation").pk)
    actions.approve(case.pk, by=verifier)

    response = post(cast.sign_in(verifier), other, decision="approve")

    other.refresh_from_db()
    assert response.status_code == 409
    assert "NIK ini sudah dipakai pengajuan lain" in response.content.decode()
    assert lifecycle.state_of(other) == lifecycle.REVIEW
    assert not AuditRow.objects.filter(subject=other.pk, event="approve").exists()


def test_nobody_decides_the_own_case(case: Application, verifier: Account) -> None:
    verifier.mailbox = case.mailbox.upper()
    verifier.save()

    response = post(cast.sign_in(verifier), case, decision="approve")

    case.refresh_from_db()
    assert response.status_code == 409
    assert lifecycle.state_of(case) == lifecycle.REVIEW


def test_a_decision_is_never_changed_or_removed(case: Application, verifier: Account) -> None:
    actions.approve(case.pk, by=verifier)
    decision = Decision.objects.get()

    with pytest.raises(TypeError):
        decision.delete()
    with pytest.raises(Exception, match="duplicate key"):
        decision.save()
