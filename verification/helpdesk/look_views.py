"""Looking at a number, a face or a KTP: why is asked first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from verification.access import for_roles, officer_of
from verification.helpdesk import looks
from verification.helpdesk.forms import LookForm
from verification.helpdesk.people import READS, Person
from verification.helpdesk.person_views import case_of, of_person
from verification.helpdesk.rules import Refused
from verification.pages import page


@of_person(*READS)
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest, person: Person, field: str) -> HttpResponse:
    """The whole number, in the answer to the reason and nowhere else."""
    if field not in looks.NUMBERS:
        raise Http404
    form = LookForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"person": person, "form": form, "title_of": looks.NUMBERS[field], "value": None}
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data
        try:
            context["value"] = looks.show_number(person, field, why["reason"], why["words"], by=officer_of(request))
        except Refused as refused:
            return _refused(request, person, refused)
    return page(request, "helpdesk/look.html", f"Tampilkan {looks.NUMBERS[field]}", _status(form), **context)


@of_person(*READS)
@require_http_methods(["GET", "POST"])
def picture(request: HttpRequest, person: Person, application_id: UUID, what: str) -> HttpResponse:
    """A face, a KTP or a paper: the page with it is the answer to the reason."""
    application = case_of(person, application_id)
    title = looks.title_of(application, what)
    if title is None:
        raise Http404
    form = LookForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"person": person, "form": form, "title_of": title, "receipt": application.receipt}
    if request.method == "POST" and form.is_valid():
        why, officer = form.cleaned_data, officer_of(request)
        try:
            context["is_picture"] = looks.is_picture(application, what)
            context["look"] = looks.begin(person, application, what, why["reason"], why["words"], by=officer)
        except Refused as refused:
            return _refused(request, person, refused)
    return page(request, "helpdesk/look.html", f"Lihat {title}", _status(form), **context)


def _status(form: LookForm) -> int:
    return 422 if form.errors else 200


def _refused(request: HttpRequest, person: Person, refused: Refused) -> HttpResponse:
    messages.warning(request, f"Tidak ditampilkan. {refused}")
    return redirect("admin:helpdesk-person", person.id)


@for_roles(*READS)
@require_GET
def shown(request: HttpRequest, look_id: UUID) -> HttpResponse:
    """The picture itself, for whoever has just said why."""
    return looks.picture(look_id, officer_of(request))
