"""Before a case is left or agreed to: words not sent, papers nobody opened, and where else work waits."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.models import Application, Institution, Paper
from tests import cast, procedures
from tte_portal.models import Account
from verification import actions

TYPED = {"reject-free": "Foto ini bukan Anda."}


@pytest.fixture
def letter(case: Application) -> Paper:
    procedures.ask(case, way_in__kind="self-service", way_in__papers=["statement-letter"])
    paper = cast.hand_in_letter(case)
    Paper.objects.filter(pk=paper.pk).update(kind=Paper.Kind.STATEMENT, signed=False)
    return paper


@pytest.fixture
def browser(case: Application, verifier: Account) -> Client:
    actions.claim(case.pk, verifier)
    return cast.sign_in(verifier)


def url(case: Application, what: str = "review") -> str:
    return reverse(f"admin:{what}", args=[case.pk])


def read(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.mark.parametrize("more", [{}, {"next": "1"}])
def test_words_that_were_not_sent_are_asked_about_before_the_case_is_left(
    browser: Client, case: Application, verifier: Account, more: dict[str, str]
) -> None:
    asked = browser.post(url(case, "review-release"), {**TYPED, **more})

    case.refresh_from_db()
    assert (asked.status_code, case.claimed_by) == (409, verifier)
    assert "Foto ini bukan Anda." in read(asked)

    browser.post(url(case, "review-release"), {**more, "drop": "1"})
    case.refresh_from_db()
    assert case.claimed_by is None


def test_back_from_the_question_the_words_stand_in_both_forms(browser: Client, case: Application) -> None:
    both = {**TYPED, "correct-nik_free": "Angka terakhir."}

    page = read(browser.post(url(case), {**both, "decision": "reject", "change": "1"}))

    assert "Foto ini bukan Anda.</textarea>" in page
    assert "Angka terakhir.</textarea>" in page
    assert page.count('class="reason" data-reasons open') == 1


def test_a_case_handed_over_with_words_not_sent_is_asked_about(
    browser: Client, case: Application, verifier: Account, colleague: Account
) -> None:
    asked = browser.post(url(case, "hand-over"), {**TYPED, "to": colleague.pk})

    case.refresh_from_db()
    assert (asked.status_code, case.claimed_by) == (409, verifier)
    assert f'name="to" value="{colleague.pk}"' in read(asked)


def test_the_only_case_skipped_does_not_come_back(browser: Client, case: Application) -> None:
    page = browser.post(url(case, "review-release"), {"next": "1"}, follow=True)

    case.refresh_from_db()
    assert page.redirect_chain[-1][0] == reverse("admin:queue")
    assert "Tidak ada kasus lain yang dapat Anda ambil sekarang." in read(page)
    assert case.claimed_by is None


def test_agreeing_with_a_letter_unopened_asks_once(browser: Client, case: Application, letter: Paper) -> None:
    page = read(browser.get(url(case)))
    assert "Harus Anda lihat sendiri" in page
    assert "(belum Anda buka)" in page

    asked = browser.post(url(case), {"decision": "approve"})
    case.refresh_from_db()
    assert (asked.status_code, case.status) == (409, "NEW")

    browser.post(url(case), {"decision": "approve", "unopened": "1"})
    case.refresh_from_db()
    assert case.status == "ON_SET_PASSPHRASE"


def test_whoever_has_opened_the_letter_is_not_asked(
    browser: Client, case: Application, letter: Paper, colleague: Account
) -> None:
    cast.sign_in(colleague).get(reverse("admin:review-paper", args=[case.pk, letter.pk]))
    assert browser.post(url(case), {"decision": "approve"}).status_code == 409

    browser.get(reverse("admin:review-paper", args=[case.pk, letter.pk]))

    assert "(belum Anda buka)" not in read(browser.get(url(case)))
    assert browser.post(url(case), {"decision": "approve"}).status_code == 302


def test_a_correction_sent_empty_leads_to_its_form(browser: Client, case: Application) -> None:
    page = read(browser.post(url(case), {"decision": "correct"}))

    assert '<a href="#correct">Pilih atau tulis alasan' in page


def test_where_nothing_waits_the_other_desks_are_named(
    natuna: Institution, case: Application, verifier: Account
) -> None:
    page = read(cast.sign_in(verifier).get(reverse("admin:pre-check")))

    assert 'Di meja lain: <a href="/admin/antrean/">Antrean pemeriksaan</a>, 1 menunggu.' in page
    assert "Bagus." not in page
