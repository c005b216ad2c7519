"""The check before activation: a registration goes on to its link or is refused; the records decide where mail goes."""

from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from enrollment import actions, comparisons, lifecycle, terms
from enrollment.models import Application, PersonnelRecord
from tte_portal.encryption import blind_index
from tte_portal.models import Account
from verification import claims, queue
from verification.models import Decision


class Refused(lifecycle.NotPossible):
    """The registration cannot go on; the text is the sentence for the officer. Nothing was changed."""


def admit(case_id: UUID, *, by: Account) -> Application:
    """Send the activation link, or where there is no wizard the link to the passphrase.

    Of a stranger's registration the mailbox is the registry's when it has the number. Raises :class:`Refused`,
    ``NotPossible``, ``NotAllowed`` or :class:`claims.Held`.
    """
    with claims.case(case_id, by, queue.PRE_CHECK) as application:
        asked = terms.of(application)
        if asked.way_in.kind in actions.TYPED_BY_STRANGERS:
            _address(application)
        _refuse_second(application)
        if asked.wizard.steps:
            lifecycle.change("admit", application, by=by)
        else:
            _vouch(application, by)
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.APPROVE, reasons={})
    return application


def reject(case_id: UUID, reason: str, *, by: Account) -> Application:
    """End the registration for a reason that the applicant reads. Whoever may not agree may not refuse either.

    Raises ``NotPossible``, ``NotAllowed`` or :class:`claims.Held`.
    """
    with claims.case(case_id, by, queue.PRE_CHECK) as application:
        application.rejection_reason = reason
        lifecycle.change("reject", application, by=by, detail={"reasons": {"": reason}})
        Decision.objects.create(application=application, officer=by, kind=Decision.Kind.REJECT, reasons={"": reason})
    return application


def _address(application: Application) -> None:
    """Where the link goes: to the registry's mailbox of that number, else to one of the institution's own domains."""
    record = record_of(application)
    if record is not None:
        application.record, application.mailbox = record, record.mailbox
    elif not comparisons.has_own_domain(application):
        raise Refused("Surel ini di luar domain instansi, dan NIP-nya tidak tercatat. Tautan tidak dapat dikirim.")


def record_of(application: Application) -> PersonnelRecord | None:
    """The registry's record of the number that was typed."""
    return comparisons.record_of_number(application) if application.employee_number else None


def _refuse_second(application: Application) -> None:
    """One running application for each person: who has one already needs no second."""
    _wait_for_rivals(application)
    same = Q(mailbox=application.mailbox)
    for index in ("employee_number_index", "nik_index"):
        if value := getattr(application, index):
            same |= Q(**{index: value})
    others = Application.objects.filter(same, institution_id=application.institution_id).exclude(pk=application.pk)
    for other in others.exclude(status__in=comparisons.ENDED):
        if other.pk == application.predecessor_id:
            # The certificate that this one is to follow.
            continue
        if not actions.is_unproven(other):
            raise Refused(
                f"Pemohon ini sudah memiliki pengajuan {other.receipt} ({other.get_status_display()}). "
                "Tolak pendaftaran ini, atau selesaikan pengajuan yang sudah ada."
            )


def _wait_for_rivals(application: Application) -> None:
    """Two officers who admit two registrations of one person at once: the second waits, then sees the first."""
    numbers = (application.mailbox, application.employee_number, application.nik)
    keys = {int.from_bytes(blind_index("admission", each)[:8], signed=True) for each in numbers if each}
    with connection.cursor() as cursor:
        # In one order, so that two who share more than one number do not wait for each other.
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _vouch(application: Application, by: Account) -> None:
    """The NIK is this person's from now on."""
    application.nik_taken = bool(application.nik) and not comparisons.predecessor_holds_nik(application)
    try:
        with transaction.atomic():
            lifecycle.change("vouch", application, by=by)
    except IntegrityError as error:
        if "nik_taken_once" in str(error):
            raise Refused("NIK ini sudah dipakai pada pengajuan lain. Periksa, lalu tolak bila perlu.") from error
        raise
