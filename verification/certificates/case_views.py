"""One certificate: who holds it, since when and until when, what the records say now, and what an officer may do."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Application
from passphrase import differences, revocation, succession, suspension
from verification import review
from verification.access import for_roles, officer_of
from verification.certificates import people, proposals, told
from verification.certificates.forms import CommentForm, RevokeForm, SuspendForm
from verification.certificates.people import ACTS, ALREADY, READS, Act
from verification.helpdesk import masks
from verification.pages import page

Answer = Callable[..., HttpResponse]
# What an officer does for a reason that the holder reads.
FORMS: dict[str, type[CommentForm]] = {"cabut": RevokeForm, "tangguhkan": SuspendForm}
NOT_NOW = "Tidak dilakukan: keadaan sertifikat sudah berubah."


def of_certificate(view: Answer) -> Answer:
    """A view of one application of the officer's institutions; what is elsewhere does not exist here."""

    @for_roles(*READS)
    @wraps(view)
    def found(request: HttpRequest, case_id: UUID, **kwargs: Any) -> HttpResponse:
        case = people.find(case_id, officer_of(request))
        if case is None:
            raise Http404
        return view(request, case, **kwargs)

    return found  # type: ignore[return-value]


@of_certificate
@require_GET
def show(request: HttpRequest, case: Application) -> HttpResponse:
    officer = officer_of(request)
    certificates = [
        {"row": each, "reason": revocation.words_of(each.revocation_reason) if each.revoked_at else ""}
        for each in case.certificates.defer("der", "chain").order_by("-pk")
    ]
    context: dict[str, Any] = {
        "case": case,
        "number": masks.number(case.employee_number),
        "certificates": certificates,
        "following": succession.under_way(case),
        "acts": people.possible(case, officer),
        "own": people.is_own(case, officer),
        "differing": [each for each in differences.rows(case) if each.differs] if certificates else [],
        "reissues": people.can_reissue(case, officer),
        "proposal": proposals.waiting_for(case),
        "history": review.history(case),
        "done": told.acts(case),
    }
    return page(request, "certificates/one.html", case.full_name or case.mailbox, **context)


@of_certificate
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, case: Application, slug: str) -> HttpResponse:
    """Revoke, suspend or resume: what it means, why, and a note."""
    what = ACTS.get(slug)
    if what is None:
        raise Http404
    if request.method != "POST" and not people.exists_now(what, case):
        # A tab left open, or an old address.
        return _not_now(request, case, what)
    form = FORMS.get(slug, CommentForm)(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context: dict[str, Any] = {
            "case": case, "act": what, "form": form, "certificate": people.certificate_of(case),
            "proposal": proposals.waiting_for(case),
        }  # fmt: skip
        return page(request, "certificates/act.html", what.button, 422 if form.errors else 200, **context)
    reason, comment = str(form.cleaned_data.get("reason", "")), form.cleaned_data["comment"]
    try:
        done = what.do(case, reason, comment, officer_of(request))
    except revocation.HeldElsewhere as elsewhere:
        messages.warning(request, f"Tidak dilakukan: {elsewhere}")
    except NotPossible:
        messages.warning(request, NOT_NOW)
    except NotAllowed:
        messages.warning(request, "Tidak dilakukan: ini sertifikat Anda sendiri, atau bukan wewenang Anda.")
    else:
        (messages.success if done else messages.warning)(request, what.done if done else ALREADY[slug])
    return redirect("admin:certificates-one", case.pk)


def _not_now(request: HttpRequest, case: Application, what: Act) -> HttpResponse:
    """In place of a form that nothing can come of: how the certificate stands, since when and why."""
    certificate, reason = people.certificate_of(case), suspension.reason_of(case) if case.status == "SUSPENDED" else ""
    if certificate is not None and certificate.revoked_at:
        reason = revocation.words_of(certificate.revocation_reason)
    context: dict[str, Any] = {
        "case": case, "certificate": certificate, "reason": reason, "standing": people.STANDINGS.get(case.status),
        "possible": people.possible(case, officer_of(request)),
    }  # fmt: skip
    return page(request, "certificates/not-now.html", what.button, **context)


@of_certificate
@require_http_methods(["GET", "POST"])
def reissue(request: HttpRequest, case: Application) -> HttpResponse:
    """A new certificate with the records' data: the holder is sent the passphrase link."""
    if request.method != "POST":
        if not people.can_reissue(case, officer_of(request)):
            messages.warning(request, NOT_NOW)
            return redirect("admin:certificates-one", case.pk)
        context: dict[str, Any] = {
            "case": case, "certificate": people.certificate_of(case), "proposal": proposals.waiting_for(case),
            "differing": [each for each in differences.rows(case) if each.differs],
        }  # fmt: skip
        return page(request, "certificates/reissue.html", "Perbarui data sertifikat", **context)
    try:
        following = people.reissue(case, by=officer_of(request))
    except (succession.NotNow, NotAllowed):
        messages.warning(request, NOT_NOW)
    else:
        messages.success(request, f"Penggantian {following.receipt} dimulai; tautan passphrase dikirim ke pemegangnya.")
    return redirect("admin:certificates-one", case.pk)
