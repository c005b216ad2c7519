"""The front doors: the list of institutions, one institution's services, and asking for a link by mailbox."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import journey, terms, typed_mailbox
from enrollment.branding import show_as
from enrollment.models import Institution, MailboxRequest
from enrollment.public_forms import MailboxForm
from enrollment.ways_in import entry
from tte_portal import workers
from tte_portal.throttles import Throttle, client_address

REQUESTS = Throttle("mailbox-requests", limit=20, seconds=3600)


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """On an institution's own host its front door, else the list of institutions."""
    own = Institution.objects.filter(host=request.get_host()).first()
    if own is not None:
        return _front_door(request, own)
    # Those that serve people now come first; all by the name that their cards show.
    institutions = sorted(Institution.objects.all(), key=lambda each: (not each.is_open, each.short_name))
    return render(request, "enrollment/home.html", {"institutions": institutions})


@login_not_required
@require_GET
def front_door(request: HttpRequest, slug: str) -> HttpResponse:
    return _front_door(request, get_object_or_404(Institution, slug=slug))


def _front_door(request: HttpRequest, institution: Institution) -> HttpResponse:
    show_as(request, institution)
    context: dict[str, Any] = {"open": institution.is_open, "pilot_authority": settings.EMBEDDED_AUTHORITY}
    if institution.is_open:
        asked = terms.in_force(institution)
        context |= {"way": entry.of(institution, asked), "contract_apart": asked.contract_apart}
        context |= {"stages": journey.stages(asked), "to_have": journey.to_have(asked)}
    return render(request, "enrollment/front-door.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def ask_activation(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the activation link; the answer is the same whether the mailbox is known or not."""
    institution = get_object_or_404(Institution, slug=slug)
    show_as(request, institution)
    if not institution.is_open:
        return redirect("front-door", slug)
    asked = terms.in_force(institution)
    if asked.way_in.kind != "invitation":
        return redirect(entry.of(institution, asked).url)
    form = MailboxForm(request.POST or None, initial=typed_mailbox.initial(request))
    if request.method == "POST" and form.is_valid():
        remember_request(request, form, MailboxRequest.Purpose.ACTIVATION, institution)
        return typed_mailbox.keep(redirect("ask-activation-sent", slug), form.cleaned_data["mailbox"])
    return render(request, "enrollment/ask-activation.html", {"form": form})


@login_not_required
@require_GET
def ask_activation_sent(request: HttpRequest, slug: str) -> HttpResponse:
    show_as(request, get_object_or_404(Institution, slug=slug))
    return render(request, "enrollment/ask-activation-sent.html", {"typed": typed_mailbox.of(request)})


@login_not_required
@require_http_methods(["GET", "POST"])
def ask_status(request: HttpRequest) -> HttpResponse:
    """Ask for the status link; the answer is the same whether the mailbox is known or not."""
    form = MailboxForm(request.POST or None, initial=typed_mailbox.initial(request))
    if request.method == "POST" and form.is_valid():
        remember_request(request, form, MailboxRequest.Purpose.STATUS, None)
        return typed_mailbox.keep(redirect("status-sent"), form.cleaned_data["mailbox"])
    return render(request, "status/ask.html", {"form": form})


@login_not_required
@require_GET
def status_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "status/sent.html", {"typed": typed_mailbox.of(request)})


def remember_request(
    request: HttpRequest, form: MailboxForm, purpose: MailboxRequest.Purpose, institution: Institution | None
) -> None:
    """Write the request down for a worker: known or not, the same work is done before the same answer."""
    REQUESTS.count(client_address(request))
    with transaction.atomic():
        asked = MailboxRequest.objects.create(
            purpose=purpose, institution=institution, mailbox=form.cleaned_data["mailbox"]
        )
        workers.tell("enrollment.tasks.answer_mailbox_request", asked.pk)
