"""Applications that may ask about an institution's people, and what each has asked."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models import Institution
from enrollment.scoping import Scoped


class ApiClient(models.Model):
    """An application such as a correspondence system: it sees the people of its own institution, nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="api_clients", verbose_name="instansi")
    name = models.CharField("nama aplikasi", max_length=100)
    login = models.SlugField("nama masuk", max_length=60, unique=True)
    # Of 32 random bytes: nothing to guess, so one keyed hash is enough and costs a request nothing.
    secret_hash = models.BinaryField(max_length=32)
    allowlist = models.JSONField(
        "alamat yang diizinkan",
        default=list,
        blank=True,
        help_text="Alamat IP atau jaringan (CIDR) asal permintaan. Kosong: dari mana saja.",
    )
    is_active = models.BooleanField("aktif", default=True)
    created_at = models.DateTimeField("dibuat", db_default=Now())

    objects = Scoped("institution")

    class Meta:
        verbose_name = "aplikasi terhubung"
        verbose_name_plural = "aplikasi terhubung"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ApiCall(models.Model):
    """One answered request. Whom it was about stands here only where that person has an application here."""

    class Act(models.TextChoices):
        STATUS = "status", "status"
        REGISTRATION = "registration", "pendaftaran"
        CHAIN = "chain", "rantai sertifikat"

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="calls", verbose_name="aplikasi")
    act = models.CharField("permintaan", max_length=16, choices=Act)
    answer = models.CharField("jawaban", max_length=32)
    subject = models.UUIDField("pengajuan", null=True)
    at = models.DateTimeField("waktu", db_default=Now())

    objects = Scoped("client__institution")

    class Meta:
        verbose_name = "permintaan aplikasi"
        verbose_name_plural = "permintaan aplikasi"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["client", "-id"], name="api_calls_of_client"),
            models.Index(fields=["at"], name="api_calls_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.answer}"
