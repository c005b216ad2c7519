"""The automatic checks: what each sees, when they are made, and what they keep to themselves."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution
from tests import cast, procedures
from tte_portal.models import Account
from verification import actions, checks, tasks
from verification.models import Check


def outcome(case: Application, name: str) -> tuple[str, str]:
    checks.run(case.pk)
    found = Check.objects.get(application=case, name=name)
    return found.outcome, found.evidence


def changed(case: Application, **fields: Any) -> Application:
    for field, value in fields.items():
        setattr(case, field, value)
    case.save()
    return case


def test_a_title_that_nobody_asked_for_is_not_different(case: Application) -> None:
    procedures.ask(case, wizard__steps=["data-pendaftaran", "foto-ktp", "foto-diri"])
    changed(case, back_title="", city="Kota Contoh")
    assert outcome(case, "answers")[0] == "ok"


def test_an_honest_case_has_no_warning(case: Application) -> None:
    checks.run(case.pk)

    found = {check.name: check.outcome for check in Check.objects.filter(application=case)}
    assert set(found) == set(checks.CHECKED[lifecycle.REVIEW])
    assert set(found.values()) - {"ok"} == set() or found["photo"] == "warning"
    assert [name for name, each in found.items() if each != "ok" and name != "photo"] == []


@pytest.mark.parametrize(
    ("fields", "check", "evidence"),
    [
        ({"nik": "9901011705680100"}, "numbers-agree", "berbeda"),
        ({"employee_number": "199001302026032109"}, "in-registry", "tidak tercatat"),
        ({"name": "Ayu Lain"}, "name", "Ayu Lain"),
        ({"unit": "Bidang Lain", "province": "Bali"}, "answers", "Unit Organisasi, Provinsi"),
        ({"photo_findings": ["dark"]}, "photo", "terlalu gelap"),
        ({"mailbox": "ayu@gmail.example"}, "mailbox", "gmail.example"),
    ],
)
def test_what_does_not_fit_is_a_warning(case: Application, fields: dict[str, Any], check: str, evidence: str) -> None:
    found = outcome(changed(case, **fields), check)

    assert found[0] == "warning"
    assert evidence in found[1]


def test_somebody_elses_number_is_told(natuna: Institution, case: Application) -> None:
    other = cast.begin(natuna, 1)
    assert other.record is not None

    found = outcome(changed(case, employee_number=other.record.employee_number), "in-registry")

    assert found[0] == "warning"
    assert other.record.name in found[1]


def test_case_accents_and_apostrophes_are_no_difference(case: Application) -> None:
    assert checks.normal("Eka D’Contoh") == checks.normal("EKA D'CONTOH") == "EKA DCONTOH"
    assert outcome(changed(case, name="ÁYU  contoh"), "name")[0] == "ok"


def test_the_same_nik_here_is_named_and_elsewhere_is_not(
    natuna: Institution, sulteng: Institution, case: Application
) -> None:
    here = cast.submitted(natuna, 1)
    changed(here, nik=case.nik)
    there = cast.submitted(natuna, 2)
    changed(there, nik=case.nik, institution=sulteng)

    found = outcome(case, "nik-elsewhere")

    assert found[0] == "warning"
    assert here.receipt in found[1]
    assert there.receipt not in found[1]
    assert "instansi lain" in found[1]


def kin(natuna: Institution, case: Application, number: int, **fields: Any) -> Application:
    """Another person's submission, whose picture and numbers are its own but for these."""
    other = cast.submitted(natuna, number)
    return changed(other, **{"phone": f"+62800100001{number}", "photo_index": None, **fields})


@pytest.mark.parametrize(
    ("field", "check"),
    [("phone", "phone-elsewhere"), ("mailbox", "mailbox-elsewhere"), ("photo_index", "photo-elsewhere")],
)
def test_the_same_phone_mailbox_or_picture_is_told_and_elsewhere_not_named(
    natuna: Institution, sulteng: Institution, case: Application, field: str, check: str
) -> None:
    assert outcome(case, check)[0] == "ok"
    here = kin(natuna, case, 1, **{field: getattr(case, field)})
    there = kin(natuna, case, 2, institution=sulteng, **{field: getattr(case, field)})

    found = outcome(case, check)

    assert found[0] == "warning"
    assert here.receipt in found[1]
    assert there.receipt not in found[1]
    assert "instansi lain" in found[1]


def test_a_draft_that_nobody_handed_in_accuses_nobody(natuna: Institution, case: Application) -> None:
    changed(cast.fill(cast.begin(natuna, 1)), phone=case.phone)

    assert outcome(case, "phone-elsewhere")[0] == outcome(case, "photo-elsewhere")[0] == "ok"


def test_somebody_new_and_somebody_who_comes_back(natuna: Institution, sulteng: Institution, case: Application) -> None:
    assert outcome(case, "earlier") == ("ok", "Pendaftar baru: belum pernah ada pengajuan dengan NIK atau NIP ini.")
    here = kin(natuna, case, 1, nik=case.nik, status="EXPIRED", waiting_for="nobody")
    there = kin(natuna, case, 2, nik=case.nik, status="EXPIRED", waiting_for="nobody", institution=sulteng)

    found = outcome(case, "earlier")

    assert found[0] == "ok", "a certificate that has run out is no reproach"
    assert f"{here.receipt} (kedaluwarsa" in found[1]
    assert there.receipt not in found[1]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ({"status": "REVOKED"}, "warning"),
        ({"status": "REJECTED", "rejection_reason": "Bukan Anda."}, "warning"),
        ({"status": "REJECTED", "rejection_reason": "Ditarik oleh pemohon."}, "ok"),
    ],
)
def test_what_was_refused_or_revoked_before_is_to_be_looked_at(
    natuna: Institution, case: Application, ended: dict[str, str], expected: str
) -> None:
    kin(natuna, case, 1, nik=case.nik, waiting_for="nobody", **ended)

    assert outcome(case, "earlier")[0] == expected


def test_without_a_number_nothing_is_claimed(case: Application) -> None:
    changed(case, kind="other", employee_number="")

    assert outcome(case, "numbers-agree")[0] == outcome(case, "number-elsewhere")[0] == "unknown"


def test_a_task_checks_what_comes_in(
    natuna: Institution, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[str, list[str]]] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args: sent.append((name, args)))

    with django_capture_on_commit_callbacks(execute=True):
        case = cast.submitted(natuna)

    assert ("verification.tasks.run_checks", [str(case.pk)]) in sent
    tasks.run_checks(str(case.pk))
    tasks.run_checks(str(case.pk))
    assert Check.objects.filter(application=case).count() == len(checks.CHECKED[lifecycle.REVIEW])


def test_opening_a_case_makes_checks_that_are_missing(case: Application, verifier: Account) -> None:
    response = cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk]))

    assert response.status_code == 200
    assert Check.objects.filter(application=case).count() == len(checks.CHECKED[lifecycle.REVIEW])


def test_a_decided_case_is_left_alone(case: Application, verifier: Account) -> None:
    actions.approve(case.pk, by=verifier)

    checks.run(case.pk)

    assert not Check.objects.exists()
    assert checks.of(Application.objects.get(pk=case.pk)) == []


def test_the_evidence_lies_sealed(case: Application) -> None:
    checks.run(case.pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(evidence::text, '') FROM verification_check")
        dumped = bytes.fromhex(cursor.fetchone()[0].replace("\\x", ""))
    assert b"17-05-68" not in dumped
