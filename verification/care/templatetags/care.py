"""The warning before the idle limit, and the warnings to administrators."""

from typing import Any

from django import template
from django.conf import settings

from tte_portal.models import Account
from verification import roles
from verification.care import absences, people

register = template.Library()


@register.inclusion_tag("care/idle.html")
def idle_watch() -> dict[str, Any]:
    return {"minutes": settings.IDLE_MINUTES}


@register.inclusion_tag("care/warnings.html", takes_context=True)
def care_warnings(context: dict[str, Any]) -> dict[str, Any]:
    """Who is away and who stands in, for both of them; what is not sound about the number of verifiers, for whoever
    administers."""
    officer = context["request"].user
    administers = isinstance(officer, Account) and roles.holds(officer, roles.ADMINISTRATOR)
    if not isinstance(officer, Account):
        return {}
    return {
        "away": absences.of(officer),
        "stood_in": absences.stood_in_by(officer),
        "warned": people.warnings(officer) if administers else [],
    }
