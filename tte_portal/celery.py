"""The Celery application: workers take small, idempotent tasks; due work is found by sweeps, never by timers."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")

app = Celery("tte_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_alone(**given: Any) -> None:
    """Celery would put a handler of its own in place of Django's, which masks tokens and numbers of people."""
