"""What the portal knows of a person's account at BSrE: no key, no certificate, no passphrase; a word and its time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enrollment.models import Application, Institution
from enrollment.scoping import Scoped


class BsreAccount(models.Model):
    """One application's mirror of BSrE. ``due_at`` is when it is asked about next, by the database's clock."""

    class State(models.TextChoices):
        WAITING = "waiting", "menunggu pendaftaran"
        REGISTERED = "registered", "terdaftar"
        REFUSED = "refused", "ditolak BSrE"
        ENDED = "ended", "selesai"

    application = models.OneToOneField(Application, models.CASCADE, related_name="bsre", verbose_name="pengajuan")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name="instansi")
    state = models.CharField("keadaan", max_length=12, choices=State, default=State.WAITING)
    # BSrE's last word and the number beside it, as they came.
    word = models.CharField("status menurut BSrE", max_length=30, blank=True)
    code = models.PositiveIntegerField("kode", null=True)
    asked_at = models.DateTimeField("ditanyakan", null=True)
    due_at = models.DateTimeField("jatuh tempo", db_default=Now())
    # Tries since the last answer, and answers in a row that fit nothing known here.
    attempts = models.PositiveIntegerField("percobaan", default=0)
    odd = models.PositiveIntegerField("jawaban janggal", default=0)
    error = models.CharField("galat terakhir", max_length=300, blank=True)
    registered_at = models.DateTimeField("didaftarkan", null=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())

    objects = Scoped("institution")

    class Meta:
        verbose_name = "akun BSrE"
        verbose_name_plural = "akun BSrE"
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "due_at"],
                condition=Q(state__in=["waiting", "registered"]),
                name="bsre_accounts_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"


class Stop(models.Model):
    """The institution's service is not asked: it refused the portal's credentials, or there are none for it.

    Other credentials end the stop by themselves; ``manage.py bsre resume`` does so with the same ones.
    """

    class Reason(models.TextChoices):
        NOT_ADMITTED = "not-admitted", "layanan E-Sign menolak nama dan kata sandi portal"
        NO_SERVICE = "no-service", "belum ada layanan E-Sign untuk instansi ini"

    institution = models.OneToOneField(Institution, models.CASCADE, primary_key=True, related_name="bsre_stop")
    reason = models.CharField("alasan", max_length=12, choices=Reason)
    # A keyed hash of the credentials that were refused; empty: there were none.
    fingerprint = models.BinaryField(max_length=32, default=b"")
    at = models.DateTimeField("sejak", db_default=Now())

    objects = Scoped("institution")

    class Meta:
        verbose_name = "penghentian layanan BSrE"
        verbose_name_plural = "penghentian layanan BSrE"

    def __str__(self) -> str:
        return f"{self.institution_id} {self.reason}"
