"""What a page says of the procedure that holds for an application or an institution."""

from django import template

from enrollment import terms
from enrollment.models import Application, Institution

register = template.Library()


@register.filter
def pause(subject: Application | Institution | None) -> str:
    """How long an issued certificate pauses, in words; empty when it does not."""
    if not isinstance(subject, Application | Institution):
        return ""
    asked = terms.of(subject) if isinstance(subject, Application) else terms.in_force(subject)
    return asked.pause_text if asked.pause_seconds else ""
