"""The two messages of an application that is not gone on with: it will lapse, and it has lapsed."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from enrollment import elsewhere, lapsing, lifecycle
from enrollment.emails import applicant_of, context, link_of
from tte_portal import outbox
from tte_portal.outbox import Mail, Unneeded


@outbox.message("lapse_reminder")
def lapse_reminder(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    days = application.institution.lapses_after_days
    state = lifecycle.state_of(application)
    if not days or state not in (lifecycle.DRAFT, lifecycle.PASSPHRASE):
        # The person went on meanwhile.
        raise Unneeded
    link = link_of(ids) if "link" in ids else {"link": f"{settings.BASE_URL}{reverse('status')}", "expires_at": None}
    given = context(
        application, lapses_at=application.since + timedelta(days=days), drafting=state == lifecycle.DRAFT,
        by_whatsapp="link" not in ids and not elsewhere.at_bsre(), at_bsre=elsewhere.at_bsre(), **link,
    )  # fmt: skip
    return outbox.render("lapse_reminder", application.mailbox, given)


@outbox.message("lapsed")
def lapsed(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    front_door = reverse("front-door", args=[application.institution.slug])
    given = context(
        application, days=application.institution.lapses_after_days, way_back=lapsing.way_back(application),
        link=f"{settings.BASE_URL}{front_door}", expires_at=None,
    )  # fmt: skip
    return outbox.render("lapsed", application.mailbox, given)
