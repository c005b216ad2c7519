"""Long work as its owner sees it: how far it is, stop it, go on after a failure."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tte_portal import jobs
from verification.access import officer_of


@require_GET
def state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far the job is, as JSON, for the page that shows it."""
    job = officer_of(request).jobs.filter(pk=job_id).first()
    if job is None:
        raise Http404
    answer = {"state": job.state, "total": job.total, "done": job.done, "percent": job.percent, "over": job.is_over}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    if jobs.cancel(job_id, by=officer_of(request)):
        messages.success(request, "Pekerjaan dihentikan. Yang sudah selesai tetap berlaku.")
    return _back(request, job_id)


@require_POST
def again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    if jobs.again(job_id, by=officer_of(request)):
        messages.success(request, "Pekerjaan dilanjutkan.")
    return _back(request, job_id)


def _back(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """To the page that shows the job; the form names it."""
    if not officer_of(request).jobs.filter(pk=job_id).exists():
        raise Http404
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else "admin:index")
