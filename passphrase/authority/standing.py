"""How the authorities stand: who is in office, until when, how old lists and responders are, and what is due."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from enrollment import lifecycle
from passphrase.authority import Unavailable, keys, taking_back
from passphrase.authority.rotation import HOLDERS_LIVE
from passphrase.models import CertificateAuthority, Issuance, ListChange, ResponderKey, RevocationList
from passphrase.pki import lists
from passphrase.pki.service import in_service

# Enough time to find a free afternoon for it.
NOTICE = timedelta(days=90)


@dataclass
class Standing:
    """One authority as it stands now; ``due`` are sentences, none when all is well."""

    authority: CertificateAuthority
    name: str
    fingerprint: str
    key: str
    living: int
    last_end: datetime | None
    shown: RevocationList | None
    responder_until: datetime | None
    due: list[str] = field(default_factory=list)


def all_in_service() -> list[Standing]:
    """In office first, then the retired ones that still answer; issuing authorities before their roots."""
    found = in_service().select_related("parent").order_by("-created_at")
    return [of(each) for each in sorted(found, key=lambda each: (each.retired_at is not None, each.kind))]


def of(authority: CertificateAuthority) -> Standing:
    certificate = x509.load_der_x509_certificate(bytes(authority.der))
    signed = Issuance.objects.filter(authority=authority).aggregate(
        living=Count("pk", filter=Q(not_after__gt=Now(), revoked_at=None)), last=Max("not_after")
    )
    responders = ResponderKey.objects.filter(authority=authority).aggregate(until=Max("not_after"))
    found = Standing(
        authority, certificate.subject.rfc4514_string(), fingerprint(certificate), keys.place(authority),
        signed["living"], signed["last"], RevocationList.objects.filter(pk=authority.pk).first(), responders["until"],
    )  # fmt: skip
    found.due = _due(found, lifecycle.now())
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in groups of four, as it is read aloud and written down."""
    digest = certificate.fingerprint(hashes.SHA256()).hex().upper()
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def _due(standing: Standing, now: datetime) -> list[str]:
    authority, due = standing.authority, []
    if authority.retired_at is None and authority.not_after - HOLDERS_LIVE - NOTICE < now:
        day = authority.not_after - HOLDERS_LIVE
        due.append(f"rotate before {day:%Y-%m-%d}: from then on it cannot sign a certificate of two years any more")
    shown = standing.shown
    if shown is None or shown.next_update is None:
        due.append("no revocation list is out: run 'manage.py authority create' on a host with the key")
    elif shown.next_update < now:
        due.append(f"the revocation list ended on {shown.next_update:%Y-%m-%d %H:%M} UTC: does a worker have the key?")
    elif _grows_old(shown.next_update, authority, now) and not keys.here(authority):
        due.append(f"its list ends on {shown.next_update:%Y-%m-%d}: its key is needed here")
    if ListChange.objects.filter(authority=authority).exists() and not keys.here(authority):
        due.append(
            "its list does not tell yet what was revoked last: its key is needed, and 'manage.py authority create'"
        )
    if standing.responder_until is None or standing.responder_until < now:
        due.append("nobody answers for it (OCSP): does a worker have the key?")
    if authority.kind == CertificateAuthority.Kind.ISSUING and not keys.here(authority):
        due.append("its key is not on this machine: another one has to sign and to publish")
    if standing.living and taking_back.is_revoked(authority) and (people := taking_back.people_of(authority)):
        due.append(
            f"{people} people hold certificates of it that nobody accepts any more: they are told by mail, "
            "and stand before the officers under Sertifikat, Segera berakhir"
        )
    due += _unfit(authority)
    return due


def _grows_old(until: datetime, authority: CertificateAuthority, now: datetime) -> bool:
    """Whether a new list would have been signed by now, were the key there."""
    return until < now + lists.RENEWED_BEFORE[CertificateAuthority.Kind(authority.kind)]


def _unfit(authority: CertificateAuthority) -> list[str]:
    if not keys.here(authority):
        return []
    try:
        keys.of(authority)
    except Unavailable as error:
        return [str(error)]
    return []
