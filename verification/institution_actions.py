"""What an institution's administrator decides for it: its procedure, its values, its looks."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from enrollment import logos, procedure, terms
from enrollment.models import Institution, Logo
from enrollment.procedure import Procedure
from tte_portal import audit
from tte_portal.models import Account


class Stale(Exception):
    """Another officer has changed the same in the meantime; nothing was changed."""


def fingerprint(institution: Institution) -> str:
    """Names the procedure and the changed values as they stand, to notice that another officer was faster."""
    told = json.dumps([institution.procedure_slug, institution.procedure_changes], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def change_procedure(institution_id: int, slug: str, changes: dict[str, Any], *, seen: str, by: Account) -> Institution:
    """Let the institution follow that procedure with those values (empty slug: enrolment is closed).

    Holds for applications that begin from now on. ``seen``: the :func:`fingerprint` the officer decided upon.
    Raises :class:`Stale`, and :class:`enrollment.coherence.Wrong` for values that are not coherent.
    """
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution_id)
    if fingerprint(institution) != seen:
        raise Stale
    if (slug, changes) == (institution.procedure_slug, institution.procedure_changes):
        return institution
    before, old_slug = in_force(institution), institution.procedure_slug
    institution.procedure_slug, institution.procedure_changes = slug, changes
    after = procedure.changed(procedure.find(slug), changes) if slug else None
    values = {key: [old, new] for key, old, new in differences(before, after)}
    institution.save(update_fields=["procedure_slug", "procedure_changes"])
    facts = {"procedure": [old_slug, slug], "values": values}
    audit.record("change_procedure", by=by, chain=institution.audit_chain, facts=facts)
    return institution


def in_force(institution: Institution) -> Procedure | None:
    """What holds today; ``None`` when enrolment is closed."""
    return terms.in_force(institution) if institution.is_open else None


def differences(before: Procedure | None, after: Procedure | None) -> list[tuple[str, Any, Any]]:
    """(key, old, new) of the changeable values that differ; ``None`` stands where there is no procedure."""
    pairs = ((key, _value(before, key), _value(after, key)) for key in procedure.CHANGEABLE)
    return [(key, old, new) for key, old, new in pairs if old != new]


def _value(asked: Procedure | None, key: str) -> Any:
    return value_of(asked, key) if asked else None


def value_of(asked: Procedure, key: str) -> Any:
    """The value of a dotted key, as plain JSON."""
    section, _, name = key.partition(".")
    return asked.values()[section][name]


@dataclass(frozen=True)
class Looks:
    """How an institution's pages and mails look. ``logo``: a PNG from :func:`enrollment.logos.take`, empty for none."""

    colour: str
    logo: bytes
    mail_sender: str
    subject_prefix: str


def looks_of(institution: Institution) -> Looks:
    found = Logo.objects.filter(institution=institution).first()
    png = bytes(found.png) if found else b""
    return Looks(institution.colour, png, institution.mail_sender, institution.subject_prefix)


@transaction.atomic
def change_looks(institution_id: int, looks: Looks, *, by: Account) -> None:
    """Let the institution's pages and mails look so, from now on; the audit row names the old and the new."""
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution_id)
    before, after = _told(looks_of(institution)), _told(looks)
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if not changed:
        return
    if looks.logo:
        Logo.objects.update_or_create(institution=institution, defaults={"png": looks.logo})
    else:
        Logo.objects.filter(institution=institution).delete()
    for name, value in after.items():
        setattr(institution, name, value)
    institution.save(update_fields=list(after))
    audit.record("change_looks", by=by, chain=institution.audit_chain, facts=changed)


def _told(looks: Looks) -> dict[str, str]:
    """As the institution's row and the audit trail have it: of the logo its digest."""
    return {
        "colour": looks.colour,
        "logo_digest": logos.digest_of(looks.logo) if looks.logo else "",
        "mail_sender": looks.mail_sender,
        "subject_prefix": looks.subject_prefix,
    }
