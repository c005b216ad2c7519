"""``{% told_at_bsre application as at_bsre %}``: what templates/bsre/told.html shows of somebody; else nothing."""

from typing import Any

from django import template

from enrollment.models import Application
from passphrase.bsre import told

register = template.Library()


@register.simple_tag
def told_at_bsre(application: Application) -> dict[str, Any] | None:
    return told.told_of(application)
