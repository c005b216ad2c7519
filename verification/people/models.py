"""A list of people on its way into the registry: what was sent, what passed, and what is to be put right."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models import Institution
from enrollment.scoping import Scoped
from tte_portal.fields import SealedJSONField
from tte_portal.models import Account, SealedFile


class PersonnelList(models.Model):
    """One list of one institution, from the upload to the registry."""

    class Source(models.TextChoices):
        FORM = "form", "diketik"
        TABLE = "table", "diketik atau ditempel"
        FILE = "file", "berkas"

    class Choice(models.TextChoices):
        KEEP = "keep", "Hanya catat di data pegawai"
        INVITE = "invite", "Catat dan undang"

    class Stage(models.TextChoices):
        READING = "reading", "sedang diperiksa"
        READY = "ready", "sudah diperiksa"
        REFUSED = "refused", "tidak dapat dibaca"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    made_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=8, choices=Source)
    filename = models.CharField(max_length=150, blank=True)
    choice = models.CharField(max_length=8, choices=Choice)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.READING)
    # Why the file as a whole was not read, or why the work stopped.
    refusal = models.CharField(max_length=400, blank=True)
    # What is to be told of the reading (columns left out, hidden sheets): no person's data.
    notes = models.JSONField(default=list)
    # Fields that the list names: others stay as they are in the registry.
    given = models.JSONField(default=list)
    # As it was uploaded, until it is read.
    file = models.ForeignKey(SealedFile, models.SET_NULL, null=True, related_name="+")
    total = models.PositiveIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=0)
    # Checked and waiting.
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    # Registered.
    stored_new = models.PositiveIntegerField(default=0)
    stored_changed = models.PositiveIntegerField(default=0)
    stored_same = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    already_invited = models.PositiveIntegerField(default=0)

    objects = Scoped("institution")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution", "-created_at"], name="personnel_lists_newest"),
            models.Index(fields=["created_at"], name="personnel_lists_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.id}"

    @property
    def waiting(self) -> int:
        """How many people passed and are not registered yet."""
        return self.new + self.changed + self.same

    @property
    def stored(self) -> int:
        return self.stored_new + self.stored_changed + self.stored_same


class ListPart(models.Model):
    """Some hundred people of a list together: as written, as read, or as registered (their records' ids alone)."""

    class Stage(models.TextChoices):
        RAW = "raw", "belum diperiksa"
        CHECKED = "checked", "lolos"
        DONE = "done", "terdaftar"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    personnel_list = models.ForeignKey(PersonnelList, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=8, choices=Stage)
    count = models.PositiveIntegerField()
    content = SealedJSONField()

    objects = Scoped("personnel_list__institution")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["personnel_list", "stage", "number"], name="list_parts_in_order")]

    def __str__(self) -> str:
        return f"{self.stage} {self.number}"


class FaultyRow(models.Model):
    """A row that did not pass: its texts as written and what is wrong with them, until it is put right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    personnel_list = models.ForeignKey(PersonnelList, models.CASCADE, related_name="faulty")
    row = models.PositiveIntegerField()
    # Of its faults, to filter by.
    kinds = models.JSONField()
    # cells: texts in the order of COLUMNS; faults: [column, kind, sentence], which may repeat what was written.
    content = SealedJSONField()

    objects = Scoped("personnel_list__institution")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["personnel_list", "row"], name="faulty_row_once")]

    def __str__(self) -> str:
        return f"{self.row}: {', '.join(self.kinds)}"
