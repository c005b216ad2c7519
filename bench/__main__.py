"""`python -m bench [ONLY]`: measure all figures, or one group of them, into results.json and docs/benchmarks.md."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TTE_MODE", "demo")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")

from bench import figures, groups, page
from tests.portal import running

# As `make run` starts it: quiet log, the procedure's own pause, sweeps at the demo's pace.
AS_USUAL = {"TTE_LOG_LEVEL": "WARNING", "TTE_DEMO_PAUSE_SECONDS": "", "TTE_SWEEP_SECONDS": "5"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="?", choices=list(groups.GROUPS), metavar="ONLY", help=", ".join(groups.GROUPS))
    only: str | None = parser.parse_args().only
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **AS_USUAL) as portal:
        for name in [only] if only else [each for each in groups.GROUPS if each not in groups.LONG]:
            begun, load = time.monotonic(), figures.load()
            found = groups.GROUPS[name](portal)
            figures.keep(name, found, load)
            print(f"{name} ({time.monotonic() - begun:.0f} s, load before {load})")
            for figure in found:
                print(f"    {figure.told():<60}{figure.says}", flush=True)
    page.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
