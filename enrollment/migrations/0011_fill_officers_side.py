"""Applications from before take the OPD of their record, and the index of their phone."""

from typing import Any, ClassVar

from django.db import migrations

from tte_portal.encryption import blind_index


def fill(apps: Any, schema_editor: Any) -> None:
    applications = apps.get_model("enrollment", "Application").objects
    schema_editor.execute(
        "UPDATE enrollment_application AS a SET opd_id = r.opd_id FROM enrollment_personnelrecord AS r"
        " WHERE r.id = a.record_id AND r.opd_id IS NOT NULL AND a.opd_id IS NULL"
    )
    for application in applications.filter(phone_index=None).only("phone").iterator(chunk_size=500):
        if application.phone:
            applications.filter(pk=application.pk).update(phone_index=blind_index("phone", application.phone))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrollment", "0010_officers_side")]

    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
