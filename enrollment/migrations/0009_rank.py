"""A civil servant's rank, as profiles show it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0008_contacts_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="personnelrecord",
            name="rank",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="golongan / pangkat"
            ),
        ),
    ]
