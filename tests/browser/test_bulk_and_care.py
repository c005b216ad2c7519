"""Thirty decided at once, the agreement before the first decision, and signing out elsewhere, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, Watch
from tests.browser.journey import accessible
from tests.portal import Portal, wait_for

# Thirty whose every check is in order, and one with a warning.
MAKE = """
from django.db.models.functions import Now
from enrollment.models import Institution
from tests import cast
from tests.verification.bulk import crowd
from verification import checks
case = cast.submitted(Institution.objects.get(slug="{place}"), 5)
made = crowd.more(case, 31)
made[7].name = "Orang Contoh Lain"
made[7].save()
for each in made:
    checks.run(each.pk)
"""
PLACE = "sulteng"


def fits_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def crowded(portal: Portal) -> None:
    portal.manage("shell", "-c", MAKE.format(place=PLACE))


def test_thirty_are_approved_at_once_and_the_doubtful_one_is_not(
    browser: Browser, portal: Portal, crowded: None
) -> None:
    page = browser.new_context(viewport=DESKTOP, locale="id-ID").new_page()  # type: ignore[arg-type]
    watch = Watch(page)
    # The agreement was accepted for the demonstration: take it back, so that it is asked for.
    portal.query("DELETE FROM care_agreement WHERE account_id = (SELECT id FROM tte_portal_account WHERE login = %s) "
                 "RETURNING 1", f"verifier.{PLACE}")  # fmt: skip
    journey.sign_in(page, portal, "verifier", PLACE)

    page.get_by_role("link", name="Keputusan massal").first.click()
    expect(page.get_by_role("heading", name="Perjanjian Verifikator", level=1)).to_be_visible()
    fits_a_phone(page)
    page.get_by_role("button", name="Setuju dan lanjutkan").click()
    expect(page.get_by_text("Centang kotak persetujuan")).to_be_visible()
    page.get_by_label("Saya sudah membaca dan menyetujui").check()
    page.get_by_role("button", name="Setuju dan lanjutkan").click()
    expect(page.get_by_role("heading", name="Keputusan massal", level=1)).to_be_visible()
    fits_a_phone(page)

    page.get_by_label("Awal nama pemohon").fill("Orang Contoh")
    page.get_by_label("Hanya yang tanpa peringatan").uncheck()
    page.get_by_role("button", name="Cari dan lihat").click()
    expect(page.get_by_role("heading", name="30 pengajuan dapat diputuskan, 1 dilewati")).to_be_visible()
    page.get_by_text("Yang dilewati").click()
    expect(page.get_by_text("Orang Contoh Lain: Pemeriksaan otomatis tidak semuanya cocok: Nama.")).to_be_visible()
    fits_a_phone(page)
    page.get_by_label("Catatan untuk arsip").fill("Surat tugas nomor 1")
    page.get_by_role("button", name="Lanjut: Setujui 30 pengajuan").click()

    page.get_by_label("Ketik angka 30").fill("31")
    page.get_by_role("button", name="Setujui 30 pengajuan").click()
    expect(page.get_by_text("Jumlah tidak sama")).to_be_visible()
    fits_a_phone(page)
    page.get_by_label("Ketik angka 30").fill("30")
    page.get_by_role("button", name="Setujui 30 pengajuan").click()

    expect(page.get_by_role("heading", name="30 disetujui")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Selesai")).to_be_visible()
    fits_a_phone(page)
    states = "SELECT name, status FROM enrollment_application WHERE name LIKE 'Orang Contoh' || chr(37)"
    found = dict(portal.query(states))
    assert found.pop("Orang Contoh Lain") == "NEW"
    assert set(found.values()) == {"ON_SET_PASSPHRASE"}
    assert len(found) == 30
    assert watch.faults == []
    page.context.close()


def test_signing_out_elsewhere_and_the_warning_before_the_idle_limit(browser: Browser, portal: Portal) -> None:
    here, there = (browser.new_context(viewport=DESKTOP, locale="id-ID").new_page() for _ in range(2))  # type: ignore[arg-type]
    watch = Watch(here)
    account = portal.account("issuer", PLACE)
    journey.sign_in(here, portal, "issuer", PLACE)
    # Another browser of the same officer, without waiting for the next code: its session is as good as a sign-in.
    cookies = here.context.cookies()
    there.context.add_cookies(cookies)  # type: ignore[arg-type]
    key = "(SELECT id FROM tte_portal_account WHERE login = %s)"
    portal.query(
        "INSERT INTO care_signin (id, account_id, device, address, since, seen_at, ended_how) "
        f"SELECT gen_random_uuid(), {key}, 'Safari di iPhone', '103.20.x.x', now(), now(), '' RETURNING 1",
        account["login"],
    )

    here.get_by_role("link", name="Tugas saya").first.click()
    expect(here.get_by_text("Safari di iPhone", exact=True)).to_be_visible()
    fits_a_phone(here)
    here.get_by_role("button", name="Keluarkan Safari di iPhone").click()
    expect(here.get_by_text("1 perangkat lain dikeluarkan.")).to_be_visible()
    ended = "SELECT 1 FROM care_signin WHERE device = 'Safari di iPhone' AND ended_how = 'elsewhere'"
    wait_for(lambda: portal.query(ended), "the other browser's end")

    # An administrator ends them all: the next click of either leads to the sign-in, and says why.
    portal.query(
        f"UPDATE care_signin SET ended_at = now(), ended_how = 'administrator' WHERE account_id = {key} RETURNING 1",  # noqa: S608
        account["login"],
    )
    there.goto(f"{portal.url}/admin/tugas-saya/")
    expect(there.get_by_role("heading", name="Masuk sebagai petugas")).to_be_visible()
    expect(there.get_by_text("mengeluarkan akun ini dari semua perangkat")).to_be_visible()
    fits_a_phone(there)
    assert watch.faults == []


def test_before_the_idle_limit_the_page_asks_and_what_was_typed_stays(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watch(page)
    page.clock.install()
    journey.sign_in(page, portal, "hr", PLACE)
    page.get_by_role("link", name="Tugas saya").first.click()
    page.get_by_role("link", name="Saya akan berhalangan").click()
    page.get_by_label("Hari pertama").fill("2030-01-02")

    page.clock.fast_forward("28:30")
    dialog = page.get_by_role("alertdialog", name="Masih bekerja?")
    expect(dialog).to_be_visible()
    accessible(page)
    dialog.get_by_role("button", name="Tetap masuk").click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Hari pertama")).to_have_value("2030-01-02")
    page.clock.fast_forward("31:00")
    expect(dialog.get_by_text("Isian di halaman ini masih ada")).to_be_visible()
    assert watch.faults == []
    context.close()
