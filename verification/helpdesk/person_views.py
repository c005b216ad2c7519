"""The page of one person, and what is done on it at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import lifecycle
from enrollment.models import Application
from tte_portal.models import Account
from verification import roles
from verification.access import for_roles, officer_of
from verification.helpdesk import acts, dossier, masks, problems, standstill
from verification.helpdesk.forms import CorrectForm, NoteForm, ReasonForm
from verification.helpdesk.people import HELPS, READS, Person, find
from verification.helpdesk.rules import Refused
from verification.pages import page

Answer = Callable[..., HttpResponse]


def of_person(*kinds: str) -> Callable[[Answer], Answer]:
    """A view of one person in the officer's institutions; whoever is elsewhere does not exist here."""

    def wrap(view: Answer) -> Answer:
        @for_roles(*kinds)
        @wraps(view)
        def found(request: HttpRequest, person_id: UUID, **kwargs: Any) -> HttpResponse:
            person = find(person_id, officer_of(request), *kinds)
            if person is None:
                raise Http404
            return view(request, person, **kwargs)

        return found  # type: ignore[return-value]

    return wrap


def case_of(person: Person, application_id: UUID) -> Application:
    application = person.application(application_id)
    if application is None:
        raise Http404
    return application


def done(request: HttpRequest, person: Person, act: Callable[[Account], object], told: str) -> HttpResponse:
    """Do it, say what came of it, go back to the person."""
    try:
        act(officer_of(request))
    except Refused as refused:
        messages.warning(request, f"Tidak dilakukan. {refused}")
    except (lifecycle.NotPossible, lifecycle.NotAllowed):
        messages.warning(request, "Tidak dilakukan: keadaan pengajuan sudah berubah.")
    else:
        messages.success(request, told)
    return redirect("admin:helpdesk-person", person.id)


@of_person(*READS)
@require_GET
def show(request: HttpRequest, person: Person) -> HttpResponse:
    return _page(request, person, NoteForm())


def _page(request: HttpRequest, person: Person, note: NoteForm) -> HttpResponse:
    file, held = dossier.of(person), roles.kinds_of(request.user)
    officer = officer_of(request)
    own = person.is_own(officer)
    numbers = [
        {"field": "nik", "label": "NIK", "value": masks.number(person.nik)},
        {"field": "employee_number", "label": "NIP / NRP", "value": masks.number(person.employee_number)},
        {"field": "phone", "label": "Nomor telepon", "value": masks.number(person.phone)},
    ]
    context: dict[str, Any] = {
        "person": person, "file": file, "numbers": numbers, "own": own, "note": note, "form": note,
        "problems": problems.of(file, held), "stuck": standstill.of(file),
        "helps": bool(held & set(HELPS)), "draft": _draft(person),
        "keeps_certificates": bool(held & {roles.VERIFIER, roles.ISSUER}),
    }  # fmt: skip
    status = 422 if note.errors else 200
    return page(request, "helpdesk/person.html", person.name, status, **context)


def _draft(person: Person) -> Application | None:
    return next((each for each in person.running if lifecycle.state_of(each) == lifecycle.DRAFT), None)


@of_person(*READS)
@require_POST
def write_note(request: HttpRequest, person: Person) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form)
    text = form.cleaned_data["text"]
    return done(request, person, lambda by: acts.write_note(person, text, by=by), "Catatan disimpan.")


@of_person(*READS)
@require_POST
def send_link(request: HttpRequest, person: Person, application_id: UUID, purpose: str) -> HttpResponse:
    application = case_of(person, application_id)
    told = f"Tautan baru dikirim ke {application.mailbox}. Tautan sebelumnya tidak berlaku lagi."
    return done(request, person, lambda by: acts.send_link(person, application, purpose, by=by), told)


@of_person(*READS)
@require_POST
def solve(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    """The button of a known problem. Whether it applies is looked at again: the page may be old."""
    problem = problems.find(slug)
    if problem is None:
        raise Http404
    found = problem.look(dossier.of(person), roles.kinds_of(request.user))
    case = found.case
    if case is None or not found.link:
        messages.warning(request, f"Tidak dilakukan. {found.told}")
        return redirect("admin:helpdesk-person", person.id)
    told = f"{problem.title}: tautan baru dikirim ke {case.mailbox}."
    act = lambda by: acts.send_link(person, case, found.link, by=by, problem=slug)  # noqa: E731
    return done(request, person, act, told)


@of_person(*READS)
@require_POST
def send_message_again(request: HttpRequest, person: Person, message_id: UUID) -> HttpResponse:
    act = lambda by: acts.send_message_again(person, message_id, by=by)  # noqa: E731
    return done(request, person, act, "Pesan dimasukkan kembali ke antrean kirim.")


@of_person(*READS)
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, person: Person, application_id: UUID, what: str) -> HttpResponse:
    """Set a standing case going; the reason is asked first."""
    application, stuck = case_of(person, application_id), acts.STUCK.get(what)
    if stuck is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = lambda by: acts.release(person, application.pk, what, reason, by=by)  # noqa: E731
        return done(request, person, act, stuck.done)
    context: dict[str, Any] = {
        "person": person, "form": form, "button": stuck.button, "lead": stuck.button, "receipt": application.receipt,
    }  # fmt: skip
    return page(request, "helpdesk/reason.html", stuck.button, 422 if form.errors else 200, **context)


@of_person(*HELPS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person: Person, application_id: UUID) -> HttpResponse:
    """Typing errors of a draft."""
    application = case_of(person, application_id)
    start = {field: getattr(application, field) for field in acts.CORRECTABLE}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        answers, reason = form.answers(), form.cleaned_data["reason"]
        act = lambda by: acts.correct(person, application.pk, answers, reason, by=by)  # noqa: E731
        return done(request, person, act, "Isian diperbaiki. Anda tidak dapat menyetujui pengajuan ini.")
    context: dict[str, Any] = {"person": person, "form": form, "application": application}
    return page(request, "helpdesk/correct.html", "Perbaiki isian", 422 if form.errors else 200, **context)
