"""The queue and the review page. Every case comes from the officer's own scope: what lies outside is not found."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from verification import actions, case_papers, queue, review, roles
from verification.access import for_roles, officer_of
from verification.forms import CorrectionForm, RejectionForm
from verification.pages import page
from verification.pictures import picture

verifiers = for_roles(roles.VERIFIER)


@verifiers
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    found = queue.page(officer, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "page": found,
        "many": queue.institutions(officer).count() > 1,
        "after": request.GET.get("after", ""),
    }
    return page(request, "verification/queue.html", "Antrean pemeriksaan", **context)


@verifiers
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    return _open_next(request)


def _open_next(request: HttpRequest) -> HttpResponse:
    """Claim the next case and go there; to the queue when none is free."""
    case = actions.claim_next(officer_of(request))
    if case is None:
        messages.info(request, "Tidak ada kasus yang dapat diambil sekarang.")
        return redirect("admin:queue")
    return redirect("admin:review", case.pk)


@verifiers
@require_POST
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    return _guarded(request, case, lambda: actions.claim(case_id, officer_of(request))) or redirect(
        "admin:review", case_id
    )


@verifiers
@require_POST
def release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    if actions.release(case_id, officer_of(request)):
        messages.success(request, f"{case.receipt} dikembalikan ke antrean.")
    return redirect("admin:queue")


@verifiers
@require_GET
def photo(request: HttpRequest, case_id: UUID, field: str = "photo") -> HttpResponse:
    return picture(_case(request, case_id), field, officer_of(request))


@verifiers
@require_GET
def paper(request: HttpRequest, case_id: UUID, paper_id: UUID) -> HttpResponse:
    return case_papers.paper(_case(request, case_id), paper_id, officer_of(request))


@method_decorator(verifiers, name="dispatch")
class Review(View):
    """One case. A correction or rejection is shown word for word before it is sent."""

    def get(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        return self._page(request, _case(request, case_id), None)

    def post(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        case = _case(request, case_id)
        match request.POST.get("decision"):
            case "approve":
                return self._decide(request, case, "disetujui", lambda by: actions.approve(case_id, by=by))
            case "correct":
                return self._correct(request, case, CorrectionForm(request.POST, application=case))
            case "reject":
                return self._reject(request, case, RejectionForm(request.POST))
        return redirect("admin:review", case_id)

    def _correct(self, request: HttpRequest, case: Application, form: CorrectionForm) -> HttpResponse:
        if not form.is_valid() or "change" in request.POST:
            return self._page(request, case, form)
        reasons = form.reasons()
        if "send" not in request.POST:
            return self._preview(request, case, form, [(form.labels[f], text) for f, text in reasons.items()])
        correct = lambda by: actions.ask_correction(case.pk, reasons, by=by)  # noqa: E731
        return self._decide(request, case, "dikembalikan untuk diperbaiki", correct)

    def _reject(self, request: HttpRequest, case: Application, form: RejectionForm) -> HttpResponse:
        if not form.is_valid() or "change" in request.POST:
            return self._page(request, case, form)
        if "send" not in request.POST:
            return self._preview(request, case, form, [("", form.reason())])
        return self._decide(request, case, "ditolak", lambda by: actions.reject(case.pk, form.reason(), by=by))

    def _page(self, request: HttpRequest, case: Application, form: Any) -> HttpResponse:
        correction = form if isinstance(form, CorrectionForm) else CorrectionForm(application=case)
        rejection = form if isinstance(form, RejectionForm) else RejectionForm()
        context: dict[str, Any] = {
            **review.page_of(case, officer_of(request)),
            "correction": correction,
            "rejection": rejection,
        }
        status = 422 if form is not None and form.errors else 200
        return page(request, "verification/review.html", f"Periksa {case.receipt}", status, form=form, **context)

    def _preview(self, request: HttpRequest, case: Application, form: Any, told: list[tuple[str, str]]) -> HttpResponse:
        kept = [(name, value) for name, value in request.POST.items() if name.startswith(f"{form.prefix}-") and value]
        context: dict[str, Any] = {
            "application": case,
            "told": told,
            "kept": kept,
            "decision": request.POST["decision"],
        }
        return page(request, "verification/review-preview.html", "Yang akan dibaca pemohon", **context)

    def _decide(self, request: HttpRequest, case: Application, word: str, act: Callable[[Any], object]) -> HttpResponse:
        if problem := _guarded(request, case, lambda: act(officer_of(request))):
            return problem
        done, left = queue.progress(officer_of(request))
        messages.success(request, f"{case.receipt} {word}. Hari ini: {done} selesai, {left} masih menunggu.")
        return _open_next(request)


def _case(request: HttpRequest, case_id: UUID) -> Application:
    case = review.find(case_id, officer_of(request))
    if case is None:
        raise Http404
    return case


def _guarded(request: HttpRequest, case: Application, act: Callable[[], object]) -> HttpResponse | None:
    """Do it; when it is not possible, a page that says why and where to go on."""
    try:
        act()
    except actions.Held as held:
        return _refused(request, held.application, "held")
    except actions.NikTaken:
        return _refused(request, case, "nik")
    except NotPossible:
        return _refused(request, case, "decided")
    except NotAllowed:
        return _refused(request, case, "own")
    return None


def _refused(request: HttpRequest, case: Application, why: str) -> HttpResponse:
    context = {"application": case, "why": why}
    return page(request, "verification/review-refused.html", "Keputusan tidak disimpan", 409, **context)
