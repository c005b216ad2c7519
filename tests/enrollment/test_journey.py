"""The drawing of a procedure follows its values, and nothing but its values."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import get_template
from django.test import Client

from enrollment import journey, procedure, status
from enrollment.journey import Turn
from enrollment.journey_drawing import lanes
from enrollment.management.commands import procedure as command
from enrollment.models import Institution
from enrollment.procedure import Procedure
from tests import sixth as sixth_region

NATUNA, SULTENG, TANGSEL, KEMENKEU, MAGELANG = map(
    procedure.find, ("natuna", "sulteng", "tangsel", "kemenkeu", "magelang")
)


def titles(asked: Procedure) -> list[str]:
    return [stage.title for stage in journey.stages(asked)]


def told(asked: Procedure) -> str:
    return " ".join(f"{stage.title}: {stage.text}" for stage in journey.stages(asked))


def subjects(asked: Procedure) -> list[str]:
    return [sent.subject for stage in journey.stages(asked, prefix="[X]") for sent in stage.sent]


def but(asked: Procedure, section: str, **values: Any) -> Procedure:
    """The procedure with other values in one section."""
    return replace(asked, **{section: replace(getattr(asked, section), **values)})


def test_natunas_journey_is_the_guides() -> None:
    assert titles(NATUNA) == [
        "Buka surel aktivasi", "Isi data dan ambil foto", "Verifikator memeriksa", "Buat passphrase",
        "Sertifikat terbit",
    ]  # fmt: skip
    assert "Tiga halaman pendek: Data Diri, Data Kedinasan, dan Foto Diri." in told(NATUNA)
    assert subjects(NATUNA)[:3] == ["[X] Aktivasi Akun", "[X] Pengajuan Diterima", "[X] Set Passphrase"]


def test_sultengs_journey_begins_with_a_letter_and_reads_for_fifteen_seconds() -> None:
    assert titles(SULTENG)[:2] == ["Pengajuan TTE", "Buka surel aktivasi"]
    assert "Unggah Surat Pernyataan." in told(SULTENG)
    assert "Perjanjian dibaca paling sedikit 15 detik." in told(SULTENG)
    assert "[X] Informasi Akun" in subjects(SULTENG)


def test_tangsels_journey_is_checked_before_and_after_and_issued_by_hand() -> None:
    turns = [stage.turn for stage in journey.stages(TANGSEL)]
    assert turns.count(Turn.VERIFIER) == 2
    assert turns.index(Turn.VERIFIER) < titles(TANGSEL).index("Buka surel aktivasi")
    assert turns[-2:] == [Turn.ISSUER, Turn.SYSTEM]
    assert "Kebijakan privasi dibaca paling sedikit 1 menit." in told(TANGSEL)
    assert "set-passphrase" in subjects(TANGSEL)
    assert any("Spesimen tanda tangan di kertas putih" in each for each in journey.to_have(TANGSEL))


def test_kemenkeus_journey_has_hr_and_no_wizard() -> None:
    assert Turn.HR in [stage.turn for stage in journey.stages(KEMENKEU)]
    assert "Buka surel aktivasi" not in titles(KEMENKEU)
    assert "Registrasi DS" in titles(KEMENKEU)
    assert not any("Kamera" in each for each in journey.to_have(KEMENKEU))


def test_magelangs_journey_proves_mailbox_and_phone_and_comes_by_whatsapp() -> None:
    found = journey.stages(MAGELANG, prefix="[X]")
    assert titles(MAGELANG)[:3] == ["Masuk ke akun Anda", "Buktikan surel dinas", "Registrasi Sertifikat"]
    assert "Apakah anda yakin akan Buat Sertifikat?" in told(MAGELANG)
    assert "kode lewat WhatsApp" in told(MAGELANG)
    assert [s.channel for stage in found if stage.title == "Buat passphrase" for s in stage.sent] == ["WhatsApp"]
    assert Turn.VERIFIER not in [stage.turn for stage in found]
    assert "Ponsel dengan nomor WhatsApp Anda sendiri" in journey.to_have(MAGELANG)


@pytest.mark.parametrize(("before", "section", "values", "words"), [
    (NATUNA, "wizard", {"reading_seconds": 90}, "paling sedikit 90 detik"),
    (NATUNA, "wizard", {"steps": ("data-diri", "data-kedinasan")}, "Isi data: Dua halaman pendek: Data Diri dan Data"),
    (NATUNA, "wizard", {"proves_phone": True}, "kode lewat WhatsApp"),
    (NATUNA, "wizard", {"check": "automatic"}, "Data dicocokkan"),
    (NATUNA, "way_in", {"check": True}, "Verifikator memeriksa pendaftaran"),
    (TANGSEL, "way_in", {"hr_approval": True}, "Kepegawaian memeriksa data"),
    (TANGSEL, "way_in", {"papers": ("ktp",)}, "Unggah KTP."),
    (KEMENKEU, "way_in", {"sign_in": "sso"}, "akun ASN"),
    (NATUNA, "passphrase", {"channel": "whatsapp"}, "Tautan dikirim lewat WhatsApp"),
    (NATUNA, "passphrase", {"shows_profile": True}, "Periksa data Anda."),
    (NATUNA, "passphrase", {"second_selfie": True}, "Ambil foto diri sekali lagi."),
    (NATUNA, "passphrase", {"agreement_by": "opened"}, "Perjanjian dibuka dan disetujui."),
    (NATUNA, "certificate", {"issuer": "by-hand"}, "Penerbit menyetujui"),
    (NATUNA, "certificate", {"pause_seconds": 1800}, "Siap dipakai 30 menit sesudah terbit"),
    (NATUNA, "certificate", {"pause_seconds": 0}, "Siap dipakai begitu terbit"),
    (NATUNA, "certificate", {"validity_days": 100}, "berlaku 100 hari"),
    (NATUNA, "certificate", {"validity_days": 365}, "berlaku satu tahun"),
])  # fmt: skip
def test_a_changed_value_changes_the_drawing(
    before: Procedure, section: str, values: dict[str, Any], words: str
) -> None:
    assert words not in told(before)
    assert words in told(but(before, section, **values))


@pytest.mark.parametrize("slug", procedure.names())
def test_every_state_of_the_way_has_its_stage_or_passes_unseen(slug: str) -> None:
    asked = procedure.find(slug)
    unseen = 2  # issuing takes seconds, and "active" is told with "issued"
    beginnings = len(journey._BEGINNINGS[asked.way_in.kind](asked))
    mails = 1 if asked.wizard.steps else 0  # opening the mail and filling in are one state
    assert len(journey.stages(asked)) == len(status.way_of(asked)) - unseen + beginnings + mails
    for stage in journey.stages(asked):
        assert stage.title
        assert stage.text
        assert "<svg" in get_template(stage.picture_template).render()


def test_a_demonstrations_short_pause_is_told_as_it_is(settings: Any) -> None:
    assert "1 jam sesudah terbit" in told(NATUNA)
    settings.DEMO_PAUSE_SECONDS = 20
    assert "20 detik sesudah terbit" in told(NATUNA)


@pytest.mark.parametrize("slug", procedure.names())
def test_the_picture_has_a_lane_for_each_role_and_a_mark_for_each_stage(slug: str) -> None:
    found = journey.stages(procedure.find(slug))
    picture = lanes(found)
    assert picture.count("<circle") == len(found)
    assert picture.count("<rect") == len({stage.turn for stage in found})
    assert 'aria-hidden="true"' in picture
    assert "style=" not in picture


# --- The command, and the page in the docs ----------------------------------------------------------------------------
def test_the_page_in_the_docs_is_what_the_files_say() -> None:
    call_command("procedure", "docs", "--check")


def test_a_page_out_of_date_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "procedures.md")
    with pytest.raises(CommandError, match="out of date"):
        call_command("procedure", "docs", "--check")
    call_command("procedure", "docs", stdout=StringIO())
    call_command("procedure", "docs", "--check")


def test_a_procedure_is_told_in_text() -> None:
    out = StringIO()
    call_command("procedure", "show", "magelang", stdout=out)
    assert "Kota Magelang (magelang, version 1)" in out.getvalue()
    assert "[Sistem]" in out.getvalue()
    assert "> WhatsApp: " in out.getvalue()
    with pytest.raises(CommandError, match="Which one"):
        call_command("procedure", "show")


# --- The front door ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", procedure.names())
def test_the_front_door_tells_the_institutions_own_journey(natuna: Institution, slug: str) -> None:
    Institution.objects.filter(pk=natuna.pk).update(procedure_slug=slug)
    page = Client().get("/natuna/").content.decode()
    for stage in journey.stages(procedure.find(slug)):
        assert f"<b>{stage.title}</b>" in page
    for each in journey.to_have(procedure.find(slug)):
        assert f"<li>{each}</li>" in page


def test_the_front_door_tells_what_the_institution_has_changed(natuna: Institution) -> None:
    changes = {"certificate.pause_seconds": 1800, "wizard.reading_seconds": 45}
    Institution.objects.filter(pk=natuna.pk).update(procedure_changes=changes)
    page = Client().get("/natuna/").content.decode()
    assert "Siap dipakai 30 menit sesudah terbit" in page
    assert "paling sedikit 45 detik" in page


# --- The sixth region of docs/contributing.md -------------------------------------------------------------------------
def test_the_worked_example_in_the_docs_is_a_procedure(tmp_path: Any) -> None:
    sixth = procedure.read(sixth_region.write(tmp_path))

    assert (sixth.way_in.kind, sixth.way_in.hr_approval, sixth.wizard.proves_phone) == ("public-form", True, True)
    assert (sixth.passphrase.second_selfie, sixth.passphrase.agreement_seconds) == (True, 15)
    assert [stage.turn for stage in journey.stages(sixth)] == [
        Turn.APPLICANT, Turn.HR, Turn.VERIFIER, Turn.APPLICANT, Turn.APPLICANT, Turn.VERIFIER, Turn.APPLICANT,
        Turn.ISSUER, Turn.SYSTEM,
    ]  # fmt: skip
    assert "Perjanjian dibaca paling sedikit 15 detik." in told(sixth)
