"""The pages of a list: ways in, preview, correction, what comes back, and for whom."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enrollment.models import Application, Institution, PersonnelRecord
from enrollment.roster import reading
from enrollment.roster.columns import COLUMNS
from tests import cast, rosters
from tests.rosters import HEADING, as_csv, lines, person
from tte_portal.models import Account
from verification.people import lists, tasks
from verification.people.models import FaultyRow, PersonnelList

pytestmark = pytest.mark.django_db

FIELDS = {column.name: column.field for column in COLUMNS}


def address(name: str, made: PersonnelList, *more: Any) -> str:
    return reverse(f"admin:people-{name}", args=[made.pk, *more])


def typed(one: dict[str, str]) -> dict[str, str]:
    return {field: one.get(name, "") for name, field in FIELDS.items()}


@pytest.fixture
def browser(boss: Account) -> Client:
    return cast.sign_in(boss)


def uploaded(natuna: Institution, boss: Account, *people: dict[str, str]) -> PersonnelList:
    return rosters.uploaded(natuna, as_csv(lines(*people)), boss)


def test_an_upload_is_checked_in_the_background_and_previewed(natuna: Institution, browser: Client) -> None:
    file = SimpleUploadedFile("<b>daftar</b>.csv", as_csv(lines(person(1), person(2, Nama="Lina <i>Contoh</i>"))))
    sent = {"institution": natuna.pk, "choice": "invite", "file": file}
    answer = browser.post(reverse("admin:people-upload"), sent)
    made = PersonnelList.objects.get()
    assert answer.headers["Location"] == address("list", made)
    assert "Berkas sedang dibaca." in browser.get(address("list", made)).content.decode()

    rosters.work_off(made)
    page = browser.get(address("list", made)).content.decode()
    assert "1 baris perlu diperbaiki" in page
    assert "Daftarkan 1 pegawai" in page
    assert "Lina &lt;i&gt;Contoh" in page
    assert "<b>daftar" not in page


def test_a_file_over_the_limit_is_refused_whole(natuna: Institution, browser: Client) -> None:
    content = as_csv(lines(person(1))) + b"\r\n" * (7 * 2**20)
    sent = {"institution": natuna.pk, "choice": "keep", "file": SimpleUploadedFile("x.csv", content)}
    answer = browser.post(reverse("admin:people-upload"), sent)
    assert answer.status_code == 422
    assert "paling besar 12 MB" in answer.content.decode()


def test_one_person_is_registered_at_once(natuna: Institution, browser: Client) -> None:
    sent = {"institution": natuna.pk, "choice": "invite", **typed(person(1))}
    answer = browser.post(reverse("admin:people-one"), sent, follow=True)
    assert "1 pegawai terdaftar" in answer.content.decode()
    assert Application.objects.get().mailbox == person(1)["Surel Dinas"]


def test_one_person_with_faults_keeps_what_was_typed(natuna: Institution, browser: Client) -> None:
    before = PersonnelRecord.objects.count()
    sent = {"institution": natuna.pk, "choice": "invite", **typed(person(1, NIP="123", Jabatan=""))}
    answer = browser.post(reverse("admin:people-one"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="123"' in page
    assert "di sini ada 3 angka" in page
    assert "Jabatan belum diisi." in page
    assert (PersonnelRecord.objects.count(), PersonnelList.objects.count()) == (before, 0)


def test_a_person_from_elsewhere_is_taken_once_the_officer_says_so(
    natuna: Institution, sulteng: Institution, browser: Client
) -> None:
    theirs = PersonnelRecord.objects.filter(institution=sulteng).first()
    assert theirs is not None
    one = person(1, NIP=theirs.employee_number, **{"Jenis Pegawai": theirs.employment})
    sent = {"institution": natuna.pk, "choice": "keep", **typed(one)}
    refused = browser.post(reverse("admin:people-one"), sent)
    assert "pindah ke instansi kami" in refused.content.decode()
    assert browser.post(reverse("admin:people-one"), {**sent, "moved": "on"}).status_code == 302
    assert PersonnelRecord.objects.filter(institution=natuna, mailbox=one["Surel Dinas"]).exists()


def test_several_people_are_typed_with_what_they_have_in_common(natuna: Institution, browser: Client) -> None:
    sent: dict[str, Any] = {
        "institution": natuna.pk, "choice": "keep", "rows": 10, "unit": "Bidang Contoh", "employment": "PNS",
        "opd": "Dinas Kesehatan",
    }  # fmt: skip
    for row in (1, 4):
        for place, name in enumerate(("NIP", "Nama", "Surel Dinas", "Jabatan")):
            sent[f"{row}-{place}"] = person(row)[name]
    browser.post(reverse("admin:people-several"), sent)
    made = PersonnelList.objects.get()
    assert (made.stage, made.new, made.faulty.count()) == ("ready", 2, 0)


@pytest.mark.parametrize(("pasted", "said"), [("", "Belum ada yang diisi"), ("satu\tdua", "Baris judul tidak")])
def test_nothing_usable_typed_gets_a_sentence(natuna: Institution, browser: Client, pasted: str, said: str) -> None:
    sent = {"institution": natuna.pk, "choice": "keep", "rows": 10, "employment": "PNS", "pasted": pasted}
    answer = browser.post(reverse("admin:people-several"), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_row_is_put_right_on_the_page(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1, NIP="12"), person(2), person(3, Provinsi="Atlantis"))
    assert 'value="12"' in browser.get(address("row", made, 2)).content.decode()
    wrong = browser.post(address("row", made, 2), typed(person(1, NIP="123456")))
    assert (wrong.status_code, 'value="123456"' in wrong.content.decode()) == (422, True)
    right = browser.post(address("row", made, 2), typed(person(1)))
    assert right.headers["Location"] == address("row", made, 4)
    made.refresh_from_db()
    assert (made.new, made.faulty.count()) == (2, 1)
    assert browser.get(address("row", made, 2)).status_code == 302


def test_a_row_put_right_may_not_become_somebody_elses_second(
    natuna: Institution, boss: Account, browser: Client
) -> None:
    made = uploaded(natuna, boss, person(1), person(2, NIP="12"))
    answer = browser.post(address("row", made, 3), typed(person(2, NIP=person(1)["NIP"])))
    assert answer.status_code == 422
    assert FaultyRow.objects.get().kinds == ["twin"]


def test_faults_are_filtered_and_paged(natuna: Institution, boss: Account, browser: Client) -> None:
    wrong = [person(number, Provinsi="Atlantis") for number in range(60)]
    made = uploaded(natuna, boss, *wrong, person(70, NIP="1"))
    page = browser.get(address("list", made)).content.decode()
    assert "?sesudah=51" in page
    later = browser.get(address("list", made) + "?sesudah=51").content.decode()
    assert 'Perbaiki<span class="hidden-label"> baris 62' in later
    assert "baris 51</span>" not in later
    one = browser.get(address("list", made) + "?jenis=number-length").content.decode()
    assert one.count('<tr class="first"') == 1
    for odd in ("?jenis=<script>", "?sesudah=abc", "?sesudah=99999999999999999999"):
        assert browser.get(address("list", made) + odd).status_code == 200


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_returned_file_goes_round_unspoiled_and_no_cell_is_a_formula(
    natuna: Institution, boss: Account, browser: Client, kind: str
) -> None:
    made = uploaded(
        natuna, boss, person(1), person(2, Provinsi="Atlantis"), person(3, Jabatan="=1+1"), person(4, NIP="-12")
    )
    content = browser.get(address("faulty", made, kind)).content
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
        assert [cell.value for cell in sheet[1]] == ["Baris", *HEADING, "Alasan"]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
        assert all(cell.number_format == "@" for row in sheet.iter_rows() for cell in row)
        assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for row in sheet.iter_rows() for cell in row)
    else:
        assert b";=" not in content
        assert b";-" not in content
    back = reading.read(content)
    assert [line.instead_of for line in back.lines] == [3, 4, 5]
    browser.post(address("add", made), {"file": SimpleUploadedFile(f"x.{kind}", content)})
    rosters.work_off(made)
    assert (made.new, made.faulty.count()) == (1, 3)
    assert [each.row for each in made.faulty.order_by("row")] == [3, 4, 5]


def test_corrected_rows_come_back_into_the_same_list(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1), person(2, NIP="4.11E+17"))
    lists.register(made, "invite", by=boss)
    rosters.work_off(made)
    rows = [["Baris", *HEADING, "Alasan"], ["3", *lines(person(2))[1], "NIP: …"]]
    browser.post(address("add", made), {"file": SimpleUploadedFile("x.csv", as_csv(rows))})
    rosters.work_off(made)
    assert (made.new, made.faulty.count(), made.stored) == (1, 0, 1)
    browser.post(address("register", made), {"choice": "invite"})
    rosters.work_off(made)
    assert (made.stored, Application.objects.count()) == (2, 2)
    results = openpyxl.load_workbook(BytesIO(browser.get(address("results", made, "xlsx")).content)).worksheets[0]
    receipts = {row[4] for row in results.iter_rows(min_row=2, values_only=True)}
    assert receipts == set(Application.objects.values_list("receipt", flat=True))


def test_an_unreadable_addition_leaves_the_list_as_it_was(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1))
    browser.post(address("add", made), {"file": SimpleUploadedFile("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")})
    rosters.work_off(made)
    assert (made.stage, made.new) == ("ready", 1)
    assert "Excel lama" in browser.get(address("list", made)).content.decode()


def test_registering_twice_at_once_begins_one_job(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1))
    assert lists.register(made, "invite", by=boss)
    assert not lists.register(made, "invite", by=boss)
    browser.post(address("discard", made))
    assert PersonnelList.objects.exists()


def test_other_institutions_officers_see_no_list(natuna: Institution, boss: Account, outsider: Account) -> None:
    made = uploaded(natuna, boss, person(1), person(2, NIP="1"))
    other = cast.sign_in(outsider)
    for name, more in (("list", ()), ("row", (3,)), ("faulty", ("csv",)), ("results", ("csv",))):
        assert other.get(address(name, made, *more)).status_code == 404
    assert other.get(reverse("admin:people-list", args=[uuid4()])).status_code == 404
    assert "daftar.xlsx" not in other.get(reverse("admin:people")).content.decode()
    sent = {"institution": natuna.pk, "choice": "keep", **typed(person(5))}
    assert other.post(reverse("admin:people-one"), sent).status_code == 422


def test_lists_are_forgotten_after_thirty_days(natuna: Institution, boss: Account) -> None:
    old, young = uploaded(natuna, boss, person(1)), uploaded(natuna, boss, person(2))
    from datetime import timedelta

    from django.utils import timezone

    PersonnelList.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    tasks.forget_old()
    assert list(PersonnelList.objects.all()) == [young]


def test_a_list_is_thrown_away_and_its_people_stay(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1))
    lists.register(made, "keep", by=boss)
    rosters.work_off(made)
    browser.post(address("discard", made))
    assert not PersonnelList.objects.exists()
    assert PersonnelRecord.objects.filter(mailbox=person(1)["Surel Dinas"]).exists()
