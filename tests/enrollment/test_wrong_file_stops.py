"""A wrong procedure file stops every program of the portal with one sentence: file, line, remedy, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from enrollment import procedure
from tte_portal.environment import ROOT

PROGRAMS = {
    "check": ["manage.py", "check"],
    "serve": ["manage.py", "serve"],
    "worker": ["-m", "celery", "-A", "tte_portal", "--quiet", "worker"],
    "scheduler": ["-m", "celery", "-A", "tte_portal", "--quiet", "beat", "--pidfile="],
    "web": ["-c", "import tte_portal.wsgi"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder with one file that is not coherent."""
    text = (procedure.FOLDER / "tangsel.toml").read_text()
    (tmp_path / "contoh.toml").write_text(text.replace("reading_seconds = 60", "reading_seconds = 6000"))
    return tmp_path


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_ends_with_the_sentence_alone(name: str, folder: Path) -> None:
    environment = {**os.environ, "TTE_MODE": "test", "TTE_PROCEDURES": str(folder)}

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", *PROGRAMS[name]],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert ended.returncode == 1
    assert "contoh.toml, line 27: wizard.reading_seconds: must be 0 to 600" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert len(ended.stderr.splitlines()) == 1
