"""Stores of its own for each test of the ground floor, so that what it leaves can be searched and thrown away."""

from pathlib import Path
from typing import Any

import pytest

from tests import stores


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    return stores.move(settings, tmp_path)
