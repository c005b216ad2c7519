"""The import of a personnel list through the admin: all of it, or every fault and nothing else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enrollment.models import Institution, PersonnelRecord
from tests import cast
from tte_portal.models import Account

GOOD = "199003112015031007,Lina <b>Contoh</b>,,,Bidang,Analis,,Kepulauan Riau,lina@natunakab.example,PNS,"


def upload(officer: Account, institution: Institution, *lines: str, name: str = "daftar.csv") -> Any:
    heading = cast.sign_in(officer).get(reverse("admin:import-template")).content.decode().strip()
    file = SimpleUploadedFile(name, "\n".join([heading, *lines]).encode())
    return cast.sign_in(officer).post(
        reverse("admin:import"), {"institution": institution.pk, "file": file}, follow=True
    )


def test_a_good_list_is_imported(natuna: Institution, administrator: Account) -> None:
    response = upload(administrator, natuna, GOOD)

    assert "Impor selesai: 1 pegawai baru, 0 diperbarui." in response.content.decode()
    assert PersonnelRecord.objects.filter(institution=natuna, mailbox="lina@natunakab.example").exists()


def test_every_fault_is_told_and_nothing_is_imported(natuna: Institution, administrator: Account) -> None:
    before = PersonnelRecord.objects.count()

    response = upload(administrator, natuna, GOOD, "12,,,,Bidang,Analis,,Atlantis,x@gmail.example,PNS,")

    page = response.content.decode()
    assert response.status_code == 422
    assert PersonnelRecord.objects.count() == before
    for column in ("NIP", "Nama", "Provinsi", "Surel Dinas"):
        assert f"<td>3</td><td>{column}</td>" in page


@pytest.mark.parametrize("name", ["daftar.pdf", "daftar.xlsx"])
def test_a_file_of_another_kind_gets_a_sentence(natuna: Institution, administrator: Account, name: str) -> None:
    response = upload(administrator, natuna, GOOD, name=name)

    assert response.status_code == 422
    assert "Berkas" in response.content.decode()


def test_a_list_for_another_institution_is_refused(
    natuna: Institution, sulteng: Institution, administrator: Account
) -> None:
    response = upload(administrator, sulteng, GOOD)

    assert response.status_code == 422
    assert not PersonnelRecord.objects.filter(mailbox="lina@natunakab.example").exists()


def test_names_with_markup_are_text(natuna: Institution, administrator: Account) -> None:
    upload(administrator, natuna, GOOD)

    page = cast.sign_in(administrator).get(reverse("admin:enrollment_personnelrecord_changelist") + "?q=lina")

    assert "Lina &lt;b&gt;Contoh&lt;/b&gt;" in page.content.decode()
