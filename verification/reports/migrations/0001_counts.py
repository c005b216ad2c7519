"""Counts of the reports, the triggers that keep them, and the first count."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

from verification.reports import tally, triggers
from verification.reports.measures import MEASURES

# Which links can still be used, for the report of what became of them.
OPEN_LINKS = "CREATE INDEX links_open ON tte_portal_link (expires_at) WHERE finished_at IS NULL AND replaced_at IS NULL"


def install(apps: Any, schema_editor: Any) -> None:
    for statement in triggers.statements():
        schema_editor.execute(statement)
    for measure in MEASURES:
        tally.recount(measure)


def remove(apps: Any, schema_editor: Any) -> None:
    for statement in triggers.removal():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [
        ("verification", "0001_initial"),
        ("enrollment", "0011_fill_officers_side"),
        ("passphrase", "0002_five_procedures"),
        ("tte_portal", "0003_jobs"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Delta",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=12)),
                ("institution", models.BigIntegerField()),
                ("opd", models.BigIntegerField()),
                ("procedure", models.CharField(max_length=50)),
                ("what", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("bucket", models.SmallIntegerField()),
                ("n", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="UnreadDecision",
            fields=[
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="verification.decision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=12)),
                ("institution", models.BigIntegerField()),
                ("opd", models.BigIntegerField()),
                ("procedure", models.CharField(max_length=50)),
                ("what", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("bucket", models.SmallIntegerField()),
                ("n", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "institution", "opd", "day", "what", "procedure", "bucket"),
                        name="tally_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(blank=True, max_length=40)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="given_reasons",
                        to="verification.decision",
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.wording"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("decision", "field"), name="given_reason_once")],
            },
        ),
        migrations.RunSQL(OPEN_LINKS, "DROP INDEX links_open"),
        migrations.RunPython(install, remove),
    ]
