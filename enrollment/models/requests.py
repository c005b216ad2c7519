"""What strangers ask for, written down before anybody looks who they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models.institutions import Institution
from tte_portal.fields import SealedJSONField, SealedTextField


class MailboxRequest(models.Model):
    """Somebody typed a mailbox and asked for a link. A worker looks whose it is, so no answer's timing can tell."""

    class Purpose(models.TextChoices):
        ACTIVATION = "activation", "tautan aktivasi"
        STATUS = "status", "tautan status"
        ACCOUNT = "account", "tautan akun"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose)
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, related_name="+")
    mailbox = SealedTextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="mailbox_requests_by_age")]

    def __str__(self) -> str:
        return str(self.id)


class Registration(models.Model):
    """What somebody typed into a public form. A worker looks who it is, so neither the answer nor its timing tells."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    # Given at once to whoever handed in; the application made of it carries the same.
    receipt = models.CharField(max_length=20, unique=True)
    answers = SealedJSONField()
    # Of papers that were handed in with it: [{"kind", "original", "copy", …}], files of this registration.
    papers = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="registrations_by_age")]

    def __str__(self) -> str:
        return self.receipt
