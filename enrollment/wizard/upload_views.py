"""A step that takes a file: its page, the upload, and what is kept shown back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from enrollment import consents, photos, terms
from enrollment.consents import Text
from enrollment.models import Application
from enrollment.wizard import actions
from enrollment.wizard.steps import Step
from enrollment.wizard.upload_forms import PhotoForm
from enrollment.wizard.uploads import Picture, Upload
from tte_portal.throttles import Throttle

UPLOADS = Throttle("photo", limit=40, seconds=3600)

# In a wizard with the card's camera, both cameras have the words of its guide.
CAMERA, SHORT_CAMERA = "wizard/photo-camera.html", "wizard/short-camera.html"


@dataclass(frozen=True)
class Ways:
    """Where "Previous" leads, and "Next": the latter is asked once the file is kept, for that may change it."""

    previous: str
    onward: Callable[[], str]


def step(
    request: HttpRequest, application: Application, step: Step, context: dict[str, Any], ways: Ways
) -> HttpResponse:
    """The page of an upload step; ``context`` is what every step's page has."""
    upload = of(step)
    # What the verifier wants anew does not count as there.
    kept = upload.is_kept(application) and not context["asked"]
    texts = _asked(application)
    if request.method == "GET":
        form = PhotoForm(has_photo=kept, consents=texts, upload=upload)
        return _show(request, application, step, form, context)
    if request.POST.get("go") == "previous":
        return redirect(ways.previous)
    if request.POST.get("go") == "leave":
        return redirect("wizard-left")
    UPLOADS.count(str(application.pk))
    anew = bool(context["asked"])
    form = PhotoForm(request.POST, request.FILES, has_photo=kept, consents=texts, upload=upload, anew=anew)
    if not form.is_valid():
        return _show(request, application, step, form, context)
    chosen = form.chosen()
    if chosen is None:
        return redirect(ways.onward())
    try:
        actions.keep_upload(application, step, chosen.read())
    except photos.Refused as refused:
        form.add_error("photo", str(refused))
        return _show(request, application, step, form, context)
    # With something to better, the person sees the picture and the hints before going on.
    return redirect(step.url if upload.warnings(application) else ways.onward())


def of(step: Step) -> Upload:
    if step.upload is None:
        raise TypeError(f"{step.slug} takes no file.")
    return step.upload


def _asked(application: Application) -> list[Text]:
    """The consents on this page: those that were not given yet, with the registration or on an earlier page."""
    texts = consents.before_upload(terms.of(application).wizard)
    return [text for text in texts if not consents.given(application, text.kind)]


def _show(
    request: HttpRequest, application: Application, step: Step, form: PhotoForm, context: dict[str, Any]
) -> HttpResponse:
    has_card = any(each.upload and each.upload.shape == "card" for each in context["steps"])
    shown = {
        **context,
        "form": form,
        "upload": form.upload,
        "kept": kept(application, step),
        "leaves": any(each.leaves for each in context["steps"]),
        "consent_texts": form.consents,
        "chosen_words": "" if form.consents else "Tekan Next untuk mengirimnya.",
        "camera": (SHORT_CAMERA if has_card else CAMERA) if form.upload.shape else "",
    }
    form.corrections = context["asked"]
    return render(request, "wizard/photo.html", shown)


def kept(application: Application, step: Step) -> dict[str, Any] | None:
    """What a page shows of the step's file; ``None`` when there is none."""
    upload = of(step)
    if not upload.is_kept(application):
        return None
    file = upload.file_of(application) if not isinstance(upload, Picture) else None
    # The file's id in the address: a new picture is never shown from a memory of the old.
    mark = file.pk if file else getattr(application, f"{upload.field}_id", "")
    return {
        "title": step.title,
        "thing": upload.thing,
        "is_picture": upload.is_picture,
        "shape": upload.shape,
        "url": f"{reverse('wizard-upload', args=[step.slug])}?{mark}",
        "change_url": step.url,
        "warnings": upload.warnings(application),
    }
