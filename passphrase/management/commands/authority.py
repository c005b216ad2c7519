"""The embedded authority from the command line: ceremony, rotation and its rehearsal, how it stands, its chain."""

import argparse
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enrollment import lifecycle
from enrollment.models import Application
from passphrase import actions
from passphrase.authority import Unavailable, ceremony, keys, rehearsal, rotation, standing, taking_back
from passphrase.authority.embedded import chain_of
from passphrase.authority.profile import address
from passphrase.authority.standing import Standing
from passphrase.models import CertificateAuthority
from passphrase.pki import upkeep

VERBS = {
    "create": "make root and issuing authority unless there is one (safe at every start)",
    "ceremony": "make them in front of witnesses: refuses when there is one, prints the fingerprints to write down",
    "status": "say who is in office, until when, how old lists and responders are, and what is due",
    "chain": "print the certificates, issuing first, as PEM",
    "rehearse": "play a rotation through with keys made for the moment, and take everything back",
}


class Command(BaseCommand):
    """``manage.py authority create|ceremony|status|chain|rehearse|rotate|revoke|ask-again``."""

    help = "The embedded authority (for pilots, training and internal use: PP 71/2019 art. 63)"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, told in VERBS.items():
            verbs.add_parser(name, help=told)
        rotate = verbs.add_parser(
            "rotate", help="put a new issuing authority into office; the old one goes on answering"
        )
        rotate.add_argument(
            "--new-root", action="store_true", help="under a new root, when the old one ends or is lost"
        )
        revoke = verbs.add_parser(
            "revoke", help="take a retired issuing authority back under its root, for good: list and answers tell it"
        )
        revoke.add_argument("slug", help="as 'status' names it, for instance penerbit-1a2b3c4d")
        revoke.add_argument("--reason", required=True, choices=taking_back.REASONS, help="of RFC 5280, 5.3.1")
        revoke.add_argument(
            "--even-living", action="store_true", help="although people hold good certificates of it: a stolen key"
        )
        again = verbs.add_parser("ask-again", help="put a refused request before the authority anew")
        again.add_argument("receipt", help="the application's receipt number")

    def handle(self, *args: object, verb: str, receipt: str = "", new_root: bool = False, **options: Any) -> None:
        if verb in ("create", "ceremony", "rotate", "revoke") and not settings.EMBEDDED_AUTHORITY:
            # Safe at every start: there is nothing to be made for an authority elsewhere.
            self.stdout.write(
                f"TTE_AUTHORITY is {settings.AUTHORITY}: keys and certificates are made there, none here."
            )
            return
        try:
            match verb:
                case "create":
                    self._create()
                case "ceremony":
                    self._ceremony()
                case "status":
                    self._status()
                case "chain":
                    for der in chain_of(self._found()):
                        self.stdout.write(_pem(der), ending="")
                case "rehearse":
                    self._rehearse()
                case "rotate":
                    self._rotate(new_root)
                case "revoke":
                    self._revoke(options["slug"], options["reason"], even_living=options["even_living"])
                case "ask-again":
                    self._ask_again(receipt)
        except (Unavailable, rotation.NotPossible, taking_back.NotPossible) as error:
            raise CommandError(str(error)) from error

    def _found(self) -> CertificateAuthority:
        found = ceremony.in_office()
        if found is None:
            raise CommandError("There is no authority yet: run 'manage.py authority create'.")
        return found

    def _create(self) -> None:
        issuing = ceremony.ensure()
        self._refuse_strangers(issuing)
        upkeep.keep_up()
        self._show(issuing)

    def _ceremony(self) -> None:
        try:
            issuing = ceremony.perform()
        except ceremony.AlreadyThere as error:
            raise CommandError("There is an authority already: 'rotate' puts a new one into office.") from error
        self._refuse_strangers(issuing)
        upkeep.keep_up()
        self._show(issuing)
        self.stdout.write(f"\nCertificates will name {address('')} for list and status (TTE_BASE_URL).")
        self.stdout.write("Write both fingerprints down and have the witnesses sign them: whoever is given the root's")
        self.stdout.write(
            "certificate compares it with that paper. Then take the root's key file away (docs/certificates.md)."
        )

    def _refuse_strangers(self, issuing: CertificateAuthority) -> None:
        if keys.strangers():
            keys.of(issuing)
            raise CommandError("TTE_AUTHORITY_KEY holds keys, and none of them is any authority's: see 'status'.")

    def _show(self, issuing: CertificateAuthority) -> None:
        for authority in filter(None, [issuing, issuing.parent]):
            found = x509.load_der_x509_certificate(bytes(authority.der))
            self.stdout.write(found.subject.rfc4514_string())
            self.stdout.write(f"  until {found.not_valid_after_utc:%Y-%m-%d}")
            self.stdout.write(f"  SHA-256 {standing.fingerprint(found)}")
            self.stdout.write(f"  key {keys.place(authority)}")

    def _status(self) -> None:
        self._found()
        due = 0
        for each in standing.all_in_service():
            self._stand(each)
            due += len(each.due)
        self.stdout.write(f"\n{due} due." if due else "\nNothing is due.")

    def _stand(self, found: Standing) -> None:
        office = "retired" if found.authority.retired_at else "in office"
        if taking_back.is_revoked(found.authority):
            office = "revoked"
        self.stdout.write(f"\n{found.authority.slug}: {found.authority.get_kind_display()}, {office}")
        self.stdout.write(f"  {found.name}, until {found.authority.not_after:%Y-%m-%d}")
        self.stdout.write(f"  SHA-256     {found.fingerprint}")
        self.stdout.write(f"  key         {found.key}")
        ends = f", the last until {found.last_end:%Y-%m-%d}" if found.last_end else ""
        self.stdout.write(f"  certificates {found.living} living{ends}")
        if found.shown and found.shown.this_update and found.shown.next_update:
            hours = (lifecycle.now() - found.shown.this_update).total_seconds() / 3600
            self.stdout.write(
                f"  list        no. {found.shown.number}, {found.shown.entries} entries, {hours:.0f} h old, good until "
                f"{found.shown.next_update:%Y-%m-%d %H:%M} UTC"
            )
        if found.responder_until:
            self.stdout.write(f"  responder   until {found.responder_until:%Y-%m-%d}")
        for sentence in found.due:
            self.stdout.write(f"  DUE         {sentence}")

    def _rehearse(self) -> None:
        failed = 0
        for step in rehearsal.rehearse():
            mark = {True: "✓", False: "✗", None: "–"}[step.fine]
            self.stdout.write(f"{mark} {step.what}{f': {step.why}' if step.why else ''}")
            failed += step.fine is False
        if failed:
            raise CommandError(f"{failed} of the steps failed; nothing was changed.")
        self.stdout.write("Nothing was changed. 'rotate' does it for good.")

    def _rotate(self, new_root: bool) -> None:
        done = rotation.rotate(new_root=new_root)
        upkeep.keep_up()
        self.stdout.write(f"{done.new.slug} is in office; {done.old.slug} has left it and goes on answering.")
        self._show(done.new)
        last = standing.of(done.old).last_end
        until = f"Keep its key until {last:%Y-%m-%d}" if last else "It signed nothing: its key is of no use any more"
        self.stdout.write(f"{done.old.slug}: {until} ({keys.place(done.old)}).")

    def _revoke(self, slug: str, reason: str, *, even_living: bool) -> None:
        authority = taking_back.revoke(slug, reason, even_living=even_living)
        if authority is None:
            raise CommandError(f"{slug} is revoked already; nothing was changed.")
        upkeep.keep_up()
        root = authority.parent
        self.stdout.write(f"{slug} is revoked ({reason}); the root's status service says so from now on.")
        if root is not None and keys.here(root):
            self.stdout.write(f"The list of {root.slug} tells it: /pki/{root.slug}.crl")
        elif root is not None:
            self.stdout.write(
                f"The list of {root.slug} does not tell it yet: bring the root's key ({keys.place(root)}), run "
                "'manage.py authority create', take it away again."
            )

    def _ask_again(self, receipt: str) -> None:
        application = Application.objects.filter(receipt=receipt).first()
        if application is None or not actions.ask_again(application.pk):
            raise CommandError(f"There is no refused request of {receipt}.")
        self.stdout.write("The authority is asked again.")


def _pem(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
