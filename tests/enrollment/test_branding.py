"""An institution's colour, logo and name on its pages and in its mails; nobody else's."""

from email.utils import parseaddr
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from PIL import Image

from enrollment import colours, emails, logos
from enrollment.models import Application, Institution, Logo
from tests import cast
from tests.cast import portrait
from tte_portal import outbox
from tte_portal.models import OutboxMessage


def dress(institution: Institution, **looks: Any) -> None:
    Institution.objects.filter(pk=institution.pk).update(**looks)


def page(path: str) -> str:
    return Client().get(path).content.decode()


# --- Colours ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("one", "other", "ratio"), [
    ((255, 255, 255), (0, 0, 0), 21.0), ((0x76, 0x76, 0x76), (255, 255, 255), 4.54),
    ((0x77, 0x77, 0x77), (255, 255, 255), 4.48), ((9, 9, 9), (9, 9, 9), 1.0),
])  # fmt: skip
def test_contrast_is_wcags(one: colours.Rgb, other: colours.Rgb, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_a_colour_that_is_too_light_is_refused_with_one_that_is_not() -> None:
    assert colours.read(" 0B5CAB ") == "#0b5cab"
    assert colours.read("#767676") == "#767676"
    with pytest.raises(colours.Unfit, match="terlalu muda") as refused:
        colours.read("#ffcc00")
    offered = str(refused.value).rpartition("misalnya ")[2].rstrip(".")
    assert colours.read(offered) == offered


@pytest.mark.parametrize("typed", ["", "#", "merah", "#12345", "#1234567", "#12345g", "#0b5cab;}", "#１２３４５６"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(colours.Unfit, match="tanda pagar"):
        colours.read(typed)


@pytest.mark.parametrize("colour", ["#767676", "#0b5cab", "#7a1f5c", "#a35200", "#000000", "#c00000", "#008000"])
def test_the_shades_can_be_read_wherever_the_pages_put_them(colour: str) -> None:
    assert colours.read(colour) == colour
    shades = {name: colours._rgb(value) for name, value in colours.shades(colour).items()}
    page_background = colours._rgb("#f5f8fb")
    assert colours.contrast(shades["brand"], colours.WHITE) >= 4.5
    for ground in (shades["brand-soft"], page_background, colours.WHITE):
        assert colours.contrast(shades["brand-dark"], ground) >= 4.5
    assert colours.contrast(colours._rgb("#dce8f1"), shades["brand-dark"]) >= 4.5


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_a_page_has_the_institutions_stylesheet_only_when_it_has_a_colour(
    natuna: Institution, sulteng: Institution
) -> None:
    assert "warna.css" not in page("/natuna/")
    dress(natuna, colour="#7a1f5c")
    digest = colours.digest_of("#7a1f5c")
    told = page("/natuna/")
    assert f'href="/natuna/warna.css?{digest}"' in told
    assert 'content="#7a1f5c"' in told
    assert "style=" not in told
    assert "warna.css" not in page("/sulteng/")
    dress(natuna, colour="#0b5cab")
    assert f"warna.css?{digest}" not in page("/natuna/")


def test_the_stylesheet_is_kept_for_a_year_under_its_digest_alone(natuna: Institution) -> None:
    assert Client().get("/natuna/warna.css").status_code == 404
    dress(natuna, colour="#7a1f5c")
    kept = Client().get(f"/natuna/warna.css?{colours.digest_of('#7a1f5c')}")
    assert kept["Content-Type"].startswith("text/css")
    assert "--brand:#7a1f5c" in kept.content.decode()
    assert "max-age=31536000" in kept["Cache-Control"]
    assert Client().get("/natuna/warna.css?old")["Cache-Control"] == "no-cache"
    assert not kept.cookies
    assert Client().post("/natuna/warna.css").status_code == 405


def test_the_logo_takes_the_marks_place(natuna: Institution, sulteng: Institution) -> None:
    assert Client().get("/natuna/logo.png").status_code == 404
    png = logos.take(portrait())
    Logo.objects.create(institution=natuna, png=png)
    dress(natuna, logo_digest=logos.digest_of(png))
    told = page("/natuna/")
    assert f'src="/natuna/logo.png?{logos.digest_of(png)}" alt="Logo {natuna.short_name}"' in told
    assert "logo.png" not in page("/sulteng/")
    kept = Client().get(f"/natuna/logo.png?{logos.digest_of(png)}")
    assert (kept["Content-Type"], kept.content) == ("image/png", png)
    assert "max-age=31536000" in kept["Cache-Control"]
    assert Client().get("/natuna/logo.png?x")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_encoded_anew_and_small(kind: str) -> None:
    png = logos.take(portrait(kind) + b"<script>alert(1)</script>")
    assert len(png) <= 40 * 1024
    assert b"script" not in png
    with Image.open(BytesIO(png)) as image:
        assert image.format == "PNG"
        assert max(image.size) <= 320


def test_noise_becomes_smaller_until_it_is_light_enough() -> None:
    noise = Image.effect_noise((900, 900), 120)
    buffer = BytesIO()
    noise.save(buffer, "PNG")
    assert len(logos.take(buffer.getvalue())) <= 40 * 1024


# --- Mails ------------------------------------------------------------------------------------------------------------
def mail_of(application: Application, template: str = "activation") -> outbox.Mail:
    return outbox.compose(OutboxMessage.objects.filter(subject=application.pk, template=template).latest("created_at"))


def test_without_looks_of_its_own_a_mail_is_the_portals(application: Application) -> None:
    mail = mail_of(application)
    assert mail.sender is None
    assert mail.subject == f"{portal.MAIL_PREFIX} Aktivasi Akun"
    assert "background:#0b4a7d" in mail.html


def test_a_mail_goes_out_in_the_institutions_name(
    natuna: Institution, application: Application, mailoutbox: list[Any]
) -> None:
    dress(natuna, mail_sender="Diskominfo, Natuna", subject_prefix="[TTE]", colour="#7a1f5c")
    mail = mail_of(application)
    assert mail.subject == "[TTE] Aktivasi Akun"
    assert parseaddr(mail.sender or "") == ("Diskominfo, Natuna", parseaddr(portal.DEFAULT_FROM_EMAIL)[1])
    assert "background:#7a1f5c" in mail.html
    cast.deliver_all()
    assert mailoutbox[0].from_email == mail.sender


def test_a_prefix_stands_before_subjects_that_no_procedure_names(natuna: Institution) -> None:
    dress(natuna, subject_prefix="[TTE]")
    assert mail_of(cast.submitted(Institution.objects.get(pk=natuna.pk)), "submitted").subject == (
        "[TTE] Pengajuan Diterima"
    )


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: x@jahat.example", 'X" <x@jahat.example>', "Ünïcödé — Kantor", "=?utf-8?q?x?="]
)
def test_no_name_adds_a_header_or_another_address(
    natuna: Institution, application: Application, mailoutbox: list[Any], name: str
) -> None:
    dress(natuna, mail_sender=name, subject_prefix="[{a}]\r\nBcc: y")
    cast.deliver_all()
    sent = mailoutbox[0].message()
    assert sent["Bcc"] is None
    assert parseaddr(str(sent["From"]))[1] == parseaddr(portal.DEFAULT_FROM_EMAIL)[1]
    assert "\n" not in emails.prefix_of(natuna) + mailoutbox[0].subject
