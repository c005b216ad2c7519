"""The review page: what an officer reads, what is marked, who finds it, and the record of every look at a face."""

from datetime import timedelta

import pytest
from django.urls import reverse

from enrollment.models import Application, Paper, Reading
from tests import cast, procedures
from tte_portal.models import Account, AuditRow
from verification import actions
from verification.models import Decision


def test_answers_stand_beside_the_registry_with_differences_marked(case: Application, verifier: Account) -> None:
    case.unit = "<i>Bidang</i> Lain"
    case.save()

    page = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk])).content.decode()

    assert "&lt;i&gt;Bidang&lt;/i&gt; Lain" in page
    assert "<i>Bidang</i>" not in page
    assert page.count('class="differs"') == 1
    assert case.nik in page
    assert "Kebijakan Privasi Penerbitan Tanda Tangan Elektronik, versi" in page


def test_only_the_holder_sees_the_decisions(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, verifier)
    url = reverse("admin:review", args=[case.pk])

    mine, others = cast.sign_in(verifier).get(url), cast.sign_in(colleague).get(url)

    assert 'id="approve"' in mine.content.decode()
    assert 'id="approve"' not in others.content.decode()
    assert f"Sedang diperiksa oleh <b>{verifier.name}</b>" in others.content.decode()


def test_earlier_decisions_stay_in_sight(case: Application, verifier: Account) -> None:
    actions.ask_correction(case.pk, {"nik": "Angka <u>salah</u>."}, by=verifier)

    page = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk])).content.decode()

    assert "Angka &lt;u&gt;salah&lt;/u&gt;." in page
    assert "tidak sedang menunggu verifikator" in page


def test_each_look_at_the_photo_leaves_one_row(case: Application, verifier: Account) -> None:
    client, url = cast.sign_in(verifier), reverse("admin:review-picture", args=[case.pk, "photo"])

    for _ in range(2):
        response = client.get(url)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/jpeg"
        assert "no-store" in response.headers["Cache-Control"]
    client.get(reverse("admin:review", args=[case.pk]))

    rows = AuditRow.objects.filter(event="view_photo", subject=case.pk)
    assert rows.count() == 2
    assert {row.actor for row in rows} == {f"account:{verifier.pk}"}


def test_an_officer_of_another_institution_finds_nothing(case: Application, outsider: Account) -> None:
    client = cast.sign_in(outsider)

    assert client.get(reverse("admin:review", args=[case.pk])).status_code == 404
    assert client.get(reverse("admin:review-picture", args=[case.pk, "photo"])).status_code == 404
    for name in ("review", "review-take", "review-release"):
        assert client.post(reverse(f"admin:{name}", args=[case.pk]), {"decision": "approve"}).status_code == 404
    assert case.receipt not in client.get(reverse("admin:queue")).content.decode()
    assert not AuditRow.objects.filter(event="view_photo").exists()


def test_the_queue_tells_holder_and_warnings(case: Application, verifier: Account, colleague: Account) -> None:
    case.photo_findings = ["dark"]
    case.save()
    actions.claim(case.pk, colleague)
    client = cast.sign_in(verifier)
    client.get(reverse("admin:review", args=[case.pk]))

    page = client.get(reverse("admin:queue")).content.decode()

    assert f"{colleague.name}, sampai" in page
    assert "1 peringatan" in page
    assert '<b class="count">1</b>' in client.get(reverse("admin:index")).content.decode()


def test_each_decision_stands_before_the_state_it_brought_about(case: Application, verifier: Account) -> None:
    actions.ask_correction(case.pk, {"nik": "Angka salah."}, by=verifier)
    page = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk]))
    told = [row["what"] for row in page.context["history"]]
    assert told.index(str(Decision.Kind.CORRECT.label)) == len(told) - 2


def test_the_policy_s_reading_stands_beside_the_consent(case: Application, verifier: Account) -> None:
    began = case.since
    Reading.objects.create(
        application=case, text="kebijakan-privasi@2026-11", began_at=began, agreed_at=began + timedelta(seconds=75)
    )
    page = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk])).content.decode()
    assert "75 detik sejak dibuka" in page
    assert case.institution.timezone_label in page


@pytest.mark.parametrize("signed", [False, True])
def test_a_letter_without_electronic_signature_is_marked_and_may_be_asked_for_anew(
    case: Application, verifier: Account, signed: bool
) -> None:
    procedures.ask(case, way_in__kind="self-service", way_in__papers=["statement-letter"])
    paper = cast.hand_in_letter(case)
    Paper.objects.filter(pk=paper.pk).update(kind=Paper.Kind.STATEMENT, signed=signed)
    actions.claim(case.pk, verifier)
    page = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk])).content.decode()
    assert ("Tanda tangan belum diperiksa otomatis" in page) == (not signed)
    assert "correct-statement-letter_ready" in page
    assert "Surat pernyataan belum ditandatangani" in page
