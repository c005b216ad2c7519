import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0004_procedure_is_kept"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="application",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consents",
                to="enrollment.application",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="holder",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="enrollment.holder"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("holder", "text"), name="holder_consent_once"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("application__isnull", False), ("holder__isnull", False), _connector="OR"),
                name="consent_has_an_owner",
            ),
        ),
    ]
