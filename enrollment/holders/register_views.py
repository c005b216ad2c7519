"""The button on one's own profile: asked once more where the procedure says so, then the receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from enrollment import status, terms
from enrollment.holders import changes, profile, register
from enrollment.holders.access import holders_only
from enrollment.models import Holder


@holders_only
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, holder: Holder) -> HttpResponse:
    """GET asks ``way_in.confirm``; the POST registers."""
    asked = changes.procedure_of(holder)
    if asked is None or not profile.may_register(holder, asked, profile.application_of(holder)):
        return redirect("account")
    if request.method == "GET":
        return render(request, "holders/register-sure.html", {"asked": asked})
    if asked.way_in.confirm and request.POST.get("go") != "yes":
        return redirect("account-register")
    try:
        register.begin(holder)
    except register.NotReady:
        return redirect("account")
    return redirect("account-receipt")


@holders_only
@require_safe
def receipt(request: HttpRequest, holder: Holder) -> HttpResponse:
    application = profile.application_of(holder)
    if application is None:
        return redirect("account")
    context = {
        "application": application,
        "has_wizard": bool(terms.of(application).wizard.steps) and not terms.of(application).way_in.check,
        "usual": status.usual_text(application),
    }
    return render(request, "holders/receipt.html", context)
