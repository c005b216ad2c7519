"""Ayu of Natuna holds an active certificate; a verifier and an issuer look after it."""

from collections.abc import Iterator

import pytest
from django.test import Client

from enrollment.models import Application, Institution, Role
from passphrase import actions
from passphrase.authority import ceremony, key_files
from passphrase.models import CertificateAuthority
from tests import cast
from tte_portal.models import Account


@pytest.fixture
def certificate_authority(db: None) -> Iterator[CertificateAuthority]:
    issuing = ceremony.ensure()
    yield issuing
    for made in (issuing, issuing.parent):
        if made is not None:
            key_files.path_of(made.pk).unlink(missing_ok=True)


@pytest.fixture
def active(natuna: Institution, colleague: Account, certificate_authority: CertificateAuthority) -> Application:
    approved = cast.approved(natuna, colleague)
    link = cast.link_of(approved, "passphrase")
    actions.set_passphrase(approved.pk, link.pk, cast.GOOD_PASSPHRASE, by=approved)
    assert actions.issue_certificate(approved.pk)
    actions.activate(approved.pk)
    cast.deliver_all()
    return Application.objects.select_related("institution").get(pk=approved.pk)


@pytest.fixture
def issuer(natuna: Institution) -> Account:
    return cast.make_officer("isna", (natuna, Role.Kind.ISSUER))


@pytest.fixture
def desk(verifier: Account) -> Client:
    return cast.sign_in(verifier)
