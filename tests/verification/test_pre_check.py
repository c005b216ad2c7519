"""The check before activation: who may, what is shown, where the link goes, and what stops a second application."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle
from enrollment.demo import seed
from enrollment.models import Application, Institution, Paper, PersonnelRecord, Registration, Role
from enrollment.ways_in.take import take
from tests import cast, procedures
from tte_portal import files, outbox
from tte_portal.models import Account, AuditRow, OutboxMessage, SealedFile
from verification import checks, demo_papers, demo_stages, pre_check
from verification.models import Decision

pytestmark = pytest.mark.django_db

LIST = "/admin/pemeriksaan-pendaftaran/"


@pytest.fixture
def tangsel(institutions: dict[str, Institution]) -> Institution:
    return institutions["tangsel"]


@pytest.fixture
def checker(tangsel: Institution) -> Account:
    return cast.make_officer("tara", (tangsel, Role.Kind.VERIFIER))


@pytest.fixture
def browser(checker: Account) -> Client:
    return cast.sign_in(checker)


def registered(institution: Institution, number: int = 0, **other: Any) -> Application:
    """That person's registration, as the worker leaves it; ``other`` answers in place of the right ones."""
    person = seed.people(institution)[number]
    answers = {
        "employee_number": person["nip"], "name": person["name"], "position": "Analis", "unit": "Dinas Contoh",
        "nik": person["nik"], "city": "Kota Contoh", "mailbox": person["mailbox"], "phone": "+628001000100",
        "consents": {},
    }  # fmt: skip
    row = Registration(institution=institution, receipt=f"TTE-UJI-{Registration.objects.count()}{number}{len(other)}")
    letter = files.store(b"%PDF-1.4 contoh", owner=row.pk, kind="letter", content_type="application/pdf")
    row.papers = [
        {
            "kind": "recommendation-letter", "original": letter.pk.hex, "copy": letter.pk.hex, "pages": 1,
            "findings": ["scripts"], "signed": False, "signature_intact": None,
        }
    ]  # fmt: skip
    row.answers = {**answers, **other}
    row.receipt = f"TTE-{row.pk.hex[:8]}"
    row.save()
    take(row.pk)
    return Application.objects.select_related("institution").get(pk=row.pk)


def again(application: Application) -> Application:
    return Application.objects.select_related("institution").get(pk=application.pk)


def words(response: Any) -> str:
    return unescape(response.content.decode())


def case_url(application: Application) -> str:
    return reverse("admin:pre-check-case", args=[application.pk])


def admitted(browser: Client, application: Application) -> Any:
    return browser.post(case_url(application), {"decision": "approve", "unopened": "1"})


def mailboxes() -> list[tuple[str, str]]:
    return [(row.template, outbox.compose(row).to) for row in OutboxMessage.objects.order_by("created_at")]


# --- Pages ---------------------------------------------------------------------------------------------------------
def test_the_start_page_and_the_list_show_what_waits(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    assert "Pemeriksaan pendaftaran" in words(browser.get("/admin/"))
    assert case.receipt in words(browser.get(LIST))


def test_the_case_shows_the_answers_beside_the_registry_s_the_checks_and_the_papers(
    tangsel: Institution, browser: Client
) -> None:
    case = registered(tangsel, name="Nama Lain")
    page = words(browser.get(case_url(case)))
    record = PersonnelRecord.objects.get(mailbox=case.mailbox)
    for text in ("Nama Lain", record.name, "Kota Contoh", "berbeda", "Surat Rekomendasi", "Terima pendaftaran",
                 "Salinan yang Anda lihat dibuat tanpanya", "Alamat tautan"):  # fmt: skip
        assert text in page


def test_each_look_at_a_paper_is_on_record(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    paper = Paper.objects.get(application=case)
    answer = browser.get(reverse("admin:pre-check-paper", args=[case.pk, paper.pk]))
    assert answer.status_code == 200
    assert AuditRow.objects.get(event="view_paper").facts["reason"] == "pre-check"


def test_another_institution_s_verifier_sees_nothing(tangsel: Institution, outsider: Account) -> None:
    case = registered(tangsel)
    browser = cast.sign_in(outsider)
    assert case.receipt not in words(browser.get(LIST))
    assert browser.get(case_url(case)).status_code == 404
    assert admitted(browser, case).status_code == 404
    assert lifecycle.state_of(again(case)) == lifecycle.PRE_CHECK


# --- Decisions -----------------------------------------------------------------------------------------------------
def test_admitting_sends_the_activation_link_and_opens_the_next_case(tangsel: Institution, browser: Client) -> None:
    first, second = registered(tangsel, 0), registered(tangsel, 1)
    answer = admitted(browser, first)
    assert answer.headers["Location"] == case_url(second)
    assert lifecycle.state_of(again(first)) == lifecycle.DRAFT
    assert mailboxes() == [("activation", first.mailbox)]
    assert Decision.objects.get().kind == Decision.Kind.APPROVE
    assert admitted(browser, second).headers["Location"] == LIST


def test_the_registry_s_mailbox_wins(tangsel: Institution, browser: Client) -> None:
    stranger = f"penipu@{tangsel.mailbox_domains[0]}"
    case = registered(tangsel, mailbox=stranger)
    page = words(browser.get(case_url(case)))
    record = PersonnelRecord.objects.get(mailbox=seed.people(tangsel)[0]["mailbox"])
    assert stranger in page
    assert f"data pegawai mencatat {record.mailbox}" in page
    admitted(browser, case)
    assert mailboxes() == [("activation", record.mailbox)]
    assert again(case).record == record


def test_a_person_without_a_record_is_sent_the_link_to_the_own_domain_mailbox(
    tangsel: Institution, browser: Client
) -> None:
    mailbox = f"honorer@{tangsel.mailbox_domains[0]}"
    case = registered(tangsel, mailbox=mailbox, employee_number="")
    assert case.kind == Application.Kind.OTHER
    admitted(browser, case)
    assert mailboxes() == [("activation", mailbox)]


def test_a_mailbox_that_left_the_institution_s_domains_gets_nothing(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel, mailbox=f"lama@{tangsel.mailbox_domains[0]}", employee_number="")
    Institution.objects.filter(pk=tangsel.pk).update(mailbox_domains=["baru.example"])
    answer = admitted(browser, case)
    assert answer.status_code == 409
    assert "di luar domain" in words(answer)
    assert mailboxes() == []


@pytest.mark.parametrize("other", [{}, {"nik": "3674010101900009"}, {"mailbox": "lain@tangerangselatankota.example"}])
def test_who_is_further_on_is_not_admitted_again(tangsel: Institution, browser: Client, other: dict[str, Any]) -> None:
    first, second = registered(tangsel), registered(tangsel, **other)
    assert first.receipt in words(browser.get(case_url(second)))
    admitted(browser, first)
    answer = admitted(browser, second)
    assert answer.status_code == 409
    assert first.receipt in words(answer)
    assert lifecycle.state_of(again(second)) == lifecycle.PRE_CHECK
    assert len(mailboxes()) == 1


def test_a_rejection_is_shown_word_for_word_and_then_sent(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    reason = "Berkas tidak terbaca. Pindai atau foto lagi dengan jelas, lalu daftar sekali lagi."
    preview = browser.post(case_url(case), {"decision": "reject", "reject-ready": reason})
    assert reason in words(preview)
    assert lifecycle.state_of(again(case)) == lifecycle.PRE_CHECK
    browser.post(case_url(case), {"decision": "reject", "reject-ready": reason, "send": "1"})
    assert lifecycle.state_of(again(case)) == lifecycle.REJECTED
    assert again(case).rejection_reason == reason
    assert mailboxes() == [("rejected", case.mailbox)]


def test_decided_twice_the_second_is_told(tangsel: Institution, browser: Client) -> None:
    case = registered(tangsel)
    assert admitted(browser, case).status_code == 302
    assert admitted(browser, case).status_code == 409


def test_nobody_admits_themselves(tangsel: Institution) -> None:
    case = registered(tangsel)
    own = cast.make_officer("diri", (tangsel, Role.Kind.VERIFIER), mailbox=case.mailbox)
    assert admitted(cast.sign_in(own), case).status_code == 409
    # Nor by writing another mailbox than the registry has of them.
    other = registered(tangsel, mailbox=f"alias@{tangsel.mailbox_domains[0]}")
    assert admitted(cast.sign_in(own), other).status_code == 409
    assert mailboxes() == []


def test_without_a_wizard_the_officer_vouches_and_the_nik_is_taken(tangsel: Institution, checker: Account) -> None:
    case = registered(tangsel)
    procedures.ask(case, wizard__steps=[], wizard__reading_seconds=0, way_in__kind="profile", way_in__sign_in="sso")
    pre_check.admit(case.pk, by=checker)
    assert lifecycle.state_of(again(case)) == lifecycle.PASSPHRASE
    assert again(case).nik_taken
    second = registered(tangsel, 1, nik=again(case).nik)
    procedures.ask(second, wizard__steps=[], wizard__reading_seconds=0, way_in__kind="profile", way_in__sign_in="sso")
    with pytest.raises(pre_check.Refused):
        pre_check.admit(second.pk, by=checker)


def test_only_the_state_itself_can_be_decided(natuna: Institution, verifier: Account) -> None:
    case = cast.submitted(natuna)
    with pytest.raises(lifecycle.NotPossible):
        pre_check.admit(case.pk, by=verifier)
    with pytest.raises(lifecycle.NotPossible):
        pre_check.reject(case.pk, "Alasan.", by=verifier)


# --- Checks --------------------------------------------------------------------------------------------------------
def test_the_checks_before_activation_see_duplicates(tangsel: Institution) -> None:
    first = registered(tangsel)
    second = registered(tangsel, 1, phone="+628001000100")
    found = {each.name: each for each in checks.of(second)}
    assert found["same-person"].outcome == "warning"
    assert f"{first.receipt} (terdaftar, telepon sama)" in found["same-person"].evidence
    assert found["link-goes"].outcome == "ok"
    assert "photo" not in found


def test_without_nik_nothing_is_compared_with_it(tangsel: Institution) -> None:
    found = {each.name: each.outcome for each in checks.of(registered(tangsel, nik="", phone=""))}
    assert found["numbers-agree"] == found["nik-elsewhere"] == "unknown"
    assert found["same-person"] == "ok"


# --- The registration itself ---------------------------------------------------------------------------------------
def test_taken_twice_it_is_one_application_and_a_stopped_one_is_taken_later(tangsel: Institution) -> None:
    case = registered(tangsel)
    take(case.pk)
    assert Application.objects.count() == 1
    assert SealedFile.objects.count() == 1


def test_the_people_of_a_demonstration_have_the_papers_of_their_procedure(institutions: dict[str, Institution]) -> None:
    for slug, kinds in (("tangsel", {"ktp", "signature-specimen", "recommendation-letter"}), ("natuna", set())):
        case = registered(institutions["tangsel"], 2) if slug == "tangsel" else cast.begin(institutions[slug])
        Paper.objects.all().delete()
        demo_papers.hand_in(case, demo_stages.card())
        assert {paper.kind for paper in case.papers.all()} == kinds
        assert case.consents.exists() == bool(kinds)
