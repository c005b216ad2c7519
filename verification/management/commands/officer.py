"""``manage.py officer add`` makes the first administrator, who invites everybody else in the admin."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from enrollment.models import Institution, Role
from tte_portal import links
from tte_portal.models import Account
from verification import officers


class Command(BaseCommand):
    help = "Makes an officer's account with a role and prints a link of 24 hours to set password and second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["add"])
        parser.add_argument("--login", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--mailbox", required=True)
        parser.add_argument("--institution", required=True, help="the institution's slug")
        kinds = [kind.value for kind in Role.Kind if kind != Role.Kind.OPD_OPERATOR]
        parser.add_argument("--role", required=True, action="append", choices=kinds)

    def handle(self, *args: Any, **options: Any) -> None:
        institution = Institution.objects.filter(slug=options["institution"]).first()
        if institution is None:
            known = ", ".join(Institution.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no institution {options['institution']!r}; known are: {known}.")
        try:
            validate_email(options["mailbox"])
        except ValidationError as error:
            raise CommandError(f"{options['mailbox']!r} is no mailbox.") from error
        login = options["login"].strip().lower()
        with transaction.atomic():
            if Account.objects.filter(login=login).exists():
                raise CommandError(f"The login {login!r} is taken.")
            account = Account.objects.create_user(
                login, name=options["name"], mailbox=options["mailbox"].lower(), is_staff=True
            )
            for kind in options["role"]:
                Role.objects.create(account=account, institution=institution, kind=kind)
            link = officers.invite(account, by=None)
        path = reverse("officer-link", args=[links.token_of(link.pk)])
        self.stdout.write(f"{account.name} can set a password here within 24 hours, once:")
        self.stdout.write(f"{settings.BASE_URL}{path}")
