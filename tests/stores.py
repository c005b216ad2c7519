"""Puts the sealed files and the data keys of a test into a folder of its own."""

from pathlib import Path
from typing import Any


def move(settings: Any, folder: Path) -> Path:
    moved = {name: {**store, "OPTIONS": {"location": folder / name}} for name, store in settings.STORAGES.items()
             if name in ("sealed_files", "data_keys")}  # fmt: skip
    settings.STORAGES = {**settings.STORAGES, **moved}
    return folder
