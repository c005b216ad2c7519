"""Somebody got a signed letter and wants to know: whole, changed, or of a certificate whose number stands on it."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import accessible
from tests.portal import Portal
from tte_portal.environment import ROOT

# A folder for pictures of the pages, for whoever wants to look at them.
PICTURES = os.environ.get("TTE_PICTURES", "")


@pytest.fixture(scope="module")
def signed(portal: Portal) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.browser.letter"], cwd=ROOT, env=portal.environment,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told | {"pdf": base64.b64decode(told["letter"]), "outlived": base64.b64decode(told["outlived"])}


def upload(page: Page, portal: Portal, content: bytes) -> None:
    page.goto(f"{portal.url}/verifikasi/")
    file: FilePayload = {"name": "surat tugas.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Dokumen PDF").set_input_files(file)
    page.get_by_role("button", name="Periksa dokumen").click()


def looks(page: Page, name: str) -> None:
    """On a phone and on a desk: anybody can use it, and nothing is cut off."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)


def test_a_letter_is_checked_whole_changed_and_by_the_number(
    portal: Portal, phone: Page, signed: dict[str, Any]
) -> None:
    phone.goto(f"{portal.url}/verifikasi/")
    looks(phone, "empty")

    upload(phone, portal, signed["pdf"])
    expect(phone.get_by_role("heading", name="Tanda tangan sah dan dokumen utuh")).to_be_visible()
    # The answer comes first: nobody has to look for it below the forms.
    expect(phone.get_by_role("heading", name="Tanda tangan sah")).to_be_in_viewport()
    expect(phone.get_by_text(signed["name"]).first).to_be_visible()
    looks(phone, "whole")

    upload(phone, portal, signed["pdf"].replace(b"/MediaBox[0 0 200 200]", b"/MediaBox[0 0 200 201]"))
    expect(phone.get_by_role("heading", name="Dokumen berubah sesudah ditandatangani")).to_be_visible()
    expect(phone.get_by_text("Tanda tangan sah")).to_have_count(0)
    looks(phone, "changed")

    phone.get_by_label("Nomor seri sertifikat").fill(signed["serial"])
    phone.get_by_role("button", name="Cek nomor seri").click()
    expect(phone.get_by_role("heading", name="Sertifikat ini berlaku")).to_be_visible()
    expect(phone.get_by_text(signed["name"]).first).to_be_visible()
    looks(phone, "serial")


def test_a_letter_that_outlived_its_certificate_shows_what_came_first(
    portal: Portal, phone: Page, signed: dict[str, Any]
) -> None:
    upload(phone, portal, signed["outlived"])

    expect(phone.get_by_role("heading", name="Tanda tangan sah dan dokumen utuh")).to_be_visible()
    events = phone.locator(".life b").all_inner_texts()
    assert [each.split(",")[0] for each in events] == [
        "Sertifikat mulai berlaku", "Dokumen ditandatangani", "Sertifikat dicabut", "Hari ini",
    ]  # fmt: skip
    expect(phone.get_by_text("Terbukti oleh cap waktu portal ini.")).to_be_visible()
    looks(phone, "outlived")


def test_what_cannot_be_checked_gets_a_sentence_where_it_was_chosen(portal: Portal, phone: Page) -> None:
    upload(phone, portal, b"\xff\xd8\xff\xe0 sebuah foto")
    expect(phone.get_by_text("Berkas ini bukan PDF.").first).to_be_visible()
    looks(phone, "refused")

    phone.get_by_label("Nomor seri sertifikat").fill("12-XY")
    phone.get_by_role("button", name="Cek nomor seri").click()
    expect(phone.get_by_text("Nomor seri hanya terdiri atas angka").first).to_be_visible()


def test_the_same_without_javascript(portal: Portal, old_phone: Page, signed: dict[str, Any]) -> None:
    upload(old_phone, portal, signed["pdf"])
    expect(old_phone.get_by_role("heading", name="Tanda tangan sah dan dokumen utuh")).to_be_visible()


def test_the_demos_page_tells_a_line_that_asks_the_portal(portal: Portal, phone: Page) -> None:
    phone.goto(f"{portal.url}/kotak-keluar/akun/")
    accessible(phone)
    words = phone.locator("pre code").first.inner_text().split()
    assert words[:2] == ["curl", "-u"]

    basic = base64.b64encode(words[2].encode()).decode()
    with urlopen(Request(words[3], headers={"Authorization": f"Basic {basic}"})) as answer:  # noqa: S310
        assert json.load(answer)["status"] in ("NOT_REGISTERED", "NEW", "WAITING_FOR_VERIFICATION", "ISSUE")
