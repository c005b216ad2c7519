"""/akun/sertifikat/coba/: whether one still knows the passphrase, with a signed document as the proof."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from passphrase import custody
from passphrase.forms import TryPassphraseForm
from passphrase.holder import trying
from passphrase.holder.keyed import with_key, wrong
from passphrase.holder.visitor import Visitor, visitors_only
from passphrase.signing import samples
from tte_portal import files
from tte_portal.throttles import Throttle

# Each opens a key and draws, signs and keeps a document: some 300 ms of a processor.
TRIES = Throttle("passphrase-tries", limit=30, seconds=3600)


@sensitive_post_parameters("passphrase")
@with_key
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The form; a right passphrase leads to the document."""
    if request.method == "POST":
        TRIES.count(str(visitor.application.pk))
    form = TryPassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (answer := _tried(request, visitor, form)):
        return answer
    return render(request, "certificate/try.html", {"form": form, "visitor": visitor})


@sensitive_variables("form")
def _tried(request: HttpRequest, visitor: Visitor, form: TryPassphraseForm) -> HttpResponse | None:
    """What follows; ``None`` when the form says it."""
    try:
        if trying.try_out(visitor, form.cleaned_data["passphrase"]):
            return redirect("certificate-tried")
    except custody.WrongPassphrase as error:
        if not error.tries_left:
            return redirect("certificate-unlock")
        form.add_error("passphrase", wrong(error.tries_left))
        return None
    except custody.Locked:
        return redirect("certificate-unlock")
    except custody.NoKey:
        return redirect("certificate")
    return render(request, "certificate/try-right.html", {"visitor": visitor, "sample": None})


@visitors_only
@require_safe
def right(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """That the passphrase is right, while its proof can be fetched."""
    found = samples.of(visitor.application)
    if found is None:
        return redirect("certificate-try")
    context = {"visitor": visitor, "sample": found, "until": found.made_at + samples.KEPT}
    return render(request, "certificate/try-right.html", context)


@never_cache
@visitors_only
@require_safe
def document(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The signed document itself."""
    found = samples.of(visitor.application)
    if found is None:
        return redirect("certificate-try")
    response = HttpResponse(files.read(found.file), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="percobaan-{visitor.application.receipt}.pdf"'
    return response
