"""``{% two_of visitor.application as two %}``: both certificates of a person in the hour before the new one works."""

from django import template

from enrollment.models import Application
from passphrase.holder import pause

register = template.Library()


@register.simple_tag
def two_of(application: Application) -> pause.Two | None:
    return pause.two(application)
