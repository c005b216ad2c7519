"""P7, P10: one passphrase makes one key, one request, one certificate, whoever calls twice, late or at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Consent, Institution, Status
from passphrase import actions, authority, custody, tasks
from passphrase.authority import Answer, Issued, Pending, Profile, Rejected, Unavailable, embedded
from passphrase.models import Certificate, CertificateAuthority, CertificateRequest, Issuance, SigningKey
from tests import cast, procedures
from tte_portal.links import LinkClosed
from tte_portal.models import Account, AuditRow, Link, OutboxMessage

State = CertificateRequest.State


def events(application: Application) -> list[str]:
    return list(AuditRow.objects.filter(subject=application.pk).order_by("pk").values_list("event", flat=True))


def mails(application: Application) -> list[str]:
    rows = OutboxMessage.objects.filter(subject=application.pk).order_by("created_at", "pk")
    return list(rows.values_list("template", flat=True))


def status_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).status


def test_a_passphrase_makes_key_request_and_consent_and_uses_the_link_up(enrolled: Application) -> None:
    assert lifecycle.state_of(enrolled) == lifecycle.ENROLLED
    key, request = SigningKey.objects.get(), CertificateRequest.objects.get()
    assert request.key == key
    assert request.state == State.PENDING
    assert x509.load_der_x509_csr(bytes(request.csr)).is_signature_valid
    assert Consent.objects.filter(application=enrolled, text__kind="perjanjian-pemilik-sertifikat").count() == 1
    assert Link.objects.get(subject=enrolled.pk, purpose="passphrase").finished_at is not None
    assert events(enrolled)[-1] == "set_passphrase"


def test_the_request_names_nobody(enrolled: Application) -> None:
    csr = x509.load_der_x509_csr(bytes(CertificateRequest.objects.get().csr))

    assert csr.subject.rfc4514_string() == ""
    assert len(csr.extensions) == 0


def test_a_used_link_changes_nothing(enrolled: Application) -> None:
    link = Link.objects.get(subject=enrolled.pk, purpose="passphrase")

    with pytest.raises(LinkClosed):
        actions.set_passphrase(enrolled.pk, link.pk, "Lain-Sekali 99 kali", by=enrolled)

    assert SigningKey.objects.count() == CertificateRequest.objects.count() == 1
    assert events(enrolled).count("set_passphrase") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_once_one_wins(approved: Application) -> None:
    link, barrier = cast.link_of(approved, "passphrase"), Barrier(2)

    def one(passphrase: str) -> str:
        barrier.wait()
        try:
            actions.set_passphrase(approved.pk, link.pk, passphrase, by=approved)
        except LinkClosed:
            return ""
        finally:
            connection.close()
        return passphrase

    with ThreadPoolExecutor(2) as pool:
        won = [passphrase for passphrase in pool.map(one, ["Satu-Tab 11 x", "Dua-Tab 22 y"]) if passphrase]

    assert len(won) == 1
    assert SigningKey.objects.count() == CertificateRequest.objects.count() == 1
    assert custody.open_key(approved.pk, won[0])


def test_somebody_else_cannot_set_it(approved: Application, verifier: Account) -> None:
    stranger = Application(pk=UUID(int=7))

    with pytest.raises(lifecycle.NotAllowed):
        actions.set_passphrase(
            approved.pk, cast.link_of(approved, "passphrase").pk, cast.GOOD_PASSPHRASE, by=stranger
        )  # fmt: skip

    assert not SigningKey.objects.exists()
    assert cast.link_of(approved, "passphrase").finished_at is None


def test_the_certificate_is_issued_with_the_persons_names(issued: Application) -> None:
    certificate = Certificate.objects.get()

    assert (certificate.common_name, certificate.country) == (issued.full_name, "ID")
    assert certificate.organization == issued.institution.organization
    assert status_of(issued) == Status.ISSUE
    assert CertificateRequest.objects.get().state == State.ISSUED
    assert Issuance.objects.get().serial == certificate.serial
    assert events(issued)[-1] == "issue"
    assert mails(issued)[-1] == "issued"


def test_no_identity_number_stands_in_the_certificate(issued: Application) -> None:
    der = bytes(Certificate.objects.get().der)

    for number in (issued.nik, issued.employee_number, issued.phone, str(issued.pk), issued.receipt):
        assert number
        assert number.encode() not in der
    assert issued.pk.bytes not in der


def test_asking_again_issues_nothing_more(issued: Application) -> None:
    assert not actions.issue_certificate(issued.pk)
    assert Certificate.objects.count() == Issuance.objects.count() == 1
    assert events(issued).count("issue") == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_issue_one_certificate(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    barrier = Barrier(4)

    def one(_: int) -> bool:
        barrier.wait()
        try:
            return actions.issue_certificate(enrolled.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(one, range(4)))

    assert won.count(True) == 1
    assert Certificate.objects.count() == Issuance.objects.count() == 1
    assert mails(enrolled).count("issued") == events(enrolled).count("issue") == 1


class Scripted:
    """An authority that answers as the test says."""

    name = "Otoritas uji"

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.submitted, self.polled = list(answers), 0, 0

    def submit(self, csr: bytes, profile: Profile, idempotency_key: UUID) -> Answer:
        self.submitted += 1
        return self._next()

    def poll(self, idempotency_key: UUID) -> Answer | None:
        self.polled += 1
        return self._next()

    def _next(self) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answering(*answers: Answer | Exception) -> Any:
    return patch.object(authority, "current", return_value=Scripted(*answers))


def real_answer(application: Application) -> Answer:
    request = CertificateRequest.objects.get(application=application)
    asked = embedded.EmbeddedAuthority()
    return asked.submit(bytes(request.csr), actions.profile_of(application), request.idempotency_key)


def test_an_authority_that_answers_later_is_asked_what_became_of_it(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    answer = real_answer(enrolled)
    with answering(Pending(), Pending(), answer) as current:
        assert [actions.issue_certificate(enrolled.pk) for _ in range(3)] == [False, False, True]

    assert (current.return_value.submitted, current.return_value.polled) == (1, 2)
    assert status_of(enrolled) == Status.ISSUE


def test_an_authority_that_is_away_is_asked_ever_more_seldom(enrolled: Application) -> None:
    waits = []
    for _ in range(3):
        with answering(Unavailable("away"), Unavailable("away")):
            actions.issue_certificate(enrolled.pk)
        request = CertificateRequest.objects.annotate(now=Now()).get()
        waits.append(round((request.due_at - request.now).total_seconds()))

    assert waits == [15, 30, 60]
    assert (request.attempts, request.error, request.state) == (3, "away", State.PENDING)
    assert actions.issue_due() == 0


def test_a_refusal_is_kept_and_can_be_asked_anew(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    with answering(Rejected("Organisasi salah")):
        assert not actions.issue_certificate(enrolled.pk)
    request = CertificateRequest.objects.get()
    assert (request.state, request.error) == (State.REJECTED, "Organisasi salah")
    assert status_of(enrolled) == Status.ENROLL

    assert actions.ask_again(enrolled.pk)
    assert not actions.ask_again(enrolled.pk)
    assert actions.issue_certificate(enrolled.pk)
    assert status_of(enrolled) == Status.ISSUE


def test_a_certificate_for_another_key_is_not_accepted(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    other = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(
        ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()
    )
    foreign = embedded.EmbeddedAuthority().submit(
        other.public_bytes(Encoding.DER), actions.profile_of(enrolled), UUID(int=1)
    )
    assert isinstance(foreign, Issued)

    with answering(foreign):
        assert not actions.issue_certificate(enrolled.pk)

    assert not Certificate.objects.exists()
    assert "not for its key" in CertificateRequest.objects.get().error


def test_the_sweep_finds_what_the_broker_lost(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    tasks.sweep()
    assert status_of(enrolled) == Status.ENROLL

    CertificateRequest.objects.update(due_at=Now())
    tasks.sweep()

    assert status_of(enrolled) == Status.ISSUE


def back_date(application: Application, seconds: float) -> None:
    Application.objects.filter(pk=application.pk).update(since=Now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "becomes"), [(3595, Status.ISSUE), (3601, Status.ACTIVE)])
def test_the_pause_is_the_procedures_in_database_time(issued: Application, seconds: int, becomes: str) -> None:
    back_date(issued, seconds)

    actions.activate_due()

    assert status_of(issued) == becomes


def test_another_pause_is_another_procedures(issued: Application) -> None:
    procedures.ask(issued, certificate__pause_seconds=600)
    back_date(issued, 595)
    assert actions.activate_due() == 0
    back_date(issued, 601)
    assert actions.activate_due() == 1


def test_the_certificates_life_is_the_procedures(
    enrolled: Application, certificate_authority: CertificateAuthority
) -> None:
    procedures.ask(enrolled, certificate__validity_days=100)
    actions.issue_certificate(enrolled.pk)
    found = Certificate.objects.get(application=enrolled)
    assert timedelta(days=99) < found.not_after - found.not_before <= timedelta(days=100, minutes=5)


def test_activation_is_told_once(issued: Application) -> None:
    back_date(issued, 3601)

    assert (actions.activate_due(), actions.activate_due()) == (1, 0)
    assert mails(issued)[-1] == "active"
    assert events(issued).count("activate") == 1


def test_the_demo_may_shorten_the_pause(issued: Application, settings: Any) -> None:
    settings.DEMO_PAUSE_SECONDS = "0"

    assert actions.activate_due() == 1


def test_one_row_that_fails_keeps_nobody_waiting(issued: Application, natuna: Institution, verifier: Account) -> None:
    other = cast.approved(natuna, verifier, 1)
    actions.set_passphrase(other.pk, cast.link_of(other, "passphrase").pk, cast.GOOD_PASSPHRASE, by=other)
    actions.issue_certificate(other.pk)
    for application, seconds in ((issued, 4000), (other, 3900)):
        back_date(application, seconds)
    real = lifecycle.change

    def fail_for_the_first(name: str, application: Application, **more: Any) -> None:
        if application.pk == issued.pk:
            raise ValueError(application.nik)
        real(name, application, **more)

    with patch.object(lifecycle, "change", fail_for_the_first):
        assert actions.activate_due() == 1

    assert (status_of(issued), status_of(other)) == (Status.ISSUE, Status.ACTIVE)


def test_what_the_calendar_ends_expires_and_its_key_is_destroyed(issued: Application) -> None:
    assert actions.expire_due() == 0
    Certificate.objects.update(not_after=Now() - timedelta(seconds=1))

    assert actions.expire_due() == 1

    assert status_of(issued) == Status.EXPIRED
    with pytest.raises(custody.NoKey):
        custody.open_key(issued.pk, cast.GOOD_PASSPHRASE)


def test_officers_see_the_certificates_of_their_own_institution(
    issued: Application, verifier: Account, outsider: Account
) -> None:
    for model in (SigningKey, CertificateRequest, Certificate):
        assert model.objects.for_officer(verifier).count() == 1
        assert model.objects.for_officer(outsider).count() == 0
