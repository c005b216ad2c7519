"""Finding a certificate: by its serial number, or by anything by which the help desk finds its holder."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now, Upper

from enrollment import receipts
from enrollment.models import Application, Institution
from passphrase.authority import taking_back
from passphrase.models import Certificate
from tte_portal import audit
from tte_portal.encryption import blind_index
from tte_portal.models import Account
from verification.certificates.people import READS
from verification.helpdesk import search
from verification.helpdesk.search import PAGE, SEARCHES, Term, Unclear

__all__ = ["PAGE", "Term", "Unclear", "ending", "look", "orphaned", "read"]

# 159 bits in hexadecimal, as OpenSSL and viewers show it, with colons or blanks or without.
_SERIAL = re.compile(r"[0-9A-F]{30,40}")
SOON = timedelta(days=30)


def read(typed: str) -> Term:
    """Which kind of thing this is. Raises :class:`Unclear`."""
    plain = re.sub(r"[\s:]", "", typed).upper().removeprefix("0X").lstrip("0")
    if _SERIAL.fullmatch(plain):
        return Term("serial", plain, f"nomor seri {plain[:8]}…")
    return search.read(typed)


def look(term: Term, officer: Account) -> list[Certificate]:
    """Certificates in the officer's institutions, the newest first; one more than a page tells that there are more.

    Leaves one audit row, like the help desk's search.
    """
    SEARCHES.count(str(officer.pk))
    held = list(Institution.objects.for_officer(officer, *READS).order_by("pk"))
    rows = Certificate.objects.filter(_match(term), application__institution__in=held).defer("der", "chain")
    if term.is_exact:
        rows = rows.order_by("-issued_at", "-pk")
    else:
        rows = rows.annotate(key=Upper("application__name")).order_by("key", "-issued_at", "-pk")
    found = list(rows.select_related("application__institution")[: PAGE + 1])
    _note(term, officer, held, len(found))
    return found


def _match(term: Term) -> Q:
    match term.kind:
        case "serial":
            return Q(serial=term.value)
        case "name":
            return Q(application__name__istartswith=term.value)
        case "mailbox":
            return Q(application__mailbox=term.value)
        case "receipt":
            return Q(application__in=Application.objects.filter(receipts.named(term.value)))
    column, kind = search.APPLICATIONS[term.kind]
    return Q(**{f"application__{column}": blind_index(kind, term.value)})


def _note(term: Term, officer: Account, held: Iterable[Institution], found: int) -> None:
    places = list(held)
    digest = blind_index(f"helpdesk-search.{term.kind}", term.value).hex()[:32]
    chain = places[0].audit_chain if len(places) == 1 else audit.PORTAL_CHAIN
    with transaction.atomic():
        facts = {"kind": term.kind, "term": digest, "found": min(found, PAGE)}
        audit.record("search_certificate", by=officer, chain=chain, facts=facts)


def orphaned(officer: Account) -> QuerySet[Certificate]:
    """Certificates in use whose issuing authority was taken back: their holders are to make new ones, the nearest end
    first."""
    gone = taking_back.orphans().values("pk")
    rows = Certificate.objects.for_officer(officer, *READS).filter(pk__in=gone, application__status="ACTIVE")
    return rows.defer("der", "chain").select_related("application__institution").order_by("not_after", "pk")


def ending(officer: Account) -> QuerySet[Certificate]:
    """Certificates in use that end within a month, the next one first; without :func:`orphaned` ones."""
    rows = Certificate.objects.for_officer(officer, *READS).filter(
        revoked_at=None, not_after__gt=Now(), not_after__lte=Now() + SOON, application__status="ACTIVE"
    )
    rows = rows.exclude(pk__in=taking_back.orphans().values("pk"))
    return rows.defer("der", "chain").select_related("application__institution").order_by("not_after", "pk")
