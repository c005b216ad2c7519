"""Ends the pause between issue and ACTIVE at once, for demonstrations: partner systems would need the hour."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enrollment import lifecycle
from enrollment.models import Application
from passphrase import actions


class Command(BaseCommand):
    """``manage.py activate RECEIPT``."""

    help = "In the demo: make an issued certificate active now instead of after its pause"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("receipt", help="the application's receipt number")

    def handle(self, *args: object, receipt: str, **options: object) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("The pause can be cut short in the demo alone.")
        application = Application.objects.filter(receipt=receipt).first()
        if application is None:
            raise CommandError(f"There is no application {receipt}.")
        try:
            actions.activate(application.pk)
        except lifecycle.NotPossible as error:
            raise CommandError(f"{receipt} is {application.status}, not ISSUE.") from error
        self.stdout.write(f"{receipt} is ACTIVE.")
