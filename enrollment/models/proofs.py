"""What a person proves on the way: a phone number by a code, the reading of a text by its time."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models.applications import Application


class PhoneCode(models.Model):
    """A six-digit code sent to a number: derived from the row's id when it is sent, its hash alone is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="phone_codes")
    # Of the number it was sent to: another number needs another code.
    phone_index = models.BinaryField(max_length=32)
    code_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(used_at=None, replaced_at=None), name="one_open_phone_code"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Reading(models.Model):
    """When a person first opened a text with a least reading time: the server's clock counts, not the page's."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="readings")
    text = models.CharField(max_length=40)
    began_at = models.DateTimeField(db_default=Now())
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "text"], name="reading_once")]

    def __str__(self) -> str:
        return self.text
