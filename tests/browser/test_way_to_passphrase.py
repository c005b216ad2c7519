"""From the passphrase link to the success page, in each way a procedure may ask for it, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, Watch
from tests.portal import Portal, running, wait_for

pytestmark = pytest.mark.browser

PASSPHRASE = "Laut-Biru-27-Kapal"
AGREEMENT = "Perjanjian Pemilik Sertifikat Elektronik"


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


def test_the_agreement_must_be_open_for_15_seconds(phone: Page, peopled: Portal) -> None:
    open_link(phone, link_at(peopled, "sulteng"))
    submit = phone.get_by_role("button", name="Buat Passphrase")
    box = phone.get_by_label("Saya menyetujui sertifikat saya diterbitkan")
    expect(submit).to_be_disabled()
    expect(box).to_be_disabled()
    journey.accessible(phone)

    # By keyboard alone.
    phone.get_by_role("link", name="Buka Perjanjian").focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Passphrase hanya milik Anda")).to_be_visible()
    expect(phone.get_by_role("timer")).to_contain_text("Sisa waktu baca")
    journey.accessible(phone)
    # A reload begins nothing anew: the time goes on where it was.
    phone.wait_for_timeout(3000)
    phone.reload()
    seconds = int(re.findall(r"\d+", phone.get_by_role("timer").inner_text())[0])
    assert seconds <= 13

    type_passphrase(phone)
    expect(submit).to_be_disabled()
    expect(box).to_be_enabled()
    expect(submit).to_be_disabled()
    box.check()
    expect(submit).to_be_enabled()
    submit.click()
    succeeds(phone)


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


def test_without_javascript_the_agreement_is_opened_on_its_page(old_phone: Page, peopled: Portal) -> None:
    """The same link as no other test's: the institution whose agreement stands on a page of its own."""
    open_link(old_phone, link_at(peopled, "kemenkeu"))
    expect(old_phone.get_by_role("heading", name=AGREEMENT)).to_be_visible()
    old_phone.get_by_role("button", name="Saya Setuju").click()
    expect(old_phone.get_by_role("heading", name="Buat Passphrase")).to_be_visible()
    old_phone.get_by_role("link", name="Kembali").first.click()
    expect(old_phone.get_by_role("heading", name=AGREEMENT)).to_be_visible()


def test_agreement_on_its_own_page_then_a_score_then_the_issuer(phone: Page, browser: Browser, peopled: Portal) -> None:
    open_link(phone, link_at(peopled, "kemenkeu"))
    if "perjanjian" in phone.url:
        journey.accessible(phone)
        phone.get_by_role("button", name="Saya Setuju").click()
    phone.get_by_label("Passphrase", exact=True).fill("Password1!")
    expect(phone.get_by_text(re.compile(r"[01] dari 4"))).to_be_visible()
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url))
    type_passphrase(phone)
    expect(phone.get_by_text(re.compile(r"[34] dari 4"))).to_be_visible()
    assert sent == [], "nothing leaves the page while somebody types"
    journey.accessible(phone)
    phone.get_by_role("button", name="Kirim").click()
    expect(phone.get_by_text("menunggu persetujuan penerbit")).to_be_visible()
    succeeds(phone)

    context = browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    desk = context.new_page()
    watch = Watch(desk)
    journey.sign_in(desk, peopled, "issuer", "kemenkeu")
    expect(desk.get_by_role("heading", name="Sertifikat yang menunggu persetujuan penerbit")).to_be_visible()
    desk.get_by_role("link", name="Buka daftar").click()
    journey.accessible(desk)
    desk.get_by_role("rowheader").last.get_by_role("link").click()
    journey.accessible(desk)
    desk.get_by_role("button", name="Setujui penerbitan").click()
    expect(desk.get_by_text("disetujui untuk diterbitkan")).to_be_visible()
    assert watch.faults == []
    context.close()
