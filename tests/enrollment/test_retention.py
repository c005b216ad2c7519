"""What was begun and left for 90 days is erased, and nothing else."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.db.models.functions import Now

from enrollment import retention, tasks
from enrollment.models import Application, Institution
from tests import cast
from tte_portal import audit, data_keys
from tte_portal.models import AuditRow, Link, SealedFile

pytestmark = pytest.mark.django_db(transaction=True)


def grow_old(application: Application, days: int) -> None:
    Application.objects.filter(pk=application.pk).update(since=Now() - timedelta(days=days))


def test_an_abandoned_draft_goes_with_its_photo_its_links_and_its_keys(application: Application) -> None:
    cast.fill(application)
    photo = SealedFile.objects.get(owner=application.pk)
    grow_old(application, 91)

    tasks.forget_abandoned()

    assert not Application.objects.filter(pk=application.pk).exists()
    assert not SealedFile.objects.exists()
    assert not Link.objects.filter(subject=application.pk).exists()
    assert not storages["sealed_files"].exists(f"{photo.pk.hex[:2]}/{photo.pk.hex}")
    with pytest.raises(data_keys.Erased):
        data_keys.find(photo.pk)


def test_the_audit_trail_keeps_that_it_was_and_stays_whole(application: Application) -> None:
    grow_old(application, 91)
    tasks.forget_abandoned()
    assert AuditRow.objects.filter(subject=application.pk, event="forget").count() == 1
    assert list(audit.verify()) == []


def test_a_draft_of_89_days_stays(application: Application) -> None:
    grow_old(application, 89)
    tasks.forget_abandoned()
    assert Application.objects.filter(pk=application.pk).exists()


def test_what_was_handed_in_stays_however_old(natuna: Institution) -> None:
    waiting = cast.submitted(natuna)
    grow_old(waiting, 400)
    assert retention.abandoned() == []
    assert not retention.forget(waiting.pk)
    assert Application.objects.filter(pk=waiting.pk).exists()


def test_no_foreign_row_is_left_behind(application: Application) -> None:
    cast.fill(application)
    grow_old(application, 91)
    tasks.forget_abandoned()
    with connection.cursor() as cursor:
        for table in ("statusperiod", "consent", "correction"):
            cursor.execute(f"SELECT count(*) FROM enrollment_{table} WHERE application_id = %s", [application.pk])  # noqa: S608
            assert cursor.fetchone() == (0,)
