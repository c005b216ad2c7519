"""The house keeps its order: imports go down, officers' views read scoped rows, no code names a region."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrollment.demo import cast as demo
from tte_portal.environment import ROOT

FLOORS = ("tte_portal", "enrollment", "passphrase", "verification")
# The one place that knows every room's addresses.
JOINS_ROOMS = {ROOT / "tte_portal" / "urls.py"}


def files(room: str, pattern: str = "*.py") -> Iterator[Path]:
    return (path for path in (ROOT / room).rglob(pattern) if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("room", FLOORS)
def test_no_floor_imports_from_one_above(room: str) -> None:
    above = set(FLOORS[FLOORS.index(room) + 1 :])
    wrong = [str(path) for path in files(room) if path not in JOINS_ROOMS and above & set(imported(path))]
    assert wrong == []


def test_officers_views_read_no_row_that_is_not_scoped() -> None:
    views = [path for path in files("verification") if path.stem.endswith("views")]
    assert views
    unscoped = [
        (path.name, found) for path in views for found in re.findall(r"\.objects\.(?!for_officer)\w+", path.read_text())
    ]
    assert unscoped == []


def test_no_line_of_code_names_a_region() -> None:
    names = re.compile("|".join(place.slug for place in demo.PLACES), re.IGNORECASE)
    code = [path for room in FLOORS for path in files(room) if "demo" not in path.parts]
    pages = [each for kind in ("*.html", "*.txt", "*.svg") for each in files("templates", kind)]
    pages += [each for kind in ("*.js", "*.css", "*.svg") for each in files("static", kind)]
    words = [each for room in (*FLOORS, "enrollment/texts") for each in files(room, "*.txt")]
    words += files("enrollment/texts", "*.toml")
    assert [str(path) for path in [*code, *pages, *words] if names.search(path.read_text())] == []


def test_a_locked_row_stays_open_to_references() -> None:
    # decisions/0039: otherwise a row that refers to it waits at its commit, with the audit chain in its hand.
    closing = re.compile(r"select_for_update\((?!no_key=True)|FOR UPDATE")
    wrong = [str(path) for room in FLOORS for path in files(room) if closing.search(path.read_text())]
    assert wrong == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(path) for room in FLOORS for path in files(room) if path.stat().st_size and not opens_with_words(path)
    ]
    assert silent == []


def opens_with_words(path: Path) -> bool:
    return ast.get_docstring(ast.parse(path.read_text())) is not None
