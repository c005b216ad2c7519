"""The wizard: task list, one generic step, the photo, check-your-answers, receipt."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import actions, consents, photos, status, steps, terms
from enrollment.branding import show_as
from enrollment.forms import EmploymentForm, PhotoForm, StepForm
from enrollment.models import Application, Correction
from enrollment.steps import Step
from tte_portal import files, links
from tte_portal.forms import PortalForm
from tte_portal.models import Link
from tte_portal.throttles import Throttle

CHECKS = Throttle("employee-number-check", limit=20, seconds=3600)
PHOTOS = Throttle("photo", limit=40, seconds=3600)

CHECKED = {
    "ada": "Data pegawai ditemukan. Periksa isian di bawah; ubah bila ada yang keliru.",
    "tidak": "NIP / NRP itu tidak ditemukan untuk surel dinas Anda. Periksa angkanya. Bila sudah benar, isi sendiri "
    "bagian di bawah dan lanjutkan; verifikator akan memeriksanya.",
}

View = Callable[..., HttpResponse]


def in_wizard(view: View) -> View:
    """Give the view the draft that the opened link stands for (``request.link_id`` is the link's id)."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entered = links.entered(request, "activation")
        if entered is None:
            return _closed(request)
        link_id, subject = entered
        application = actions.draft_of(subject, link_id)
        if application is None:
            return redirect("wizard-done") if _submitted(subject) else _closed(request)
        show_as(request, application.institution)
        request.link_id = link_id  # type: ignore[attr-defined]
        try:
            return view(request, application, *args, **kwargs)
        except actions.AlreadyDone:
            # Handed in from another tab or by a first click, while this one was on its way.
            return redirect("wizard-done")

    return guarded


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "enrollment/session-closed.html", status=403)


def _submitted(subject: UUID) -> Application | None:
    """The application of this browser's link once it is handed in, for the receipt."""
    found = Application.objects.select_related("institution").filter(pk=subject, submitted_at__isnull=False)
    return found.exclude(status="NEW", waiting_for="applicant").first()


@in_wizard
@require_GET
def tasks(request: HttpRequest, application: Application) -> HttpResponse:
    """The page to come back to: what is done, what is next, until when."""
    corrections = steps.open_corrections(application)
    rows = [_task(step, application, corrections) for step in steps.of(application)]
    return render(
        request,
        "enrollment/tasks.html",
        {
            "application": application,
            "steps": rows,
            "corrections": [_correction(each) for each in corrections],
            "can_submit": steps.is_ready(application, corrections),
            "deadline": Link.objects.get(pk=request.link_id).expires_at,  # type: ignore[attr-defined]
        },
    )


def _task(step: Step, application: Application, corrections: list[Correction]) -> dict[str, Any]:
    state = "done" if step.is_complete(application) else "todo"
    if any(step.has_field(each.field) for each in corrections):
        state = "correct"
    note = "Ada isian yang belum lengkap." if step.slug in application.draft else ""
    return {"title": step.title, "url": step.url, "state": state, "note": note}


def _correction(correction: Correction) -> dict[str, str]:
    url = f"{steps.step_with(correction.field).url}#id_{correction.field}"
    return {"label": steps.label_of(correction.field), "reason": correction.reason, "url": url}


@in_wizard
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, application: Application, slug: str) -> HttpResponse:
    """One step of the wizard, by its row in the table."""
    found = next((each for each in steps.of(application) if each.slug == slug), None)
    if found is None:
        raise Http404
    if found.form is None:
        return _photo_step(request, application, found)
    if request.method == "GET":
        return _show_step(request, application, found, found.form.shown(application, slug))
    return _post_step(request, application, found, found.form(request.POST, application=application))


def _post_step(request: HttpRequest, application: Application, step: Step, form: StepForm) -> HttpResponse:
    go = request.POST.get("go", "next")
    if go == "check" and isinstance(form, EmploymentForm):
        return _check_employee_number(request, application, step, form)
    if form.is_valid():
        form.write()
        actions.save_step(application, step)
    else:
        actions.keep_draft(application, step, form.typed())
        if go != "previous":
            return _show_step(request, application, step, form)
    return redirect(_neighbour(application, step, go))


def _neighbour(application: Application, step: Step, go: str) -> str:
    """Where "Previous" and "Next" lead: a neighbouring step, the task list before the first, the review at the end."""
    row = steps.of(application)
    place = row.index(step) + (-1 if go == "previous" else 1)
    if place < 0:
        return reverse("wizard-tasks")
    return row[place].url if place < len(row) else reverse("wizard-review")


def _check_employee_number(
    request: HttpRequest, application: Application, step: Step, form: EmploymentForm
) -> HttpResponse:
    """ "Cek NIP / NRP": fill in what the registry has, keep everything typed, and say how it went."""
    form.is_valid()
    number = form.cleaned_data.get("employee_number")
    if not number:
        form.errors.clear() if "employee_number" not in form.errors else None
        actions.keep_draft(application, step, form.typed())
        return _show_step(request, application, step, form)
    CHECKS.count(str(application.pk))
    record = actions.check_employee_number(application, number)
    typed = form.fill_from(record) if record else form.typed()
    actions.keep_draft(application, step, typed)
    return redirect(f"{step.url}?cek={'ada' if record else 'tidak'}")


def _show_step(request: HttpRequest, application: Application, step: Step, form: PortalForm) -> HttpResponse:
    return render(request, "enrollment/step.html", _step_context(request, application, step, form))


def _step_context(request: HttpRequest, application: Application, step: Step, form: PortalForm) -> dict[str, Any]:
    asked = {each.field: each.reason for each in steps.open_corrections(application) if step.has_field(each.field)}
    form.corrections = asked
    return {
        "application": application,
        "form": form,
        "step": step,
        "steps": steps.of(application),
        "corrections": [{"label": steps.label_of(name), "reason": reason} for name, reason in asked.items()],
        "notice": CHECKED.get(request.GET.get("cek", "")),
    }


def _photo_step(request: HttpRequest, application: Application, step: Step) -> HttpResponse:
    has_photo = application.photo_id is not None
    texts = [consents.find(kind) for kind in terms.of(application).wizard.consents]
    agreed = {f"consent-{text.kind}": has_photo for text in texts}
    if request.method == "GET":
        form = PhotoForm(has_photo=has_photo, consents=texts, initial=agreed)
        return _show_photo(request, application, step, form)
    if request.POST.get("go") == "previous":
        return redirect(_neighbour(application, step, "previous"))
    PHOTOS.count(str(application.pk))
    form = PhotoForm(request.POST, request.FILES, has_photo=has_photo, consents=texts)
    if not form.is_valid():
        return _show_photo(request, application, step, form)
    chosen = form.chosen()
    if chosen is None:
        return redirect("wizard-review")
    try:
        actions.keep_photo(application, chosen.read())
    except photos.Refused as refused:
        form.add_error("photo", str(refused))
        return _show_photo(request, application, step, form)
    # With something to better, the person sees the picture and the hints before going on.
    return redirect(step.url if application.photo_findings else "wizard-review")


def _show_photo(request: HttpRequest, application: Application, step: Step, form: PhotoForm) -> HttpResponse:
    context = _step_context(request, application, step, form) | _photo_context(application)
    context["consent_texts"] = form.consents
    return render(request, "enrollment/photo.html", context)


def _photo_context(application: Application) -> dict[str, Any]:
    return {
        # The file's id in the address: a new picture is never shown from a memory of the old.
        "photo_url": f"{reverse('wizard-photo')}?{application.photo_id}" if application.photo_id else None,
        "photo_warnings": [photos.FINDINGS[name] for name in application.photo_findings],
    }


@in_wizard
@require_GET
def photo(request: HttpRequest, application: Application) -> HttpResponse:
    """The applicant's own picture."""
    if application.photo is None:
        raise Http404
    return HttpResponse(files.read(application.photo), content_type="image/jpeg")


@in_wizard
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, application: Application) -> HttpResponse:
    """Check your answers, then submit."""
    if request.method == "POST":
        try:
            actions.submit(application.pk, request.link_id)  # type: ignore[attr-defined]
        except actions.NotReady:
            return redirect("wizard-tasks")
        return redirect("wizard-done")
    corrections = steps.open_corrections(application)
    if not steps.is_ready(application, corrections):
        return redirect("wizard-tasks")
    sections = [_section(step, application) for step in steps.of(application) if step.form]
    context = {"application": application, "sections": sections, "form": PortalForm(), "steps": steps.of(application)}
    return render(request, "enrollment/review.html", context | _photo_context(application))


def _section(step: Step, application: Application) -> dict[str, Any]:
    rows = [
        {
            "label": label,
            "value": steps.shown_value(application, name) or "–",
            "url": None if name in steps.FIXED else f"{step.url}#id_{name}",
            "changed": False,
        }
        for name, label in step.fields
    ]
    return {"title": step.title, "url": step.url, "rows": rows}


@login_not_required
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The receipt; shown again on every visit until the browser's cookie ends."""
    entered = links.entered(request, "activation")
    application = _submitted(entered[1]) if entered else None
    if application is None:
        return _closed(request)
    show_as(request, application.institution)
    context = {
        "application": application,
        "submitted_at": application.submitted_at,
        "usual": status.usual_text(application),
    }
    return render(request, "enrollment/done.html", context)
