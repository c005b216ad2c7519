"""What a person does in the wizard: keeps a step, a picture or a paper, agrees to the policy, hands it in."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from enrollment import automatic, comparisons, consents, lifecycle, photos, readings, terms
from enrollment.models import Application, Correction, PersonnelRecord, Status
from enrollment.wizard import steps
from enrollment.wizard.drafts import AlreadyDone as AlreadyDone
from enrollment.wizard.drafts import while_a_draft
from tte_portal import files, links, outbox, workers
from tte_portal.encryption import blind_index
from tte_portal.prepared import Prepared

logger = logging.getLogger(__name__)

POLICY = consents.POLICY
NOT_KEPT = (
    "Foto belum tersimpan karena ada gangguan pada penyimpanan kami; ini bukan kesalahan Anda. Isian Anda yang lain "
    "tidak hilang. Coba kirim lagi beberapa menit lagi; bila masih gagal, beri tahu kontak bantuan instansi Anda."
)


class NotReady(Exception):
    """Something in the wizard is not filled in yet."""


class PolicyUnread(NotReady):
    """The privacy policy is still to be read."""


_DRAFT = Prepared(
    2,
    lambda subject, link_id: Application.objects.filter(
        pk=subject, status=Status.NEW, waiting_for="applicant", pk__in=links.usable(link_id).values("subject")
    ),
    "institution",
)


def draft_of(subject: UUID, link_id: UUID) -> Application | None:
    """The application that an opened activation link may work on now, in one query."""
    return _DRAFT.first(subject, link_id)


def keep_draft(application: Application, step: steps.Step, typed: dict[str, str]) -> None:
    """Keep what was typed in a step that is not valid (yet), for this device or another. Raises ``AlreadyDone``."""
    with while_a_draft(application) as stored:
        application.draft = {**stored.draft, step.slug: typed}
        application.save(update_fields=["draft"])


def save_step(application: Application, step: steps.Step) -> None:
    """Write a step's valid answers and no other field, forget its raw draft, answer the corrections asked in it.

    Raises :class:`AlreadyDone`.
    """
    with while_a_draft(application) as stored:
        written = step.form.writes if step.form else ()
        application.draft = {slug: left for slug, left in stored.draft.items() if slug != step.slug}
        if "phone" in written and stored.phone_proven_at and stored.phone != application.phone:
            # What was proven is the other number.
            application.phone_proven_at = None
            written = (*written, "phone_proven_at")
        application.save(update_fields=["draft", *written])
        answer_corrections(application, step)


def answer_corrections(application: Application, step: steps.Step) -> None:
    if application.submitted_at is not None:
        fields = [name for name, _ in step.fields]
        open_ones = Correction.objects.filter(application=application, answered_at=None, field__in=fields)
        open_ones.update(answered_at=Now())


def check_employee_number(application: Application, number: str) -> PersonnelRecord | None:
    """The registry's record of that number, if it belongs to the mailbox the link went to; else nothing.

    A number of somebody else and one that nobody has get the same answer: the registry cannot be asked for others.
    """
    return PersonnelRecord.objects.filter(
        institution_id=application.institution_id,
        employee_number_index=blind_index("employee-number", number),
        mailbox=application.mailbox,
    ).first()


def keep_photo(application: Application, content: bytes) -> None:
    """:func:`keep_upload` of the selfie."""
    keep_upload(application, steps.step_with("photo"), content)


def keep_upload(application: Application, step: steps.Step, content: bytes) -> None:
    """Record the consents, then make the file safe and keep it in place of an earlier one.

    Raises :class:`enrollment.photos.Refused` (the consents stand all the same, for they were given) or ``AlreadyDone``.
    """
    if step.upload is None:
        raise TypeError(f"{step.slug} takes no file.")
    agree(application)
    checked = step.upload.check(content)
    try:
        with while_a_draft(application) as stored:
            for replaced in step.upload.put(application, stored, content, checked):
                files.erase(replaced)
            answer_corrections(application, step)
    except OSError as error:
        logger.error("An upload was not kept, for its store takes nothing: %s", error.strerror)
        raise photos.Refused(NOT_KEPT) from error


def agree(application: Application) -> None:
    with transaction.atomic():
        for kind in terms.of(application).wizard.consents:
            consents.give(application, kind)


def submit(application_id: UUID, link_id: UUID) -> Application:
    """Hand the application to the verifier and use its link up.

    Raises :class:`AlreadyDone` for a second tab or click, :class:`NotReady` when something is missing, and its kind
    :class:`PolicyUnread` when only the privacy policy is left to be read.
    """
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if not links.finish(link_id):
            raise AlreadyDone
        if not steps.is_ready(application, steps.open_corrections(application)):
            raise NotReady
        if must_read_policy(application):
            raise PolicyUnread
        application.submitted_at = lifecycle.now()
        way = automatic.transition_of(application)
        lifecycle.change(way, application, by=application)
        if way == "submit_for_matching":
            workers.tell("enrollment.tasks.match_application", application.pk)
        _warn_owner_of_nik(application)
    return application


def must_read_policy(application: Application) -> bool:
    """Whether the privacy policy stands before "Submit", and is not read and agreed to yet."""
    if not terms.of(application).wizard.reading_seconds:
        return False
    return not readings.is_agreed(application, readings.name_of(consents.find(POLICY)))


def agree_to_policy(application: Application) -> int:
    """Agree to the privacy policy once it was open for its time; the seconds that are left (0: agreed).

    Raises :class:`AlreadyDone`.
    """
    with while_a_draft(application):
        least = terms.of(application).wizard.reading_seconds
        left = readings.agree(application, readings.name_of(consents.find(POLICY)), least)
        if not left:
            consents.give(application, POLICY)
        return left


def _warn_owner_of_nik(application: Application) -> None:
    """The person in the wizard sees nothing of it; whoever holds this NIK here already hears of it by mail."""
    others = Application.objects.filter(nik_index=application.nik_index, nik_taken=True).exclude(pk=application.pk)
    if application.predecessor_id:
        # The person's own, which this one is to follow.
        others = others.exclude(pk=application.predecessor_id)
    for owner in others.exclude(status__in=comparisons.ENDED):
        outbox.write("nik_in_use", subject=owner.pk, application=owner.pk)
