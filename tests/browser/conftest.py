"""A real portal and a real Chromium for the browser tests; every page is watched for CSP reports."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from skimage.data import astronaut

from tests.browser import journey
from tests.portal import Portal, running

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]  # fmt: skip
# Two cores may be busy with a worker, a database and a browser at once.
expect.set_options(timeout=20_000)

LONGEST_LOG = 8000
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in this folder needs the machine for itself."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a failure stands what the portal raised: its page says no more than that something went wrong."""
    report = yield
    found = getattr(item, "funcargs", {}).get("portal")
    if report.failed and found is not None:
        _, mark, raised = found.log.read_text(errors="replace").rpartition("Traceback (most recent call last)")
        report.sections.append(("what the portal raised last", (mark + raised)[:LONGEST_LOG] if mark else "nothing"))
    return report


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("portal")) as found:
        yield found


@pytest.fixture(scope="session")
def portrait_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera sees: one picture of a face, as a film of MJPEG frames."""
    path = tmp_path_factory.mktemp("film") / "portrait.mjpeg"
    frame = tmp_path_factory.mktemp("frame") / "frame.jpg"
    Image.fromarray(astronaut()).resize((640, 640)).save(frame, "JPEG", quality=90)
    path.write_bytes(frame.read_bytes() * 30)
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright's own event loop would make Django think it runs asynchronously.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright, portrait_film: Path) -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={portrait_film}"]
    found = playwright.chromium.launch(executable_path=program if Path(program).exists() else None, args=flags)
    yield found
    found.close()


class Watch:
    """Collects what no page may do: break the content policy, fail to load something, throw."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, text: str) -> None:
        # An error page's own status is reported by the browser as an error of loading it.
        if "status of 4" not in text:
            self.faults.append(text)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport=PHONE, locale="id-ID", permissions=["camera"])  # type: ignore[arg-type]
    yield found
    found.close()


@pytest.fixture
def phone(context: BrowserContext) -> Iterator[Page]:
    """The applicant's phone; fails the test when a page broke the content policy or threw."""
    page = context.new_page()
    watch = Watch(page)
    yield page
    assert watch.faults == []


@pytest.fixture(scope="session")
def verifier_page(browser: Browser, portal: Portal) -> Iterator[tuple[Page, Watch]]:
    """The verifier's desktop computer, signed in once."""
    context = browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watch(page)
    journey.sign_in(page, portal, "verifier")
    yield page, watch
    context.close()


@pytest.fixture
def verifier(verifier_page: tuple[Page, Watch]) -> Iterator[Page]:
    page, watch = verifier_page
    yield page
    assert watch.faults == []


@pytest.fixture(scope="session")
def opened_desks() -> dict[tuple[str, str], tuple[Page, Watch]]:
    """Officers' computers by role and institution."""
    return {}


@pytest.fixture
def desk(
    browser: Browser, portal: Portal, opened_desks: dict[tuple[str, str], tuple[Page, Watch]]
) -> Iterator[Callable[[str, str], Page]]:
    """The desktop computer of an officer, ``desk(role, institution)``: signed in once a run, watched like the phone."""

    def at(role: str, institution: str) -> Page:
        if (role, institution) not in opened_desks:
            page = browser.new_context(viewport=DESKTOP, locale="id-ID").new_page()  # type: ignore[arg-type]
            watch = Watch(page)
            journey.sign_in(page, portal, role, institution)
            opened_desks[role, institution] = page, watch
        return opened_desks[role, institution][0]

    yield at
    assert [fault for _, watch in opened_desks.values() for fault in watch.faults] == []


@pytest.fixture
def old_phone(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no JavaScript."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="id-ID")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()
