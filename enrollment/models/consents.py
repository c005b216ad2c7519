"""What people agreed to, in the words they saw."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models.applications import Application
from enrollment.models.holders import Holder
from enrollment.scoping import Scoped


class ConsentText(models.Model):
    """One version of a text that people agree to, kept as it stood (UU 27/2022: what was agreed can be shown)."""

    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "version"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def title(self) -> str:
        """As the person read it: the text begins with it."""
        return self.text.partition("\n")[0]


class Consent(models.Model):
    """That one person agreed to one version of a text, and when: in an application, or before one in a profile."""

    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="consents")
    holder = models.ForeignKey(Holder, models.CASCADE, null=True, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT)
    given_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    objects = Scoped("application__institution")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "text"], name="consent_once"),
            models.UniqueConstraint(fields=["holder", "text"], name="holder_consent_once"),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(holder__isnull=False), name="consent_has_an_owner"
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)
