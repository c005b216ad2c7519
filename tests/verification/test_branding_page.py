"""An institution's looks: refused when they cannot be read, looked at before they are saved, told in the audit."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from enrollment.models import Institution, Logo
from tests import cast
from tte_portal.models import Account, AuditRow


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 120), **more: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "#0b5cab").save(buffer, kind, **more)
    return buffer.getvalue()


@pytest.fixture
def client(administrator: Account) -> Client:
    return cast.sign_in(administrator)


def send(client: Client, institution: Institution, go: str = "save", **typed: Any) -> Any:
    return client.post(reverse("admin:institution-branding", args=[institution.pk]), {"go": go, **typed})


def now(institution: Institution) -> Institution:
    return Institution.objects.get(pk=institution.pk)


def logo_file(content: bytes | None = None, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def test_all_of_it_is_saved_and_told(client: Client, natuna: Institution, administrator: Account) -> None:
    answer = send(
        client, natuna, colour="#7A1F5C", mail_sender="Diskominfo Natuna", subject_prefix="[TTE]", logo=logo_file()
    )
    assert answer.status_code == 302
    saved = now(natuna)
    assert (saved.colour, saved.mail_sender, saved.subject_prefix) == ("#7a1f5c", "Diskominfo Natuna", "[TTE]")
    assert bytes(Logo.objects.get(institution=natuna).png).startswith(b"\x89PNG")
    row = AuditRow.objects.get(event="change_looks")
    assert row.chain == natuna.audit_chain
    assert row.facts["colour"] == ["", "#7a1f5c"]
    assert row.facts["logo_digest"] == ["", saved.logo_digest]


def test_nothing_changed_leaves_no_row(client: Client, natuna: Institution) -> None:
    assert send(client, natuna).status_code == 302
    assert not AuditRow.objects.filter(event="change_looks").exists()


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("colour", "#ffcc00", "Warna ini terlalu muda"),
    ("colour", "#fff", "Tulis warna sebagai tanda pagar"),
    ("colour", "red;} body{display:none", "Tulis warna sebagai tanda pagar"),
    ("mail_sender", "Bank <bank@contoh.example>", "Tulis nama saja"),
    ("subject_prefix", "x" * 21, "20"),
])  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_sentence(
    client: Client, natuna: Institution, field: str, value: str, sentence: str
) -> None:
    answer = send(client, natuna, **{"mail_sender": "Diskominfo", field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert now(natuna).mail_sender == ""


@pytest.mark.parametrize("content", [
    b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"%PDF-1.4", b"GIF89a",
    picture(size=(10, 10)), picture(size=(6000, 6000)),
])  # fmt: skip
def test_a_logo_that_is_none_is_refused_with_a_sentence(client: Client, natuna: Institution, content: bytes) -> None:
    answer = send(client, natuna, logo=logo_file(content))
    assert answer.status_code == 422
    assert "tidak dapat dipakai sebagai logo" in answer.content.decode()
    assert not Logo.objects.exists()


def test_a_preview_saves_nothing_and_the_logo_travels_along(client: Client, natuna: Institution) -> None:
    answer = send(client, natuna, "preview", colour="#7a1f5c", mail_sender="Diskominfo", logo=logo_file())
    page = answer.content.decode()
    assert "(belum disimpan)" in page
    assert 'fill="#7a1f5c"' in page
    assert "data:image/png;base64," in page
    assert "Diskominfo &lt;" in page
    assert now(natuna).colour == ""
    assert not Logo.objects.exists()
    kept = re.search(r'name="kept_logo" id="id_kept_logo" value="([^"]+)"', page)
    assert kept

    send(client, natuna, colour="#7a1f5c", kept_logo=kept[1])

    assert Logo.objects.get(institution=natuna)


def test_a_kept_logo_of_another_institution_or_a_forged_one_counts_for_nothing(
    client: Client, natuna: Institution, sulteng: Institution
) -> None:
    other = cast.sign_in(cast.make_officer("siti", (sulteng, "administrator")))  # type: ignore[arg-type]
    page = send(other, sulteng, "preview", logo=logo_file()).content.decode()
    kept = re.search(r'name="kept_logo" id="id_kept_logo" value="([^"]+)"', page)
    assert kept
    for value in (kept[1], "forged:value:here", "x"):
        assert send(client, natuna, kept_logo=value).status_code == 302
    assert not Logo.objects.filter(institution=natuna).exists()


def test_a_logo_can_be_taken_away(client: Client, natuna: Institution) -> None:
    send(client, natuna, logo=logo_file())
    send(client, natuna)
    assert Logo.objects.exists()
    send(client, natuna, no_logo="on")
    assert not Logo.objects.exists()
    assert now(natuna).logo_digest == ""


def test_names_with_markup_are_text_in_the_preview(client: Client, natuna: Institution) -> None:
    Institution.objects.filter(pk=natuna.pk).update(name='"><script>x</script>')
    page = send(client, natuna, "preview").content.decode()
    assert "<script>x" not in page


def test_others_neither_see_nor_change_it(sulteng: Institution, natuna: Institution, verifier: Account) -> None:
    stranger = cast.sign_in(cast.make_officer("siti", (sulteng, "administrator")))  # type: ignore[arg-type]
    for client in (stranger, cast.sign_in(verifier)):
        assert client.get(reverse("admin:institution-branding", args=[natuna.pk])).status_code == 404
        assert send(client, natuna, colour="#7a1f5c").status_code == 404
    assert now(natuna).colour == ""
