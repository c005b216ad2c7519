"""When a text was agreed to after reading it, and an index over the cases whose registries are being asked."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrollment", "0006_branding")]

    operations: ClassVar = [
        migrations.AddField("reading", "agreed_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "application",
            models.Index(
                fields=["since"], condition=models.Q(status="NEW", waiting_for="nobody"), name="application_matching"
            ),
        ),
    ]
