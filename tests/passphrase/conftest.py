"""Ayu's application at the three places where this room begins, waits and ends, and the authority that signs."""

from collections.abc import Iterator

import pytest

from enrollment.models import Application, Institution
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
def approved(natuna: Institution, verifier: Account) -> Application:
    """Verified: the passphrase link is out."""
    return cast.approved(natuna, verifier)


@pytest.fixture
def enrolled(approved: Application) -> Application:
    """The passphrase is made, the authority has still to sign."""
    link = cast.link_of(approved, "passphrase")
    actions.set_passphrase(approved.pk, link.pk, cast.GOOD_PASSPHRASE, by=approved)
    return Application.objects.select_related("institution").get(pk=approved.pk)


@pytest.fixture
def issued(enrolled: Application, certificate_authority: CertificateAuthority) -> Application:
    """The certificate is issued and pauses."""
    assert actions.issue_certificate(enrolled.pk)
    return Application.objects.select_related("institution").get(pk=enrolled.pk)
