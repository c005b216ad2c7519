"""/verifikasi/: a document or a serial number in, an answer for anybody out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from passphrase.checking import judging, serials
from passphrase.checking.facts import BAD, DOUBTFUL, GOOD
from passphrase.checking.forms import DocumentForm, SerialForm
from tte_portal.forms import PortalForm
from tte_portal.throttles import Throttle, client_address

# Each document costs a process of its own for a second or two.
DOCUMENTS = Throttle("documents-checked", limit=60, seconds=3600)
SERIALS = Throttle("serials-asked", limit=120, seconds=3600)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The forms, and below them the answer to the last one that was sent. Nothing is kept, so nothing is redirected."""
    document, serial = DocumentForm(), SerialForm()
    context: dict[str, Any] = {}
    if request.method == "POST" and "serial" in request.POST:
        SERIALS.count(client_address(request))
        serial = SerialForm(request.POST)
        if serial.is_valid():
            typed = serial.cleaned_data["serial"]
            context = {"asked": typed, "standing": serials.find(typed), "advice": serials.advice(typed)}
    elif request.method == "POST":
        DOCUMENTS.count(client_address(request))
        document = DocumentForm(request.POST, request.FILES)
        if document.is_valid():
            context = _answer(document)
    wrong: PortalForm | None = next((each for each in (document, serial) if each.errors), None)
    context |= {"document": document, "serial": serial, "form": wrong, "pilot": settings.EMBEDDED_AUTHORITY}
    return render(request, "checking/check.html", context, status=422 if wrong else 200)


def _answer(form: DocumentForm) -> dict[str, Any]:
    verdicts = [judging.judge(each) for each in form.found]
    grades = {each.grade for each in verdicts}
    grade = next((each for each in (BAD, DOUBTFUL, GOOD) if each in grades), "unsigned")
    return {"checked": form.cleaned_data["document"].name, "verdicts": verdicts, "grade": grade}
