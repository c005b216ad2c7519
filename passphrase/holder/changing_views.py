"""/akun/sertifikat/ganti/: another passphrase, for somebody who knows the one that holds now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from passphrase import custody, score
from passphrase.forms import ChangePassphraseForm
from passphrase.holder import changing
from passphrase.holder.keyed import with_key, wrong
from passphrase.holder.visitor import Visitor, visitors_only
from passphrase.rule import strength_of
from tte_portal.throttles import Throttle

CHANGES = Throttle("passphrase-changes", limit=30, seconds=3600)
OVERTAKEN = "Passphrase baru saja diganti atau dihapus lewat halaman lain, jadi kali ini tidak ada yang diubah."


@sensitive_post_parameters("current", "passphrase", "confirmation")
@with_key
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    if request.method == "POST":
        CHANGES.count(str(visitor.application.pk))
    form = ChangePassphraseForm(visitor.application, request.POST or None)
    if request.method == "POST" and form.is_valid() and (answer := _changed(visitor, form)):
        return answer
    context = {
        "form": form,
        "visitor": visitor,
        "rule": form.rule,
        "strength": strength_of(form.rule),
        "score": None if form.score is None else score.told(form.score),
    }
    return render(request, "certificate/change.html", context)


@sensitive_variables("form", "typed")
def _changed(visitor: Visitor, form: ChangePassphraseForm) -> HttpResponse | None:
    """What follows; ``None`` when the form says it."""
    typed = form.cleaned_data
    try:
        changing.change(visitor.application, typed["current"], typed["passphrase"])
    except custody.WrongPassphrase as error:
        if not error.tries_left:
            return redirect("certificate-unlock")
        form.add_error("current", wrong(error.tries_left))
        return None
    except custody.Locked:
        return redirect("certificate-unlock")
    except (custody.NoKey, changing.Overtaken):
        form.add_error(None, OVERTAKEN)
        return None
    return redirect("certificate-changed")


@visitors_only
@require_safe
def done(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    at = changing.last_changed(visitor.application)
    if at is None:
        return redirect("certificate-change")
    return render(request, "certificate/change-done.html", {"at": at, "visitor": visitor})
