"""Every page an officer sees, in a real browser: no breach of the content policy, no axe violation, nothing cut off."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse
from playwright.sync_api import Page, expect, sync_playwright

from enrollment.models import Application, Institution, Paper, Role
from passphrase.esign import clients
from passphrase.esign.models import ApiCall, ApiClient
from tests import cast, procedures
from tests.browser import axe
from tests.verification.test_access import TABLES
from tte_portal.models import OutboxMessage
from verification import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WATCH = """
window.breaches = [];
document.addEventListener("securitypolicyviolation",
  (e) => window.breaches.push(e.violatedDirective + " " + e.blockedURI));
"""


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright's own event loop would make Django think it runs asynchronously.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # A connection that a thread of the live server kept would hold the test database at the end.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program if Path(program).exists() else None, args=FLAGS)
        context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        context.add_init_script(WATCH)
        yield context.new_page()
        browser.close()
        # Inside Playwright's loop Django opens a connection of its own, which nobody else would close.
        connections.close_all()


@pytest.fixture
def everything(natuna: Institution, live_server: Any, page: Page) -> Application:
    """An officer with every role is signed in; one case waits in the officer's hands, one message has failed."""
    kinds = (Role.Kind.VERIFIER, Role.Kind.ADMINISTRATOR, Role.Kind.HELP_DESK)
    officer = cast.make_officer("serba", *((natuna, kind) for kind in kinds))
    cookie = cast.sign_in(officer).cookies["tte_petugas"].value
    page.context.add_cookies([{"name": "tte_petugas", "value": cookie, "url": live_server.url}])
    case = cast.submitted(natuna)
    actions.claim(case.pk, officer)
    clients.make(natuna, "Persuratan Contoh", "persuratan-natunakab", by=None)
    ApiCall.objects.create(client=ApiClient.objects.get(), act="status", answer="NEW")
    OutboxMessage.objects.filter(template="submitted").update(state="failed", attempts=12, error="SMTPException")
    return case


def faults(page: Page) -> list[str]:
    """Breaches first: axe itself causes some."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate("() => window.breaches")
    wide = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{page.url}: {each}" for each in [*found, *axe.violations(page), *(["cut off"] if wide else [])]]


def test_the_sign_in_is_sound(natuna: Institution, live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/admin/login/")
    found = faults(page)
    page.get_by_label("Nama masuk").fill("siapa")
    page.get_by_role("button", name="Masuk").click()

    expect(page).to_have_title(re.compile("^Kesalahan:"))
    assert found + faults(page) == []


def test_every_page_is_sound(everything: Application, live_server: Any, page: Page) -> None:
    tables = [reverse(f"admin:{table}_changelist") for table in TABLES]
    paths = ["/admin/antrean/", "/admin/dipegang/"]
    paths += ["/admin/", "/admin/password_change/", *tables]
    paths += [f"{table}add/" for table, (_, adds) in zip(tables, TABLES.values(), strict=True) if adds]
    found = []

    for path in paths:
        page.goto(live_server.url + path)
        found += faults(page)
    for table in tables:
        page.goto(live_server.url + table)
        page.locator("#result_list tbody th a").first.click()
        expect(page).to_have_url(re.compile("/change/$"))
        found += faults(page)

    assert found == []


def test_what_was_typed_is_not_lost_by_skipping(everything: Application, live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/admin/antrean/{everything.pk}/")
    page.get_by_text("Tolak", exact=True).click()
    page.locator("#id_reject-free").fill("Foto ini bukan Anda.")
    page.get_by_role("button", name="Lewati, buka yang berikutnya").click()
    expect(page.get_by_role("heading", name="Tulisan Anda belum dikirim")).to_be_visible()
    found = faults(page)

    page.get_by_role("button", name="Kembali, tulisan tetap ada").click()
    expect(page.locator("#id_reject-free")).to_have_value("Foto ini bukan Anda.")
    page.get_by_role("button", name="Lewati, buka yang berikutnya").click()
    page.get_by_role("button", name="Tinggalkan, buang tulisan").click()

    expect(page.get_by_text("dikembalikan ke antrean")).to_be_visible()
    assert found + faults(page) == []


def test_a_review_is_sound_from_the_photo_to_the_letter(everything: Application, live_server: Any, page: Page) -> None:
    procedures.ask(everything, way_in__kind="self-service", way_in__papers=["statement-letter"])
    paper = cast.hand_in_letter(everything)
    Paper.objects.filter(pk=paper.pk).update(kind=Paper.Kind.STATEMENT, signed=False)
    page.goto(f"{live_server.url}/admin/antrean/{everything.pk}/")
    assert page.evaluate("() => document.querySelector('.face img').naturalWidth") > 200
    page.get_by_text("Tolak", exact=True).click()
    page.get_by_text("Perlu perbaikan", exact=True).click()
    found = faults(page)

    page.goto(f"{live_server.url}/admin/antrean/{everything.pk}/")
    page.keyboard.press("p")
    page.locator("#correct .reason summary", has_text="NIK").click()
    page.get_by_label("Kata-kata sendiri untuk NIK").fill("Angka <b>terakhir</b> salah.")
    page.locator("#correct").get_by_role("button").click()
    expect(page.get_by_text("Angka <b>terakhir</b> salah.")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Kirim ke pemohon").click()

    expect(page.get_by_text("dikembalikan untuk diperbaiki")).to_be_visible()
    assert found + faults(page) == []
