"""Mail addresses on narrow screens."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# Where a person reading the address aloud would draw breath.
AFTER = re.compile(r"(?<=[@.])")


@register.filter
def breakable(address: object) -> SafeString:
    """The address as text that breaks behind its @ and dots, not within a word; ``href`` takes it as it is."""
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in AFTER.split(str(address or ""))))
