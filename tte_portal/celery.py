"""The Celery application: workers take small, idempotent tasks; due work is found by sweeps, never by timers."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")

app = Celery("tte_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
