"""The sixth region, as docs/contributing.md has it: an invented regency in one TOML file."""

from pathlib import Path

from tte_portal.environment import ROOT

SLUG = "karang-biru"


def write(folder: Path) -> Path:
    """Its procedure's file in that folder, word for word as the page shows it."""
    page = (ROOT / "docs" / "contributing.md").read_text()
    path = folder / f"{SLUG}.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0])
    return path
