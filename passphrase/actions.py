"""What happens between "verified" and "active": passphrase, certificate, activation, expiry."""

import hashlib
import logging
import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.views.decorators.debug import sensitive_variables

from enrollment import consents, lifecycle, terms
from enrollment.models import Application, Status
from passphrase import authority, custody, succession
from passphrase.authority import Answer, Issued, Profile, Rejected, Unavailable
from passphrase.models import Certificate, CertificateRequest
from tte_portal import links, workers
from tte_portal.links import LinkClosed
from tte_portal.models import Account

logger = logging.getLogger(__name__)

BATCH = 500
ISSUE = "passphrase.tasks.issue"
# Long enough for the task that was told at once, so that the sweep takes over only what that one lost.
STUCK_AFTER = timedelta(seconds=15)
RETRY_AT_MOST = timedelta(hours=1)

State = CertificateRequest.State


class WrongAnswer(Exception):
    """The authority's certificate is not for the key that was sent: it is not accepted."""


@sensitive_variables("passphrase", "new")
def set_passphrase(application_id: UUID, link_id: UUID, passphrase: str, *, by: Application) -> None:
    """Make the holder's key under the passphrase, use the link up, record the agreement, ask for the certificate.

    Raises :class:`tte_portal.links.LinkClosed` when the link was used meanwhile, ``NotPossible`` or ``NotAllowed``.
    """
    # Before the transaction: wrapping takes a processor a while, and a row must not stay locked that long.
    new = custody.make(application_id, passphrase)
    with transaction.atomic():
        application = succession.locked(application_id)
        if succession.is_held(application):
            raise lifecycle.NotPossible(succession.HELD)
        if not links.finish(link_id):
            raise LinkClosed("used")
        consents.give(application, terms.of(application).passphrase.agreement)
        new.row.save(force_insert=True)
        if terms.of(application).certificate.issuer == "by-hand":
            CertificateRequest.objects.create(application=application, key=new.row, csr=new.csr, state=State.HELD)
            lifecycle.change("ask_to_issue", application, by=by)
        else:
            _put_before_authority(CertificateRequest(application=application, key=new.row, csr=new.csr))
            lifecycle.change("set_passphrase", application, by=by)


def _put_before_authority(request: CertificateRequest) -> None:
    request.state, request.due_at = State.PENDING, Now() + STUCK_AFTER
    request.save()
    workers.tell(ISSUE, request.application_id)


def approve_issue(application_id: UUID, *, by: Account) -> Application:
    """The issuer lets the certificate be made. Raises ``NotPossible`` or ``NotAllowed``, as for the first checker."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        lifecycle.change("approve_issue", application, by=by)
        _put_before_authority(application.requests.get(state=State.HELD))
        return application


def refuse_issue(application_id: UUID, reason: str, *, by: Account) -> Application:
    """The issuer ends the application for a reason that the applicant reads; the key is destroyed."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        application.rejection_reason = reason
        lifecycle.change("refuse_issue", application, by=by, detail={"reasons": {"": reason}})
        application.requests.filter(state=State.HELD).update(state=State.REJECTED)
        custody.destroy(application_id)
        return application


def issue_certificate(application_id: UUID) -> bool:
    """Ask the authority for the application's certificate and keep its answer; ``True`` when it was issued now.

    May run any number of times, at once and after any crash: the authority answers the same to the same key, and one
    transaction keeps the certificate, closes the request and changes the state.
    """
    request = _pending(application_id)
    if request is None or succession.is_held(request.application):
        return False
    _count_attempt(request)
    try:
        return _keep(request, _ask(request))
    except (Unavailable, WrongAnswer) as error:
        logger.warning("Certificate of application %s not issued yet: %s", application_id, error)
        _note(request, str(error))
        return False


def issue_due() -> int:
    """Issue what no task has: its worker died, or the broker lost it; returns how many."""
    rows = CertificateRequest.objects.filter(state=State.PENDING, due_at__lte=Now()).order_by("due_at")
    return _each(rows.values_list("application_id", flat=True), issue_certificate)


def _pending(application_id: UUID) -> CertificateRequest | None:
    rows = CertificateRequest.objects.select_related("application__institution", "key")
    return rows.filter(application_id=application_id, state=State.PENDING).first()


def _count_attempt(request: CertificateRequest) -> None:
    """Committed before the authority is asked: what kills the worker every time is tried ever more seldom."""
    wait = min(STUCK_AFTER * 2 ** min(request.attempts, 10), RETRY_AT_MOST)
    CertificateRequest.objects.filter(pk=request.pk).update(attempts=F("attempts") + 1, due_at=Now() + wait)


def _ask(request: CertificateRequest) -> Answer:
    asked = authority.current()
    known = asked.poll(request.idempotency_key) if request.attempts else None
    if known is not None:
        return known
    return asked.submit(bytes(request.csr), profile_of(request.application), request.idempotency_key)


def profile_of(application: Application) -> Profile:
    """What the portal vouches for in the certificate of this application."""
    front = f"{application.front_title} " if application.front_title else ""
    return Profile(
        full_name=application.full_name,
        shorter_names=(f"{front}{application.name}", application.name),
        organization=application.institution.organization,
        country="ID",
        holder=holder_number(application.pk),
        mailbox=application.mailbox,
        validity_days=_validity_days(application),
    )


def _validity_days(application: Application) -> int:
    """As the procedure has it; a reissue brings no more time than the certificate had whose place it takes."""
    days = terms.of(application).certificate.validity_days
    if application.purpose != Application.Purpose.REISSUE:
        return days
    replaced = Certificate.objects.filter(application=application.predecessor_id).order_by("-pk").first()
    left = (replaced.not_after - lifecycle.now()) / timedelta(days=1) if replaced else days
    return max(1, min(days, math.ceil(left)))


def holder_number(application_id: UUID) -> str:
    """Tells holders of one name apart in the certificate: no NIK, no NIP, and no way back to the application's id."""
    return hashlib.sha256(b"certificate holder" + application_id.bytes).hexdigest()[:16].upper()


def _keep(request: CertificateRequest, answer: Answer) -> bool:
    if isinstance(answer, Rejected):
        logger.error("Certificate of application %s refused: %s", request.application_id, answer.reason)
        _note(request, answer.reason, state=State.REJECTED)
        return False
    return isinstance(answer, Issued) and _keep_certificate(request, answer)


def _note(request: CertificateRequest, error: str, *, state: str = State.PENDING) -> None:
    open_request = CertificateRequest.objects.filter(pk=request.pk, state=State.PENDING)
    open_request.update(error=error[:300], state=state)


def _keep_certificate(request: CertificateRequest, answer: Issued) -> bool:
    certificate = certificate_row(request, answer)
    with transaction.atomic():
        application = succession.locked(request.application_id)
        if succession.is_held(application):
            return False
        # The row lock orders callers: the second finds the request closed.
        if not CertificateRequest.objects.filter(pk=request.pk, state=State.PENDING).update(
            state=State.ISSUED, error=""
        ):
            return False
        certificate.save(force_insert=True)
        lifecycle.change("issue", application, by=None)
        succession.hand_over_at_issue(application)
        return True


def certificate_row(request: CertificateRequest, answer: Issued) -> Certificate:
    """The row for an authority's answer; raises :class:`WrongAnswer` when it certifies another key than ours."""
    found = x509.load_der_x509_certificate(answer.certificate)
    public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public != bytes(request.key.public_key):
        raise WrongAnswer(f"The certificate of request {request.pk} is not for its key.")
    chain = [x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM).decode() for each in answer.chain]
    return Certificate(
        application_id=request.application_id, request=request, serial=f"{found.serial_number:X}",
        der=answer.certificate, chain="".join(chain), common_name=_part(found, NameOID.COMMON_NAME),
        organization=_part(found, NameOID.ORGANIZATION_NAME), country=_part(found, NameOID.COUNTRY_NAME),
        authority=authority.current().name, not_before=found.not_valid_before_utc, not_after=found.not_valid_after_utc,
    )  # fmt: skip


def _part(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    return "".join(str(part.value) for part in certificate.subject.get_attributes_for_oid(kind))


def ask_again(application_id: UUID) -> bool:
    """Put a refused request before the authority anew, once its cause was mended; ``False`` when there is none."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        refused = application.requests.filter(state=State.REJECTED).order_by("-pk").first()
        if refused is None or lifecycle.state_of(application) != lifecycle.ENROLLED or _pending(application_id):
            return False
        CertificateRequest.objects.create(application=application, key_id=refused.key_id, csr=refused.csr)
        workers.tell(ISSUE, application_id)
        return True


def activate_due() -> int:
    """Make active what has paused since its issue as long as its procedure says; returns how many."""
    paused = Application.objects.filter(status=Status.ISSUE).values_list("procedure", flat=True).distinct()
    return sum(_each(_ids(_past_pause(version)), activate) for version in paused)


def _past_pause(version: int) -> QuerySet[Application]:
    pause = timedelta(seconds=terms.of_version(version).pause_seconds)
    return Application.objects.filter(status=Status.ISSUE, procedure=version, since__lte=Now() - pause)


def activate(application_id: UUID) -> None:
    """End the pause of one issued certificate. Raises ``NotPossible`` when somebody else was first."""
    with transaction.atomic():
        application = succession.locked(application_id)
        succession.hand_over_at_activation(application)
        lifecycle.change("activate", application, by=None)


def expire_due() -> int:
    """End what the calendar has ended, and destroy its keys; returns how many."""
    ended = Certificate.objects.filter(not_after__lte=Now(), revoked_at=None).values("application_id")
    states = (Status.ISSUE, Status.ACTIVE, Status.SUSPENDED)
    return _each(_ids(Application.objects.filter(status__in=states, pk__in=ended)), expire)


def expire(application_id: UUID) -> None:
    """Mark one application expired; its key cannot sign anything valid any more, so it is destroyed."""
    with transaction.atomic():
        lifecycle.change("expire", lifecycle.locked(application_id), by=None)
        custody.destroy(application_id)


def _ids(rows: QuerySet[Application]) -> QuerySet[Any, UUID]:
    return rows.order_by("since").values_list("pk", flat=True)


def _each(ids: QuerySet[Any, UUID], do: Callable[[UUID], object]) -> int:
    """One transaction a row: a row that fails is logged and keeps nobody else waiting."""
    return sum(_done(application_id, do) for application_id in list(ids[:BATCH]))


def _done(application_id: UUID, do: Callable[[UUID], object]) -> bool:
    try:
        return do(application_id) is not False
    except lifecycle.NotPossible:
        # Another worker was first.
        return False
    except Exception as error:
        logger.error("Application %s: %s failed: %s", application_id, do.__name__, type(error).__name__)
        return False
