"""Dates and times as pages tell them: "21 November 2026 pukul 14.05 WIB"."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@register.filter
def moment(at: datetime, zone: str | None) -> SafeString:
    """The moment in the page's time zone, which people call ``zone``; a ``<time>`` that machines read as well."""
    local = timezone.localtime(at)
    told = f"{local.day} {MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M}"
    return format_html('<time datetime="{}">{} {}</time>', local.isoformat(), told, zone or "WIB")


@register.filter
def moment_at(at: datetime, institution: Any) -> SafeString:
    """The moment as an institution's clocks show it, short and with its zone: for officers, who may serve several."""
    local = at.astimezone(ZoneInfo(institution.time_zone))
    told = f"{local.day} {MONTHS[local.month - 1][:3]} {local.year} {local:%H.%M}"
    return format_html('<time datetime="{}">{} {}</time>', local.isoformat(), told, institution.timezone_label)
