"""Taking back one's application from the own page: the confirmation is the wizard's and the status page's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from enrollment import lifecycle, withdrawal
from enrollment.holders import profile
from enrollment.holders.access import holders_only
from enrollment.models import Holder
from enrollment.withdrawal_views import done


@holders_only
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, holder: Holder) -> HttpResponse:
    everything = profile.applications_of(holder)
    application = next((each for each in everything if withdrawal.can_withdraw(each)), None)
    if application is None:
        return redirect("account")
    if request.method == "POST":
        try:
            withdrawal.withdraw(application.pk)
        except lifecycle.NotPossible:
            # Decided meanwhile: the own page says how.
            return redirect("account")
        return done(application)
    return render(request, "enrollment/withdraw.html", {"application": application, "back": "account"})
