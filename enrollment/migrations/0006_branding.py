"""The logo's bytes stand apart from the institution, which every page reads; its row keeps their digest."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrollment", "0005_holder_consents")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="institution", name="logo"),
        migrations.AddField(
            model_name="institution",
            name="logo_digest",
            field=models.CharField(blank=True, editable=False, max_length=16),
        ),
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "institution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="logo",
                        serialize=False,
                        to="enrollment.institution",
                    ),
                ),
                ("png", models.BinaryField()),
            ],
        ),
    ]
