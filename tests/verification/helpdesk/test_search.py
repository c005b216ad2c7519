"""Finding a person: by each thing that may be known of them, in one's own institutions alone, and on record."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.models import Application, Institution, PersonnelRecord
from tests import cast, holders
from tte_portal.encryption import blind_index
from tte_portal.models import Account, AuditRow
from tte_portal.throttles import Throttle
from verification.helpdesk import search

pytestmark = pytest.mark.django_db
Browser = Callable[[Account], Client]
PAGE = "/admin/meja-bantuan/"


def known_by(case: Application) -> dict[str, str]:
    return {
        "nik": case.nik, "nik with blanks": f" {case.nik[:6]} {case.nik[6:]}", "nip": case.employee_number,
        "mailbox": case.mailbox.upper(), "phone": "0" + case.phone[3:], "receipt": case.receipt.lower(),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["nik", "nik with blanks", "nip", "mailbox", "phone", "receipt"])
def test_one_exact_thing_leads_straight_to_the_person(
    kind: str, case: Application, helper: Account, browser_of: Browser
) -> None:
    answer = browser_of(helper).post(PAGE, {"q": known_by(case)[kind]})

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("admin:helpdesk-person", args=[case.record_id])


@pytest.mark.parametrize("kind", ["nik", "nip", "mailbox", "phone", "receipt"])
def test_another_institution_hears_what_it_would_hear_of_nobody(
    kind: str, case: Application, stranger: Account, browser_of: Browser
) -> None:
    browser, wanted = browser_of(stranger), known_by(case)[kind]
    answer = browser.post(PAGE, {"q": wanted})
    other = wanted.replace("YU", "XU") if kind == "mailbox" else wanted[:-1] + ("3" if wanted[-1] != "3" else "4")
    nobody = browser.post(PAGE, {"q": other})

    assert answer.status_code == nobody.status_code == 200
    page = answer.content.decode()
    assert "Tidak ditemukan" in page
    assert case.name not in page
    assert cleaned(answer, wanted) == cleaned(nobody, other)


def cleaned(answer: object, typed: str) -> str:
    """The page without what was typed and what every page has of its own."""
    text = answer.content.decode()  # type: ignore[attr-defined]
    lines = [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]
    for part in (typed, typed.upper(), typed.lower(), typed[-4:]):
        text = "\n".join(lines).replace(part, "…")
        lines = text.splitlines()
    return "\n".join(lines)


def test_a_number_stands_in_the_audit_trail_only_as_an_index(
    case: Application, helper: Account, browser_of: Browser
) -> None:
    browser_of(helper).post(PAGE, {"q": case.nik})

    row = AuditRow.objects.get(event="search_person")
    assert row.actor == f"account:{helper.pk}"
    assert row.chain == case.institution.audit_chain
    assert row.facts["kind"] == "nik"
    assert row.facts["term"] == blind_index("helpdesk-search.nik", case.nik).hex()[:32]
    assert case.nik not in str(row.facts)


def test_what_was_looked_for_comes_back_masked(helper: Account, browser_of: Browser) -> None:
    page = browser_of(helper).post(PAGE, {"q": "9901015705680199"}).content.decode()

    assert "NIK yang berakhir 0199" in page
    assert "lewat NIP, surel dinas, atau nama" in page


def test_an_account_is_found_by_the_nik_of_its_profile(
    institutions: dict[str, Institution], browser_of: Browser
) -> None:
    ministry = holders.open_as(institutions["kemenkeu"], "kemenkeu")
    holder = holders.holder_of(ministry)
    holder.nik = holders.NIK
    holder.save()
    helper = cast.make_officer("bantu", (ministry, "help-desk"))  # type: ignore[arg-type]

    answer = browser_of(helper).post(PAGE, {"q": holders.NIK})

    assert answer.headers["Location"] == reverse("admin:helpdesk-person", args=[holder.record_id])


def test_names_come_a_page_at_a_time_each_person_once(
    natuna: Institution, helper: Account, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    for number, name in enumerate(["Sari Contoh A", "sari contoh b", "Sari Contoh C", "SARI CONTOH D", "Sasa Lain"]):
        PersonnelRecord.objects.create(
            institution=natuna, employee_number=f"19900101202603200{number}", name=name, unit="u", position="j",
            province="p", mailbox=f"sari{number}@natunakab.example", employment="PNS",
        )  # fmt: skip
    term, seen, after = search.read("sari"), [], ("", "")
    while hits := search.look(term, helper, after):
        seen += [hit.name for hit in hits[:2]]
        after = hits[:2][-1].place

    assert seen == ["Sari Contoh A", "sari contoh b", "Sari Contoh C", "SARI CONTOH D"]
    page = browser_of(helper).post(PAGE, {"q": "sari"}).content.decode()
    assert "Berikutnya" in page


@pytest.mark.parametrize(("typed", "told"), [("ay", "3 huruf"), ("990101570568010", "15 angka"), ("", "Tulis nomor")])
def test_what_cannot_be_looked_up_is_told_why(typed: str, told: str, helper: Account, browser_of: Browser) -> None:
    answer = browser_of(helper).post(PAGE, {"q": typed})

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_copier_of_the_registry_is_slowed_down(
    helper: Account, natuna: Institution, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SEARCHES", Throttle("helpdesk-searches", limit=2, seconds=3600))
    browser = browser_of(helper)

    answers = [browser.post(PAGE, {"q": f"budi {letter}"}).status_code for letter in "abc"]

    assert answers == [200, 200, 429]


@pytest.mark.parametrize("spelling", ["{0}", "tte {1} {2}", "{1}{2}", "Tte{1}{2}", "{1}-{2}"])
def test_a_receipt_is_found_however_it_is_written(
    spelling: str, case: Application, helper: Account, browser_of: Browser
) -> None:
    case.receipt = "TTE-QKEW-BS55"
    case.save(update_fields=["receipt"])
    typed = spelling.format(case.receipt, "qkew", "bs55")

    assert search.read(typed) == search.Term("receipt", case.receipt, f"nomor tanda terima {case.receipt}")
    assert browser_of(helper).post(PAGE, {"q": typed}).status_code == 302


def test_letters_alone_are_a_receipt_where_no_name_begins_so(
    case: Application, helper: Account, browser_of: Browser
) -> None:
    case.receipt = "TTE-SARY-ANTA"
    case.save(update_fields=["receipt"])

    answer = browser_of(helper).post(PAGE, {"q": "saryanta"})

    assert answer.headers["Location"] == reverse("admin:helpdesk-person", args=[case.record_id])


@pytest.mark.parametrize("typed", ["Drs. {}", "Prof. Dr. Hj {}", "bu {}", "{}, S.Sos."])
def test_titles_around_a_name_are_passed_over(
    typed: str, case: Application, helper: Account, browser_of: Browser
) -> None:
    record = PersonnelRecord.objects.get(applications=case)

    page = browser_of(helper).post(PAGE, {"q": typed.format(record.name)}).content.decode()

    assert "tanpa gelar" in page
    assert record.mailbox in page


def test_a_second_name_finds_nobody_and_the_page_says_why(helper: Account, browser_of: Browser) -> None:
    page = browser_of(helper).post(PAGE, {"q": "Misalnya"}).content.decode()

    assert "nama kedua atau nama belakang saja tidak ditemukan" in page


@pytest.mark.parametrize("kind", ["OPD", "SRL", "LBR"])
def test_a_number_of_an_opds_request_says_where_to_look(kind: str, helper: Account, browser_of: Browser) -> None:
    answer = browser_of(helper).post(PAGE, {"q": f"{kind}/qkew bs55"})

    assert answer.status_code == 422
    assert "Permohonan OPD" in answer.content.decode()
