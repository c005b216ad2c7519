"""Papers that people hand in: scans and letters."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models.applications import Application
from enrollment.models.holders import Holder
from enrollment.models.institutions import Institution
from enrollment.scoping import Scoped
from tte_portal.models import SealedFile


class Paper(models.Model):
    """One paper of an application or of a holder's profile; the newest of its kind counts.

    ``original`` is kept and never served; officers and the person see ``copy``, which is made from it without scripts.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement-letter", "Surat Pernyataan"
        KTP = "ktp", "KTP"
        SPECIMEN = "signature-specimen", "Spesimen Tanda Tangan"
        RECOMMENDATION = "recommendation-letter", "Surat Rekomendasi"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="papers")
    holder = models.ForeignKey(Holder, models.CASCADE, null=True, related_name="papers")
    kind = models.CharField(max_length=24, choices=Kind)
    original = models.ForeignKey(SealedFile, models.PROTECT, related_name="+")
    copy = models.ForeignKey(SealedFile, models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField(default=1)
    # Sentences of enrollment.papers about it; never a reason to refuse.
    findings = models.JSONField(default=list)
    signed = models.BooleanField(default=False)
    signature_intact = models.BooleanField(null=True)
    at = models.DateTimeField(db_default=Now())

    objects = Scoped("institution")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(holder__isnull=False), name="paper_has_an_owner"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "kind", "-at"], name="papers_of_application"),
            models.Index(fields=["holder", "kind", "-at"], name="papers_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
