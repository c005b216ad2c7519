"""The personnel registry, as an institution imported it."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now, Upper

from enrollment.models.institutions import Institution, Opd
from enrollment.scoping import Scoped
from tte_portal.encryption import blind_index
from tte_portal.fields import SealedTextField


class Employment(models.TextChoices):
    """Kinds of employment in the personnel registry."""

    PNS = "PNS", "PNS"
    PPPK = "PPPK", "PPPK"
    POLRI = "POLRI", "POLRI"


class PersonnelRecord(models.Model):
    """One person in an institution's personnel registry, as imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="personnel", verbose_name="instansi")
    opd = models.ForeignKey(Opd, models.SET_NULL, null=True, blank=True, verbose_name="OPD")
    employee_number = SealedTextField("NIP / NRP")
    employee_number_index = models.BinaryField(max_length=32, editable=False)
    name = models.CharField("nama", max_length=200)
    front_title = models.CharField("gelar depan", max_length=60, blank=True)
    back_title = models.CharField("gelar belakang", max_length=60, blank=True)
    unit = models.CharField("unit organisasi", max_length=200)
    position = models.CharField("jabatan", max_length=200)
    rank = models.CharField("golongan / pangkat", max_length=60, blank=True, db_default="", default="")
    province = models.CharField("provinsi", max_length=100)
    mailbox = models.EmailField("surel dinas")
    employment = models.CharField("jenis pegawai", max_length=10, choices=Employment)
    imported_at = models.DateTimeField("diimpor", db_default=Now())

    objects = Scoped("institution")

    class Meta:
        verbose_name = "data pegawai"
        verbose_name_plural = "data pegawai"
        constraints: ClassVar = [
            # The number first: whether it is known elsewhere is asked as often.
            models.UniqueConstraint(fields=["employee_number_index", "institution"], name="personnel_number_once"),
            models.UniqueConstraint(fields=["mailbox"], name="personnel_mailbox_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "name", "id"], name="personnel_in_order"),
            models.Index("institution", OpClass(Upper("name"), name="varchar_pattern_ops"), name="personnel_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.employee_number_index = blind_index("employee-number", self.employee_number)
        super().save(*args, **kwargs)
