"""Revocation lists (RFC 5280, 5): built ahead when something changed or the last one grows old, then only served."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from enrollment import lifecycle
from passphrase.authority import keys
from passphrase.authority.certificates import digest_for
from passphrase.authority.profile import authority_key
from passphrase.models import CertificateAuthority, Issuance, ListChange, RevocationList
from passphrase.pki.service import KEPT_AFTER_END, in_service

Kind = CertificateAuthority.Kind

# A list may be relied on so long, and a new one is out that long before: a portal that stands still over a long
# weekend leaves no list that has run out. A root's key may lie in a safe, so its list lives longer.
LIVES = {Kind.ISSUING: timedelta(days=7), Kind.ROOT: timedelta(days=400)}
RENEWED_BEFORE = {Kind.ISSUING: timedelta(days=6), Kind.ROOT: timedelta(days=60)}


def due() -> list[UUID]:
    """Authorities whose list is missing, tells too little or grows old, and whose key is on this machine."""
    changed = Exists(ListChange.objects.filter(authority=OuterRef("pk")))
    old = Q(list=None)
    for kind, before in RENEWED_BEFORE.items():
        old |= Q(kind=kind, list__next_update__lt=Now() + before)
    return [each.pk for each in in_service().filter(old | Q(changed)) if keys.here(each)]


def build(authority_id: UUID) -> RevocationList:
    """Sign and keep a new list. Raises :class:`passphrase.authority.Unavailable` where the key is not.

    Any number may be built at once: the row's lock puts them in order, and their numbers grow.
    """
    # Opened before the transaction, for it costs an Argon2id the first time.
    key = keys.of(CertificateAuthority.objects.get(pk=authority_id))
    RevocationList.objects.get_or_create(authority_id=authority_id)
    with transaction.atomic():
        kept = (
            RevocationList.objects.select_for_update(no_key=True, of=("self",))
            .select_related("authority")
            .get(pk=authority_id)
        )
        # First what is to be told is taken away, then read: what is committed in between is told and asked for again.
        ListChange.objects.filter(authority=authority_id).delete()
        now: datetime = lifecycle.now().astimezone(UTC).replace(microsecond=0)
        entries = _entries(kept.authority)
        kept.number, kept.entries = kept.number + 1, len(entries)
        until = now + LIVES[Kind(kept.authority.kind)]
        kept.this_update, kept.next_update = now, until
        builder = _builder(kept, entries).last_update(now).next_update(until)
        kept.der = builder.sign(key, digest_for(key)).public_bytes(Encoding.DER)
        kept.save()
        return kept


def _entries(authority: CertificateAuthority) -> list[x509.RevokedCertificate]:
    gone = Q(not_after__lt=Now() - KEPT_AFTER_END)
    rows: QuerySet[Issuance, Any] = (
        Issuance.objects.filter(authority=authority, revoked_at__isnull=False)
        .exclude(gone)
        .order_by("revoked_at")
        .values_list("serial", "revoked_at", "revocation_reason")
    )
    return [_entry(*row) for row in rows.iterator(chunk_size=5000)]


def _entry(serial: str, revoked_at: datetime, reason: str) -> x509.RevokedCertificate:
    entry = x509.RevokedCertificateBuilder(int(serial, 16), revoked_at.astimezone(UTC).replace(tzinfo=None))
    flag = x509.ReasonFlags(reason)
    # RFC 5280, 5.3.1: "unspecified" is said by saying nothing.
    if flag is not x509.ReasonFlags.unspecified:
        entry = entry.add_extension(x509.CRLReason(flag), False)
    return entry.build()


def _builder(kept: RevocationList, entries: list[x509.RevokedCertificate]) -> x509.CertificateRevocationListBuilder:
    issuer = x509.load_der_x509_certificate(bytes(kept.authority.der))
    # The whole list at once: adding one by one copies what is there each time, which 100,000 entries would feel.
    builder = x509.CertificateRevocationListBuilder(revoked_certificates=entries)
    return (
        builder.issuer_name(issuer.subject)
        .add_extension(authority_key(issuer), False)
        .add_extension(x509.CRLNumber(kept.number), False)
    )
