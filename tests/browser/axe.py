"""axe-core in a page: no violation of WCAG 2.2 A and AA."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What axe passed is not asked for: naming each of those places takes longer than looking.
ASK = """
async options => (await axe.run(document, options)).violations
    .map(each => ({id: each.id, help: each.help, places: each.nodes.slice(0, 3).map(node => node.target)}))
"""
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
# All that axe reads besides the stylesheets, which stay the same throughout a run: the elements, what is ticked and
# typed, where the focus is, how large the window is.
SEEN = """
() => [
    document.documentElement.outerHTML, document.activeElement && document.activeElement.outerHTML,
    ...Array.from(document.querySelectorAll("input:not([type=hidden]), select, textarea, details"), each => [
        each.value || "", Boolean(each.checked), each.disabled, Boolean(each.open)].join()),
    innerWidth, innerHeight, scrollX, scrollY,
].join("\\n")
"""
# Another in each page, hidden, and no word that anybody reads.
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')

_good: set[str] = set()


def violations(page: Page) -> list[str]:
    """What axe finds, one line each. Evaluated from outside the page, so the strict policy stays in force.

    A page that is the same as one that was good already is not looked at again: sign-in pages come by the dozen.
    """
    seen = TOKEN.sub(r"\1", page.evaluate(SEEN))
    if seen in _good:
        return []
    page.evaluate(_program())
    found: list[dict[str, Any]] = page.evaluate(ASK, OPTIONS)
    if not found:
        _good.add(seen)
    return [f"{each['id']}: {each['help']} at {each['places']}" for each in found]


@cache
def _program() -> str:
    return AXE.read_text()
