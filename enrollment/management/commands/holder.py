"""``manage.py holder reset``: for somebody who has lost phone and recovery codes, once it is certain who asks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrollment.holders import accounts
from enrollment.models import Holder


class Command(BaseCommand):
    help = "Take a holder's password, authenticator and recovery codes away and mail a link to set them anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["reset"])
        parser.add_argument("--login", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        login = options["login"].strip().lower()
        rows = Holder.objects.select_related("account", "institution", "record")
        holder = rows.filter(account__login=login, account__is_staff=False).first()
        if holder is None:
            raise CommandError("No holder signs in by that name.")
        accounts.reset(holder, by=None)
        self.stdout.write("Reset. A link of 24 hours is on its way to the mailbox in the institution's records.")
