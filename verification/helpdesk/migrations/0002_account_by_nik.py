from django.db import migrations


class Migration(migrations.Migration):
    """The help desk finds an account by its NIK among millions. Built beside the work that goes on."""

    atomic = False

    dependencies = [
        ("helpdesk", "0001_requests_notes_looks"),
        ("enrollment", "0011_fill_officers_side"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS holders_by_nik ON enrollment_holder (nik_index)",
            "DROP INDEX CONCURRENTLY IF EXISTS holders_by_nik",
        )
    ]
