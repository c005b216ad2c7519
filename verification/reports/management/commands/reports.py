"""``manage.py reports recount`` makes the reports' counts anew from what they count, and tells what was wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from verification.reports import tally
from verification.reports.measures import MEASURES


class Command(BaseCommand):
    help = "Counts of the reports: make them anew (recount), look only (check), add up what is noted (fold)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["recount", "check", "fold"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "fold":
            self.stdout.write(f"{tally.fold_all()} changes added up.")
            return
        count, state = (tally.recount, "were") if options["action"] == "recount" else (tally.differences, "are")
        for measure in MEASURES:
            wrong = count(measure)
            self.stdout.write(f"{measure.name}: {f'{wrong} lines {state} wrong' if wrong else 'as counted'}")
