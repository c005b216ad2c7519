"""An institution's own ready-made reasons: who writes them, where they are offered, and what the applicant reads."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from enrollment.models import Application, Correction, Institution
from tests import cast
from tte_portal.models import Account, AuditRow
from verification import reasons
from verification.models import Reason

Kind = Reason.Kind


def words(response: Any) -> str:
    return unescape(response.content.decode())


def page_of(institution: Institution, kind: Kind = Kind.CORRECTION) -> str:
    return reverse("admin:institution-reasons", args=[institution.pk, kind.value])


def test_the_portals_reasons_are_offered_until_there_are_own_ones(
    natuna: Institution, sulteng: Institution, case: Application, administrator: Account, verifier: Account
) -> None:
    browser, review = cast.sign_in(administrator), reverse("admin:review", args=[case.pk])
    assert "memakai daftar bawaan portal" in words(browser.get(page_of(natuna)))

    browser.post(page_of(natuna), {"nik": "NIK <b>terbalik</b>.\n\n NIK   kabur. \nNIK kabur.", "name": "Nama salah."})

    page = words(cast.sign_in(verifier).get(review))
    assert "NIK <b>terbalik</b>." in page
    assert "Nama disingkat" not in page
    assert reasons.own(natuna, Kind.CORRECTION) == {
        "nik": ["NIK <b>terbalik</b>.", "NIK kabur."],
        "name": ["Nama salah."],
    }
    assert reasons.offered(natuna, Kind.REJECTION) == reasons.DEFAULTS[Kind.REJECTION], "each kind for itself"
    assert reasons.offered(sulteng, Kind.CORRECTION) == reasons.DEFAULTS[Kind.CORRECTION]
    row = AuditRow.objects.get(event="change_reasons")
    assert (row.chain, row.facts) == (natuna.audit_chain, {"kind": "correction", "number": 3})


def test_the_applicant_reads_an_own_reason_word_for_word(
    natuna: Institution, case: Application, administrator: Account, verifier: Account
) -> None:
    reasons.keep(natuna, Kind.CORRECTION, {"nik": ["NIK <b>terbalik</b>."]}, by=administrator)
    client, review = cast.sign_in(verifier), reverse("admin:review", args=[case.pk])

    client.post(review, {"decision": "correct", "correct-nik_ready": "NIK <b>terbalik</b>.", "send": "1"})

    assert Correction.objects.get().reason == "NIK <b>terbalik</b>."


def test_the_portals_list_comes_back(natuna: Institution, administrator: Account) -> None:
    reasons.keep(natuna, Kind.REJECTION, {"": ["Satu.", "Dua."]}, by=administrator)
    browser = cast.sign_in(administrator)
    assert "memakai daftarnya sendiri" in words(browser.get(page_of(natuna, Kind.REJECTION)))

    browser.post(page_of(natuna, Kind.REJECTION), {"go": "defaults", "semua": "Satu."})

    assert reasons.ready(natuna, Kind.REJECTION) == reasons.REJECTIONS
    assert Reason.objects.filter(institution=natuna, active=False).count() == 2, "somebody has read them"


def test_a_reason_that_comes_back_is_the_same_row_in_its_new_place(natuna: Institution, administrator: Account) -> None:
    for texts in (["Satu.", "Dua."], ["Dua."], ["Tiga.", "Satu.", "Dua."]):
        reasons.keep(natuna, Kind.REGISTRATION, {"": texts}, by=administrator)

    assert reasons.ready(natuna, Kind.REGISTRATION) == ["Tiga.", "Satu.", "Dua."]
    assert Reason.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("a" * 501, "paling panjang 500 huruf"),
        ("\n".join(f"Alasan {number}." for number in range(10)), "Paling banyak 9 alasan"),
        (" \n\t\n", "paling sedikit satu alasan"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_lost(
    natuna: Institution, administrator: Account, typed: str, told: str
) -> None:
    answer = cast.sign_in(administrator).post(page_of(natuna, Kind.REJECTION), {"semua": typed})

    assert answer.status_code == 422
    assert told in words(answer)
    assert typed.strip().partition("\n")[0] in words(answer)
    assert not Reason.objects.exists()


def test_nobody_else_writes_them(natuna: Institution, verifier: Account, sulteng: Institution) -> None:
    other = cast.make_officer("jauh", (sulteng, "administrator"))  # type: ignore[arg-type]

    for account in (verifier, other):
        assert cast.sign_in(account).post(page_of(natuna), {"nik": "Salah."}).status_code == 404
    assert cast.sign_in(other).get(reverse("admin:institution-reasons", args=[sulteng.pk, "lain"])).status_code == 404
    assert not Reason.objects.exists()
