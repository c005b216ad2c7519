"""Which authorities others may still ask about: the one in office, and each that has a certificate which lives."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from passphrase.models import CertificateAuthority, Issuance

# RFC 5280, 3.3: an entry stays until one list after the certificate's end has told of it.
KEPT_AFTER_END = timedelta(days=30)


def in_service() -> QuerySet[CertificateAuthority]:
    """Lists and answers go on for these: a retired authority's until its last certificate has ended, a root's as long
    as there is an authority below it for which they do."""
    below = CertificateAuthority.objects.filter(parent=OuterRef("pk")).filter(Q(retired_at=None) | _has_living())
    return CertificateAuthority.objects.filter(not_after__gt=Now()).filter(
        Q(retired_at=None) | _has_living() | Q(Exists(below))
    )


def retired() -> QuerySet[CertificateAuthority]:
    """Issuing authorities that left office and still have certificates that live, the newest first."""
    issuing = in_service().filter(kind=CertificateAuthority.Kind.ISSUING, retired_at__isnull=False)
    return issuing.select_related("parent").order_by("-retired_at")


def _has_living() -> Q:
    signed = Issuance.objects.filter(authority=OuterRef("pk"), not_after__gt=Now() - KEPT_AFTER_END)
    return Q(Exists(signed))
