"""The ground floor: what every room of the portal stands on."""

from tte_portal.celery import app as celery_app

__all__ = ["celery_app"]
