"""Ready people for a demonstration of the holder's page: good, nearly over, suspended, revoked and expired.

Each goes the institution's own way, then becomes older: the certificate is really signed for its two years, because its
time is reserved in the authority's ledger first, and what lies around it is moved into the past along with it. The
audit trail stays as it was written, today.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.demo import cast
from enrollment.models import Application, Employment, Institution, Opd, PersonnelRecord, Role, StatusPeriod
from passphrase import actions, revocation
from passphrase.authority import ceremony
from passphrase.models import Certificate, CertificateRequest, Issuance, SigningKey
from tte_portal.models import Account, Link, OutboxMessage
from verification import demo_stages

# Numbers of their own, past those of the cast.
SERIAL = 950
Act = Callable[[Application, Account], object]


@dataclass(frozen=True)
class Life:
    """What became of one person's certificate: issued so many days ago, and ``then`` so many."""

    word: str
    issued: int
    then: int = 0
    act: Act | None = None


LIVES = (
    Life("aktif", 96),
    Life("berakhir 12 hari lagi", 730 - 12),
    Life(
        "ditangguhkan", 210, 3,
        lambda application, officer: revocation.suspend(application.pk, "deviceLost", by=officer),
    ),
    Life(
        "dicabut", 340, 20,
        lambda application, officer: revocation.revoke(application.pk, "affiliationChanged", by=officer),
    ),
    Life("masa berlaku habis", 735, 5, lambda application, officer: actions.expire(application.pk)),
)  # fmt: skip


def people(institution: Institution) -> list[dict[str, str]]:
    """Who they are and what became of their certificates; nobody at all but the first institution."""
    if institution.slug != cast.PLACES[0].slug:
        return []
    return [
        {
            "institution": institution.slug, "name": person.name, "nik": person.nik(SERIAL + number),
            "nip": person.nip(SERIAL + number, Employment.PNS), "phone": f"0800 1000 {SERIAL + number:04}",
            "mailbox": f"{person.login()}@{institution.mailbox_domains[0]}", "certificate": life.word,
        }
        for number, (person, life) in enumerate(zip(cast.CERTIFIED, LIVES, strict=True))
    ]  # fmt: skip


def fill(institution: Institution, officers: dict[str, Account]) -> int:
    """Bring them there; returns how many. A second run finds them and adds none."""
    known = set(institution.applications.values_list("mailbox", flat=True))
    made = 0
    for told, person, life in zip(people(institution), cast.CERTIFIED, LIVES, strict=False):
        if told["mailbox"] not in known and ceremony.in_office() is not None:
            _register(institution, person, told)
            _live(demo_stages.bring(institution, told, lifecycle.ENROLLED, officers), life, officers)
            made += 1
    return made


def _register(institution: Institution, person: cast.Person, told: dict[str, str]) -> None:
    PersonnelRecord.objects.create(
        institution=institution, opd=Opd.objects.filter(institution=institution).first(),
        employee_number=told["nip"], name=person.name, front_title=person.front_title, back_title=person.back_title,
        unit=person.unit, position=person.position, rank=person.rank, province=institution.province,
        mailbox=told["mailbox"], employment=Employment.PNS,
    )  # fmt: skip


def _live(application: Application, life: Life, officers: dict[str, Account]) -> None:
    _reserve(application, life.issued)
    actions.issue_certificate(application.pk)
    actions.activate(application.pk)
    _age(application, life.issued - life.then)
    if life.act is not None:
        life.act(application, officers[Role.Kind.VERIFIER.value])
        _age(application, life.then)


def _reserve(application: Application, days: int) -> None:
    """The ledger's entry as if the request had come so long ago: the authority signs by it."""
    request, authority = application.requests.get(state=CertificateRequest.State.PENDING), ceremony.in_office()
    if authority is None:
        raise LookupError("Nobody is brought here without an authority.")
    Issuance.objects.create(
        idempotency_key=request.idempotency_key, authority=authority,
        serial=f"{x509.random_serial_number():X}", csr_hash=hashlib.sha256(bytes(request.csr)).digest(),
        reserved_at=Now() - timedelta(days=days),
    )  # fmt: skip


def _age(application: Application, days: int) -> None:
    """Move what happened so far into the past; what was written has been sent."""
    outbox = OutboxMessage.objects.filter(subject=application.pk)
    outbox.filter(state=OutboxMessage.State.WAITING).update(
        state=OutboxMessage.State.SENT, attempts=1, sent_at=F("created_at")
    )
    own = {"application": application}
    issued = CertificateRequest.objects.filter(**own).values("idempotency_key")
    past = timedelta(days=days)
    _shift(Application.objects.filter(pk=application.pk), past, "created_at", "since", "submitted_at")
    _shift(StatusPeriod.objects.filter(**own), past, "since", "until")
    _shift(SigningKey.objects.filter(**own), past, "created_at")
    _shift(CertificateRequest.objects.filter(**own), past, "created_at", "due_at")
    _shift(Certificate.objects.filter(**own), past, "issued_at", "revoked_at")
    _shift(Issuance.objects.filter(idempotency_key__in=issued), past, "signed_at", "revoked_at")
    _shift(Link.objects.filter(subject=application.pk), past, "created_at", "expires_at", "opened_at", "finished_at")
    _shift(outbox, past, "created_at", "due_at", "sent_at")


def _shift(rows: QuerySet[Any], past: timedelta, *columns: str) -> None:
    rows.update(**{name: F(name) - past for name in columns})
