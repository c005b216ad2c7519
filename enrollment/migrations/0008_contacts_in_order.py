"""Verifier contacts stand in the order their institution gives them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0007_agreed_readings"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="verifiercontact",
            options={
                "ordering": ["position", "pk"],
                "verbose_name": "kontak verifikator",
                "verbose_name_plural": "kontak verifikator",
            },
        ),
        migrations.AddField(
            model_name="verifiercontact",
            name="position",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="urutan"),
        ),
    ]
