"""The dinas mailbox, proven by a mailed link before it counts."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from enrollment import lifecycle, terms
from enrollment.holders import accounts, changes
from enrollment.models import Employment, Holder, Institution
from tte_portal import links, outbox

PURPOSE = "mailbox"


class NotOwn(Exception):
    """The registry has another mailbox for this person by now; nothing is proven."""


def domains_for(institution: Institution, employment: str) -> list[str]:
    """The institution's domains for that kind of employment.

    A domain that begins with a kind of employment ("pns.…") is for that kind alone; the others are for everybody else.
    """
    kinds = {kind.lower() for kind in Employment.values}
    all_of_them: list[str] = institution.mailbox_domains
    own = [each for each in all_of_them if employment and each.partition(".")[0] == employment.lower()]
    return own or [each for each in all_of_them if each.partition(".")[0] not in kinds] or all_of_them


def ask(holder: Holder, answers: Mapping[str, str]) -> None:
    """Keep numbers and mailboxes as typed, and mail the link that proves the dinas mailbox."""
    asked = terms.in_force(holder.institution)
    with transaction.atomic():
        for field in ("phone", "whatsapp", "private_mailbox"):
            if answers[field] != getattr(holder, field):
                changes.ask(holder, asked, field, answers[field])
        Holder.objects.filter(pk=holder.pk).update(mailbox_asked=answers["mailbox"])
        link = links.make(PURPOSE, holder.pk)
        outbox.write("mailbox", subject=holder.pk, holder=holder.pk, link=link.pk)
        accounts.note("ask_mailbox_proof", holder, by=holder.account)


def prove(holder_id: UUID, link_id: UUID) -> Holder | None:
    """The mailed link came back: the mailbox counts. ``None`` when another click was first. Raises :class:`NotOwn`."""
    with transaction.atomic():
        rows = Holder.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "institution", "record", "account"
        )
        holder = rows.get(pk=holder_id)
        if not links.finish(link_id):
            return None
        # Only the registry's mailbox counts, where the registry has one.
        if holder.record and holder.record.mailbox.lower() != holder.mailbox_asked.lower():
            raise NotOwn
        holder.mailbox, holder.mailbox_proven_at = holder.mailbox_asked, lifecycle.now()
        holder.save(update_fields=["mailbox", "mailbox_proven_at"])
        accounts.note("prove_mailbox", holder, by=holder.account)
        return holder
