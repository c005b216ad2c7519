"""What reports keep beside the tables they count: counts as they change, counts added up, and why officers refused."""

from typing import ClassVar

from django.db import models

from enrollment.scoping import Scoped
from verification.models import Decision


class Delta(models.Model):
    """A change of a count that the triggers of verification/reports/triggers.py noted and nobody has added up yet."""

    measure = models.CharField(max_length=12)
    # 0: no matter which; the reports' own numbers, not keys: a count outlives what it counted.
    institution = models.BigIntegerField()
    opd = models.BigIntegerField()
    procedure = models.CharField(max_length=50)
    what = models.CharField(max_length=80)
    day = models.DateField()
    bucket = models.SmallIntegerField()
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.measure} {self.what} {self.n:+}"


class Tally(models.Model):
    """A count added up: for an OPD, for an institution (``opd`` 0), for all institutions (``institution`` 0)."""

    measure = models.CharField(max_length=12)
    institution = models.BigIntegerField()
    opd = models.BigIntegerField()
    procedure = models.CharField(max_length=50)
    what = models.CharField(max_length=80)
    day = models.DateField()
    bucket = models.SmallIntegerField()
    n = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "institution", "opd", "day", "what", "procedure", "bucket"], name="tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.what} {self.n}"


class UnreadDecision(models.Model):
    """A refusal whose reasons nobody has sorted yet; a trigger writes it with the decision."""

    decision = models.OneToOneField(Decision, models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class Wording(models.Model):
    """A ready-made reason as officers pick it: words about nobody."""

    text = models.CharField(max_length=500, unique=True)

    def __str__(self) -> str:
        return self.text


class GivenReason(models.Model):
    """Which ready-made reason a refusal gave for which field; without one the officer's own words alone, which stay
    sealed in the decision."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="given_reasons")
    field = models.CharField(max_length=40, blank=True)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")

    objects = Scoped("decision__application__institution")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["decision", "field"], name="given_reason_once")]

    def __str__(self) -> str:
        return f"{self.field}: {self.wording_id or '-'}"
