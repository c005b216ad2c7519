"""Procedures as they stood when an application began."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class ProcedureVersion(models.Model):
    """A procedure's values, known by their digest and never changed: applications keep what they began with."""

    digest = models.CharField(max_length=64, unique=True)
    slug = models.SlugField()
    values = models.JSONField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["slug"], name="procedure_versions_of")]

    def __str__(self) -> str:
        return f"{self.slug} {self.digest[:8]}"
