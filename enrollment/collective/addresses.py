"""Mailbox addresses: proposed by rule, free in every institution, and looked at once more when somebody types one."""

import re
from collections.abc import Iterable
from uuid import UUID

from enrollment.collective import findings, names
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.models import Application, Holder, Institution, PersonnelRecord

State = RequestedPerson.State
_PART = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
LONGEST_PART = 64


class Wrong(ValueError):
    """This address cannot be given; the text is the sentence for whoever typed it."""


def propose(request: CollectiveRequest, people: Iterable[RequestedPerson]) -> dict[UUID, str]:
    """Person → a free address: ayu.contoh@…, then ayu.contoh2@…, ayu.contoh3@… Needs people whose NIP was read."""
    waiting = {each.pk: (names.address_part(each.name), findings.domain_for(request, each), 1) for each in people}
    given: dict[UUID, str] = {}
    kept = {each.mailbox for each in request.people.exclude(mailbox="").exclude(pk__in=waiting)}
    while waiting:
        candidates = {pk: f"{part}{n if n > 1 else ''}@{domain}" for pk, (part, domain, n) in waiting.items()}
        used = taken(set(candidates.values())) | kept | set(given.values())
        for pk, address in candidates.items():
            if address in used:
                part, domain, n = waiting[pk]
                waiting[pk] = (part, domain, n + 1)
            else:
                given[pk] = address
                used.add(address)
                del waiting[pk]
    return given


def taken(addresses: set[str], *, but: RequestedPerson | None = None) -> set[str]:
    """Those of the addresses that belong to somebody, in any institution."""
    used = set(PersonnelRecord.objects.filter(mailbox__in=addresses).values_list("mailbox", flat=True))
    used |= set(Application.objects.filter(mailbox__in=addresses).values_list("mailbox", flat=True))
    used |= set(Holder.objects.filter(mailbox__in=addresses).values_list("mailbox", flat=True))
    requested = RequestedPerson.objects.filter(mailbox__in=addresses, state__in=[State.ACCEPTED, State.MADE])
    if but is not None:
        requested = requested.exclude(pk=but.pk)
    return used | set(requested.values_list("mailbox", flat=True))


def checked(request: CollectiveRequest, person: RequestedPerson, typed: str) -> str:
    """The address in the form that is kept; raises :class:`Wrong`."""
    address = typed.strip().lower()
    part, _, domain = address.partition("@")
    if not _PART.fullmatch(part) or len(part) > LONGEST_PART:
        raise Wrong("Bagian sebelum @ hanya huruf kecil, angka, titik, atau tanda hubung. Contoh: ayu.contoh")
    if domain not in allowed(request.institution):
        raise Wrong(f"Bagian sesudah @ harus {' atau '.join(allowed(request.institution))}.")
    same = request.people.filter(mailbox=address, verdict=RequestedPerson.Verdict.ACCEPT).exclude(pk=person.pk)
    if address in taken({address}, but=person) or same.exists():
        raise Wrong("Alamat ini sudah dipakai orang lain. Tambahkan angka atau nama tengah.")
    return address


def allowed(institution: Institution) -> list[str]:
    return list(institution.mailbox_domains)
