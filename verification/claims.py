"""Holding a case, the same in every queue: take, prolong, give back, hand over. Nobody else decides meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now

from enrollment import lifecycle
from enrollment.models import Application, Role
from enrollment.scoping import in_force
from tte_portal import audit
from tte_portal.models import Account
from verification import queue, roles
from verification.queue import Queue
from verification.walk import Place

# As many rivals as may reach for the same cases at one moment before a walk has to begin anew.
REACH = 64
# Whoever is handed a case may be away from the desk; after this it is everybody's again.
HANDED = timedelta(hours=2)
OFFERED = 30


class Held(Exception):
    """Another officer works on this case; nothing was changed."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.receipt)
        self.application = application


def claim_next(
    officer: Account, of: Queue = queue.REVIEW, after: Place | None = None, but: UUID | None = None
) -> Application | None:
    """Take the oldest case that nobody holds: the officer's own unfinished one first. ``None`` when there is none.

    ``after``: the one that comes after that place in the queue, or else the oldest. ``but``: not this one.
    """
    with transaction.atomic():
        begun = queue.held(officer, of).select_for_update(no_key=True, skip_locked=True, of=("self",))
        found = next((each for each in begun if of.may_decide(each, officer)), None)
        found = found or _first_free(officer, of, after, but)
        found = found or (_first_free(officer, of, None, but) if after else None)
        if found is not None:
            _hold(found, officer)
        return found


def _first_free(officer: Account, of: Queue, after: Place | None, but: UUID | None) -> Application | None:
    """The oldest free case after a place, its row locked; not the one that was just skipped."""
    while places := queue.free(officer, of, after).oldest(REACH):
        # Looked at and locked are two moments: what somebody else takes in between is skipped here.
        free = queue.waiting(officer, of).filter(~queue.HELD | Q(claimed_by=None), pk__in=[pk for _, pk in places])
        free = free.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("since", "pk")
        refused = [but] if but else []
        while case := free.exclude(pk__in=refused).first():
            if of.may_decide(case, officer):
                return case
            refused.append(case.pk)
        after = places[-1]
    return None


def claim(application_id: UUID, officer: Account, of: Queue = queue.REVIEW) -> None:
    """Take one certain case. Raises :class:`Held`, ``NotPossible`` or ``NotAllowed``."""
    with case(application_id, officer, of) as application:
        _hold(application, officer)


@contextmanager
def case(application_id: UUID, officer: Account, of: Queue) -> Iterator[Application]:
    """The case, locked, for a decision of this officer. A lease that has ended does no harm while nobody else has
    taken the case. Raises ``NotPossible``, :class:`Held` or ``NotAllowed``."""
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if lifecycle.state_of(application) != of.state:
            raise lifecycle.NotPossible("The case does not wait here.")
        if is_held(application) and application.claimed_by != officer:
            raise Held(application)
        if not of.may_decide(application, officer):
            raise lifecycle.NotAllowed("The case is not for this officer.")
        yield application


def is_held(application: Application) -> bool:
    until = application.claimed_until
    return application.claimed_by_id is not None and until is not None and until > lifecycle.now()


def _hold(application: Application, officer: Account) -> None:
    Application.objects.filter(pk=application.pk).update(claimed_by=officer, claimed_until=Now() + queue.LEASE)


def prolong(application: Application, officer: Account) -> None:
    """The holder looks at the case: the lease begins anew. A lease that has ended is not taken up again by a look."""
    mine = Application.objects.filter(queue.HELD, pk=application.pk, claimed_by=officer)
    if mine.update(claimed_until=Greatest(F("claimed_until"), Now() + queue.LEASE)):
        application.refresh_from_db(fields=["claimed_until"])


def release(application_id: UUID, officer: Account, of: Queue = queue.REVIEW) -> bool:
    """Give a case back; ``True`` when this officer held it."""
    mine = queue.waiting(officer, of).filter(pk=application_id, claimed_by=officer)
    return mine.update(claimed_by=None, claimed_until=None) == 1


def hand_over(application_id: UUID, to: Account, *, by: Account) -> Application:
    """Give a held case to another officer, who sees it first. For its holder and the institution's administrators.

    Raises ``NotPossible`` when nobody holds it, ``NotAllowed`` when it is not theirs to hand over or not the other's
    to decide.
    """
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        of, holder = queue.of_case(application), application.claimed_by
        if of is None or holder is None or not is_held(application):
            raise lifecycle.NotPossible("Nobody holds this case.")
        if not (holder == by or _administers(by, application)) or not of.may_decide(application, to):
            raise lifecycle.NotAllowed("The case cannot be handed over like this.")
        Application.objects.filter(pk=application.pk).update(claimed_by=to, claimed_until=Now() + HANDED)
        audit.record(
            "hand_over", by=by, chain=application.institution.audit_chain, subject=application.pk,
            facts={"from": holder.pk, "to": to.pk, "waiting_for": application.waiting_for},
        )  # fmt: skip
    return application


def _administers(officer: Account, application: Application) -> bool:
    """Of the institution, and not whose case it is: nobody chooses who decides about them."""
    own = bool(officer.mailbox) and officer.mailbox.lower() == application.mailbox.lower()
    held = Role.objects.filter(in_force(), account=officer, kind=roles.ADMINISTRATOR)
    return not own and held.filter(institution_id=application.institution_id).exists()


def others(application: Application, of: Queue) -> list[Account]:
    """The officers to whom the case may be handed over, by name."""
    there = Role.objects.filter(in_force(), institution_id=application.institution_id, kind=of.role)
    found = Account.objects.filter(pk__in=there.values("account"), is_active=True).order_by("name", "pk")[:OFFERED]
    return [each for each in found if each != application.claimed_by and of.may_decide(application, each)]
