"""Every running application keeps its procedure as it stands; what lies with the authority waits for no officer."""

import hashlib
import json
from typing import Any, ClassVar

from django.db import migrations

from enrollment import procedure

# A request that lies with the authority waits for no officer any more: (ENROLL, issuer) is the issuer's queue now.
THE_AUTHORITYS_TURN = """
UPDATE enrollment_application SET waiting_for = 'nobody' WHERE status = 'ENROLL' AND waiting_for = 'issuer';
UPDATE enrollment_statusperiod SET waiting_for = 'nobody' WHERE status = 'ENROLL' AND waiting_for = 'issuer';
"""


def keep_procedures(apps: Any, schema_editor: Any) -> None:
    """Give every application the values its procedure's file has today: they are those it began with."""
    application, version = apps.get_model("enrollment", "Application"), apps.get_model("enrollment", "ProcedureVersion")
    for slug in application.objects.values_list("procedure_slug", flat=True).distinct():
        values = procedure.find(slug).values()
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
        kept = version.objects.create(digest=digest, slug=slug, values=values)
        application.objects.filter(procedure_slug=slug).update(procedure=kept)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enrollment", "0002_five_procedures")]

    operations: ClassVar = [
        migrations.RunPython(keep_procedures, migrations.RunPython.noop),
        migrations.RunSQL(THE_AUTHORITYS_TURN, migrations.RunSQL.noop),
    ]
