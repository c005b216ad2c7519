"""The page on which an institution picks its procedure and changes single values, with a look before it is saved."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from enrollment import journey, procedure
from enrollment.journey import Stage, Turn
from enrollment.journey_drawing import lanes
from enrollment.models import Application, Institution, Role, Status
from enrollment.procedure import CHANGEABLE, Procedure
from verification import institution_actions as actions
from verification import roles
from verification.access import for_roles, officer_of
from verification.pages import page
from verification.procedure_forms import ChooseForm, ValuesForm, value_text

RUNNING = (Status.NEW, Status.ON_SET_PASSPHRASE, Status.ENROLL, Status.ISSUE)
DECIDES = {Turn.HR: Role.Kind.HR, Turn.VERIFIER: Role.Kind.VERIFIER, Turn.ISSUER: Role.Kind.ISSUER}
STALE = (
    "Petugas lain baru saja mengubah prosedur instansi ini. Isian Anda masih ada di bawah; bandingkan, lalu periksa "
    "dan simpan lagi."
)


@for_roles(roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, institution_id: int) -> HttpResponse:
    officer = officer_of(request)
    institution = get_object_or_404(Institution.objects.for_officer(officer, roles.ADMINISTRATOR), pk=institution_id)
    given = request.POST if request.method == "POST" else request.GET
    slug = given.get("prosedur", institution.procedure_slug)
    slug = slug if slug in procedure.names() else ""
    form = _values_form(request, institution, slug)
    context = _context(request, institution, slug, form)
    if request.method != "POST" or request.POST.get("go") == "edit":
        return page(request, "verification/procedure.html", "Prosedur", **context)
    if form is not None and not form.is_valid():
        return page(request, "verification/procedure.html", "Prosedur", 422, **context)
    if request.POST.get("go") != "save":
        confirm = _confirmation(institution, slug, form)
        return page(request, "verification/procedure-confirm.html", "Periksa perubahan", **context, **confirm)
    try:
        changes = form.changes if form is not None else {}
        actions.change_procedure(institution.pk, slug, changes, seen=request.POST.get("seen", ""), by=officer)
    except actions.Stale:
        return page(request, "verification/procedure.html", "Prosedur", 409, **context, stale=STALE)
    messages.success(request, f"Prosedur {institution.name} disimpan. Berlaku untuk pengajuan baru.")
    return redirect("admin:institution-procedure", institution.pk)


def _values_form(request: HttpRequest, institution: Institution, slug: str) -> ValuesForm | None:
    if not slug:
        return None
    kept = institution.procedure_changes if slug == institution.procedure_slug else {}
    typed = request.POST if request.method == "POST" else None
    return ValuesForm(typed, standard=procedure.find(slug), changes=kept)


def _context(request: HttpRequest, institution: Institution, slug: str, form: ValuesForm | None) -> dict[str, Any]:
    now = actions.in_force(institution)
    shown = now if slug == institution.procedure_slug else form.standard if form else None
    stages = _stages(institution, shown)
    cases = Application.objects.for_officer(officer_of(request), roles.ADMINISTRATOR)
    return {
        "subject": institution,
        "form": form,
        "choose": ChooseForm(initial={"prosedur": slug}),
        "chosen": slug,
        "chosen_name": procedure.find(slug).name if slug else "",
        "shown": shown,
        "stages": stages,
        "lanes": lanes(stages) if stages else "",
        "running": cases.filter(institution=institution, status__in=RUNNING).count(),
        "seen": actions.fingerprint(institution),
        "pilot_authority": settings.EMBEDDED_AUTHORITY,
    }


def _stages(institution: Institution, asked: Procedure | None) -> tuple[Stage, ...]:
    return journey.stages(asked, institution.subject_prefix or None) if asked else ()


def _confirmation(institution: Institution, slug: str, form: ValuesForm | None) -> dict[str, Any]:
    """What would change: the values, what an applicant meets, and who is missing for it."""
    before, after = actions.in_force(institution), form.result if form is not None else None
    old, new = _stages(institution, before), _stages(institution, after)
    return {
        "from_name": before.name if before else "belum dibuka",
        "to_name": after.name if after else "belum dibuka",
        "rows": [
            (CHANGEABLE[key], value_text(key, was), value_text(key, will))
            for key, was, will in actions.differences(before, after)
        ],
        "nothing": (slug, form.changes if form else {}) == (institution.procedure_slug, institution.procedure_changes),
        "gone": [stage for stage in old if stage.title not in {each.title for each in new}],
        "other": [stage for stage in new if stage not in old],
        "missing": _missing(institution, new),
        "typed": [(name, form.data[name]) for name in form.fields if name in form.data] if form is not None else [],
    }


def _missing(institution: Institution, stages: tuple[Stage, ...]) -> list[str]:
    """Roles that have a turn in these stages and that nobody in the institution holds."""
    held = set(institution.roles.values_list("kind", flat=True))
    turns = dict.fromkeys(stage.turn for stage in stages)
    return [str(DECIDES[turn].label) for turn in turns if turn in DECIDES and DECIDES[turn].value not in held]
