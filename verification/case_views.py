"""One case at a desk: what an officer reads and decides. What cannot be kept is told on a page that keeps the words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from enrollment import withdrawal
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application, Status
from verification import actions, case_papers, claims, pre_check, queue, reasons, review
from verification.access import officer_of
from verification.desks import Desk
from verification.forms import CorrectionForm, RejectionForm
from verification.pages import page

CaseForm = CorrectionForm | RejectionForm


class DeskCase(View):
    """A correction or refusal is shown word for word before it is sent."""

    def get(self, request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
        return _page(request, find(request, case_id, desk), desk, None)

    def post(self, request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
        case = find(request, case_id, desk)
        match request.POST.get("decision"):
            case "approve":
                if asked := _unopened(request, case, desk):
                    return asked
                return _decide(request, case, desk, desk.agreed, lambda by: desk.agree(case_id, by=by))
            case "correct" if desk.corrects:
                return _with_words(request, case, desk, CorrectionForm(request.POST, application=case))
            case "reject":
                return _with_words(request, case, desk, _rejection(case, desk, request.POST))
        return redirect(desk.page_of(case_id))


def find(request: HttpRequest, case_id: UUID, desk: Desk) -> Application:
    """The case, of the officer's scope; raises ``Http404``."""
    case = review.find(case_id, officer_of(request), desk.queue)
    if case is None:
        raise Http404
    return case


def _rejection(case: Application, desk: Desk, typed: Any = None) -> RejectionForm:
    return RejectionForm(typed, ready=reasons.ready(case.institution, desk.reasons))


def _unopened(request: HttpRequest, case: Application, desk: Desk) -> HttpResponse | None:
    """Asked once before agreeing: whether it is meant, while papers of the case were not opened by this officer."""
    officer = officer_of(request)
    # Whoever issues comes after an officer who has looked; the page still says what the issuer has not opened.
    if desk.queue == queue.ISSUE:
        return None
    if "unopened" in request.POST or review.standing(case, officer, desk.queue) not in ("mine", "free"):
        return None
    unopened = [each for each in case_papers.rows(case, officer, f"admin:{desk.stem}-paper") if each["unopened"]]
    if not unopened:
        return None
    claims.prolong(case, officer)
    context: dict[str, Any] = {"application": case, "desk": desk, "unopened": unopened}
    return page(request, "verification/review-unopened.html", "Berkas belum Anda buka", 409, **context)


def _page(request: HttpRequest, case: Application, desk: Desk, form: CaseForm | None) -> HttpResponse:
    officer = officer_of(request)
    # Each look of the holder is work on the case.
    claims.prolong(case, officer)
    correction = (
        form if isinstance(form, CorrectionForm) else CorrectionForm(_typed(request, CorrectionForm), application=case)
    )
    context: dict[str, Any] = {
        **review.page_of(case, officer, desk.queue, f"admin:{desk.stem}-picture", f"admin:{desk.stem}-paper"),
        "desk": desk,
        "correction": correction if desk.corrects else None,
        "rejection": form
        if isinstance(form, RejectionForm)
        else _rejection(case, desk, _typed(request, RejectionForm)),
        "place": f"{case.since.isoformat()}_{case.pk}",
    }
    if context["standing"] == "mine":
        context["others"] = claims.others(case, desk.queue)
    status = 422 if form is not None and form.errors else 200
    return page(request, "verification/review.html", f"Periksa {case.receipt}", status, form=form, **context)


def _typed(request: HttpRequest, form: type[CaseForm]) -> Any:
    """What came along for the other form of the page, where somebody goes back to both."""
    came = any(name.startswith(f"{form.prefix}-") and value for name, value in request.POST.items())
    return request.POST if came else None


def _with_words(request: HttpRequest, case: Application, desk: Desk, form: CaseForm) -> HttpResponse:
    if not form.is_valid() or "change" in request.POST:
        return _page(request, case, desk, form)
    if "send" not in request.POST:
        claims.prolong(case, officer_of(request))
        context: dict[str, Any] = {"application": case, "desk": desk, **_words(request, form)}
        return page(request, "verification/review-preview.html", "Yang akan dibaca pemohon", **context)
    if isinstance(form, RejectionForm):
        return _decide(request, case, desk, desk.refused, lambda by: desk.refuse(case.pk, form.reason(), by=by), form)
    correct, found = desk.correct or actions.ask_correction, form.reasons()
    return _decide(
        request, case, desk, "dikembalikan untuk diperbaiki", lambda by: correct(case.pk, found, by=by), form
    )


def _words(request: HttpRequest, form: CaseForm | None) -> dict[str, Any]:
    """What was typed, to be read and to be sent once more."""
    if form is None:
        return {"decision": request.POST.get("decision", ""), "told": [], "kept": []}
    kept = [(name, value) for name, value in request.POST.items() if name.startswith(f"{form.prefix}-") and value]
    return {"decision": request.POST["decision"], "told": form.told(), "kept": kept}


def _decide(
    request: HttpRequest, case: Application, desk: Desk, word: str, act: Callable[[Any], object],
    form: CaseForm | None = None,
) -> HttpResponse:  # fmt: skip
    """Do it and open the next case; when it is not possible, a page that says why."""
    officer = officer_of(request)
    if problem := refusable(request, case, desk, lambda: act(officer), form):
        return problem
    done, left = queue.progress(officer, desk.queue)
    messages.success(request, f"{case.receipt} {word}. Hari ini: {done} selesai, {left} masih menunggu.")
    following = claims.claim_next(officer, desk.queue)
    return redirect(desk.page_of(following.pk) if following else desk.url)


def refusable(
    request: HttpRequest, case: Application, desk: Desk, act: Callable[[], object], form: CaseForm | None = None
) -> HttpResponse | None:
    """Do it; when it is not possible, a page that says why, keeps what was typed, and tells where to go on."""
    why = told = ""
    try:
        act()
    except claims.Held as held:
        case, why = held.application, "held"
    except actions.NikTaken:
        why = "nik"
    except pre_check.Refused as refused:
        told = str(refused)
    except NotPossible:
        case = find(request, case.pk, desk)
        withdrawn = case.status == Status.REJECTED and case.rejection_reason == withdrawal.REASON
        why = "withdrawn" if withdrawn else "decided"
    except NotAllowed:
        why = review.standing(case, officer_of(request), desk.queue)
    else:
        return None
    context: dict[str, Any] = {"application": case, "desk": desk, "why": why, "problem": told, **_words(request, form)}
    return page(request, "verification/review-refused.html", "Keputusan tidak disimpan", 409, **context)
