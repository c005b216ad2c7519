"""The least Django can answer with one query: no middleware, no template; the portal's pages are held beside it."""

import os
from typing import ClassVar

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tte_portal import environment

if not settings.configured:
    settings.configure(
        ROOT_URLCONF="bench.bare",
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=[],
        # The portal's database, reached with the portal's own settings.
        DATABASES={"default": environment.database(os.environ["DATABASE_URL"])},
        USE_TZ=True,
    )
    django.setup()


class Institution(models.Model):
    """A few columns of a small table of the portal's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    province = models.CharField(max_length=100)

    objects: ClassVar[models.Manager["Institution"]] = models.Manager()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "enrollment_institution"

    def __str__(self) -> str:
        return self.name


def one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Institution.objects.get(slug="natuna").name)


urlpatterns = [path("", one_query)]
application = WSGIHandler()
