"""The Celery application: workers take small, idempotent tasks; due work is found by sweeps, never by timers."""

import os
import sys
from typing import Any

import django
from celery import Celery
from celery.signals import import_modules, setup_logging
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")


# Connected before the app is made, so that it runs before Celery starts Django itself.
@import_modules.connect
def start_django(**given: Any) -> None:
    """A wrong setting or procedure file ends the worker with the sentence that names it, not with a traceback."""
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        sys.exit(f"The portal cannot start. {wrong}")


app = Celery("tte_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_alone(**given: Any) -> None:
    """Celery would put a handler of its own in place of Django's, which masks tokens and numbers of people."""
