"""Stores of its own for each test of the enrolment, so that what it leaves can be searched and thrown away."""

from pathlib import Path
from typing import Any

import pytest

from enrollment.ways_in import effort
from tests import stores


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    return stores.move(settings, tmp_path)


@pytest.fixture(autouse=True)
def _cheap_registrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests type faster than people, and have more to compute than a bot."""
    monkeypatch.setattr(effort, "LEAST_SECONDS", 0)
    monkeypatch.setattr(effort, "BITS", 6)
