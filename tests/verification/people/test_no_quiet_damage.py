"""A list changes nobody quietly: second rows, mailboxes in use, what is about to change, rows thrown out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enrollment.holders import accounts
from enrollment.models import Application, Institution, PersonnelRecord, Role
from tests import cast, rosters
from tests.rosters import HEADING, as_csv, lines, person
from tte_portal.models import Account, AuditRow
from verification.people import lists, shown
from verification.people.models import FaultyRow, PersonnelList

pytestmark = pytest.mark.django_db

OTHER = "orang.lain@natunakab.example"


@pytest.fixture
def browser(boss: Account) -> Client:
    return cast.sign_in(boss)


def uploaded(natuna: Institution, boss: Account, *people: dict[str, str]) -> PersonnelList:
    return rosters.uploaded(natuna, as_csv(lines(*people)), boss)


def registered(made: PersonnelList, boss: Account, choice: str = "invite") -> PersonnelList:
    assert lists.register(made, choice, by=boss)
    rosters.work_off(made)
    return made


def address(name: str, made: PersonnelList, *more: int) -> str:
    return reverse(f"admin:people-{name}", args=[made.pk, *more])


def test_a_second_row_stays_one_after_the_first_is_registered(
    natuna: Institution, boss: Account, browser: Client
) -> None:
    second = person(1, **{"Surel Dinas": OTHER})
    made = registered(uploaded(natuna, boss, person(1), second), boss, "keep")
    back = [["Baris", *HEADING, "Alasan"], ["3", *lines(second)[1], "NIP: …"]]
    browser.post(address("add", made), {"file": SimpleUploadedFile("x.csv", as_csv(back))})
    rosters.work_off(made)
    assert (made.waiting, made.faulty.count()) == (0, 1)
    (fault,) = shown.shown(FaultyRow.objects.get()).faults
    assert "Sama dengan baris 2, yang sudah didaftarkan dari daftar ini" in fault["told"]
    assert PersonnelRecord.objects.filter(mailbox=person(1)["Surel Dinas"]).exists()


def test_a_list_leaves_the_mailbox_of_somebody_on_the_way(natuna: Institution, boss: Account) -> None:
    registered(uploaded(natuna, boss, person(1)), boss)
    made = uploaded(natuna, boss, person(1, **{"Surel Dinas": OTHER}), person(2))
    (fault,) = shown.shown(FaultyRow.objects.get()).faults
    assert (made.new, made.changed, fault["column"]) == (1, 0, "Surel Dinas")
    assert "Meja bantuan" in fault["told"]
    assert Application.objects.get().mailbox == person(1)["Surel Dinas"]


def test_a_list_leaves_the_mailbox_of_an_account(institutions: dict[str, Institution]) -> None:
    kemenkeu = institutions["kemenkeu"]
    boss = cast.make_officer("bosk", (kemenkeu, Role.Kind.ADMINISTRATOR), mailbox="bosk@dinas.example")
    domain = kemenkeu.mailbox_domains[0]
    registered(rosters.uploaded(kemenkeu, as_csv(lines(person(1, domain))), boss), boss, "keep")
    accounts.open_for(PersonnelRecord.objects.get(mailbox=person(1, domain)["Surel Dinas"]))
    other = person(1, domain, **{"Surel Dinas": f"orang.lain@{domain}"})
    made = rosters.uploaded(kemenkeu, as_csv(lines(other)), boss)
    assert (made.changed, FaultyRow.objects.get().kinds) == (0, ["mailbox-in-use"])


def test_a_mailbox_that_comes_into_use_after_the_check_is_left_as_well(natuna: Institution, boss: Account) -> None:
    registered(uploaded(natuna, boss, person(1)), boss, "keep")
    made = uploaded(natuna, boss, person(1, **{"Surel Dinas": OTHER}))
    assert made.changed == 1
    registered(uploaded(natuna, boss, person(1)), boss)
    registered(made, boss)
    assert FaultyRow.objects.get().kinds == ["mailbox-in-use"]
    assert not PersonnelRecord.objects.filter(mailbox=OTHER).exists()


def test_the_page_says_what_will_change_and_who_is_new(natuna: Institution, boss: Account, browser: Client) -> None:
    registered(uploaded(natuna, boss, person(1), person(2)), boss, "keep")
    changed = person(1, Jabatan="Kepala Bidang Rekaan", **{"Kode OPD": "03"})
    made = uploaded(natuna, boss, changed, person(2), person(3, Nama="Lina Rekaan, S.Pd."))
    page = browser.get(address("list", made)).content.decode()
    for text in (person(1)["Jabatan"], "Kepala Bidang Rekaan", "Yang akan berubah", "Lina Rekaan, S.Pd.", ">OPD<"):
        assert text in page
    assert person(2)["Surel Dinas"] not in page
    assert "Gelar yang tertulis di kolom Nama dipindahkan" in page
    assert browser.get(address("list", made) + "?perubahan=abc").status_code == 200


def test_a_row_is_thrown_out_and_the_numbers_follow(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1), person(2, NIP="1"), person(3, NIP="2"))
    answer = browser.post(address("row", made, 3), {"go": "drop"})
    assert answer.headers["Location"] == address("row", made, 4)
    made.refresh_from_db()
    assert (made.total, made.new, made.faulty.count()) == (2, 1, 1)
    row = AuditRow.objects.get(event="drop_personnel_row")
    assert (row.facts["row"], row.facts["list"]) == (3, str(made.pk))


def test_a_row_with_its_opds_name_shows_it_as_known(natuna: Institution, boss: Account, browser: Client) -> None:
    made = uploaded(natuna, boss, person(1, NIP="1", **{"Kode OPD": "dinas kesehatan", "Jenis Pegawai": "P3K"}))
    page = browser.get(address("row", made, 2)).content.decode()
    assert "tidak dikenal" not in page
    assert "Dinas Kesehatan" in page
    assert "Di Excel, format" not in page
    assert "@natunakab.example" in page


def test_a_longer_table_keeps_what_was_typed(natuna: Institution, browser: Client) -> None:
    sent = {"institution": natuna.pk, "choice": "keep", "rows": 10, "unit": "Bidang", "1-1": "Lina", "go": "more"}
    page = browser.post(reverse("admin:people-several"), sent).content.decode()
    assert 'value="Lina"' in page
    assert 'value="Bidang"' in page
    assert 'name="20-0"' in page


def test_a_typed_table_needs_the_unit_they_have_in_common(natuna: Institution, browser: Client) -> None:
    sent = {"institution": natuna.pk, "choice": "keep", "rows": 10, "employment": "PNS", "1-1": "Lina"}
    answer = browser.post(reverse("admin:people-several"), sent)
    assert answer.status_code == 422
    assert "Unit Organisasi belum diisi: berlaku untuk semua baris tabel." in answer.content.decode()
    assert not PersonnelList.objects.exists()


def test_a_list_without_its_columns_is_told_so_with_the_sample(
    natuna: Institution, boss: Account, browser: Client
) -> None:
    made = rosters.uploaded(natuna, b"Nama;Jabatan\r\nLina;Analis\r\n", boss)
    page = browser.get(address("list", made)).content.decode()
    assert "belum dapat diperiksa" in page
    assert reverse("admin:people-template", args=["xlsx"]) in page
