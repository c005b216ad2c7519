"""``{% passphrase_at_bsre as at_bsre %}``: whether a page must not offer what is done at BSrE."""

from django import template

from enrollment import elsewhere

register = template.Library()


@register.simple_tag
def passphrase_at_bsre() -> bool:
    return elsewhere.at_bsre()
