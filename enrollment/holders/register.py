"""Registering from one's own profile: the data that were agreed to become an application."""

from typing import Any

from django.db import transaction

from enrollment import actions, comparisons, consents, lifecycle, terms
from enrollment.holders import profile
from enrollment.models import Application, Holder, Paper
from enrollment.procedure import Procedure


class NotReady(Exception):
    """Something in the profile does not count yet."""


def begin(holder: Holder) -> Application:
    """Apply, or begin the wizard where no check stands before it; who has begun already gets what there is.

    Raises :class:`NotReady`.
    """
    with transaction.atomic():
        # The lock keeps two clicks at once from making two applications.
        rows = Holder.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "institution", "record", "account"
        )
        holder = rows.get(pk=holder.pk)
        if not holder.institution.is_open:
            raise NotReady
        asked = terms.in_force(holder.institution)
        latest = profile.application_of(holder)
        if latest is not None and latest.status not in comparisons.ENDED:
            return latest
        if not profile.is_complete(holder, asked):
            raise NotReady
        application = Application(**_fields(holder, asked))
        lifecycle.begin("apply" if asked.way_in.check else "register", application, by=application)
        _take_along(holder, asked, application)
        return application


def _fields(holder: Holder, asked: Procedure) -> dict[str, Any]:
    record = holder.record
    now = lifecycle.now()
    found: dict[str, Any] = {
        "institution": holder.institution, "procedure": terms.keep(asked), "receipt": actions.new_receipt(),
        "mailbox": holder.mailbox, "since": now, "name": holder.account.name, "nik": holder.nik,
        "phone": holder.whatsapp or holder.phone, "kind": Application.Kind.OTHER.value,
        "submitted_at": now if asked.way_in.check and not asked.wizard.steps else None,
    }  # fmt: skip
    if record is not None:
        found |= {
            "record": record, "name": record.name, "kind": Application.Kind.ASN.value,
            "employee_number": record.employee_number, "front_title": record.front_title,
            "back_title": record.back_title, "unit": record.unit, "position": record.position,
            "province": record.province,
        }  # fmt: skip
    return found


def _take_along(holder: Holder, asked: Procedure, application: Application) -> None:
    """The papers that count go with the application, and the consents under which they were given."""
    for kind in asked.way_in.papers:
        if paper := profile.paper_of(holder, asked, kind):
            Paper.objects.filter(pk=paper.pk).update(application=application)
    for text in asked.wizard.consents:
        if consents.given(holder, text):
            consents.give(application, text)
