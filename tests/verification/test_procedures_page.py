"""An institution picks its procedure and changes single values: coherent ones, looked at first, for new people."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import procedure, terms
from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account, AuditRow

KEPT = {"prosedur": "natuna", "reading_seconds": "45", "pause_seconds": "1800", "papers": "", "channel": ""}


def address(institution: Institution) -> str:
    return reverse("admin:institution-procedure", args=[institution.pk])


def page_of(client: Client, institution: Institution, **more: Any) -> str:
    response = client.get(address(institution), more)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, institution: Institution, go: str, **typed: Any) -> Any:
    """What the form sends, with the fingerprint of the page as it is shown now."""
    seen = client.get(address(institution)).context["seen"]
    return client.post(address(institution), {"seen": seen, "go": go, **typed})


@pytest.fixture
def client(administrator: Account) -> Client:
    return cast.sign_in(administrator)


def now(institution: Institution) -> Institution:
    return Institution.objects.get(pk=institution.pk)


def test_the_page_shows_the_files_values_beside_the_fields(client: Client, natuna: Institution) -> None:
    page = page_of(client, natuna)
    assert "Bawaan: 3600 detik (1 jam)" in page
    assert "Bawaan: Surel." in page
    assert "Seperti bawaan" in page and "Tidak ada" in page  # noqa: PT018
    for slug in procedure.names():
        assert f'value="{slug}"' in page


def test_the_page_is_reached_from_the_institutions_own(client: Client, natuna: Institution) -> None:
    page = client.get(reverse("admin:enrollment_institution_change", args=[natuna.pk])).content.decode()
    assert f'href="{address(natuna)}"' in page


def test_another_procedure_is_shown_with_its_own_values_before_it_is_chosen(
    client: Client, natuna: Institution
) -> None:
    page = page_of(client, natuna, prosedur="tangsel")
    assert "Ketentuan Kota Tangerang Selatan" in page
    assert "Bawaan: 60 detik (1 menit)" in page
    assert "Petugas penerbit" in page
    assert now(natuna).procedure_slug == "natuna"


def test_a_change_is_looked_at_before_it_is_saved(client: Client, natuna: Institution) -> None:
    response = post(client, natuna, "check", **KEPT)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Belum disimpan" in page
    assert "45 detik" in page and "30 menit" in page  # noqa: PT018
    assert "Yang akan berbeda bagi pemohon" in page
    assert "Kebijakan privasi dibaca paling sedikit 45 detik." in page
    assert now(natuna).procedure_changes == {}
    assert not AuditRow.objects.filter(event="change_procedure").exists()


def test_what_was_looked_at_can_be_saved_or_changed_again(client: Client, natuna: Institution) -> None:
    looked = post(client, natuna, "check", **KEPT)
    typed = dict(looked.context["typed"])
    again = post(client, natuna, "edit", prosedur="natuna", **typed)
    assert 'value="45"' in again.content.decode()

    saved = post(client, natuna, "save", prosedur="natuna", **typed)

    assert saved.status_code == 302
    assert now(natuna).procedure_changes == {"wizard.reading_seconds": 45, "certificate.pause_seconds": 1800}
    assert terms.in_force(now(natuna)).wizard.reading_seconds == 45


def test_the_audit_row_has_old_and_new_values(client: Client, natuna: Institution, administrator: Account) -> None:
    post(client, natuna, "save", **KEPT)
    row = AuditRow.objects.get(event="change_procedure")
    assert row.chain == natuna.audit_chain
    assert row.actor == f"account:{administrator.pk}"
    assert row.facts == {
        "procedure": ["natuna", "natuna"],
        "values": {"wizard.reading_seconds": [0, 45], "certificate.pause_seconds": [3600, 1800]},
    }


def test_what_is_emptied_goes_back_to_the_file(client: Client, natuna: Institution) -> None:
    post(client, natuna, "save", **KEPT)
    post(client, natuna, "save", **{**KEPT, "reading_seconds": ""})
    assert now(natuna).procedure_changes == {"certificate.pause_seconds": 1800}


def test_the_files_own_value_is_no_change(client: Client, natuna: Institution) -> None:
    response = post(client, natuna, "check", prosedur="natuna", pause_seconds="3600", reading_seconds="0")
    assert "Tidak ada yang berubah." in response.content.decode()
    post(client, natuna, "save", prosedur="natuna", pause_seconds="3600")
    assert now(natuna).procedure_changes == {}
    assert not AuditRow.objects.filter(event="change_procedure").exists()


def test_running_applications_keep_what_they_began_with_and_the_page_counts_them(
    client: Client, natuna: Institution, case: Application
) -> None:
    assert "1 pengajuan berjalan" in page_of(client, natuna)
    post(client, natuna, "save", **KEPT)
    assert terms.of(Application.objects.get(pk=case.pk)).certificate.pause_seconds == 3600
    assert terms.of(cast.begin(natuna, 1)).certificate.pause_seconds == 1800
    Application.objects.update(status="ACTIVE", waiting_for="nobody")
    assert "tidak ada pengajuan berjalan" in page_of(client, natuna)


@pytest.mark.parametrize(("slug", "field", "value", "sentence"), [
    ("natuna", "reading_seconds", "601", "Isi 0 sampai 600 detik."),
    ("natuna", "reading_seconds", "-1", "Isi 0 sampai 600 detik."),
    ("natuna", "reading_seconds", "satu", "Tulis jumlah detik dengan angka saja"),
    ("natuna", "reading_seconds", "9" * 5000, "Tulis jumlah detik dengan angka saja"),
    ("natuna", "agreement_seconds", "15", "perjanjian disetujui dengan centang saja"),
    ("natuna", "pause_seconds", "86401", "Isi 0 sampai 86400 detik"),
    ("natuna", "channel", "whatsapp", "WhatsApp hanya dapat dipakai bila nomor pemohon sudah dibuktikan"),
    ("natuna", "channel", "merpati", "merpati"),
    ("kemenkeu", "reading_seconds", "5", "tanpa formulir pengajuan"),
])  # fmt: skip
def test_an_incoherent_value_is_refused_at_its_field_and_nothing_typed_is_lost(
    client: Client, natuna: Institution, slug: str, field: str, value: str, sentence: str
) -> None:
    response = post(client, natuna, "check", **{"prosedur": slug, "pause_seconds": "77", field: value})

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert f'href="#id_{field}"' in page
    if field != "channel":
        assert f'value="{value}"' in page
    if field != "pause_seconds":
        assert 'value="77"' in page
    assert now(natuna).procedure_slug == "natuna"
    assert now(natuna).procedure_changes == {}


def test_several_wrong_values_are_told_at_once(client: Client, natuna: Institution) -> None:
    page = post(client, natuna, "check", prosedur="natuna", reading_seconds="999", pause_seconds="-5").content.decode()
    assert 'href="#id_reading_seconds"' in page
    assert 'href="#id_pause_seconds"' in page


def test_a_wrong_value_cannot_be_saved_past_the_look(client: Client, natuna: Institution) -> None:
    assert post(client, natuna, "save", prosedur="natuna", pause_seconds="-5").status_code == 422
    assert now(natuna).procedure_changes == {}


def test_papers_are_picked_by_ticks(client: Client, natuna: Institution) -> None:
    ticks = {"papers": "own", "paper-ktp": "on", "paper-statement-letter": "on"}
    assert (
        "Pada undangan, berkas tidak dapat diminta"
        in post(client, natuna, "check", prosedur="natuna", **ticks).content.decode()
    )

    post(client, natuna, "save", prosedur="tangsel", **ticks)

    assert now(natuna).procedure_changes == {"way_in.papers": ["ktp", "statement-letter"]}
    page = page_of(client, natuna)
    assert 'name="paper-ktp" id="id_paper-ktp" checked' in page
    post(client, natuna, "save", prosedur="tangsel", papers="own")
    assert terms.in_force(now(natuna)).way_in.papers == ()


def test_ticks_beside_the_standard_are_asked_about(client: Client, natuna: Institution) -> None:
    response = post(client, natuna, "check", **{"prosedur": "tangsel", "papers": "", "paper-ktp": "on"})
    assert "Anda mencentang berkas, tetapi memilih bawaan" in response.content.decode()


def test_whatsapp_needs_to_be_set_up_outside_the_demo(client: Client, natuna: Institution, settings: Any) -> None:
    assert post(client, natuna, "check", prosedur="magelang").status_code == 200
    settings.MODE = "production"
    response = post(client, natuna, "check", prosedur="magelang")
    assert response.status_code == 422
    assert "WhatsApp belum disiapkan pada portal ini" in response.content.decode()
    assert post(client, natuna, "check", prosedur="magelang", channel="email").status_code == 200


def test_enrolment_can_be_closed_and_opened(client: Client, natuna: Institution) -> None:
    page = post(client, natuna, "check", prosedur="").content.decode()
    assert "belum dibuka" in page
    post(client, natuna, "save", prosedur="")
    assert not now(natuna).is_open
    assert "Layanan ini belum dibuka" in Client().get("/natuna/").content.decode()
    post(client, natuna, "save", prosedur="sulteng")
    assert now(natuna).procedure_slug == "sulteng"
    assert "Surat Pernyataan" in Client().get("/natuna/").content.decode()


def test_a_role_that_nobody_holds_is_told_before_saving(client: Client, natuna: Institution) -> None:
    page = post(client, natuna, "check", prosedur="tangsel").content.decode()
    assert "Belum ada petugas dengan peran <b>Verifikator, Penerbit</b>" in page
    cast.make_officer("vera2", (natuna, Role.Kind.VERIFIER))
    cast.make_officer("penerbit", (natuna, Role.Kind.ISSUER))
    assert "Belum ada petugas" not in post(client, natuna, "check", prosedur="tangsel").content.decode()


def test_of_two_officers_the_slower_one_is_told(client: Client, natuna: Institution) -> None:
    seen = client.get(address(natuna)).context["seen"]
    post(client, natuna, "save", **KEPT)
    late = client.post(address(natuna), {"prosedur": "natuna", "seen": seen, "go": "save", "pause_seconds": "60"})
    assert late.status_code == 409
    assert "Petugas lain baru saja mengubah" in late.content.decode()
    assert 'value="60"' in late.content.decode()
    assert now(natuna).procedure_changes["certificate.pause_seconds"] == 1800


def test_kept_changes_that_a_new_file_does_not_bear_do_not_close_the_page(client: Client, natuna: Institution) -> None:
    Institution.objects.filter(pk=natuna.pk).update(
        procedure_changes={"passphrase.agreement_seconds": 15, "certificate.pause_seconds": 1800}
    )
    assert "Siap dipakai 30 menit" in Client().get("/natuna/").content.decode()
    page = page_of(client, natuna)
    assert 'value="15"' in page
    post(client, natuna, "save", prosedur="natuna")
    assert now(natuna).procedure_changes == {}


def test_others_neither_see_nor_change_it(
    natuna: Institution, sulteng: Institution, verifier: Account, administrator: Account
) -> None:
    for officer, institution in ((verifier, natuna), (administrator, sulteng)):
        client = cast.sign_in(officer)
        assert client.get(address(institution)).status_code == 404
        answer = client.post(address(institution), {"prosedur": "magelang", "seen": "x", "go": "save"})
        assert answer.status_code == 404
    assert not AuditRow.objects.filter(event="change_procedure").exists()
