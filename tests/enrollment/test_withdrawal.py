"""Consent taken back midway: the application ends, pictures and papers are erased, and a new one may begin."""

import pytest
from django.test import Client

from enrollment import actions, lifecycle, withdrawal
from enrollment.holders import papers
from enrollment.models import Application, Consent, Institution, Paper
from tests import cast, holders
from tte_portal import files
from tte_portal.models import Account, AuditRow, Link, OutboxMessage, SealedFile

pytestmark = pytest.mark.django_db

WIZARD, STATUS, ACCOUNT = "/pengajuan/tarik/", "/status/pengajuan/tarik/", "/akun/tarik/"


def status_browser(application: Application) -> Client:
    actions.send_link_again(application, "status", by=None)
    return cast.open_link(application, "status")


def test_a_look_at_the_page_changes_nothing(application: Application) -> None:
    client = cast.open_link(application, "activation")
    assert "Ya, tarik pengajuan saya" in client.get(WIZARD).content.decode()
    application.refresh_from_db()
    assert application.status == "NEW"


def test_from_the_wizard_midway(application: Application) -> None:
    cast.fill(application)
    client = cast.open_link(application, "activation")
    assert WIZARD in client.get("/pengajuan/").content.decode()

    assert client.post(WIZARD)["Location"] == "/pengajuan/ditarik/"

    application.refresh_from_db()
    assert (application.status, application.waiting_for) == ("REJECTED", "nobody")
    assert application.rejection_reason == "Ditarik oleh pemohon."
    assert Consent.objects.get(application=application).withdrawn_at is not None
    assert application.photo is None
    assert not SealedFile.objects.filter(owner=application.pk).exists()
    assert not Link.objects.filter(subject=application.pk, purpose="activation", finished_at=None).exists()
    assert OutboxMessage.objects.filter(subject=application.pk, template="withdrawn").count() == 1
    row = AuditRow.objects.get(subject=application.pk, event="withdraw")
    assert row.actor == f"applicant:{application.pk}"
    assert "withdrawn" in cast.deliver_all()


def test_afterwards_the_wizard_is_shut_and_a_second_click_is_told_the_same(application: Application) -> None:
    client = cast.open_link(application, "activation")
    client.post(WIZARD)
    assert client.get("/pengajuan/data-diri/").status_code == 403
    assert client.post(WIZARD)["Location"] == "/pengajuan/ditarik/"
    assert client.get("/pengajuan/ditarik/").status_code == 200
    assert AuditRow.objects.filter(event="withdraw").count() == 1


def test_a_new_application_may_begin(application: Application) -> None:
    withdrawal.withdraw(application.pk)
    assert application.record is not None
    again = actions.invite(application.record, by=None)
    assert again.pk != application.pk
    assert lifecycle.state_of(again) == lifecycle.DRAFT


def test_from_the_status_page_while_a_verifier_has_it(natuna: Institution) -> None:
    case = cast.submitted(natuna)
    cast.hand_in_letter(case)
    client = status_browser(case)
    assert STATUS in client.get("/status/pengajuan/").content.decode()
    assert client.post(STATUS)["Location"] == "/pengajuan/ditarik/"
    case.refresh_from_db()
    assert case.status == "REJECTED"
    assert not Paper.objects.filter(application=case).exists()
    assert not SealedFile.objects.filter(owner=case.pk).exists()


def test_from_ones_own_account_where_the_profile_stays(natuna: Institution) -> None:
    case = cast.submitted(natuna)
    holder = holders.holder_of(natuna)
    scan = papers.keep(holder, "ktp", cast.portrait())
    client = holders.browser_of(holder)
    assert ACCOUNT in client.get("/akun/").content.decode()
    page = client.get(ACCOUNT).content.decode()
    assert case.receipt in page
    assert "Yang ada di profil Anda tetap tersimpan" in page
    case.refresh_from_db()
    assert case.status == "NEW"

    assert client.post(ACCOUNT)["Location"] == "/pengajuan/ditarik/"

    case.refresh_from_db()
    assert lifecycle.state_of(case) == lifecycle.REJECTED
    assert Paper.objects.filter(pk=scan.pk).exists()
    assert ACCOUNT not in client.get("/akun/").content.decode()
    assert client.post(ACCOUNT)["Location"] == "/akun/"


def test_another_holder_withdraws_nothing_of_somebody_elses(natuna: Institution) -> None:
    case = cast.submitted(natuna)
    other = holders.browser_of(holders.holder_of(natuna, "Budi Percobaan"))
    assert other.post(ACCOUNT)["Location"] == "/akun/"
    case.refresh_from_db()
    assert case.status == "NEW"


@pytest.mark.parametrize("state", lifecycle.UNDECIDED, ids="/".join)
def test_at_every_stage_before_the_certificate(application: Application, state: lifecycle.State) -> None:
    """Also while an officer or a registry has it: whoever comes later with a decision is told that it is over."""
    cast.fill(application)
    second = files.store(cast.portrait(), owner=application.pk, kind="photo", content_type="image/jpeg")
    status, waiting_for = state
    Application.objects.filter(pk=application.pk).update(
        status=status, waiting_for=waiting_for, second_photo=second, nik_taken=True
    )
    withdrawal.withdraw(application.pk)
    application.refresh_from_db()
    assert lifecycle.state_of(application) == lifecycle.REJECTED
    assert not SealedFile.objects.filter(owner=application.pk).exists()
    assert not Link.objects.filter(subject=application.pk, finished_at=None, purpose="activation").exists()
    assert Consent.objects.filter(application=application, withdrawn_at=None).count() == 0
    with pytest.raises(lifecycle.NotPossible):
        withdrawal.withdraw(application.pk)


@pytest.mark.parametrize("state", [lifecycle.APPROVAL, lifecycle.ENROLLED, lifecycle.ISSUED], ids="/".join)
def test_once_the_certificate_is_asked_for_it_is_the_officers_to_end(
    application: Application, state: lifecycle.State
) -> None:
    status, waiting_for = state
    Application.objects.filter(pk=application.pk).update(status=status, waiting_for=waiting_for)
    with pytest.raises(lifecycle.NotPossible):
        withdrawal.withdraw(application.pk)


def test_before_the_passphrase_frees_the_nik_and_shuts_its_link(natuna: Institution, verifier: Account) -> None:
    case = cast.approved(natuna, verifier)
    withdrawal.withdraw(case.pk)
    assert not Link.objects.filter(subject=case.pk, purpose="passphrase", finished_at=None).exists()
    other = cast.begin(natuna, 1)
    other.nik, other.nik_taken = case.nik, True
    other.save()


def test_too_late_is_too_late(natuna: Institution, verifier: Account) -> None:
    case = cast.approved(natuna, verifier)
    client = status_browser(case)
    Application.objects.filter(pk=case.pk).update(status="ACTIVE", waiting_for="nobody")
    assert STATUS not in client.get("/status/pengajuan/").content.decode()
    assert client.get(STATUS)["Location"] == "/status/pengajuan/"
    assert client.post(STATUS)["Location"] == "/status/pengajuan/"
    case.refresh_from_db()
    assert case.status == "ACTIVE"


@pytest.mark.parametrize("address", [WIZARD, STATUS])
def test_nobody_without_an_opened_link_withdraws_anything(application: Application, address: str) -> None:
    assert Client().post(address).status_code == 403
    # A link opened for one purpose is none for the other.
    other = cast.open_link(application, "activation") if address == STATUS else status_browser(application)
    assert other.post(address).status_code == 403
    application.refresh_from_db()
    assert application.status == "NEW"


def test_a_withdrawn_case_cannot_be_decided_any_more(natuna: Institution, verifier: Account) -> None:
    from verification import actions as decisions

    case = cast.submitted(natuna)
    withdrawal.withdraw(case.pk)
    with pytest.raises(lifecycle.NotPossible):
        decisions.approve(case.pk, by=verifier)
    with pytest.raises(lifecycle.NotPossible):
        withdrawal.withdraw(case.pk)
