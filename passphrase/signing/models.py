"""The keys that vouch for a time, and trial documents on their way to whoever signed them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models import Application
from passphrase.models import CertificateAuthority
from tte_portal.fields import SealedTextField
from tte_portal.models import SealedFile


class TimestampKey(models.Model):
    """A key that says when something was signed (RFC 3161). Used shortly and then destroyed; what it has said stays
    good as long as its certificate, which stands in the authority's ledger like any other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(CertificateAuthority, models.CASCADE, related_name="timestamp_keys")
    der = models.BinaryField()
    key = SealedTextField()
    used_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.authority_id} {self.used_until:%Y-%m-%d}"


class Sample(models.Model):
    """The newest trial document of one application, encrypted, for the minutes in which it can be fetched."""

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="+")
    file = models.ForeignKey(SealedFile, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["made_at"], name="samples_by_age")]

    def __str__(self) -> str:
        return str(self.application_id)
