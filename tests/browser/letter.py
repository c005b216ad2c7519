"""`python -m tests.browser.letter`: somebody new in the running portal gets a certificate and signs a letter."""

import base64
import json
import os
import sys

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from bench.people import invited
    from passphrase import custody
    from passphrase.models import Certificate
    from tests.cast import GOOD_PASSPHRASE
    from tests.passphrase.checking.conftest import signed

    (person,) = invited(1, waiting=True)
    _certify(person["id"], GOOD_PASSPHRASE)
    key = custody.open_key(person["id"], GOOD_PASSPHRASE)
    certificate = Certificate.objects.get(application=person["id"])
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    letter = base64.b64encode(signed(bytes(certificate.der), plain)).decode()
    sys.stdout.write(json.dumps({"name": person["name"], "serial": certificate.serial, "letter": letter}))
    return 0


def _certify(application_id: str, passphrase: str) -> None:
    from django.db import transaction

    from enrollment import lifecycle
    from enrollment.models import Application, Role
    from passphrase import actions
    from tests import cast

    with transaction.atomic():
        application = lifecycle.locked(Application.objects.get(pk=application_id).pk)
        application.nik_taken = True
        roles = Role.objects.filter(institution=application.institution, kind=Role.Kind.VERIFIER)
        lifecycle.change("approve", application, by=roles.select_related("account")[0].account)
    link = cast.link_of(application, "passphrase")
    actions.set_passphrase(application.pk, link.pk, passphrase, by=application)
    actions.issue_certificate(application.pk)


if __name__ == "__main__":
    sys.exit(main())
