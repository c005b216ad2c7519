"""Lists of invented people as officers send them, and the steps of their registration without a worker."""

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl

from enrollment.models import Institution
from enrollment.roster.columns import COLUMNS
from enrollment.roster.reading import read
from tte_portal import jobs
from tte_portal.models import Account, Job
from verification.people import entering, lists
from verification.people.models import PersonnelList

HEADING = [column.name for column in COLUMNS]


def person(number: int, domain: str = "natunakab.example", **other: str) -> dict[str, str]:
    """Somebody invented, another for each number."""
    known = {
        "NIP": f"{1961 + number % 40}{1 + number % 12:02}{1 + number % 28:02}2010{1 + number // 998 % 12:02}"
               f"{1 + number % 2}{1 + number % 998:03}",
        "Nama": f"Pegawai Contoh {'ABCDEFGHIJ'[number % 10]} {'ABCDEFGHIJ'[number // 10 % 10]}",
        "Unit Organisasi": f"Bidang Contoh {number % 30}", "Jabatan": f"Analis Contoh {number % 20}",
        "Gol/Pangkat": "III/c, Penata", "Provinsi": "Kepulauan Riau", "Surel Dinas": f"pegawai.{number}@{domain}",
        "Jenis Pegawai": "PNS", "Kode OPD": f"0{1 + number % 3}",
    }  # fmt: skip
    return known | other


def lines(*people: dict[str, str]) -> list[list[str]]:
    return [HEADING, *([each.get(column, "") for column in HEADING] for each in people)]


def as_xlsx(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Pegawai")
    for row in rows:
        sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(rows: list[list[str]], delimiter: str = ";") -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def work_off(made: PersonnelList) -> Job:
    """Do the list's latest job as a worker would; returns it as it ended."""
    job = lists.job_of(made)
    assert job is not None
    jobs.run(job.pk)
    job.refresh_from_db()
    made.refresh_from_db()
    return job


def uploaded(
    institution: Institution, content: bytes, by: Account, choice: str = "invite", name: str = "daftar.xlsx"
) -> PersonnelList:
    """A list that a worker has checked."""
    made = lists.upload(institution, content, name, choice, by=by)
    work_off(made)
    return made


def waiting_list(institution: Institution) -> PersonnelList:
    """A checked list with one person who passed (row 3) and one who did not (row 2)."""
    domain = institution.mailbox_domains[0]
    people = lines(person(1, domain, NIP="12"), person(2, domain))
    owner = Account.objects.create_user("pemilik-daftar", None, name="Pemilik Daftar", is_staff=True)
    return entering.several(institution, read(as_csv(people)), "keep", by=owner)
