"""The parts around a page that are the same on many pages, drawn once for all that they show."""

from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tte_portal.templatetags.addresses import breakable

register = template.Library()

# All that the parts show of an institution: what is not named here, they do not know.
SHOWN = ("slug", "name", "short_name", "helpdesk_email", "colour", "colour_digest", "logo_digest")


@register.simple_tag(takes_context=True)
def frame(context: Context, part: str) -> SafeString:
    """``components/frame/<part>.html`` for the page's institution."""
    institution = context.get("institution")
    shown = tuple(getattr(institution, name) for name in SHOWN) if institution else ()
    return _drawn(part, shown, bool(context.get("demo")))


@register.simple_tag(takes_context=True)
def step_bar(context: Context) -> SafeString:
    """``components/step-bar.html`` for the page's ``steps`` and ``step``."""
    return _bar(tuple((each.slug, each.title) for each in context["steps"]), context["step"].slug)


@register.simple_tag(takes_context=True)
def whose(context: Context) -> SafeString:
    """Whose page this is: two people may share one computer. The ``application``'s, else of who has signed in."""
    if application := context.get("application"):
        name = application.name or breakable(application.mailbox)
        words = '<p class="whose">Pengajuan <b>{}</b>, <span class="code">{}</span></p>'
        return format_html(words, name, application.receipt)
    return format_html('<p class="whose">Akun <b>{}</b></p>', context["request"].user.name)


@lru_cache(maxsize=100)
def _bar(steps: tuple[tuple[str, str], ...], current: str) -> SafeString:
    return SafeString(get_template("components/step-bar.html").render({"steps": steps, "current": current}))


# A third of a page's time went into these few lines: a dozen addresses, the same on every page. What they show is the
# whole key, so nothing can be out of date.
@lru_cache(maxsize=1000)
def _drawn(part: str, shown: tuple[str, ...], demo: bool) -> SafeString:
    institution = dict(zip(SHOWN, shown, strict=True)) if shown else None
    return SafeString(get_template(f"components/frame/{part}.html").render({"institution": institution, "demo": demo}))
