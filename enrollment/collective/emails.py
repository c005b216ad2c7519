"""The room's messages: the OPD hears of the decision, people of their password and of how to go on."""

from django.conf import settings
from django.urls import reverse

from enrollment import terms
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.emails import identity
from enrollment.models import Institution
from enrollment.ways_in import entry
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Mail, Unneeded

State = RequestedPerson.State


@outbox.message("collective_decided")
def collective_decided(ids: dict[str, str]) -> Mail:
    """To whoever handed the request in."""
    request = CollectiveRequest.objects.select_related("institution", "opd", "submitted_by").get(pk=ids["request"])
    asked_by = request.submitted_by
    if asked_by is None or not asked_by.mailbox:
        raise Unneeded
    people = request.people.all()
    given = {
        **identity(request.institution), "name": asked_by.name, "receipt": request.receipt, "opd": request.opd.name,
        "refused": people.filter(state=State.REFUSED).count(),
        "accepted": people.exclude(state=State.REFUSED).count(),
        "link": f"{settings.BASE_URL}{reverse('opd-request', args=[request.pk])}",
    }  # fmt: skip
    return outbox.render("collective_decided", asked_by.mailbox, given)


@outbox.message("mailbox_password")
def mailbox_password(ids: dict[str, str]) -> Mail:
    """To the mailbox the records had before, never to one that somebody typed."""
    person = _person(ids)
    link = Link.objects.filter(pk=ids["link"]).first()
    if link is None or not person.contact:
        raise Unneeded
    path = reverse("mailbox-password", args=[links.token_of(link.pk)])
    given = {
        **identity(person.request.institution), "name": person.name, "receipt": person.receipt,
        "link": f"{settings.BASE_URL}{path}", "expires_at": link.expires_at,
    }  # fmt: skip
    return outbox.render("mailbox_password", person.contact, given)


@outbox.message("collective_invitation")
def collective_invitation(ids: dict[str, str]) -> Mail:
    """To the dinas mailbox: how to ask for a certificate, as the institution's procedure has it."""
    person = _person(ids)
    institution = person.request.institution
    if not institution.is_open:
        raise Unneeded
    way = entry.of(institution, terms.in_force(institution))
    given = {
        **identity(institution), "name": person.name, "receipt": person.receipt, "way": way,
        "link": f"{settings.BASE_URL}{way.url}", "subject_line": subject_line(institution, way.title),
    }  # fmt: skip
    return outbox.render("collective_invitation", person.mailbox, given)


def subject_line(institution: Institution, title: str) -> str:
    return f"{identity(institution)['prefix']} {title}"


def _person(ids: dict[str, str]) -> RequestedPerson:
    rows = RequestedPerson.objects.select_related("request__institution", "request__opd")
    found = rows.filter(pk=ids["person"]).first()
    if found is None:
        raise Unneeded
    return found
