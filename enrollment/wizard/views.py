"""The wizard: task list, one generic step, check-your-answers, the policy before "Submit"."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import automatic, comparisons, consents, readings, terms
from enrollment.models import Application, Correction
from enrollment.wizard import actions, phone_views, steps, upload_views
from enrollment.wizard.forms import EmploymentForm
from enrollment.wizard.gate import in_wizard
from enrollment.wizard.step_forms import PhoneForm, StepForm
from enrollment.wizard.steps import Step
from tte_portal import files
from tte_portal.forms import PortalForm
from tte_portal.models import Link
from tte_portal.throttles import Throttle

CHECKS = Throttle("employee-number-check", limit=20, seconds=3600)

CHANGED = (
    "Jawaban Anda berubah sejak halaman ini dibuka, mungkin di jendela lain. Periksa sekali lagi, lalu kirim. "
    "Belum ada yang terkirim."
)

# In the address of the answers: they changed while the policy was read.
AGAIN = "berubah"

CHECKED = {
    "ada": "Data pegawai ditemukan. Periksa isian di bawah; ubah bila ada yang keliru.",
    "tidak": "NIP / NRP itu tidak ditemukan untuk surel dinas Anda. Periksa angkanya. Bila sudah benar, isi sendiri "
    "bagian di bawah dan lanjutkan; verifikator akan memeriksanya.",
}


@in_wizard
@require_GET
def tasks(request: HttpRequest, application: Application) -> HttpResponse:
    """The page to come back to: what is done, what is next, until when."""
    corrections = steps.open_corrections(application)
    rows = [_task(step, application, corrections) for step in steps.of(application)]
    return render(
        request,
        "wizard/tasks.html",
        {
            "application": application,
            "steps": rows,
            "corrections": [_correction(each, application) for each in corrections],
            "can_submit": steps.is_ready(application, corrections),
            "next": next((row for row in rows if row["state"] != "done"), None),
            "begun": any(row["state"] == "done" for row in rows),
            "deadline": Link.objects.get(pk=request.link_id).expires_at,  # type: ignore[attr-defined]
        },
    )


def _task(step: Step, application: Application, corrections: list[Correction]) -> dict[str, Any]:
    state = "done" if step.is_complete(application) else "todo"
    if any(step.has_field(each.field) for each in corrections):
        state = "correct"
    note = "Ada isian yang belum lengkap." if step.slug in application.draft else ""
    if state == "done" and step.form is EmploymentForm and comparisons.is_as_recorded(application):
        note = "Sama dengan data kepegawaian instansi. Ubah bila tidak sesuai."
    return {"title": step.title, "url": step.url, "state": state, "note": note}


def _correction(correction: Correction, application: Application) -> dict[str, str]:
    url = steps.step_with(correction.field, application).url_of(correction.field)
    label = steps.label_of(correction.field, application)
    return {"label": label, "reason": correction.reason, "url": url}


@in_wizard
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, application: Application, slug: str) -> HttpResponse:
    """One step of the wizard, by its row in the table."""
    found = next((each for each in steps.of(application) if each.slug == slug), None)
    if found is None:
        raise Http404
    if found.form is None:
        ways = upload_views.Ways(_neighbour(application, found, "previous"), lambda: _onward(application, found))
        return upload_views.step(request, application, found, _step_context(request, application, found), ways)
    if request.method == "GET":
        return _show_step(request, application, found, found.form.shown(application, slug))
    return _post_step(request, application, found, found.form(request.POST, application=application))


def _post_step(request: HttpRequest, application: Application, step: Step, form: StepForm) -> HttpResponse:
    go = request.POST.get("go", "next")
    if go == "leave":
        # "Batalkan" does what the word says: what was typed on this page is dropped, what was kept before it stays.
        return redirect("wizard-left")
    if go == "next" and isinstance(form, PhoneForm) and form.has_code():
        # Enter in the code's field presses the page's own button.
        go = "verify-code"
    if go == "check" and isinstance(form, EmploymentForm):
        return _check_employee_number(request, application, step, form)
    if go in phone_views.BUTTONS and isinstance(form, PhoneForm) and form.asks_proof:
        return phone_views.prove(application, step, form, go) or _show_step(request, application, step, form)
    if form.is_valid():
        form.write()
        actions.save_step(application, step)
        if go == "next":
            return redirect(_onward(application, step))
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


def _onward(application: Application, step: Step) -> str:
    """Where "Next" leads from a finished step: back to the answers when all is done (somebody came to change one
    thing), in a correction to the first thing that is still to do, else to the step that follows."""
    corrections = steps.open_corrections(application)
    if steps.is_ready(application, corrections):
        return reverse("wizard-review")
    if application.submitted_at is None:
        return _neighbour(application, step, "next")
    for each in steps.of(application):
        if asked := next((c.field for c in corrections if each.has_field(c.field)), None):
            return each.url_of(asked)
        # An answer that was put right may ask for more: whoever is no ASN after all needs a letter.
        if not each.is_complete(application):
            return each.url
    return reverse("wizard-tasks")


def _check_employee_number(
    request: HttpRequest, application: Application, step: Step, form: EmploymentForm
) -> HttpResponse:
    """ "Cek NIP / NRP": fill in what the registry has, keep everything typed, and say how it went."""
    form.is_valid()
    number = form.cleaned_data.get("employee_number")
    if not number:
        # What the button is to fill in is not missing yet.
        for name in set(form.errors) - {"kind", "employee_number"}:
            del form.errors[name]
        actions.keep_draft(application, step, form.typed())
        return _show_step(request, application, step, form)
    CHECKS.count(str(application.pk))
    record = actions.check_employee_number(application, number)
    typed = form.fill_from(record) if record else form.typed()
    actions.keep_draft(application, step, typed)
    return redirect(f"{step.url}?cek={'ada' if record else 'tidak'}")


def _show_step(request: HttpRequest, application: Application, step: Step, form: StepForm) -> HttpResponse:
    context = _step_context(request, application, step)
    form.corrections = context["asked"]
    context["form"] = form
    if isinstance(form, PhoneForm) and form.asks_proof:
        context |= phone_views.context_of(request, form)
    return render(request, "wizard/step.html", context)


def _step_context(request: HttpRequest, application: Application, step: Step) -> dict[str, Any]:
    asked = {each.field: each.reason for each in steps.open_corrections(application) if step.has_field(each.field)}
    return {
        "application": application,
        "step": step,
        "steps": steps.of(application),
        "asked": asked,
        "notice": CHECKED.get(request.GET.get("cek", "")),
    }


@in_wizard
@require_GET
def upload(request: HttpRequest, application: Application, slug: str = "foto-diri") -> HttpResponse:
    """The applicant's own picture or paper."""
    step = next((each for each in steps.of(application) if each.slug == slug and each.upload), None)
    file = upload_views.of(step).file_of(application) if step else None
    if file is None:
        raise Http404
    return HttpResponse(files.read(file), content_type=file.content_type)


@in_wizard
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, application: Application) -> HttpResponse:
    """Check your answers, then submit."""
    shown = steps.fingerprint(application)
    changed = request.POST.get("shown", shown) != shown or AGAIN in request.GET
    if request.method == "POST" and request.POST.get("shown", shown) == shown:
        return _submit(request, application, shown)
    corrections = steps.open_corrections(application)
    if not steps.is_ready(application, corrections):
        return redirect("wizard-tasks")
    row = steps.of(application)
    context = {
        "shown": shown,
        "notice": CHANGED if changed else None,
        "application": application,
        "sections": [_section(step, application) for step in row if step.form],
        "uploads": [upload_views.kept(application, step) for step in row if step.upload],
        "form": PortalForm(),
        "steps": row,
        "matched": automatic.transition_of(application) == "submit_for_matching",
    }
    return render(request, "wizard/review.html", context)


def _submit(request: HttpRequest, application: Application, shown: str) -> HttpResponse:
    try:
        actions.submit(application.pk, request.link_id)  # type: ignore[attr-defined]
    except actions.PolicyUnread:
        return redirect(_policy_for(shown))
    except actions.NotReady:
        return redirect("wizard-tasks")
    return redirect("wizard-done")


def _policy_for(shown: str) -> str:
    """The policy's address with the answers that were checked before it."""
    return f"{reverse('wizard-policy')}?jawaban={shown}"


@in_wizard
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, application: Application) -> HttpResponse:
    """The privacy policy before "Submit", open for its least time before "Saya setuju" works."""
    least = terms.of(application).wizard.reading_seconds
    if not least or not steps.is_ready(application, steps.open_corrections(application)):
        return redirect("wizard-review" if not least else "wizard-tasks")
    now = steps.fingerprint(application)
    shown = request.POST.get("shown") or request.GET.get("jawaban") or now
    if shown != now:
        return redirect(f"{reverse('wizard-review')}?{AGAIN}")
    if request.method == "POST" and request.POST.get("go") == "submit":
        return _submit(request, application, shown)
    form = PortalForm(request.POST or None)
    if request.method == "POST":
        if not (left := actions.agree_to_policy(application)):
            return redirect(_policy_for(shown))
        form.add_error(None, f"Baca kebijakan privasi dahulu. Tombol “Saya setuju” berlaku {left} detik lagi.")
    text = consents.find(actions.POLICY)
    name = readings.name_of(text)
    readings.begin(application, name)
    context = {
        "application": application,
        "shown": shown,
        "text": text,
        "form": form,
        "least": least,
        "seconds_left": readings.seconds_left(application, name, least),
        "is_agreed": readings.is_agreed(application, name),
    }
    return render(request, "wizard/policy.html", context)


@in_wizard
@require_GET
def left(request: HttpRequest, application: Application) -> HttpResponse:
    """Stopped for now: what is kept, and how to come back."""
    deadline = Link.objects.get(pk=request.link_id).expires_at  # type: ignore[attr-defined]
    return render(request, "wizard/left.html", {"application": application, "deadline": deadline})


def _section(step: Step, application: Application) -> dict[str, Any]:
    rows = [
        {
            "label": label,
            "value": steps.shown_value(application, name) or "–",
            "url": None if name in step.fixed else step.url_of(name),
            "changed": False,
        }
        for name, label in step.fields
    ]
    return {"title": step.title, "url": step.url, "rows": rows}
