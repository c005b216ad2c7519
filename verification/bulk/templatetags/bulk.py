"""The way from a case in a list to its page at the desk."""

from uuid import UUID

from django import template

from verification.desks import Desk

register = template.Library()


@register.filter
def page_at(case_id: UUID, desk: Desk) -> str:
    return desk.page_of(case_id)
