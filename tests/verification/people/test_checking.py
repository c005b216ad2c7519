"""Every kind of fault is told with its row, column and remedy; what can be forgiven is."""

import pytest

from enrollment.models import Institution, PersonnelRecord
from enrollment.roster.faults import KINDS
from tests import rosters
from tests.rosters import as_csv, as_xlsx, lines, person
from tte_portal.models import Account
from verification.people import lists, shown
from verification.people.models import FaultyRow, PersonnelList

pytestmark = pytest.mark.django_db

FAULTS = [
    ("missing", "Jabatan", {"Jabatan": " "}, "Belum diisi"),
    ("exponent", "NIP", {"NIP": "4,11E+17"}, "bilangan (4,11E+17)"),
    ("cut-digits", "NIP", {"NIP": "198001012010011000"}, "000"),
    ("lost-zeros", "NIP", {"NIP": "5120001", "Jenis Pegawai": "POLRI"}, "nol di depan"),
    ("lost-zeros", "Kode OPD", {"Kode OPD": "1"}, "mungkin maksudnya 01 (Dinas Komunikasi dan Informatika)"),
    ("date", "NIP", {"NIP": "1980-01-01"}, "menjadi tanggal"),
    ("date", "Kode OPD", {"Kode OPD": "01-Jan"}, "menjadi tanggal"),
    ("number-signs", "NIP", {"NIP": "19800101201001l001"}, "hanya terdiri atas angka"),
    ("number-length", "NIP", {"NIP": "19800101201001"}, "di sini ada 14 angka"),
    ("number-impossible", "NIP", {"NIP": "198013012010011001"}, "Tanggal lahir"),
    ("number-kind", "NIP", {"Jenis Pegawai": "POLRI"}, "padahal jenis pegawainya POLRI"),
    ("formula", "Jabatan", {"Jabatan": "=cmd|' /C calc'!A0"}, "rumus"),
    ("formula", "Nama", {"Nama": "#REF!"}, "rumus"),
    ("markup", "Nama", {"Nama": "Lina <script>alert(1)</script>"}, "<"),
    ("too-long", "Gol/Pangkat", {"Gol/Pangkat": "x" * 61}, "paling banyak 60"),
    ("province", "Provinsi", {"Provinsi": "Atlantis"}, "bukan nama provinsi"),
    ("employment", "Jenis Pegawai", {"Jenis Pegawai": "Honorer"}, "PNS, PPPK, POLRI"),
    ("opd", "Kode OPD", {"Kode OPD": "Dinas Khayalan"}, "01 Dinas Komunikasi dan Informatika"),
    ("mailbox-form", "Surel Dinas", {"Surel Dinas": "tanpa-domain"}, "tidak lengkap"),
    ("mailbox-domain", "Surel Dinas", {"Surel Dinas": "x@gmail.example"}, "natunakab.example"),
]


@pytest.mark.parametrize(("kind", "column", "wrong", "said"), FAULTS)
def test_a_fault_is_told_by_name(
    natuna: Institution, boss: Account, kind: str, column: str, wrong: dict[str, str], said: str
) -> None:
    made = rosters.uploaded(natuna, as_csv(lines(person(1), person(2, **wrong))), boss)
    faulty = FaultyRow.objects.get(personnel_list=made)
    assert (faulty.row, faulty.kinds, made.new) == (3, [kind], 1)
    (fault,) = shown.shown(faulty).faults
    assert fault["column"] == column
    assert said in fault["told"]
    assert fault["written"] == wrong[column] if column in wrong else True
    assert kind in KINDS


@pytest.mark.parametrize("other", [
    {"NIP": f"'{person(2)['NIP']}"}, {"NIP": "19620302 201001 1 003"}, {"Jenis Pegawai": "P3K"},
    {"Kode OPD": "dinas kesehatan"}, {"Provinsi": ""}, {"Provinsi": "kep. riau"}, {"Gelar Depan": "-"},
    {"Surel Dinas": " Pegawai.2@NATUNAKAB.example "},
])  # fmt: skip
def test_what_can_be_forgiven_is(natuna: Institution, boss: Account, other: dict[str, str]) -> None:
    made = rosters.uploaded(natuna, as_csv(lines(person(1), person(2, **other))), boss)
    assert (made.new, made.faulty.count()) == (2, 0)


def test_an_apostrophe_before_a_number_is_told_and_taken_off(natuna: Institution, boss: Account) -> None:
    made = rosters.uploaded(natuna, as_csv(lines(person(1, NIP=f"'{person(1)['NIP']}"))), boss)
    assert any("petik" in note for note in made.notes)


def test_the_second_of_one_person_is_at_fault_even_far_apart(
    natuna: Institution, boss: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PART", 2)
    people = [person(number) for number in range(5)]
    twice = person(9, NIP=people[0]["NIP"])
    same_mailbox = person(10, **{"Surel Dinas": people[1]["Surel Dinas"].upper()})
    made = rosters.uploaded(natuna, as_csv(lines(*people, twice, same_mailbox)), boss)
    assert [(each.row, each.kinds) for each in made.faulty.order_by("row")] == [(7, ["twin"]), (8, ["twin"])]
    assert "Sama dengan baris 2" in made.faulty.get(row=7).content["faults"][0][2]


def test_another_institutions_people_are_told_without_naming_it(
    natuna: Institution, sulteng: Institution, boss: Account
) -> None:
    theirs = PersonnelRecord.objects.filter(institution=sulteng).first()
    assert theirs is not None
    number, mailbox = theirs.employee_number, theirs.mailbox
    PersonnelRecord.objects.filter(pk=theirs.pk).update(mailbox="orang@natunakab.example")
    rows = lines(person(1, NIP=number), person(2, **{"Surel Dinas": "orang@natunakab.example"}))
    made = rosters.uploaded(natuna, as_csv(rows), boss)
    kinds = {each.row: each.kinds for each in made.faulty.all()}
    # Whoever bears the number of another kind of employment may have a fault more.
    assert "elsewhere" in kinds[2]
    assert kinds[3] == ["mailbox-taken"]
    told = str([each.content["faults"] for each in made.faulty.all()])
    assert "Sulawesi" not in told
    assert mailbox not in told


def test_domains_of_pns_and_pppk_are_told_apart(institutions: dict[str, Institution], boss: Account) -> None:
    place = institutions["magelang"]
    boss.roles.create(institution=place, kind="administrator")
    wrong = person(1, "asn.magelangkota.example", Provinsi="Jawa Tengah", **{"Kode OPD": ""})
    made = rosters.uploaded(place, as_csv(lines(wrong)), boss, "keep")
    assert made.faulty.get().kinds == ["mailbox-kind"]


def test_new_changed_and_unchanged_people_are_counted(natuna: Institution, boss: Account) -> None:
    first = rosters.uploaded(natuna, as_csv(lines(person(1), person(2))), boss, "keep")
    lists.register(first, "keep", by=boss)
    rosters.work_off(first)
    again = rosters.uploaded(natuna, as_csv(lines(person(1), person(2, Jabatan="Kepala"), person(3))), boss)
    assert (again.new, again.changed, again.same) == (1, 1, 1)


def test_columns_that_the_list_does_not_name_stay_as_they_are(natuna: Institution, boss: Account) -> None:
    first = rosters.uploaded(natuna, as_csv(lines(person(1))), boss, "keep")
    lists.register(first, "keep", by=boss)
    rosters.work_off(first)
    rows = lines(person(1))
    without = [[text for place, text in enumerate(row) if place not in (6, 10)] for row in rows]
    assert rosters.uploaded(natuna, as_csv(without), boss).same == 1


def test_a_file_that_cannot_be_read_is_told_and_kept_nowhere(natuna: Institution, boss: Account) -> None:
    made = rosters.uploaded(natuna, b"%PDF-1.7", boss)
    assert (made.stage, made.file) == (PersonnelList.Stage.REFUSED, None)
    assert "CSV atau XLSX" in made.refusal


def test_nothing_of_a_list_lies_readable_in_the_database(natuna: Institution, boss: Account) -> None:
    made = rosters.uploaded(natuna, as_xlsx(lines(person(1), person(2, NIP="12345"))), boss)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM people_listpart UNION ALL SELECT content FROM people_faultyrow")
        dump = b"".join(bytes(content) for (content,) in cursor.fetchall())
    assert dump
    for secret in (person(1)["NIP"], "Pegawai Contoh", "natunakab", "12345"):
        assert secret.encode() not in dump
    assert made.file is None


def test_a_verifier_invites_who_is_registered_and_adds_nobody(natuna: Institution, verifier: Account) -> None:
    made = rosters.uploaded(natuna, as_csv(lines(person(1))), verifier)
    assert made.faulty.get().kinds == ["administrator"]
