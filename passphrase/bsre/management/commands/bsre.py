"""BSrE from the command line: show how it stands, try the service, ask again after a refusal."""

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from enrollment import elsewhere
from enrollment.models import Application, Institution
from enrollment.registries import Unavailable
from passphrase.bsre import access, actions, client, stopping
from passphrase.bsre.client import NotAdmitted
from passphrase.bsre.models import BsreAccount, Stop

# Nobody's: the area code is not given to any district.
NOBODY = "0000000101700001"


class Command(BaseCommand):
    """``manage.py bsre show|check|resume SLUG|again RECEIPT``."""

    help = "The authority BSrE (TTE_AUTHORITY=bsre): docs/bsre.md"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("show", help="say for each institution who is asked, how many wait, and what has stopped")
        verbs.add_parser("check", help="ask each service about nobody: address and credentials are right, or not")
        resume = verbs.add_parser("resume", help="ask a service again that had refused the portal")
        resume.add_argument("slug", help="the institution's short address")
        again = verbs.add_parser("again", help="register somebody anew whom BSrE had refused")
        again.add_argument("receipt", help="the application's receipt number")

    def handle(self, *args: object, verb: str, slug: str = "", receipt: str = "", **options: object) -> None:
        if not elsewhere.at_bsre():
            raise CommandError("TTE_AUTHORITY is not bsre: the portal's own authority issues.")
        match verb:
            case "show":
                self._show()
            case "check":
                self._check()
            case "resume":
                self._resume(slug)
            case "again":
                self._again(receipt)

    def _show(self) -> None:
        stops = {each.institution_id: each for each in Stop.objects.all()}
        rows = BsreAccount.objects.values_list("institution", "state").annotate(number=Count("pk"))
        for institution in Institution.objects.order_by("slug"):
            given = access.configured().of(institution.slug)
            self.stdout.write(
                f"{institution.slug}: {given.url if given else 'no service'} {given.api if given else ''}"
            )
            for owner, state, number in rows:
                if owner == institution.pk:
                    self.stdout.write(f"  {state}: {number}")
            if stop := stops.get(institution.pk):
                self.stdout.write(f"  stopped since {stop.at:%Y-%m-%d %H:%M} UTC: {stop.reason}")

    def _check(self) -> None:
        faults = 0
        for institution in Institution.objects.order_by("slug"):
            found = self._tried(institution)
            faults += found != "answers"
            self.stdout.write(f"{institution.slug}: {found}")
        if faults:
            raise CommandError("Not every service answers as it should.")

    def _tried(self, institution: Institution) -> str:
        service = client.of(institution.slug)
        if service is None:
            return "no service: name it in TTE_BSRE_INSTITUTIONS, or set TTE_BSRE_URL"
        try:
            service.status(NOBODY, "")
        except NotAdmitted:
            return "refuses user or password (401 or 403)"
        except Unavailable as error:
            return error.reason
        return "answers"

    def _resume(self, slug: str) -> None:
        institution = Institution.objects.filter(slug=slug).first()
        if institution is None or not stopping.resume(institution):
            raise CommandError(f"Nothing has stopped for {slug!r}.")
        self.stdout.write("The next sweep asks again.")

    def _again(self, receipt: str) -> None:
        application = Application.objects.filter(receipt=receipt).first()
        if application is None or not actions.again(application.pk):
            raise CommandError(f"BSrE has refused nobody with {receipt}.")
        self.stdout.write("Registered anew within a minute.")
