"""Requests for a link, written down before anybody looks whose mailbox it is."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models.institutions import Institution
from tte_portal.fields import SealedTextField


class MailboxRequest(models.Model):
    """Somebody typed a mailbox and asked for a link. A worker looks whose it is, so no answer's timing can tell."""

    class Purpose(models.TextChoices):
        ACTIVATION = "activation", "tautan aktivasi"
        STATUS = "status", "tautan status"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose)
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, related_name="+")
    mailbox = SealedTextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="mailbox_requests_by_age")]

    def __str__(self) -> str:
        return str(self.id)
