"""From the passphrase link to the success page, in each way a procedure may ask for it, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.portal import Portal, running, wait_for

pytestmark = pytest.mark.browser

PASSPHRASE = "Laut-Biru-27-Kapal"


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A demonstration with ready people: at each institution somebody has the passphrase link."""
    with running(tmp_path_factory.mktemp("peopled"), TTE_DEMO_STAGES="yes") as found:
        yield found


def link_at(portal: Portal, institution: str) -> str:
    """The passphrase link that is out at that institution, by whatever channel its message went."""
    (receipt_of,) = portal.query(
        "SELECT l.id::text FROM tte_portal_link l JOIN enrollment_application a ON a.id = l.subject "
        "JOIN enrollment_institution i ON i.id = a.institution_id WHERE i.slug = %s AND l.purpose = 'passphrase' "
        "AND l.finished_at IS NULL AND l.replaced_at IS NULL AND a.status = 'ON_SET_PASSPHRASE' LIMIT 1",
        institution,
    )
    (message_id,) = portal.query(
        "SELECT id::text FROM tte_portal_outboxmessage WHERE ids->>'link' = %s ORDER BY created_at LIMIT 1",
        receipt_of[0],
    )

    def look() -> str | None:
        sent = next((each for each in portal.messages() if each["id"] == message_id[0]), None)
        found = re.search(r"http\S+/email/set/passphrase/\S+", sent["text"]) if sent else None
        return found.group() if found else None

    return wait_for(look, f"the passphrase link at {institution}")


def open_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Lanjutkan").click()


def type_passphrase(page: Page) -> None:
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Konfirmasi Passphrase").fill(PASSPHRASE)


def succeeds(page: Page) -> None:
    expect(page.get_by_role("heading", name="Passphrase berhasil dibuat")).to_be_visible()
    journey.accessible(page)


def test_profile_second_selfie_and_an_opened_agreement(phone: Page, peopled: Portal) -> None:
    open_link(phone, link_at(peopled, "magelang"))
    expect(phone.get_by_role("heading", name="Lihat Profil Data Diri")).to_be_visible()
    expect(phone.get_by_role("heading", name="Ada yang keliru?")).to_be_visible()
    journey.accessible(phone)
    phone.get_by_role("button", name="Lanjutkan").click()

    expect(phone.get_by_role("heading", name="Foto diri sekali lagi")).to_be_visible()
    journey.accessible(phone)
    phone.get_by_role("button", name="Ambil foto", exact=True).click()
    phone.get_by_role("button", name="Aktifkan kamera").click()
    seen = "() => document.querySelector('video').videoWidth > 0"
    wait_for(lambda: phone.evaluate(seen), "the camera's picture")
    phone.get_by_role("button", name="Ambil Foto", exact=True).click()
    phone.get_by_role("button", name="Pakai foto ini").click()
    phone.get_by_role("button", name="Lanjutkan").click()
    # With hints about the photo the page stays for a look at them; they never block.
    either = phone.get_by_role("heading", name=re.compile("Buat Passphrase|Foto Anda sudah tersimpan"))
    expect(either.first).to_be_visible()
    if "foto" in phone.url:
        journey.accessible(phone)
        phone.get_by_role("button", name="Lanjutkan").click()

    expect(phone.get_by_text(re.compile("^Tanpa spasi"))).to_be_visible()
    phone.get_by_label("Passphrase", exact=True).fill("Laut Biru 27!")
    expect(phone.get_by_role("listitem").filter(has_text="Tanpa spasi (belum)")).to_be_visible()
    type_passphrase(phone)
    expect(phone.get_by_role("listitem").filter(has_text="Tanpa spasi (terpenuhi)")).to_be_visible()
    phone.get_by_role("link", name="Buka Perjanjian").click()
    phone.get_by_label("Saya menyetujui sertifikat saya diterbitkan").check()
    phone.get_by_role("button", name="Buat Passphrase").click()
    succeeds(phone)
