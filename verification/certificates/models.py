"""What a registry says that speaks for a revocation, until an officer has decided, and whom it was asked about when."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Application, Institution
from enrollment.scoping import Scoped
from tte_portal.fields import SealedTextField
from tte_portal.models import Account


class Proposal(models.Model):
    """A certificate whose holder seems to have left. Nothing happens to it before an officer says so."""

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu keputusan"
        REVOKED = "revoked", "sertifikat dicabut"
        KEPT = "kept", "sertifikat dipertahankan"
        OVER = "over", "tidak perlu lagi"

    class Finding(models.TextChoices):
        LEFT = "left", "Data kepegawaian mencatat sudah tidak bekerja"
        ABSENT = "absent", "NIP tidak ditemukan lagi di data kepegawaian"
        ELSEWHERE = "elsewhere", "NIP sekarang tercatat di instansi lain"
        NOT_LISTED = "not-listed", "Tidak ada di daftar pegawai lengkap"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    finding = models.CharField(max_length=12, choices=Finding)
    # The registry's own words, personal as they are.
    told = SealedTextField()
    # What was found, as a keyed digest: what an officer has decided about is not proposed again.
    digest = models.BinaryField(max_length=32)
    found_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = SealedTextField()

    objects = Scoped("institution")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "digest"], name="proposed_once"),
            models.UniqueConstraint(fields=["application"], condition=Q(state="waiting"), name="one_waiting_proposal"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "found_at"], condition=Q(state="waiting"), name="proposals_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.state}"


class Asked(models.Model):
    """When the registry was last asked about the holder of a certificate."""

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = Scoped("application__institution")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="asked_by_age")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
