"""What make starts ends with make, however make ends; started otherwise it goes on; a deaf command is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tte_portal.test_embedded import WRAPPER, alive, descendants, environment, eventually, finish
from tte_portal.embedded import processes
from tte_portal.embedded.folders import ROOT


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_what_make_started_ends_with_make(tmp_path: Path, sign: int) -> None:
    words = " ".join(["@exec env A=1", *WRAPPER, "--with-parent", "-- sh -c 'echo told; exec sleep 60'"])
    (tmp_path / "Makefile").write_text(f"run:\n\t{words}\n")
    # Both given, so that nothing has to be started first.
    given = environment(tmp_path / "var", DATABASE_URL="postgresql://a/b", REDIS_URL="redis://c")
    make = subprocess.Popen(
        ["make", "-f", tmp_path / "Makefile"], cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert make.stdout
    assert make.stdout.readline() == "told\n"
    left = descendants(make.pid)

    finish(make, sign)

    assert len(left) == 2
    assert eventually(lambda: not alive(left))


def test_no_shell_stands_between_make_and_what_it_starts() -> None:
    starts = [line for line in (ROOT / "Makefile").read_text().splitlines() if "$(SERVICES)" in line]
    assert len(starts) >= 4
    assert [line for line in starts if not line.startswith("\t@exec env ")] == []


def test_started_by_a_shell_that_goes_it_stays_unless_it_is_told_to_end_with_it(tmp_path: Path) -> None:
    given = environment(tmp_path / "var", DATABASE_URL="postgresql://a/b", REDIS_URL="redis://c")
    begin = f"{' '.join(WRAPPER)} -- sh -c 'echo $$; exec sleep 60' & "
    done = subprocess.Popen(["sh", "-c", begin], cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True)
    assert done.stdout
    command = int(done.stdout.readline())
    done.wait(10)

    time.sleep(1.5)

    assert alive({command})
    os.kill(command, signal.SIGTERM)
    done.stdout.close()


def test_a_command_that_is_deaf_is_killed() -> None:
    deaf = [sys.executable, "-c", "import signal as s; s.signal(s.SIGTERM, s.SIG_IGN); print(flush=True); s.pause()"]
    command = processes.spawn(deaf, own_group=False, output=subprocess.PIPE)
    assert command.stdout
    command.stdout.readline()

    processes.end(command, signal.SIGTERM, patience=0.2)

    assert command.returncode == -signal.SIGKILL
    command.stdout.close()


def test_a_process_that_ends_while_it_is_looked_at_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.listdir

    def more(folder: str) -> list[str]:
        """One was there a moment ago; no process can have this number."""
        return ["4194305", *listed(folder)]

    monkeypatch.setattr(os, "listdir", more)

    assert processes.parents()[os.getpid()] == os.getppid()
    assert 4194305 not in processes.parents()
