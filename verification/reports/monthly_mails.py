"""The mail on the 1st: where the month's report lies; no number of anybody, no file."""

from datetime import date

from django.conf import settings
from django.urls import reverse

from enrollment.emails import identity
from enrollment.models import Institution
from tte_portal import outbox
from tte_portal.outbox import Mail, Unneeded
from verification.reports import monthly


@outbox.message("monthly_report")
def monthly_report(ids: dict[str, str]) -> Mail:
    """Whoever has lost the role since is told nothing."""
    institution = Institution.objects.filter(pk=ids["institution"]).first()
    told = monthly.recipients(institution.pk) if institution else []
    account = next((each for each in told if str(each.pk) == ids["account"]), None)
    if institution is None or account is None:
        raise Unneeded
    context = {
        **identity(institution),
        "name": account.name,
        "month": str(monthly.Month(date.fromisoformat(ids["month"]))),
        "link": f"{settings.BASE_URL}{reverse('reports-monthly')}?instansi={institution.slug}",
    }
    return outbox.render("monthly_report", account.mailbox, context)
