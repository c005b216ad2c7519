"""``manage.py procedure show SLUG`` tells a procedure as stages; ``procedure docs`` draws docs/procedures.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enrollment import journey, procedure
from enrollment.journey import Sent, Stage
from enrollment.procedure import Procedure

PAGE = Path(settings.ROOT) / "docs" / "procedures.md"


class Command(BaseCommand):
    help = "Tells what a procedure asks ('show SLUG'), or writes docs/procedures.md from all of them ('docs')."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["show", "docs"])
        parser.add_argument("slug", nargs="?", choices=procedure.names(), metavar="SLUG")
        parser.add_argument("--check", action="store_true", help="fail when the page is not what the files say")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "show":
            if not options["slug"]:
                raise CommandError(f"Which one? There are {', '.join(procedure.names())}.")
            self.stdout.write(told(procedure.find(options["slug"])))
            return
        page = draw()
        if options["check"]:
            if not PAGE.exists() or PAGE.read_text() != page:
                raise CommandError("docs/procedures.md is out of date: run manage.py procedure docs.")
            return
        PAGE.write_text(page)
        self.stdout.write(f"{PAGE.name} written.")


def told(found: Procedure) -> str:
    """The procedure as text for a terminal."""
    lines = [f"{found.name} ({found.slug}, version {found.version})", "", "Disiapkan:"]
    lines += [f"  - {each}" for each in journey.to_have(found)]
    for number, stage in enumerate(journey.stages(found), 1):
        lines += ["", f"{number}. {stage.title} [{stage.turn.value}]", f"   {stage.text}"]
        lines += [f"   > {_message(sent)}" for sent in stage.sent]
    return "\n".join(lines)


def _message(sent: Sent) -> str:
    return f"{sent.channel}: {sent.subject}" + (f" (tautan {sent.link})" if sent.link else "")


def draw() -> str:
    """The whole page: every value side by side, then each procedure's stages."""
    # The portal's own files: those of an operator's folder (TTE_PROCEDURES) are not ours to write down.
    found = [procedure.find(path.stem) for path in sorted(procedure.FOLDER.glob("*.toml"))]
    flat = [_flat(each) for each in found]
    lines = [
        "# The procedures",
        "",
        "Drawn from the files in `enrollment/procedures/` by `manage.py procedure docs`; do not edit. What each key",
        "means stands in `enrollment/procedure.py`, what goes with what in `enrollment/coherence.py`. Those in",
        "**bold** an institution may change for itself (docs/decisions/0016).",
        "",
        "## Every value",
        "",
        f"| key | {' | '.join(each.slug for each in found)} |",
        f"| --- |{' --- |' * len(found)}",
        *(_row(key, [values[key] for values in flat]) for key in flat[0]),
    ]
    for each in found:
        lines += ["", f"## {each.name}", "", *_stages(each)]
    return "\n".join(lines) + "\n"


def _flat(found: Procedure) -> dict[str, Any]:
    values = found.values()
    pairs = {key: value for key, value in values.items() if not isinstance(value, dict) and key != "slug"}
    for section, inside in values.items():
        if isinstance(inside, dict):
            pairs |= {f"{section}.{name}": value for name, value in inside.items()}
    return pairs


def _row(key: str, values: list[Any]) -> str:
    name = f"**{key}**" if key in procedure.CHANGEABLE else key
    return f"| {name} | {' | '.join(map(_cell, values))} |"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "–"
    if isinstance(value, list):
        value = ", ".join(value)
    return str(value).replace("|", "\\|") if value != "" else "–"


def _stages(found: Procedure) -> list[str]:
    # The page must be the same on every machine: neither a demonstration's pause nor an operator's prefix is told.
    stages = journey.stages(found, prefix="{prefix}", pause_seconds=found.certificate.pause_seconds)
    lines = ["| | stage | whose turn | what happens | what is sent |", "| --- | --- | --- | --- | --- |"]
    return lines + [_stage_row(number, stage) for number, stage in enumerate(stages, 1)]


def _stage_row(number: int, stage: Stage) -> str:
    sent = "; ".join(map(_message, stage.sent)) or "–"
    return f"| {number} | {stage.title} | {stage.turn.value} | {stage.text} | {sent} |"
