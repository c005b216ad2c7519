"""The messages of a certificate's later life: it will end, it has ended, an act waits for its proof."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from enrollment import lapsing, lifecycle
from enrollment.emails import applicant_of, context
from enrollment.models import Application, Status
from passphrase import differences, reminders, succession
from passphrase.authority import taking_back
from passphrase.emails import certificate_of, last_of
from passphrase.models import Certificate
from tte_portal import links, outbox
from tte_portal.models import Link
from tte_portal.outbox import Mail, Unneeded

# What a person does behind the proving link: the address's word, and how a sentence names it.
ACTS = {
    "cabut": "mencabut sertifikat",
    "tangguhkan": "menangguhkan sertifikat",
    "aktifkan": "mengaktifkan lagi sertifikat",
}
# What was filled in before the link was asked for, and its word in addresses.
CHOSEN = {"reason": "alasan", "which": "sertifikat"}


def _mail(template: str, application: Application, certificate: Certificate, **more: Any) -> Mail:
    given = context(application, certificate=certificate, **more)
    return outbox.render(template, differences.mailbox_of(application), given)


@outbox.message("ending")
def ending(ids: dict[str, str]) -> Mail:
    """Looked at once more when it goes out: whoever has renewed in between hears nothing."""
    application = applicant_of(ids)
    certificate = certificate_of(application)
    left = reminders.days_left(certificate, lifecycle.now())
    if application.status != Status.ACTIVE or not left or reminders.followed(application).exists():
        raise Unneeded
    # A mail that comes late names the days that are left now.
    return _mail("ending", application, certificate, days=left, expires_at=None, link=_page("certificate-renew"))


@outbox.message("issuer_gone")
def issuer_gone(ids: dict[str, str]) -> Mail:
    """The authority that signed it was taken back: a new certificate is to be made now."""
    application = applicant_of(ids)
    ended_at = taking_back.issuer_of_ended_at(application)
    if application.status != Status.ACTIVE or ended_at is None or reminders.followed(application).exists():
        raise Unneeded
    certificate = certificate_of(application)
    link = _page("certificate-renew")
    return _mail("issuer_gone", application, certificate, ended_at=ended_at, expires_at=None, link=link)


@outbox.message("expired")
def expired(ids: dict[str, str]) -> Mail:
    application = applicant_of(ids)
    following = succession.under_way(application)
    link = _page("certificate") if following else _front_door(application)
    return _mail(
        "expired", application, last_of(application), following=following, way_back=lapsing.way_back(application),
        link=link, expires_at=None,
    )  # fmt: skip


@outbox.message("proof")
def proof(ids: dict[str, str]) -> Mail:
    """A link of one day behind which the act is finished; what was chosen before comes along."""
    application, link = applicant_of(ids), Link.objects.filter(pk=ids["link"]).first()
    if link is None:
        raise Unneeded
    act = ids["act"]
    address = settings.BASE_URL + reverse("link-proof", args=[act, links.token_of(link.pk)])
    if chosen := {word: ids[name] for name, word in CHOSEN.items() if ids.get(name)}:
        address = f"{address}?{urlencode(chosen)}"
    told = {"act": ACTS[act], "link": address, "expires_at": link.expires_at}
    return _mail("proof", application, last_of(application), **told)


def _page(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


def _front_door(application: Application) -> str:
    institution = application.institution
    return f"{settings.BASE_URL}{reverse('front-door', args=[institution.slug])}"
