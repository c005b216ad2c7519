"""Decisions about many cases at once: what was asked for, and what became of each case."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from enrollment.models import Application, Institution
from enrollment.scoping import Scoped
from tte_portal.fields import SealedTextField
from tte_portal.models import Account, Job


class BulkRun(models.Model):
    """One decision of one officer about many cases of one institution, done by a job."""

    class Kind(models.TextChoices):
        APPROVE = "approve", "Setujui"
        REJECT = "reject", "Tolak"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, models.PROTECT, related_name="bulk_runs")
    desk = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    # Of a rejection: what every applicant reads. Of an approval: the officer's own note.
    comment = SealedTextField()
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = Scoped("institution")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["officer", "-created_at"], name="bulk_runs_of_officer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BulkCase(models.Model):
    """One case of a run: decided, or left out and why."""

    class State(models.TextChoices):
        WAITING = "waiting", "belum diputuskan"
        DONE = "done", "diputuskan"
        LEFT = "left", "dilewati"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="cases")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    # How the case stood when the officer looked: one that has moved since is left out.
    since = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Why it was left out, as the officer reads it; it may name another application.
    why = SealedTextField()
    at = models.DateTimeField(null=True)

    objects = Scoped("run__institution")

    class Meta:
        ordering: ClassVar[list[Any]] = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "application"], name="bulk_case_once"),
            models.UniqueConstraint(fields=["run", "position"], name="bulk_case_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
