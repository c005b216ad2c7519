import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0011_fill_officers_side"),
        ("verification", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Perlu perbaikan"),
                            ("rejection", "Penolakan pengajuan"),
                            ("registration", "Penolakan pendaftaran"),
                            ("profile-change", "Penolakan perubahan profil"),
                        ],
                        max_length=20,
                        verbose_name="jenis",
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="isian")),
                ("text", models.CharField(max_length=500, verbose_name="alasan")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="urutan")),
                ("active", models.BooleanField(default=True, verbose_name="ditawarkan")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reasons",
                        to="enrollment.institution",
                        verbose_name="instansi",
                    ),
                ),
            ],
            options={
                "verbose_name": "alasan siap pakai",
                "verbose_name_plural": "alasan siap pakai",
                "ordering": ["kind", "field", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "kind", "field", "text"), name="reason_once")
                ],
            },
        ),
    ]
