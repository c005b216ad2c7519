"""An issuing authority taken back under its root: an entry in the root's own ledger, which its list and answers tell.

A root signs few certificates and keeps no ledger of them while they are good; what is taken back is entered as
anybody's certificate would be (RFC 5280, 5.3), under the authority's own id.
"""

from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from enrollment.comparisons import WITH_CERTIFICATE
from enrollment.models import Application
from passphrase.authority import ceremony, ledger
from passphrase.models import Certificate, CertificateAuthority, Issuance, ListChange
from tte_portal import audit, workers

# RFC 5280, 5.3.1, as far as an authority is concerned. None is for a while: whoever trusts it again needs a new one.
REASONS = ("cACompromise", "keyCompromise", "superseded", "cessationOfOperation", "affiliationChanged", "unspecified")


class NotPossible(Exception):
    """Nothing was changed; the text says why and what to do."""


def revoke(slug: str, reason: str, *, even_living: bool = False) -> CertificateAuthority | None:
    """Enter it in its root's ledger for good and return it; ``None`` when it stands there already.

    Raises :class:`NotPossible` for one in office, for a root, and while people's certificates of it are good unless
    ``even_living``. The root's list tells it once it is signed anew, where the root's key is.
    """
    with transaction.atomic():
        ceremony.locked()
        authority, root = _may_end(slug)
        if is_revoked(authority):
            return None
        living = people_of(authority)
        if living and not even_living:
            raise NotPossible(
                f"{living} people hold good certificates of {slug}, and nobody would accept them any more. Have them "
                "renew and revoke the old ones first, or add --even-living where its key may have been stolen."
            )
        _enter(authority, root, reason)
        facts = {"authority": slug, "root": root.slug, "reason": reason, "living": living}
        audit.record("authority_revoked", by=None, facts=facts)
        return authority


def is_revoked(authority: CertificateAuthority) -> bool:
    return Issuance.objects.filter(pk=authority.pk).exists()


def issuer_ended_at(serial: str) -> datetime | None:
    """When the authority that signed this certificate was taken back, and the certificate with it for whoever checks
    the whole chain; ``None`` while it was not."""
    signed = Issuance.objects.filter(serial=serial).values("authority_id")
    ended = Issuance.objects.filter(pk__in=signed, revoked_at__isnull=False)
    return ended.values_list("revoked_at", flat=True).first()


def issuer_of_ended_at(application: Application) -> datetime | None:
    """The same of the certificate that this application has now; ``None`` also where it has none."""
    if application.status not in WITH_CERTIFICATE:
        return None
    own = Certificate.objects.filter(application=application, revoked_at=None)
    serial = own.order_by("-pk").values_list("serial", flat=True).first()
    return issuer_ended_at(serial) if serial else None


def orphans() -> QuerySet[Certificate]:
    """People's certificates that would be good, had the authority that signed them not been taken back."""
    authorities = CertificateAuthority.objects.values("pk")
    ended = list(Issuance.objects.filter(pk__in=authorities, revoked_at__isnull=False).values_list("pk", flat=True))
    return _good(ended) if ended else Certificate.objects.none()


def people_of(authority: CertificateAuthority) -> int:
    """How many good certificates of people it has signed; those of time stamps are nobody's."""
    return _good([authority.pk]).count()


def _good(authorities: list[UUID]) -> QuerySet[Certificate]:
    signed = Issuance.objects.filter(authority__in=authorities).values("serial")
    return Certificate.objects.filter(serial__in=signed, revoked_at=None, not_after__gt=Now())


def _may_end(slug: str) -> tuple[CertificateAuthority, CertificateAuthority]:
    """The authority and the root above it. Raises :class:`NotPossible`."""
    authority = CertificateAuthority.objects.select_related("parent").filter(slug=slug).first()
    if authority is None:
        raise NotPossible(f"There is no authority {slug}: 'authority status' and 'authority rotate' name them.")
    if authority.parent is None:
        raise NotPossible(
            f"{slug} is a root, and nobody stands above it to say so: 'rotate --new-root', then tell everybody who "
            "installed its certificate to remove it."
        )
    if authority.retired_at is None:
        raise NotPossible(f"{slug} is in office: run 'manage.py authority rotate' first, so that another one signs.")
    return authority, authority.parent


def _enter(authority: CertificateAuthority, root: CertificateAuthority, reason: str) -> None:
    found = x509.load_der_x509_certificate(bytes(authority.der))
    Issuance.objects.create(
        idempotency_key=authority.pk, authority=root, serial=f"{found.serial_number:X}", csr_hash=bytes(32),
        der=bytes(authority.der), signed_at=found.not_valid_before_utc, not_after=authority.not_after,
        revoked_at=Now(), revocation_reason=reason,
    )  # fmt: skip
    ListChange.objects.create(authority=root)
    workers.tell(ledger.PUBLISH, root.pk)
