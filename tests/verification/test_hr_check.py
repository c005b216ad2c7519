"""The HR officer's look at registrations, where the procedure has it."""

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle, procedure
from enrollment.holders import register
from enrollment.models import Application, Institution, Role
from passphrase import actions as passphrase
from tests import cast, holders, procedures
from tests.verification.test_pre_check import again, mailboxes, registered, words
from tte_portal.models import Account
from verification import issuer, pre_check
from verification.models import Decision

pytestmark = pytest.mark.django_db

LIST = "/admin/pemeriksaan-kepegawaian/"


@pytest.fixture
def tangsel(institutions: dict[str, Institution], monkeypatch: pytest.MonkeyPatch) -> Institution:
    """Its procedure asks the HR officer first."""
    asks = procedures.changed(procedure.find("tangsel"), {"way_in.hr_approval": True})
    monkeypatch.setattr(procedure, "find", lambda slug: asks)
    return institutions["tangsel"]


@pytest.fixture
def keeper(tangsel: Institution) -> Account:
    return cast.make_officer("hani", (tangsel, Role.Kind.HR))


@pytest.fixture
def browser(keeper: Account) -> Client:
    return cast.sign_in(keeper)


def case_url(application: Application) -> str:
    return reverse("admin:hr-check-case", args=[application.pk])


def test_the_registration_waits_for_the_hr_officer_first(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    assert lifecycle.state_of(case) == lifecycle.HR_CHECK
    assert case.receipt in words(browser.get(LIST))
    page = words(browser.get(case_url(case)))
    assert "Data benar" in page
    assert "Surat Rekomendasi" in page
    assert mailboxes() == []


def test_confirmed_it_goes_on_to_the_verifier_without_a_mail(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    assert browser.post(case_url(case), {"decision": "approve", "unopened": "1"}).status_code == 302
    assert lifecycle.state_of(again(case)) == lifecycle.PRE_CHECK
    assert mailboxes() == []
    assert browser.post(case_url(case), {"decision": "approve", "unopened": "1"}).status_code == 409


def test_refused_it_ends_with_the_reason(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    browser.post(case_url(case), {"decision": "reject", "reject-free": "Bukan pegawai kami.", "send": "1"})
    assert lifecycle.state_of(again(case)) == lifecycle.REJECTED
    assert again(case).rejection_reason == "Bukan pegawai kami."
    assert Decision.objects.get().kind == Decision.Kind.REJECT


def test_a_verifier_does_not_decide_it(tangsel: Institution) -> None:
    case = registered(tangsel)
    browser = cast.sign_in(cast.make_officer("tara", (tangsel, Role.Kind.VERIFIER)))
    assert browser.get(case_url(case)).status_code == 404
    assert (
        browser.post(f"/admin/pemeriksaan-pendaftaran/{case.pk}/", {"decision": "approve", "unopened": "1"}).status_code
        == 409
    )
    assert lifecycle.state_of(again(case)) == lifecycle.HR_CHECK


def test_the_hr_officer_of_another_institution_sees_nothing(
    tangsel: Institution, institutions: dict[str, Institution]
) -> None:
    case = registered(tangsel)
    other = cast.sign_in(cast.make_officer("heru", (institutions["natuna"], Role.Kind.HR)))
    assert case.receipt not in words(other.get(LIST))
    assert other.get(case_url(case)).status_code == 404


# --- Two pairs of eyes ---------------------------------------------------------------------------------------------
def test_who_confirmed_the_data_does_not_admit_the_registration_too(
    tangsel: Institution, keeper: Account, browser: Client
) -> None:
    case = registered(tangsel)
    browser.post(case_url(case), {"decision": "approve", "unopened": "1"})
    Role.objects.create(account=keeper, institution=tangsel, kind=Role.Kind.VERIFIER)
    page = reverse("admin:pre-check-case", args=[case.pk])

    assert "Anda sudah menyetujui data orang ini" in words(browser.get(page))
    answer = browser.post(page, {"decision": "approve", "unopened": "1"})

    assert answer.status_code == 409
    assert "Petugas lain yang memeriksa pendaftarannya" in words(answer)
    assert lifecycle.state_of(again(case)) == lifecycle.PRE_CHECK
    assert mailboxes() == []


def test_who_agreed_to_the_profile_neither_vouches_for_its_person_nor_lets_the_certificate_be_issued(
    institutions: dict[str, Institution],
) -> None:
    place = institutions["kemenkeu"]
    roles = [(place, kind) for kind in (Role.Kind.HR, Role.Kind.VERIFIER, Role.Kind.ISSUER)]
    everything = cast.make_officer("serba", *roles)
    holder = holders.holder_of(place)
    holders.complete(holder, everything)
    case = register.begin(holder)

    with pytest.raises(lifecycle.NotAllowed):
        pre_check.admit(case.pk, by=everything)
    page = words(cast.sign_in(everything).get(reverse("admin:pre-check-case", args=[case.pk])))
    assert "Anda sudah menyetujui data orang ini" in page
    pre_check.admit(case.pk, by=cast.make_officer("tara", (place, Role.Kind.VERIFIER)))
    link = cast.link_of(case, "passphrase")
    passphrase.set_passphrase(case.pk, link.pk, cast.GOOD_PASSPHRASE, by=again(case))
    for decide in (issuer.approve, lambda case_id, by: issuer.refuse(case_id, "Tidak.", by=by)):
        with pytest.raises(lifecycle.NotAllowed):
            decide(case.pk, by=everything)
    issuer.approve(case.pk, by=cast.make_officer("isa", (place, Role.Kind.ISSUER)))
    assert lifecycle.state_of(again(case)) == lifecycle.ENROLLED
