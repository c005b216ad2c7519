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
    told = {"name": person["name"], "serial": certificate.serial, "letter": letter, "outlived": _outlived()}
    sys.stdout.write(json.dumps(told))
    return 0


def _outlived() -> str:
    """A letter with the time proven, of somebody whose certificate was revoked since."""
    from bench.people import invited
    from enrollment.models import Application, Role
    from passphrase import custody, revocation
    from passphrase.models import Certificate, CertificateAuthority
    from passphrase.signing import timestamp_keys
    from tests.cast import GOOD_PASSPHRASE
    from tests.passphrase.checking.stamping import Holder

    (person,) = invited(1, waiting=True)
    _certify(person["id"], GOOD_PASSPHRASE)
    authority = CertificateAuthority.objects.get(kind=CertificateAuthority.Kind.ISSUING, retired_at=None)
    if timestamp_keys.of(authority.pk) is None:
        timestamp_keys.renew(authority.pk)
    application = Application.objects.get(pk=person["id"])
    der = bytes(Certificate.objects.get(application=application).der)
    holder = Holder(der, custody.open_key(application.pk, GOOD_PASSPHRASE), authority)
    letter = holder.signs(holder.stamper())
    by = Role.objects.filter(institution=application.institution, kind=Role.Kind.VERIFIER)[0].account
    revocation.revoke(application.pk, "superseded", by=by)
    return base64.b64encode(letter).decode()


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
