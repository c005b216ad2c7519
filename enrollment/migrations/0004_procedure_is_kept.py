"""The kept procedure takes the place of the file's name; apart from the data, for PostgreSQL alters no table with
pending checks."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrollment", "0003_keep_procedures")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="application",
            name="procedure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="enrollment.procedureversion",
            ),
        ),
        migrations.RemoveField(
            model_name="application",
            name="procedure_slug",
        ),
        migrations.RemoveField(
            model_name="application",
            name="procedure_version",
        ),
    ]
