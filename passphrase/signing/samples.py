"""Trial documents: signed within the request of whoever typed the passphrase, kept encrypted for a few minutes."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from enrollment.models import Application
from passphrase.models import Certificate, Issuance
from passphrase.signing.models import Sample
from tte_portal import audit, files

if TYPE_CHECKING:
    from passphrase.custody import PrivateKey

KEPT = timedelta(minutes=15)
BATCH = 500
KIND = "sample"


@sensitive_variables("key")
def signed(application: Application, certificate: Certificate, key: "PrivateKey") -> bytes:
    """A trial document signed with the holder's open key. Raises :class:`passphrase.signing.pades.CannotSign`."""
    # pyHanko and reportlab cost some 30 MB and half a second: only where somebody tries.
    from passphrase.signing import pades, sample

    entry = Issuance.objects.select_related("authority__parent").filter(serial=certificate.serial).first()
    if entry is None:
        raise pades.CannotSign("The certificate is not of this portal's authority.")
    signer = sample.Signer(
        certificate.common_name, certificate.organization, certificate.serial, application.institution,
        # The clock of this machine, as in the time stamp and in the answers of the status service.
        datetime.now(UTC),
    )  # fmt: skip
    check_at = f"{settings.BASE_URL}{reverse('check-document')}"
    der = bytes(certificate.der)
    found = pades.collected(der, entry.authority)
    return pades.sign(sample.page(signer, check_at), sample.stamp(signer), sample.STAMP, der, key, found)


def keep(application: Application, document: bytes) -> None:
    """Keep the document in place of an earlier one, and note that somebody tried their passphrase."""
    with transaction.atomic():
        # The lock orders two tries at once: each takes the other's document away.
        Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.pk)
        forget(application)
        file = files.store(document, owner=application.pk, kind=KIND, content_type="application/pdf")
        Sample.objects.create(application=application, file=file)
        audit.record(
            "try_passphrase", by=application, chain=application.institution.audit_chain, subject=application.pk
        )  # fmt: skip


def of(application: Application) -> Sample | None:
    """The document that can still be fetched."""
    fresh = Sample.objects.select_related("file").filter(application=application, made_at__gt=Now() - KEPT)
    return fresh.first()


def forget(application: Application) -> None:
    for each in Sample.objects.select_related("file").filter(application=application):
        files.erase(each.file)


def sweep() -> int:
    """Erase what has lain too long; returns how many."""
    old = Sample.objects.filter(made_at__lte=Now() - KEPT).order_by("made_at").values_list("pk", flat=True)
    return sum(_erased(key) for key in list(old[:BATCH]))


def _erased(application_id: UUID) -> bool:
    with transaction.atomic():
        rows = Sample.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("file")
        found = rows.filter(pk=application_id, made_at__lte=Now() - KEPT).first()
        if found is None:
            # Another worker was first, or a new document has taken its place.
            return False
        files.erase(found.file)
        return True
