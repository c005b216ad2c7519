"""The list of proposals, the decision about one, and a complete list of personnel that makes some."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.models import Institution
from enrollment.roster.columns import BY_NAME
from verification.access import for_roles, officer_of
from verification.certificates import listed, people, proposals
from verification.certificates.forms import DecideForm, ListForm
from verification.certificates.models import Proposal
from verification.certificates.people import READS
from verification.pages import page
from verification.people import sheets
from verification.people.views import KINDS

MOST = 100
DECIDED = "Tidak dilakukan: usulan ini sudah diputuskan, atau sertifikatnya sudah berakhir."


@for_roles(*READS)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    rows = list(proposals.waiting(officer_of(request))[: MOST + 1])
    context: dict[str, Any] = {"rows": rows[:MOST], "cut": len(rows) > MOST}
    return page(request, "certificates/proposals.html", "Usulan pencabutan", **context)


@for_roles(*READS)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    officer = officer_of(request)
    proposal = proposals.of_officer(officer).filter(pk=proposal_id).first()
    if proposal is None:
        raise Http404
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _decided(request, proposal, form.cleaned_data["comment"])
    case = proposal.application
    context: dict[str, Any] = {
        "proposal": proposal, "case": case, "form": form, "own": people.is_own(case, officer),
        "waits": proposal.state == Proposal.State.WAITING, "certificate": people.certificate_of(case),
    }  # fmt: skip
    return page(request, "certificates/decide.html", case.full_name, 422 if form.errors else 200, **context)


def _decided(request: HttpRequest, proposal: Proposal, comment: str) -> HttpResponse:
    revokes = request.POST.get("decision") == "revoke"
    try:
        proposals.decide(proposal.pk, comment, revoke=revokes, by=officer_of(request))
    except NotAllowed:
        messages.warning(request, "Tidak dilakukan: ini sertifikat Anda sendiri, atau bukan wewenang Anda.")
    except (proposals.AlreadyDecided, NotPossible):
        messages.warning(request, DECIDED)
    else:
        name, word = proposal.application.full_name, "dicabut" if revokes else "dipertahankan"
        messages.success(request, f"Sertifikat {name} {word}.")
    return redirect("admin:certificates-proposals")


@for_roles(*READS)
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """A complete list: who holds a certificate and is not in it is proposed; nothing else is done with the file."""
    officer = officer_of(request)
    places = Institution.objects.for_officer(officer, *READS).order_by("name")
    sent = request.method == "POST"
    form = ListForm(request.POST if sent else None, request.FILES if sent else None, institutions=places)
    if sent and form.is_valid():
        try:
            found = listed.compare(form.cleaned_data["institution"], form.cleaned_data["file"].read(), by=officer)
        except listed.Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(
                request,
                f"{found.people} pegawai dibandingkan. {found.missing} pemegang sertifikat tidak ada di daftar; "
                f"{found.proposed} usulan baru dibuat.",
            )
            return redirect("admin:certificates-proposals")
    status = 422 if form.errors else 200
    context: dict[str, Any] = {
        "form": form, "sample": listed.SAMPLE, "names": BY_NAME["NIP"].others,
        "megabytes": settings.PHOTO_MAX_BYTES // 2**20,
    }  # fmt: skip
    return page(request, "certificates/list.html", "Bandingkan dengan daftar lengkap", status, **context)


@for_roles(*READS)
@require_GET
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """A complete list as it may look, with people who do not exist."""
    if kind not in KINDS:
        raise Http404
    return sheets.answer(kind, "contoh-daftar-lengkap", listed.SAMPLE)
