"""Natuna's guide, sentence by sentence, on real processes: with JavaScript and a camera, and without either."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import journey
from tests.portal import Portal, wait_for

pytestmark = pytest.mark.browser


def test_from_the_activation_mail_to_active_with_a_camera(portal: Portal, phone: Page, desk: Page) -> None:
    person = portal.person(0)
    journey.open_mail(phone, portal, person["mailbox"], "activation")
    journey.accessible(phone)
    phone.get_by_role("link", name="Data Diri").first.click()
    journey.accessible(phone)
    journey.fill_in_data_diri(phone, person)
    journey.fill_in_data_kedinasan(phone, person)
    journey.photograph_with_camera(phone)
    journey.agree_and_go_on(phone)
    receipt = journey.check_answers_and_submit(phone, person)
    approve(portal, desk, receipt)
    finish(portal, phone, person)


def test_the_same_way_without_javascript(portal: Portal, old_phone: Page, desk: Page, tmp_path: Path) -> None:
    person = portal.person(1)
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(cast.portrait())
    journey.open_mail(old_phone, portal, person["mailbox"], "activation")
    old_phone.get_by_role("link", name="Data Diri").first.click()
    journey.fill_in_data_diri(old_phone, person)
    journey.fill_in_data_kedinasan(old_phone, person)
    journey.photograph_from_file(old_phone, photo)
    journey.agree_and_go_on(old_phone)
    receipt = journey.check_answers_and_submit(old_phone, person)
    approve(portal, desk, receipt)
    finish(portal, old_phone, person)


def approve(portal: Portal, desk: Page, receipt: str) -> None:
    journey.sign_in(desk, portal, "verifier")
    journey.accessible(desk)
    desk.get_by_role("button", name="Ambil berikutnya").first.click()
    expect(desk.get_by_text(receipt).first).to_be_visible()
    journey.accessible(desk)
    desk.get_by_role("button", name="Setujui").first.click()
    decided = "SELECT 1 FROM enrollment_application WHERE receipt = %s AND status <> 'NEW'"
    wait_for(lambda: portal.query(decided, receipt), f"the decision about {receipt}")


def finish(portal: Portal, phone: Page, person: dict[str, str]) -> None:
    """The passphrase, the certificate's mail, and ACTIVE on the status page."""
    journey.open_mail(phone, portal, person["mailbox"], "set_passphrase")
    journey.accessible(phone)
    journey.make_passphrase(phone)
    issued = portal.wait_for_message(person["mailbox"], "issued")
    assert issued["subject"] == "[BSrE] Sertifikat Elektronik Terbit"
    portal.wait_for_message(person["mailbox"], "active")
    phone.goto(f"{portal.url}/status/")
    journey.accessible(phone)
    phone.get_by_label("Surel dinas").fill(person["mailbox"])
    phone.get_by_role("button").last.click()
    journey.open_mail(phone, portal, person["mailbox"], "status_link")
    expect(phone.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    journey.accessible(phone)
