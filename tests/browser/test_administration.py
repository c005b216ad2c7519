"""The administrator's pages in a real browser: procedure and looks of an institution, on a desktop and a phone."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, Watch
from tests.browser.journey import accessible
from tests.portal import Portal

# An institution that the other browser tests do not dress.
PLACE = "sulteng"


def logo() -> bytes:
    image = Image.new("RGB", (400, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 180, 180), fill="#7a1f5c")
    draw.rectangle((200, 60, 380, 140), fill="#0b6e6d")
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def desk(browser: Browser, portal: Portal) -> Iterator[Page]:
    """The administrator of that institution, signed in once; whatever was changed is put back."""
    context = browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watch(page)
    journey.sign_in(page, portal, "administrator", PLACE)
    kept = portal.query(
        "SELECT procedure_slug, procedure_changes::text FROM enrollment_institution WHERE slug = %s", PLACE
    )
    yield page
    portal.query(
        "UPDATE enrollment_institution SET procedure_slug = %s, procedure_changes = %s::jsonb, colour = '', "
        "logo_digest = '', mail_sender = '', subject_prefix = '' WHERE slug = %s RETURNING 1",
        *kept[0], PLACE,
    )  # fmt: skip
    context.close()
    assert watch.faults == []


def open_page(desk: Page, portal: Portal, name: str) -> None:
    desk.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    desk.goto(f"{portal.url}/admin/enrollment/institution/")
    desk.get_by_role("link", name=re.compile("Sulawesi Tengah")).first.click()
    desk.get_by_role("link", name=name, exact=True).click()
    expect(desk.get_by_role("heading", name=name, level=1)).to_be_visible()


def fits_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_a_procedure_is_picked_changed_looked_at_and_saved(desk: Page, portal: Portal) -> None:
    open_page(desk, portal, "Prosedur")
    accessible(desk)
    desk.get_by_label("Prosedur", exact=True).select_option("tangsel")
    desk.get_by_role("button", name="Tampilkan prosedur ini").click()
    expect(desk.get_by_role("heading", name="Ketentuan Kota Tangerang Selatan")).to_be_visible()
    fits_a_phone(desk)

    desk.get_by_label("Waktu baca kebijakan privasi").fill("700")
    desk.get_by_role("button", name="Periksa perubahan").click()
    expect(desk.get_by_role("link", name="Isi 0 sampai 600 detik.")).to_be_visible()
    accessible(desk)

    desk.get_by_label("Waktu baca kebijakan privasi").fill("45")
    desk.get_by_role("button", name="Periksa perubahan").click()
    expect(desk.get_by_text("paling sedikit 45 detik")).to_be_visible()
    fits_a_phone(desk)
    desk.get_by_role("button", name="Simpan perubahan").click()
    expect(desk.get_by_text("Berlaku untuk pengajuan baru.").first).to_be_visible()


def test_looks_are_looked_at_saved_and_seen_by_applicants(desk: Page, phone: Page, portal: Portal) -> None:
    open_page(desk, portal, "Tampilan dan surel")
    desk.get_by_role("textbox", name="Warna").fill("#ffcc00")
    desk.get_by_role("button", name="Lihat pratinjau").click()
    expect(desk.get_by_role("link", name=re.compile("Warna ini terlalu muda"))).to_be_visible()
    accessible(desk)

    desk.get_by_role("textbox", name="Warna").fill("#7a1f5c")
    desk.get_by_label("Nama pengirim surel").fill("Diskominfo Contoh")
    desk.get_by_label("Awalan subjek surel").fill("[TTE]")
    desk.get_by_label("Logo", exact=True).set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": logo()}
    )
    desk.get_by_role("button", name="Lihat pratinjau").click()
    expect(desk.get_by_role("heading", name="Pratinjau (belum disimpan)")).to_be_visible()
    expect(desk.get_by_text("[TTE] Aktivasi Akun")).to_be_visible()
    fits_a_phone(desk)
    desk.get_by_role("button", name="Simpan", exact=True).click()
    expect(desk.get_by_text(re.compile("Tampilan .* disimpan"))).to_be_visible()

    phone.goto(f"{portal.url}/{PLACE}/")
    expect(phone.get_by_role("img", name=re.compile("Logo"))).to_be_visible()
    button = phone.locator("a.button").first
    assert button.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(122, 31, 92)"
    fits_a_phone(phone)


@pytest.mark.parametrize("institution", ["natuna", "sulteng", "tangsel", "kemenkeu", "magelang"])
def test_every_front_door_tells_its_journey(phone: Page, portal: Portal, institution: str) -> None:
    phone.goto(f"{portal.url}/{institution}/")
    fits_a_phone(phone)
