"""``manage.py import_personnel INSTITUTION FILE`` imports a personnel list, or reports every faulty row."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrollment import registry
from enrollment.models import Institution


class Command(BaseCommand):
    help = "Imports an institution's personnel registry from CSV or XLSX; one faulty row and nothing is imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("institution", help="the institution's slug")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        institution = Institution.objects.filter(slug=options["institution"]).first()
        if institution is None:
            raise CommandError(f"There is no institution {options['institution']!r}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        result = registry.check(content, institution)
        for problem in result.problems:
            self.stderr.write(f"row {problem.row}, {problem.column or 'whole row'}: {problem.text}")
        if result.problems:
            raise CommandError(f"{len(result.problems)} problem(s); nothing was imported.")
        counts = registry.store(result, institution, by=None)
        self.stdout.write(f"{counts.new} new, {counts.changed} brought up to date.")
