"""``manage.py audit verify`` walks the audit chains; ``manage.py audit head`` prints their heads for safe keeping."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tte_portal import audit, audit_head


class Command(BaseCommand):
    help = "Checks the audit trail for rows that were changed, removed, moved or cut off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument("--head", type=Path, help="a file or saved mail with heads that were sent out earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "head":
            self.stdout.write(audit_head.as_text())
            return
        try:
            kept = audit_head.parse(options["head"].read_text()) if options["head"] else None
        except (OSError, ValueError) as error:
            raise CommandError(f"The kept head cannot be read: {error}") from error
        faults = list(audit.verify(kept))
        for fault in faults:
            self.stderr.write(f"{fault.chain}, row {fault.sequence}: {fault.what}")
        if faults:
            raise CommandError(f"{len(faults)} fault(s) in the audit trail.")
        self.stdout.write("The audit trail is whole.")
