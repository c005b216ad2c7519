"""What officers work with: automatic checks, every decision ever made, and the reasons they choose from."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models import Application, Institution
from enrollment.scoping import Scoped
from tte_portal.fields import SealedJSONField, SealedTextField
from tte_portal.models import Account


class Check(models.Model):
    """One automatic check of the present submission, with the evidence an officer reads."""

    class Outcome(models.TextChoices):
        OK = "ok", "cocok"
        WARNING = "warning", "perlu dilihat"
        UNKNOWN = "unknown", "tidak diketahui"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="checks", verbose_name="pengajuan")
    position = models.PositiveSmallIntegerField("urutan")
    name = models.CharField("pemeriksaan", max_length=40)
    outcome = models.CharField("hasil", max_length=10, choices=Outcome)
    # Names births and differences: personal, so sealed like the answers themselves.
    evidence = SealedTextField("bukti")
    made_at = models.DateTimeField("dibuat", db_default=Now())

    objects = Scoped("application__institution")

    class Meta:
        verbose_name = "pemeriksaan otomatis"
        verbose_name_plural = "pemeriksaan otomatis"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "name"], name="check_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"


class Decision(models.Model):
    """What an officer decided, with the words the applicant read. Rows are added, never changed or removed."""

    class Kind(models.TextChoices):
        APPROVE = "approve", "Disetujui"
        CORRECT = "correct", "Perlu perbaikan"
        REJECT = "reject", "Ditolak"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions", verbose_name="pengajuan")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="decisions", verbose_name="petugas")
    kind = models.CharField("keputusan", max_length=10, choices=Kind)
    # Field of the application (empty: the whole) → reason.
    reasons = SealedJSONField("alasan")
    at = models.DateTimeField("waktu", db_default=Now())

    objects = Scoped("application__institution")

    class Meta:
        verbose_name = "keputusan"
        verbose_name_plural = "keputusan"
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [models.Index(fields=["officer", "at"], name="decisions_of_officer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.application_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A decision is never removed.")


class Reason(models.Model):
    """A ready-made reason of an institution's own, in the words the applicant reads. An institution without any of a
    kind uses the portal's (verification/reasons.py)."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Perlu perbaikan"
        REJECTION = "rejection", "Penolakan pengajuan"
        REGISTRATION = "registration", "Penolakan pendaftaran"
        PROFILE_CHANGE = "profile-change", "Penolakan perubahan profil"

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="reasons", verbose_name="instansi")
    kind = models.CharField("jenis", max_length=20, choices=Kind)
    # What is to be put right; empty for the other kinds.
    field = models.CharField("isian", max_length=40, blank=True)
    text = models.CharField("alasan", max_length=500)
    position = models.PositiveSmallIntegerField("urutan", default=0)
    # No longer offered, but once read by somebody.
    active = models.BooleanField("ditawarkan", default=True)

    objects = Scoped("institution")

    class Meta:
        verbose_name = "alasan siap pakai"
        verbose_name_plural = "alasan siap pakai"
        ordering: ClassVar = ["kind", "field", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "kind", "field", "text"], name="reason_once")
        ]

    def __str__(self) -> str:
        return self.text
