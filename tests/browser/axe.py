"""axe-core in a page: no violation of WCAG 2.2 A and AA."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe finds, one line each. Evaluated from outside the page, so the strict policy stays in force."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{each['id']}: {each['help']} at {_places(each)}" for each in found["violations"]]


def _places(violation: dict[str, Any]) -> list[Any]:
    return [node["target"] for node in violation["nodes"][:3]]
