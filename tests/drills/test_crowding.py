"""Many invitations and submissions at once wait for no row that they do not change."""

from contextlib import closing

import pytest
from django.db import connection, transaction

from enrollment import actions
from enrollment.models import Institution, PersonnelRecord

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


def test_an_invitation_under_way_leaves_the_institution_to_everybody_else(natuna: Institution) -> None:
    record = PersonnelRecord.objects.filter(institution=natuna).earliest("mailbox")
    with transaction.atomic(), closing(connection.get_new_connection(connection.get_connection_params())) as other:
        actions.invite(record, by=None)
        with other.cursor() as cursor:
            # What each commit asks for that writes a row of this institution.
            cursor.execute("SELECT 1 FROM enrollment_institution WHERE id = %s FOR KEY SHARE NOWAIT", [natuna.pk])
            assert cursor.fetchone()
