"""The embedded authority from the command line: create, show, chain, renew, ask again for a refused certificate."""

import argparse

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand, CommandError

from enrollment.models import Application
from passphrase import actions
from passphrase.authority import ceremony, key_files
from passphrase.authority.embedded import chain_of
from passphrase.models import CertificateAuthority
from passphrase.pki import upkeep


class Command(BaseCommand):
    """``manage.py authority create|show|chain|renew|ask-again``."""

    help = "The embedded authority (for pilots, training and internal use: PP 71/2019 art. 63)"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("create", help="make root and issuing authority unless there is one (safe at every start)")
        verbs.add_parser("show", help="say who issues, until when, and where the key files lie")
        verbs.add_parser("chain", help="print the certificates, issuing first, as PEM")
        verbs.add_parser("renew", help="retire the present authority and make a new one")
        again = verbs.add_parser("ask-again", help="put a refused request before the authority anew")
        again.add_argument("receipt", help="the application's receipt number")

    def handle(self, *args: object, verb: str, receipt: str = "", **options: object) -> None:
        match verb:
            case "create":
                self._show(ceremony.ensure())
                upkeep.keep_up()
            case "renew":
                self._show(ceremony.renew())
                upkeep.keep_up()
            case "show":
                self._show(self._found())
            case "chain":
                for der in chain_of(self._found()):
                    self.stdout.write(_certificate(der).public_bytes(Encoding.PEM).decode(), ending="")
            case "ask-again":
                self._ask_again(receipt)

    def _found(self) -> CertificateAuthority:
        found = ceremony.in_office()
        if found is None:
            raise CommandError("There is no authority yet: run 'manage.py authority create'.")
        return found

    def _show(self, issuing: CertificateAuthority) -> None:
        for authority in filter(None, [issuing, issuing.parent]):
            found = _certificate(bytes(authority.der))
            self.stdout.write(found.subject.rfc4514_string())
            self.stdout.write(f"  until {found.not_valid_after_utc:%Y-%m-%d}")
            self.stdout.write(f"  SHA-256 {found.fingerprint(hashes.SHA256()).hex()}")
            path = key_files.path_of(authority.pk)
            self.stdout.write(f"  key {path}{'' if path.exists() else ' (not on this machine)'}")

    def _ask_again(self, receipt: str) -> None:
        application = Application.objects.filter(receipt=receipt).first()
        if application is None or not actions.ask_again(application.pk):
            raise CommandError(f"There is no refused request of {receipt}.")
        self.stdout.write("The authority is asked again.")


def _certificate(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)
