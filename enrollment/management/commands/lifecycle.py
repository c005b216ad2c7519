"""``manage.py lifecycle`` draws the diagram in docs/lifecycle.md from the transition table (``--check``: is it so?)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enrollment.lifecycle import TRANSITIONS, State, Transition

PAGE = Path(settings.ROOT) / "docs" / "lifecycle.md"


class Command(BaseCommand):
    help = "Writes docs/lifecycle.md from the transition table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page is not what the table says")

    def handle(self, *args: Any, **options: Any) -> None:
        page = draw()
        if options["check"]:
            if not PAGE.exists() or PAGE.read_text() != page:
                raise CommandError("docs/lifecycle.md is out of date: run manage.py lifecycle.")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page)
        self.stdout.write(f"{PAGE.name} written.")


def draw() -> str:
    """The whole page: a diagram and a table of all transitions."""
    lines = [
        "# The lifecycle of an application",
        "",
        "Drawn from the table in `enrollment/lifecycle.py` by `manage.py lifecycle`; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *sorted({_state(state) for each in TRANSITIONS for state in (*each.sources, each.target)}),
        *(f"    {_id(s)} --> {_id(each.target)}: {each.name}" for each in TRANSITIONS for s in each.sources),
        "```",
        "",
        "| change | from | to | by | sends | in a procedure where |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(each) for each in TRANSITIONS),
    ]
    return "\n".join(lines) + "\n"


def _id(state: State) -> str:
    return f"{state[0].value}_{state[1].value}".replace("-", "_")


def _state(state: State) -> str:
    return f"    {_id(state)}: {state[0].value} (turn of {state[1].value})"


def _row(each: Transition) -> str:
    told = ", ".join(f"{s[0].value}/{s[1].value}" for s in each.sources)
    target = f"{each.target[0].value}/{each.target[1].value}"
    by = ", ".join(each.by) + (f" (not after {', '.join(each.not_after)})" if each.not_after else "")
    return f"| {each.name} | {told} | {target} | {by} | {each.sends or '–'} | {each.when.__doc__} |"
