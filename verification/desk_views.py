"""The pages of the desks: list, case with its decision, pictures. All rows come from the officer's scope."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from tte_portal.models import Account
from verification import case_papers, issuer, pre_check, queue, review, roles
from verification.access import for_roles, officer_of
from verification.desks import DESKS, Desk
from verification.forms import RejectionForm
from verification.pages import page
from verification.pictures import picture

Wrap = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]


def pages(wrap: Wrap) -> list[URLPattern]:
    """The addresses of all desks; ``wrap`` is the admin site's guard."""
    return [each for desk in DESKS for each in _pages_of(desk, wrap)] + [
        path("penerbitan/<uuid:case_id>/ajukan/", wrap(ask_again), name="issuing-ask-again")
    ]


def _pages_of(desk: Desk, wrap: Wrap) -> list[URLPattern]:
    only = for_roles(desk.queue.role)
    given = {"desk": desk}
    case = f"{desk.path}/<uuid:case_id>/"
    return [
        path(f"{desk.path}/", wrap(only(waiting)), given, name=desk.slug),
        path(case, wrap(only(DeskCase.as_view())), given, name=f"{desk.slug}-case"),
        path(f"{case}foto/<slug:field>/", wrap(only(case_picture)), given, name=f"{desk.slug}-picture"),
        path(f"{case}berkas/<uuid:paper_id>/", wrap(only(case_paper)), given, name=f"{desk.slug}-paper"),
    ]


@require_GET
def waiting(request: HttpRequest, desk: Desk) -> HttpResponse:
    officer, after = officer_of(request), request.GET.get("after", "")
    context: dict[str, Any] = {
        "desk": desk,
        "page": queue.page(officer, after, desk.queue),
        "many": queue.institutions(officer, desk.queue).count() > 1,
        "after": after,
        **desk.more(officer, request.GET.get("lanjut", "")),
    }
    return page(request, desk.template, desk.title, **context)


@require_GET
def case_picture(request: HttpRequest, case_id: UUID, field: str, desk: Desk) -> HttpResponse:
    return picture(_case(request, case_id, desk), field, officer_of(request))


@require_GET
def case_paper(request: HttpRequest, case_id: UUID, paper_id: UUID, desk: Desk) -> HttpResponse:
    return case_papers.paper(_case(request, case_id, desk), paper_id, officer_of(request), reason=desk.slug)


class DeskCase(View):
    """One case at a desk. A refusal is shown word for word before it is sent."""

    def get(self, request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
        return self._page(request, _case(request, case_id, desk), desk, RejectionForm(ready=desk.reasons))

    def post(self, request: HttpRequest, case_id: UUID, desk: Desk) -> HttpResponse:
        case = _case(request, case_id, desk)
        match request.POST.get("decision"):
            case "approve":
                return _decide(request, case, desk, desk.agreed, lambda by: desk.agree(case_id, by=by))
            case "reject":
                return self._refuse(request, case, desk, RejectionForm(request.POST, ready=desk.reasons))
        return redirect(f"admin:{desk.slug}-case", case_id)

    def _refuse(self, request: HttpRequest, case: Application, desk: Desk, form: RejectionForm) -> HttpResponse:
        if not form.is_valid() or "change" in request.POST:
            return self._page(request, case, desk, form)
        if "send" in request.POST:
            return _decide(request, case, desk, desk.refused, lambda by: desk.refuse(case.pk, form.reason(), by=by))
        kept = [(name, value) for name, value in request.POST.items() if name.startswith(f"{form.prefix}-") and value]
        context: dict[str, Any] = {
            "application": case, "desk": desk, "decision": "reject", "told": [("", form.reason())], "kept": kept,
        }  # fmt: skip
        return page(request, "verification/desk-preview.html", "Yang akan dibaca pemohon", **context)

    def _page(self, request: HttpRequest, case: Application, desk: Desk, form: RejectionForm) -> HttpResponse:
        pages = f"admin:{desk.slug}-picture", f"admin:{desk.slug}-paper"
        shown = review.page_of(case, officer_of(request), desk.queue, *pages)
        status = 422 if form.errors else 200
        context: dict[str, Any] = {**shown, "desk": desk, "rejection": form, "form": form}
        return page(request, "verification/desk-case.html", f"Periksa {case.receipt}", status, **context)


def _case(request: HttpRequest, case_id: UUID, desk: Desk) -> Application:
    case = review.find(case_id, officer_of(request), desk.queue)
    if case is None:
        raise Http404
    return case


def _decide(
    request: HttpRequest, case: Application, desk: Desk, word: str, act: Callable[[Any], object]
) -> HttpResponse:
    """Do it and go back to the list; when it is not possible, a page that says why."""
    try:
        act(officer_of(request))
    except (NotPossible, NotAllowed) as error:
        why = "decided" if isinstance(error, NotPossible) else review.standing(case, officer_of(request), desk.queue)
        told = str(error) if isinstance(error, pre_check.Refused) else ""
        context: dict[str, Any] = {"application": case, "desk": desk, "why": why, "told": told}
        return page(request, "verification/desk-refused.html", "Keputusan tidak disimpan", 409, **context)
    done, left = queue.progress(officer_of(request), desk.queue)
    messages.success(request, f"{case.receipt} {word}. Hari ini: {done} selesai, {left} masih menunggu.")
    following = next_case(officer_of(request), desk) if desk.goes_on else None
    return redirect(f"admin:{desk.slug}-case", following.pk) if following else redirect(desk.url)


def next_case(officer: Account, desk: Desk) -> Application | None:
    """The oldest case that this officer may decide."""
    cases = queue.not_own(queue.waiting(officer, desk.queue), officer).order_by("since", "pk")[: queue.PAGE]
    return next((case for case in cases if desk.queue.may_decide(case, officer)), None)


@for_roles(roles.ISSUER)
@require_POST
def ask_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a request that the authority has refused before it anew."""
    case = issuer.refused(officer_of(request)).filter(pk=case_id).first()
    if case is None:
        raise Http404
    if issuer.ask_again(case_id, by=officer_of(request)):
        messages.success(request, f"{case.receipt} diajukan lagi kepada otoritas.")
    return redirect("admin:issuing")
