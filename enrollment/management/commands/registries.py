"""``manage.py registries check`` asks both registries about nobody: whether addresses, keys and tokens are right."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from enrollment import registries
from enrollment.models import Institution

# Born on the first day of 1900, serial number zero; an area that does not exist: nobody bears these.
NOBODYS_NIP = "190001011900011000"
NOBODYS_NIK = "9999990101000001"


class Command(BaseCommand):
    help = "Tells whether the personnel and the civil registry answer, by a question about nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check"])

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [self._personnel(), self._civil()]
        if any(failed):
            raise CommandError("A registry does not answer: its cases go to a verifier.")

    def _personnel(self) -> bool:
        institution = Institution.objects.first()
        if institution is None:
            raise CommandError("There is no institution yet: manage.py institution add.")
        try:
            person = registries.personnel_registry().find(institution, NOBODYS_NIP)
        except (registries.Unavailable, ImproperlyConfigured) as error:
            return self._tell("personnel", settings.PERSONNEL_REGISTRY, str(error), failed=True)
        return self._tell("personnel", settings.PERSONNEL_REGISTRY, "answers", failed=person is not None)

    def _civil(self) -> bool:
        try:
            answers = registries.civil_registry().compare(registries.Claim(NOBODYS_NIK, "Tidak Ada"))
        except (registries.Unavailable, ImproperlyConfigured) as error:
            return self._tell("civil", settings.CIVIL_REGISTRY, str(error), failed=True)
        return self._tell("civil", settings.CIVIL_REGISTRY, f"answers, of a NIK nobody bears: {answers.nik}")

    def _tell(self, registry: str, adapter: str, words: str, *, failed: bool = False) -> bool:
        self.stdout.write(f"{registry} ({adapter}): {words}")
        return failed
