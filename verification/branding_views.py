"""The page of an institution's looks, with a preview of a page and of a mail before anything is saved."""

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from enrollment import colours, emails
from enrollment.models import Institution
from tte_portal import links, outbox
from tte_portal.outbox import Mail
from verification import institution_actions as actions
from verification import roles
from verification.access import for_roles, officer_of
from verification.branding_forms import BrandingForm
from verification.institution_actions import Looks
from verification.pages import page

PORTAL_COLOUR = "#0b4a7d"


@for_roles(roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, institution_id: int) -> HttpResponse:
    officer = officer_of(request)
    institution = get_object_or_404(Institution.objects.for_officer(officer, roles.ADMINISTRATOR), pk=institution_id)
    now = actions.looks_of(institution)
    if request.method != "POST":
        return _page(request, institution, BrandingForm(institution=institution, now=now), now)
    form = BrandingForm(request.POST, request.FILES, institution=institution, now=now)
    if not form.is_valid():
        return _page(request, institution, form, now, status=422)
    if request.POST.get("go") != "save":
        return _page(request, institution, form, form.looks(), unsaved=form.looks() != now)
    actions.change_looks(institution.pk, form.looks(), by=officer)
    messages.success(request, f"Tampilan {institution.name} disimpan.")
    return redirect("admin:institution-branding", institution.pk)


def _page(
    request: HttpRequest, institution: Institution, form: BrandingForm, looks: Looks, *, status: int = 200,
    unsaved: bool = False,
) -> HttpResponse:  # fmt: skip
    shades = colours.shades(looks.colour or PORTAL_COLOUR)
    context: dict[str, Any] = {
        "subject": institution,
        "form": form,
        "unsaved": unsaved,
        "logo": f"data:image/png;base64,{base64.b64encode(looks.logo).decode()}" if looks.logo else "",
        "colour": shades["brand"],
        "dark": shades["brand-dark"],
        "soft": shades["brand-soft"],
        "mail": sample_mail(institution, looks),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "pilot_authority": settings.EMBEDDED_AUTHORITY,
    }
    return page(request, "verification/branding.html", "Tampilan dan surel", status, **context)


def sample_mail(institution: Institution, looks: Looks) -> Mail:
    """The activation mail as the institution's people would get it; the institution's row stays as it is."""
    shown = Institution(
        pk=institution.pk, name=institution.name, short_name=institution.short_name, slug=institution.slug,
        helpdesk_email=institution.helpdesk_email, time_zone=institution.time_zone, colour=looks.colour,
        mail_sender=looks.mail_sender, subject_prefix=looks.subject_prefix,
    )  # fmt: skip
    context = {
        **emails.identity(shown),
        "name": "Nama Pemohon",
        "link": f"{settings.BASE_URL}/email/aktivasi/akun/contoh/",
        "expires_at": timezone.now() + links.LIFETIME,
    }
    return outbox.render("activation", "pemohon@contoh.example", context)
