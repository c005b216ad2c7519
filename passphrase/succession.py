"""A new certificate in the place of an earlier one: renewal before the end, a forgotten passphrase, a new name.

The new one is an application of its own that names its predecessor, so it goes the procedure's own way: second selfie,
agreement, issuer by hand, pause. It begins at the passphrase while the person is known as before, else at the
procedure's own check. A forgotten passphrase ends the old certificate as soon as the new one is issued; in all other
cases the old one works until the new one does.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce, Now

from enrollment import lifecycle, terms
from enrollment.actions import new_receipt
from enrollment.comparisons import ENDED, WITH_CERTIFICATE
from enrollment.models import Application, Status
from passphrase import authority, custody, differences, suspension
from passphrase.authority import taking_back
from passphrase.models import Certificate, CertificateRequest, Issuance
from tte_portal import links
from tte_portal.audit import Actor

Purpose = Application.Purpose

RENEWABLE_BEFORE = timedelta(days=30)
# What a person stays known by; photos, papers and consents stay with the application in which they were checked.
CARRIED = (
    "institution", "record", "opd", "mailbox", "name", "nik", "front_title", "back_title", "phone", "phone_proven_at",
    "kind", "employee_number", "unit", "position", "city", "province",
)  # fmt: skip
SUPERSEDED = "superseded"
HELD = "An officer has suspended the certificate whose place it takes."
WAITING_REQUESTS = (CertificateRequest.State.HELD, CertificateRequest.State.PENDING)
# Which of the old certificate's successors end it at their issue; the others do when they become usable.
AT_ISSUE = (Purpose.RESET,)


class NotNow(Exception):
    """There is nothing to follow: no usable certificate, not yet time, or a successor is under way."""


def living_certificate(application: Application) -> Certificate | None:
    """The certificate that can be signed with now."""
    if application.status not in (Status.ISSUE, Status.ACTIVE):
        return None
    good = Certificate.objects.filter(application=application, revoked_at=None, not_after__gt=Now())
    return good.first()


def under_way(application: Application) -> Application | None:
    """The successor that is being made, if one is."""
    return Application.objects.filter(predecessor=application).exclude(status__in=ENDED).first()


def can_renew(application: Application) -> bool:
    """From thirty days before the certificate's end until the end, unless it is under way; at any time once its issuer
    was taken back, for nobody who checks the whole chain accepts it any more."""
    if application.status != Status.ACTIVE or under_way(application) is not None:
        return False
    good = Certificate.objects.filter(application=application, revoked_at=None, not_after__gt=Now())
    if good.filter(not_after__lte=Now() + RENEWABLE_BEFORE).exists():
        return True
    serial = good.values_list("serial", flat=True).first()
    return serial is not None and taking_back.issuer_ended_at(serial) is not None


def can_reset(application: Application) -> bool:
    """While there is a certificate whose passphrase could be forgotten, and no new one is under way; not in the hour
    before it takes the place of one that still signs, for a third would then stand beside that one."""
    if living_certificate(application) is None or under_way(application) is not None:
        return False
    return not replaces_living(application)


def replaces_living(application: Application) -> bool:
    """Whether the certificate whose place this one is to take has not ended yet."""
    before = application.predecessor
    return before is not None and before.status in WITH_CERTIFICATE


def can_reissue(application: Application) -> bool:
    """While the institution's records differ from what the certificate was issued with, in nothing but themselves."""
    return can_reset(application) and differences.can_take_over(application)


_MAY: dict[str, Callable[[Application], bool]] = {
    Purpose.RENEWAL.value: can_renew,
    Purpose.RESET.value: can_reset,
    Purpose.REISSUE.value: can_reissue,
}


def begin(application_id: UUID, purpose: str, *, by: Actor = None) -> Application:
    """Begin a successor of that purpose and send its passphrase link; the caller has made sure who asks.

    It goes by the institution's procedure as it is today. ``by``: an officer, where it was not the holder. A reissue
    has the person as the records have them now. Raises :class:`NotNow`.
    """
    return _begin(application_id, purpose, lambda old: "succeed", by)


def renew(application_id: UUID, *, changed: bool = False) -> Application:
    """Renew: short when the records have the person unchanged and the person does not say otherwise (``changed``),
    else through the procedure's own check. Raises :class:`NotNow`."""
    return _begin(application_id, Purpose.RENEWAL, lambda old: _way(old, changed), None)


def _way(old: Application, changed: bool) -> str:
    """The transition by which a renewal begins."""
    if differences.is_unchanged(old) and not changed:
        return "succeed"
    return "renew" if terms.in_force(old.institution).wizard.steps else "renew_for_check"


def _begin(application_id: UUID, purpose: str, way_of: Callable[[Application], str], by: Actor) -> Application:
    try:
        with transaction.atomic():
            old = lifecycle.locked(application_id)
            if not _MAY[purpose](old) or not old.institution.is_open:
                raise NotNow
            new = _successor(old, purpose, way := way_of(old))
            lifecycle.begin(way, new, by=by or new)
            return new
    except IntegrityError as error:
        if "one_living_successor" in str(error):
            # Asked for twice at once: the other was first.
            raise NotNow from error
        raise


def _successor(old: Application, purpose: str, way: str) -> Application:
    """The new application, with what is known of the person."""
    carried = {name: getattr(old, name) for name in CARRIED}
    now = lifecycle.now()
    if purpose == Purpose.REISSUE or way != "succeed":
        carried |= differences.of_records(old)
    if way != "succeed":
        # Checked anew, so proven anew.
        carried |= {"phone_proven_at": None, "nik": differences.known_nik(old)}
    return Application(
        **carried, purpose=purpose, predecessor=old, receipt=new_receipt(), since=now,
        procedure=terms.keep(terms.in_force(old.institution)), submitted_at=None if way == "renew" else now,
    )  # fmt: skip


def stop(old: Application, why: str) -> Application | None:
    """End a successor that has no certificate yet, because nobody is to have one in this one's place: its way, its
    request and its key. Returns a successor that has a certificate already; the caller takes that back as well.

    Runs in the caller's transaction, which holds the row of ``old``.
    """
    following = under_way(old)
    if following is None:
        return None
    following = lifecycle.locked(following.pk)
    if following.status in WITH_CERTIFICATE:
        return following
    following.rejection_reason = why
    lifecycle.change("stop", following, by=None)
    links.shut(following.pk, "activation", "passphrase")
    following.requests.filter(state__in=WAITING_REQUESTS).update(state=CertificateRequest.State.REJECTED)
    custody.destroy(following.pk)
    return None


def locked(application_id: UUID) -> Application:
    """The application's row locked, and those of its predecessor and its successors, the oldest first: whoever ends one
    of them locks the others in this order too, and all of them before the audit chain (decisions/0039), so two at once
    wait for each other and do not lock each other out."""
    before = Application.objects.filter(pk=application_id).values("predecessor")
    family = Application.objects.filter(Q(pk=application_id) | Q(predecessor=application_id) | Q(pk__in=before))
    list(family.order_by("created_at").select_for_update(no_key=True).values_list("pk"))
    return lifecycle.locked(application_id)


def hand_over_at_issue(application: Application) -> None:
    """End a predecessor that is to end now; runs in the transaction that keeps the new certificate."""
    if application.purpose in AT_ISSUE:
        _supersede(application)


def hand_over_at_activation(application: Application) -> None:
    """The new certificate works: the old one ends, and the NIK is the new application's from now on.

    Raises ``NotPossible`` while an officer keeps the old one suspended: nobody gets out of that by renewing.
    """
    if application.predecessor_id is None:
        return
    if is_held(application):
        raise lifecycle.NotPossible(HELD)
    _supersede(application)
    if not application.nik_taken:
        application.nik_taken = _is_free(application)


def is_held(application: Application) -> bool:
    """Whether an officer keeps the predecessor out of use: then no passphrase and no certificate is made in its place.
    Asked again by whoever has the rows locked (:func:`locked`)."""
    before = application.predecessor
    return before is not None and suspension.is_by_officer(before)


def _is_free(application: Application) -> bool:
    taken = Application.objects.filter(nik_index=application.nik_index, nik_taken=True)
    return not taken.exclude(status__in=ENDED).exclude(pk=application.pk).exists()


def _supersede(application: Application) -> None:
    if application.predecessor_id is None:
        return
    old = lifecycle.locked(application.predecessor_id)
    certificate = Certificate.objects.filter(application=old, revoked_at=None).first()
    if certificate is None or old.status not in (Status.ISSUE, Status.ACTIVE, Status.SUSPENDED):
        return
    lifecycle.change("supersede", old, by=None, detail={"successor": application.receipt})
    take_back(certificate, SUPERSEDED)


def take_back(certificate: Certificate, code: str) -> None:
    """End the certificate for good and destroy its key; runs in the caller's transaction.

    The ledger's moment is the certificate's: of one that was suspended, that of the suspension (passphrase/authority/
    ledger.py), for nothing signed since then was to be relied on, and lists and answers say so.
    """
    authority.current().revoke(certificate.serial, code)
    moment = Subquery(Issuance.objects.filter(serial=certificate.serial).values("revoked_at")[:1])
    Certificate.objects.filter(pk=certificate.pk).update(
        revoked_at=Coalesce(moment, Now()), revocation_reason=code
    )  # fmt: skip
    custody.destroy(certificate.application_id)
