"""What Chromium fetches for a page that it has never seen, and what Lighthouse makes of the public pages."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Figure
from bench.journey import wizard
from bench.speed import people
from tests.portal import Portal
from tte_portal.environment import ROOT

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
KB = 1024
PHONE: Any = {"width": 360, "height": 740}

# Pages everybody can open: (path, what it is called here).
PUBLIC = {
    "/": "home",
    "/natuna/": "front-door",
    "/natuna/aktivasi/": "ask-activation",
    "/status/": "status",
    "/email/aktivasi/akun/{activation}/": "link",
}
LIGHTHOUSE = "lighthouse@12"


def chromium() -> str | None:
    """The system's Chromium; ``None`` leaves the choice to Playwright."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    return program if Path(program).exists() else None


def cold(portal: Portal) -> Sequence[Figure]:
    """Bytes as transferred (headers and compressed bodies) and requests, each page in a fresh browser profile."""
    person = people(portal, 1)[0]
    cookies = wizard(portal.url, person).cookies
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            first = _transferred(browser, portal.url, "/pengajuan/data-diri/", cookies)
            photo = _transferred(browser, portal.url, "/pengajuan/foto-diri/", cookies)
            door = _transferred(browser, portal.url, "/natuna/", {})
        finally:
            browser.close()
    return [
        Figure("cold-wizard", first[0] / KB, "KB", "the wizard's first step, nothing cached", at_most=35),
        Figure("cold-wizard-requests", first[1], "requests", "the wizard's first step, nothing cached", at_most=8),
        Figure("cold-photo", photo[0] / KB, "KB", "the photo step, nothing cached", at_most=60),
        Figure("cold-photo-requests", photo[1], "requests", "the photo step, nothing cached"),
        Figure("cold-front-door", door[0] / KB, "KB", "an institution's front door, nothing cached", at_most=60),
        Figure("cold-front-door-requests", door[1], "requests", "an institution's front door, nothing cached"),
    ]


def _transferred(browser: Browser, url: str, path: str, cookies: dict[str, str]) -> tuple[int, int]:
    """(bytes, requests) of one page in a context of its own."""
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    # Pictures inside the page (data:) are no transfer.
    asked: dict[str, str] = {}
    session.on("Network.requestWillBeSent", lambda told: asked.update({told["requestId"]: told["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.append(told["encodedDataLength"]) if _over_the_wire(asked, told) else None,
    )
    answer = page.goto(url + path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, (path, answer.status)
    context.close()
    return round(sum(sizes)), len(sizes)


def _over_the_wire(asked: dict[str, str], told: dict[str, Any]) -> bool:
    return asked.get(told["requestId"], "").startswith("http")


def lighthouse(portal: Portal) -> Sequence[Figure]:
    """Accessibility and performance of the public pages, one look each: a look takes some 15 seconds."""
    person = people(portal, 1)[0]
    command = _lighthouse()
    figures = []
    for path, name in PUBLIC.items():
        found = _audit(command, portal.url + path.format(**person)) if command else {}
        for category, least in (("accessibility", 100), ("performance", 95)):
            value = 100 * found[category] if found else None
            says = f"Lighthouse {category} of {path}" + ("" if found else "; not measured: Lighthouse comes by npm")
            figures.append(Figure(f"lighthouse-{name}-{category}", value, "of 100", says, at_least=least))
    return figures


def _lighthouse() -> list[str] | None:
    """Lighthouse, installed under var/ by npm; ``None`` without npm or without a network."""
    folder = ROOT / "var" / "lighthouse"
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        if shutil.which("npm") is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        installed = subprocess.run(
            ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), LIGHTHOUSE],
            capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        if installed.returncode or not program.exists():
            print(f"Lighthouse could not be installed: {installed.stderr.strip()[:300]}")
            return None
    return [str(program)]


def _audit(command: list[str], url: str) -> dict[str, float]:
    done = subprocess.run(
        [*command, url, "--quiet", "--output=json", "--only-categories=accessibility,performance",
         f"--chrome-flags=--headless {' '.join(FLAGS)}"],
        env={**os.environ, "CHROME_PATH": chromium() or ""}, stdout=subprocess.PIPE, text=True, check=True, timeout=120,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return {name: float(each["score"] or 0) for name, each in told["categories"].items()}
