"""The pages before the passphrase, where a procedure has them: one's own data, a second selfie, the agreement."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import consents, photos, readings, terms
from enrollment.models import Application
from enrollment.wizard.upload_forms import PhotoForm
from passphrase import agreement, pages, selfie
from passphrase.entrance import Entered, closed, is_at_work, on_the_way
from passphrase.entrance import entered as entered_by
from tte_portal import files
from tte_portal.forms import PortalForm
from tte_portal.links import LinkClosed
from tte_portal.throttles import Throttle

PHOTOS = Throttle("second-photo", limit=40, seconds=3600)

# What a person checks of themselves before the certificate carries it.
SHOWN = (
    ("full_name", "Nama dan gelar"), ("nik", "NIK"), ("employee_number", "NIP / NRP"), ("mailbox", "Surel dinas"),
    ("phone", "Nomor telepon"), ("institution", "Instansi"), ("unit", "Unit organisasi"), ("position", "Jabatan"),
    ("city", "Kabupaten / kota"), ("province", "Provinsi"),
)  # fmt: skip

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def context_of(application: Application, slug: str, **more: Any) -> dict[str, Any]:
    """What every page of the way may use."""
    row = pages.of(application)
    before = pages.neighbour(application, slug, -1)
    return {
        "application": application,
        "steps": row if len(row) > 1 else [],
        "step": next(page for page in row if page.slug == slug),
        "back_url": reverse(before) if before else "",
        **more,
    }


def on_to_the_next(application: Application, slug: str) -> HttpResponse:
    return redirect(pages.neighbour(application, slug, 1) or pages.PASSPHRASE)


@GET_AND_POST
@on_the_way(pages.PROFILE)
def profile(request: HttpRequest, entered: Entered) -> HttpResponse:
    """ "Lihat Profil Data Diri": one's own data, and whom to call when something in it is wrong."""
    application = entered.application
    if request.method == "POST":
        readings.begin(application, pages.PROFILE_SEEN)
        return on_to_the_next(application, pages.PROFILE)
    rows = [(label, str(getattr(application, field))) for field, label in SHOWN if getattr(application, field)]
    return render(request, "passphrase/profile.html", context_of(application, pages.PROFILE, rows=rows))


@GET_AND_POST
@on_the_way(pages.PHOTO)
def photo(request: HttpRequest, entered: Entered) -> HttpResponse:
    """A selfie of now: hints help and never block."""
    application, has_photo = entered.application, entered.application.second_photo_id is not None
    asked = [kind for kind in terms.of(application).wizard.consents if not consents.given(application, kind)]
    form = PhotoForm(has_photo=has_photo, consents=[consents.find(kind) for kind in asked])
    if request.method == "POST":
        PHOTOS.count(str(application.pk))
        form = PhotoForm(request.POST, request.FILES, has_photo=has_photo, consents=form.consents)
        if form.is_valid() and (answer := _kept(entered, form)):
            return answer
    shown = context_of(
        application,
        pages.PHOTO,
        form=form,
        consent_texts=form.consents,
        # The file's id in the address: a new picture is never shown from a memory of the old.
        photo_url=f"{reverse('passphrase-picture')}?{application.second_photo_id}" if has_photo else None,
        photo_warnings=[words for name, words in photos.FINDINGS.items() if name in request.GET.getlist("lihat")],
    )
    return render(request, "passphrase/photo.html", shown)


def _kept(entered: Entered, form: PhotoForm) -> HttpResponse | None:
    """Keep what was chosen and go on; ``None`` when it is no photo, which then stands on the form."""
    chosen = form.chosen()
    if chosen is None:
        return on_to_the_next(entered.application, pages.PHOTO)
    try:
        found = selfie.keep(entered.application, entered.link_id, chosen.read())
    except photos.Refused as refused:
        form.add_error("photo", str(refused))
        return None
    except LinkClosed:
        return redirect(pages.PASSPHRASE)
    if not found.findings:
        return on_to_the_next(entered.application, pages.PHOTO)
    # With something to better, the person sees the picture and the hints before going on.
    return redirect(f"{reverse(pages.PHOTO)}?{'&'.join(f'lihat={name}' for name in found.findings)}")


@require_safe
@on_the_way(pages.PHOTO)
def picture(request: HttpRequest, entered: Entered) -> HttpResponse:
    """The person's own second picture."""
    if entered.application.second_photo is None:
        raise Http404
    return HttpResponse(files.read(entered.application.second_photo), content_type="image/jpeg")


@login_not_required
@GET_AND_POST
def agreement_page(request: HttpRequest) -> HttpResponse:
    """The agreement's own page: where it is agreed to, or, where a box on the passphrase page does that, to be read."""
    entered = entered_by(request, "passphrase")
    if entered is None:
        return closed(request)
    rule = terms.of(entered.application).passphrase
    if rule.agreement_by == "page":
        return _agree(request)
    if request.method == "GET" and agreement.must_be_opened(rule) and is_at_work(entered):
        agreement.open_text(entered.application)
    context = {
        "agreement": agreement.text_of(entered.application),
        "rule": rule,
        "seconds_left": agreement.seconds_left(entered.application) if agreement.must_be_opened(rule) else None,
    }
    return render(request, "passphrase/agreement.html", context)


@on_the_way(pages.AGREEMENT)
def _agree(request: HttpRequest, entered: Entered) -> HttpResponse:
    """The agreement on a page of its own: read, agree, go on to the passphrase."""
    application = entered.application
    if request.method != "HEAD":
        agreement.open_text(application)
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not (fault := agreement.fault(application)):
            agreement.give(application)
            return on_to_the_next(application, pages.AGREEMENT)
        form.add_error(None, fault)
    return render(
        request,
        "passphrase/agree.html",
        context_of(
            application,
            pages.AGREEMENT,
            form=form,
            rule=terms.of(application).passphrase,
            agreement=agreement.text_of(application),
            seconds_left=agreement.seconds_left(application),
        ),
    )
