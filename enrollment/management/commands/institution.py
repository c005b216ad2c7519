"""``manage.py institution add`` makes an institution: the first step of a portal in production."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from enrollment import procedure
from enrollment.models import Institution
from enrollment.provinces import PROVINCES


class Command(BaseCommand):
    help = "Adds an institution; its officers are added with 'manage.py officer add', the rest in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["add"])
        parser.add_argument("--slug", required=True, help="its name in addresses")
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", required=True)
        parser.add_argument("--province", required=True, choices=PROVINCES, metavar="PROVINCE")
        parser.add_argument("--domain", required=True, action="append", help="mailbox domain; may be repeated")
        parser.add_argument("--helpdesk", required=True, help="mailbox for questions")
        parser.add_argument("--procedure", default="", choices=["", *procedure.names()], help="empty: not open yet")

    def handle(self, *args: Any, **options: Any) -> None:
        institution = Institution(
            slug=options["slug"],
            name=options["name"],
            short_name=options["short_name"],
            province=options["province"],
            mailbox_domains=[domain.lower() for domain in options["domain"]],
            helpdesk_email=options["helpdesk"],
            procedure_slug=options["procedure"],
            organization=options["name"][:64],
        )
        try:
            institution.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        institution.save()
        self.stdout.write(f"{institution.name} stands at /{institution.slug}/.")
