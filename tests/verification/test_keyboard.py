"""Twenty cases decided with the keyboard alone: approved, sent back, rejected, skipped, looked at from near."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from playwright.sync_api import Page, expect, sync_playwright

from enrollment.models import Application, Correction, Institution, Role
from tests import cast
from tests.verification.test_in_browser import FLAGS, WATCH, faults
from tte_portal.models import Account
from verification.models import Decision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CASES = 20


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program if Path(program).exists() else None, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID")
        context.add_init_script(WATCH)
        yield context.new_page()
        browser.close()
        connections.close_all()


@pytest.fixture
def officer(natuna: Institution, live_server: Any, page: Page) -> Account:
    account = cast.make_officer("vera", (natuna, Role.Kind.VERIFIER))
    cookie = cast.sign_in(account).cookies["tte_petugas"].value
    page.context.add_cookies([{"name": "tte_petugas", "value": cookie, "url": live_server.url}])
    return account


def crowd(first: Application) -> None:
    """Twenty more people who wait, each with a NIK and a mailbox of their own."""
    kept = ("id", "receipt", "nik", "mailbox")
    same = {field.name: getattr(first, field.name) for field in Application._meta.concrete_fields}
    same = {name: value for name, value in same.items() if name not in kept and not name.endswith("_index")}
    for number in range(CASES):
        same["since"] += timedelta(seconds=1)
        numbers = {"nik": f"99010117056{number:05}", "mailbox": f"orang.{number}@natunakab.example"}
        Application.objects.create(receipt=f"TTE-UJI-{number:02}", **numbers, **same)


def press(page: Page, *keys: str) -> None:
    # The words of a page can be read before its script listens.
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def decide(page: Page, *keys: str) -> None:
    """Type, and wait for the page on which the decision is told."""
    before = page.locator(".case-head dd").first.inner_text()
    press(page, *keys)
    expect(page.get_by_text(re.compile(f"^{before} (disetujui|dikembalikan|ditolak)"))).to_be_visible()


def sheet(page: Page, *keys: str) -> None:
    """Type, and wait for the words as the applicant will read them; then send them."""
    press(page, *keys)
    expect(page.get_by_role("heading", name="Yang akan dibaca pemohon")).to_be_visible()


def test_twenty_cases_with_the_keyboard_alone(
    natuna: Institution, officer: Account, live_server: Any, page: Page
) -> None:
    crowd(cast.submitted(natuna))
    page.goto(f"{live_server.url}/admin/")
    found = faults(page)

    press(page, "?")
    expect(page.get_by_role("dialog", name="Pintasan papan ketik")).to_be_visible()
    found += faults(page)
    press(page, "Escape", "n")
    expect(page.get_by_text("Anda memegang kasus ini sampai")).to_be_visible()
    skipped = page.locator(".case-head dd").first.inner_text()
    press(page, "z", "z", "r")
    assert page.locator(".picture").first.get_attribute("data-size") == "2"
    assert page.locator(".picture").first.get_attribute("data-turned") == "1"
    press(page, "ArrowRight", "ArrowRight")
    found += faults(page)
    press(page, "0", "n")
    expect(page.locator(".case-head dd").first).not_to_have_text(skipped)

    for number in range(CASES):
        if number % 4 == 2:
            sheet(page, "p", "b", "1", "k", "2", "Enter")
            found += faults(page) if number == 2 else []
            decide_sent(page)
        elif number % 4 == 3:
            sheet(page, "t", "1", "Enter")
            decide_sent(page)
        else:
            decide(page, "s", "Enter")

    kinds = list(Decision.objects.values_list("kind", flat=True))
    assert (len(kinds), kinds.count("correct"), kinds.count("reject")) == (CASES, 5, 5)
    assert set(Correction.objects.values_list("field", flat=True)) == {"nik", "photo"}
    press(page, "l")
    expect(page.get_by_text("dikembalikan ke antrean")).to_be_visible()
    assert not Application.objects.exclude(claimed_by=None).exists()
    assert found + faults(page) == []


def decide_sent(page: Page) -> None:
    """The letter's own button has the focus: one Enter sends it."""
    expect(page.locator("#send")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".messagelist")).to_contain_text(re.compile("dikembalikan untuk diperbaiki|ditolak"))


def test_no_key_acts_while_somebody_types_or_where_they_are_switched_off(
    natuna: Institution, officer: Account, live_server: Any, page: Page
) -> None:
    case = cast.submitted(natuna)
    url = f"{live_server.url}/admin/antrean/{case.pk}/"
    page.goto(url)
    press(page, "t")
    page.locator("#id_reject-free").focus()
    page.keyboard.type("Salah? n l a s 1")
    expect(page.locator("#id_reject-free")).to_have_value("Salah? n l a s 1")
    assert page.url == url

    press(page, "Escape", "Escape", "?")
    page.get_by_label("Pakai pintasan satu tombol").uncheck()
    page.get_by_role("button", name="Tutup").click()
    page.reload()
    press(page, "a", "?", "s")

    assert page.locator(".key").count() == 0
    expect(page.get_by_text("Belum ada yang memegang kasus ini")).to_be_visible()
    assert page.evaluate("() => document.activeElement.tagName") == "BODY"
    assert not page.locator("#help").is_visible()
