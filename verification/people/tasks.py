"""The room's one task: lists that nobody needs any more are forgotten, with everybody's data in them."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from verification.people import lists
from verification.people.models import PersonnelList

KEPT = timedelta(days=30)


@shared_task
def forget_old() -> None:
    for made in PersonnelList.objects.filter(created_at__lt=Now() - KEPT).order_by("created_at")[:100]:
        lists.discard(made)
