"""The demo's people with certificates: each really signed for its two years, at its own point of them."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from passphrase import actions, custody
from passphrase.authority import ceremony
from passphrase.holder import history, validity
from passphrase.models import Certificate, Issuance
from tests import cast
from tte_portal import audit
from tte_portal.models import Account, OutboxMessage
from verification import demo_certificates, demo_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def officers(natuna: Institution) -> dict[str, Account]:
    return {
        kind.value: cast.make_officer(kind.value, (natuna, kind)) for kind in (Role.Kind.VERIFIER, Role.Kind.ISSUER)
    }


def test_each_stands_at_another_point_and_a_second_run_adds_nobody(
    natuna: Institution, officers: dict[str, Account]
) -> None:
    ceremony.ensure()

    assert demo_certificates.fill(natuna, officers) == 5
    assert demo_certificates.fill(natuna, officers) == 0

    found = {each["certificate"]: of(natuna, each["mailbox"]) for each in demo_certificates.people(natuna)}
    states = {word: application.status for word, application in found.items()}
    assert states == {
        "aktif": "ACTIVE", "berakhir 12 hari lagi": "ACTIVE", "ditangguhkan": "SUSPENDED", "dicabut": "REVOKED",
        "masa berlaku habis": "EXPIRED",
    }  # fmt: skip
    now = lifecycle.now()
    words = {word: standing(application, now) for word, application in found.items()}
    assert words["berakhir 12 hari lagi"].left == "12 hari"
    assert [each.word for each in words.values()] == [
        "Aktif", "Segera berakhir", "Ditangguhkan", "Dicabut", "Habis masa berlaku",
    ]  # fmt: skip
    for application in found.values():
        row = Certificate.objects.get(application=application)
        signed = x509.load_der_x509_certificate(bytes(row.der))
        assert (signed.not_valid_before_utc, signed.not_valid_after_utc) == (row.not_before, row.not_after)
        # What is told lies where the certificate does: from its request on (which it names to the second), until now.
        told = history.of([application])
        assert abs(told[-1].at - row.not_before) < timedelta(minutes=2)
        assert abs(row.issued_at - row.not_before) < timedelta(minutes=2)
        assert told[0].at <= now
    custody.open_key(found["aktif"].pk, demo_stages.PASSPHRASE)
    # Nothing is left for a worker: no mail, no certificate, no end.
    assert not OutboxMessage.objects.filter(state="waiting", subject__in=[each.pk for each in found.values()]).exists()
    assert actions.expire_due() == actions.issue_due() == 0
    assert Issuance.objects.exclude(revoked_at=None).count() == 2
    assert list(audit.verify()) == []


def of(institution: Institution, mailbox: str) -> Application:
    return Application.objects.get(institution=institution, mailbox=mailbox)


def standing(application: Application, now: datetime) -> validity.Standing:
    row = Certificate.objects.get(application=application)
    return validity.of(row, application, now, None)


def test_other_institutions_have_none_of_them(sulteng: Institution, officers: dict[str, Account]) -> None:
    assert demo_certificates.people(sulteng) == []
    assert demo_certificates.fill(sulteng, officers) == 0
