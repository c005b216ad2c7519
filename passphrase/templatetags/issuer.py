"""``{% issuer_ended application as ended_at %}``: since when nobody accepts its certificate, for its issuer was taken
back."""

from datetime import datetime

from django import template

from enrollment.models import Application
from passphrase.authority import taking_back

register = template.Library()


@register.simple_tag
def issuer_ended(application: Application) -> datetime | None:
    return taking_back.issuer_of_ended_at(application)
