"""What the records say of the people of a request: known already, of another OPD or institution, asked for twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from enrollment.collective import names
from enrollment.collective.models import CollectiveRequest, RequestedPerson
from enrollment.holders.mailbox import domains_for
from enrollment.models import PersonnelRecord

State = RequestedPerson.State


@dataclass(frozen=True)
class Finding:
    """``text`` is for OPD and administrator alike, so it names nothing of another institution. ``blocks``: with this
    the person cannot be accepted; ``gets_none``: accepted, but without a new mailbox."""

    code: str
    text: str
    blocks: bool = False
    gets_none: bool = False


FOREIGN = Finding("foreign", "NIP ini tercatat di instansi lain. Surel tidak dapat dibuat di sini.", blocks=True)
TWICE = Finding("twice", "NIP ini tertulis lebih dari satu kali dalam daftar ini.", blocks=True)
KNOWN = Finding("known", "Sudah punya surel dinas. Surel baru tidak dibuatkan; orangnya diundang lewat surel itu.",
                gets_none=True)  # fmt: skip
ELSEWHERE = Finding("elsewhere", "NIP ini juga diajukan di luar instansi ini. Pastikan tempat tugasnya.")


def look(request: CollectiveRequest, people: Iterable[RequestedPerson]) -> dict[UUID, list[Finding]]:
    """Person → what there is to say, in few queries for the whole list."""
    listed = [each for each in people if each.nip_index]
    indexes = {bytes(each.nip_index) for each in listed if each.nip_index}
    counted = Counter(bytes(each.nip_index) for each in listed if each.nip_index)
    records = _records(indexes)
    others = _others(request, indexes)
    found: dict[UUID, list[Finding]] = defaultdict(list)
    for each in listed:
        index = bytes(each.nip_index or b"")
        if counted[index] > 1:
            found[each.pk].append(TWICE)
        found[each.pk] += _of_records(request, records[index])
        found[each.pk] += _of_requests(request, others[index])
    return found


def record_of(request: CollectiveRequest, person: RequestedPerson) -> PersonnelRecord | None:
    """The record of that NIP in the request's own institution."""
    return PersonnelRecord.objects.filter(
        institution=request.institution, employee_number_index=person.nip_index
    ).first()


def has_mailbox(record: PersonnelRecord) -> bool:
    """Whether the registry's mailbox lies in a domain that the institution uses for such a person today."""
    return record.mailbox.rpartition("@")[2].lower() in domains_for(record.institution, record.employment)


def _records(indexes: set[bytes]) -> dict[bytes, list[PersonnelRecord]]:
    found = defaultdict(list)
    for record in PersonnelRecord.objects.filter(employee_number_index__in=indexes).select_related(
        "institution", "opd"
    ):
        found[bytes(record.employee_number_index)].append(record)
    return found


def _others(request: CollectiveRequest, indexes: set[bytes]) -> dict[bytes, list[RequestedPerson]]:
    """The same NIPs in requests that are decided upon or have been agreed to."""
    open_ones = Q(request__state=CollectiveRequest.State.SUBMITTED) | Q(state__in=[State.ACCEPTED, State.MADE])
    rows = RequestedPerson.objects.filter(open_ones, nip_index__in=indexes).exclude(request=request)
    found = defaultdict(list)
    for person in rows.exclude(state=State.REFUSED).select_related("request__opd"):
        found[bytes(person.nip_index or b"")].append(person)
    return found


def _of_records(request: CollectiveRequest, records: list[PersonnelRecord]) -> list[Finding]:
    own = next((each for each in records if each.institution_id == request.institution_id), None)
    if own is None:
        return [FOREIGN] if records else []
    found = []
    if own.opd_id and own.opd_id != request.opd_id:
        found.append(Finding("opd", f"Tercatat di OPD lain: {own.opd}. Pastikan tempat tugasnya."))
    if has_mailbox(own):
        found.append(KNOWN)
    return found


def _of_requests(request: CollectiveRequest, others: list[RequestedPerson]) -> list[Finding]:
    found = []
    for each in others:
        other = each.request
        if other.institution_id != request.institution_id:
            found.append(ELSEWHERE)
        elif each.state == State.ACCEPTED:
            told = f"Surel dinasnya sedang dibuat lewat permohonan {other.receipt} ({other.opd})."
            found.append(Finding("on-its-way", told, blocks=True))
        elif other.state == CollectiveRequest.State.SUBMITTED:
            found.append(Finding("asked", f"Juga diajukan dalam permohonan {other.receipt} ({other.opd})."))
    return list(dict.fromkeys(found))


def domain_for(request: CollectiveRequest, person: RequestedPerson) -> str:
    """The mail domain for that person: PNS and PPPK may have domains of their own."""
    return domains_for(request.institution, names.employment_of(person.nip))[0]
