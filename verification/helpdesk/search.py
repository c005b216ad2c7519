"""Finding a person by one thing that is known of them: a number, a mailbox, a receipt, or how the name begins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import merge
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Upper

from enrollment import actions, numbers, receipts
from enrollment.models import Application, Holder, Institution, PersonnelRecord
from tte_portal import audit
from tte_portal.encryption import blind_index
from tte_portal.models import Account
from tte_portal.throttles import Throttle
from verification.helpdesk import masks
from verification.helpdesk.people import READS

PAGE = 30
# Fewer letters would be a walk through the whole registry.
SHORTEST = 3
# More than a busy desk needs; somebody who copies a registry is slowed down and seen in the audit trail.
SEARCHES = Throttle("helpdesk-searches", limit=400, seconds=3600)


class Unclear(ValueError):
    """Nothing can be looked up by this; the text says why."""


@dataclass(frozen=True)
class Term:
    """What was typed, read: ``kind`` of thing, the value as it is stored, and how it is told again."""

    kind: str
    value: str
    told: str

    @property
    def is_exact(self) -> bool:
        return self.kind != "name"


@dataclass(frozen=True)
class Hit:
    """Somebody found: their page's id, and enough to tell two of one name apart."""

    id: UUID
    name: str
    detail: str
    mailbox: str
    institution: str
    place: tuple[str, str] = ("", "")


# Receipts as people read them out: any hyphens, blanks, small letters, with or without what stands in front.
_RECEIPT = re.compile(f"(?P<kind>TTE|OPD|SRL|LBR)?(?P<number>[{actions.RECEIPT_LETTERS}]{{8}})")
OF_REQUESTS = {"OPD": "nomor permohonan", "SRL": "nomor seseorang", "LBR": "nomor lembar kata sandi"}
# Before a name; the registry keeps them apart from it.
TITLES = {"prof", "dr", "drs", "dra", "drg", "drh", "ir", "h", "hj", "kh", "apt", "ns", "bapak", "pak", "ibu", "bu"}
NUMBERS = (
    ("nik", "NIK", numbers.nik), ("employee_number", "NIP / NRP", numbers.employee_number),
    ("phone", "nomor telepon", numbers.phone),
)  # fmt: skip


def read(typed: str) -> Term:
    """Which kind of thing this is. Raises :class:`Unclear`."""
    text = " ".join(typed.split())
    if "@" in text:
        return Term("mailbox", text.lower(), f"surel dinas {masks.mailbox(text.lower())}")
    if named := _RECEIPT.fullmatch(_joined(text)):
        _of_request(named)
        # Letters alone may be a name, digits alone an NRP.
        if named["kind"] or not (named["number"].isalpha() or named["number"].isdigit()):
            return _receipt(named)
    if text.upper().startswith("TTE-"):
        return Term("receipt", text.upper(), f"nomor tanda terima {text.upper()}")
    if re.sub("[()/]", "", numbers.squeeze(text)).lstrip("+").isdigit():
        return _number(text)
    if len(text) < SHORTEST:
        raise Unclear(f"Tulis paling sedikit {SHORTEST} huruf awal nama, atau satu nomor lengkap.")
    return Term("name", text, f"nama yang diawali “{text}”")


def otherwise(term: Term) -> Term | None:
    """How else a name that found nobody may be meant: without its titles, or as a receipt of letters alone."""
    if term.kind != "name":
        return None
    named = _RECEIPT.fullmatch(_joined(term.value))
    if named:
        return _receipt(named)
    words = term.value.partition(",")[0].split()
    while words and words[0].lower().rstrip(".") in TITLES:
        words.pop(0)
    bare = " ".join(words)
    known = bare == term.value or len(bare) < SHORTEST
    return None if known else Term("name", bare, f"nama yang diawali “{bare}”, tanpa gelar")


def _joined(text: str) -> str:
    return numbers.squeeze(text).replace("/", "").upper()


def _receipt(named: re.Match[str]) -> Term:
    number = f"TTE-{named['number'][:4]}-{named['number'][4:]}"
    return Term("receipt", number, f"nomor tanda terima {number}")


def _of_request(named: re.Match[str]) -> None:
    """Raises :class:`Unclear` for a number that an OPD's request gave out."""
    if kind := OF_REQUESTS.get(named["kind"] or ""):
        raise Unclear(
            f"Ini {kind} dari permohonan surel dinas sebuah OPD. Administrator menemukannya di menu “Permohonan OPD”, "
            "operator OPD di halaman permohonannya. Di sini carilah orangnya lewat nama, NIP, atau surel dinasnya."
        )


def _number(text: str) -> Term:
    for kind, label, parse in NUMBERS:
        try:
            value = parse(text)
        except numbers.Malformed:
            continue
        return Term(kind, value, f"{label} yang berakhir {value[-masks.SHOWN :]}")
    digits = len(numbers.squeeze(text).lstrip("+("))
    raise Unclear(
        f"{digits} angka ini bukan NIK (16 angka), NIP (18), NRP (8), atau nomor telepon (diawali 08 atau +62). "
        "Periksa apakah ada angka yang kurang atau salah ketik."
    )


def look(term: Term, officer: Account, after: tuple[str, str] = ("", "")) -> list[Hit]:
    """Whom the officer may see and the term finds; one more than a page tells that there are more.

    Leaves one audit row: who looked by what kind of thing, which itself stands there only as a blind index.
    """
    SEARCHES.count(str(officer.pk))
    # As constants: PostgreSQL walks each index instead of guessing about a subquery.
    held = list(Institution.objects.for_officer(officer, *READS).order_by("pk"))
    found = list(_exact(term, held)) if term.is_exact else _by_name(term.value, held, after)
    _note(term, officer, held, len(found))
    return found


def _note(term: Term, officer: Account, held: list[Institution], found: int) -> None:
    digest = blind_index(f"helpdesk-search.{term.kind}", term.value).hex()[:32]
    chain = held[0].audit_chain if len(held) == 1 else audit.PORTAL_CHAIN
    with transaction.atomic():
        facts = {"kind": term.kind, "term": digest, "found": min(found, PAGE)}
        audit.record("search_person", by=officer, chain=chain, facts=facts)


def _exact(term: Term, held: list[Institution]) -> Iterable[Hit]:
    """Every row that carries exactly this, each person once."""
    people: dict[Any, Hit] = {}
    for record in _records(term, held):
        people.setdefault(record.pk, _hit_of_record(record))
    for holder in _holders(term, held):
        key = holder.record_id or (holder.institution_id, (holder.mailbox or holder.account.mailbox).lower())
        people.setdefault(key, _hit_of_holder(holder))
    for application in _applications(term, held):
        key = application.record_id or (application.institution_id, application.mailbox.lower())
        people.setdefault(key, _hit_of_application(application))
    return people.values()


def _records(term: Term, held: list[Institution]) -> Iterable[PersonnelRecord]:
    rows = PersonnelRecord.objects.filter(institution__in=held).select_related("institution")
    if term.kind == "employee_number":
        return rows.filter(employee_number_index=blind_index("employee-number", term.value))[: PAGE + 1]
    return rows.filter(mailbox=term.value)[: PAGE + 1] if term.kind == "mailbox" else ()


def _holders(term: Term, held: list[Institution]) -> Iterable[Holder]:
    rows = Holder.objects.filter(institution__in=held).select_related("institution", "account", "record")
    if term.kind == "nik":
        return rows.filter(nik_index=blind_index("nik", term.value))[: PAGE + 1]
    # Two looks: one "or" over two tables would walk both of them whole.
    if term.kind == "mailbox":
        return [*rows.filter(mailbox=term.value)[:PAGE], *rows.filter(account__login=term.value)[:1]]
    return ()


APPLICATIONS = {
    "nik": ("nik_index", "nik"), "employee_number": ("employee_number_index", "employee-number"),
    "phone": ("phone_index", "phone"),
}  # fmt: skip


def _applications(term: Term, held: list[Institution]) -> QuerySet[Application]:
    column, kind = APPLICATIONS.get(term.kind, (term.kind, ""))
    value: Any = blind_index(kind, term.value) if kind else term.value
    rows = Application.objects.filter(institution__in=held).select_related("institution", "record")
    match = receipts.named(term.value) if term.kind == "receipt" else Q(**{column: value})
    return rows.filter(match).order_by("-created_at")[: PAGE + 1]


def _by_name(text: str, held: list[Institution], after: tuple[str, str]) -> list[Hit]:
    """A page of people whose name begins so, in the order of names: from the registry, and who is not in it."""
    walks = [_named(make, institution, text, after) for institution in held for make in (_in_registry, _outside)]
    people: dict[tuple[str, str], Hit] = {}
    for hit in merge(*walks, key=lambda hit: hit.place):
        people.setdefault((hit.institution, hit.mailbox), hit)
        if len(people) > PAGE:
            break
    return list(people.values())


def _named(make: Any, institution: Institution, text: str, after: tuple[str, str]) -> list[Hit]:
    rows, hit = make(institution)
    # Bytewise, as Python compares: the walks are merged here.
    rows = rows.filter(name__istartswith=text).annotate(key=Collate(Upper("name"), "C")).select_related("institution")
    if after[0]:
        rows = rows.filter(Q(key__gt=after[0]) | Q(key=after[0], pk__gt=after[1]))
    return [hit(each, place=(each.key, str(each.pk))) for each in rows.order_by("key", "pk")[: PAGE + 1]]


def _in_registry(institution: Institution) -> Any:
    return PersonnelRecord.objects.filter(institution=institution), _hit_of_record


def _outside(institution: Institution) -> Any:
    return Application.objects.filter(institution=institution, record=None), _hit_of_application


def _hit_of_record(record: PersonnelRecord, place: tuple[str, str] = ("", "")) -> Hit:
    detail = f"{record.position}, {record.unit}"
    return Hit(record.pk, record.name, detail, record.mailbox, record.institution.short_name, place)


def _hit_of_holder(holder: Holder) -> Hit:
    if holder.record:
        return _hit_of_record(holder.record)
    mailbox = holder.mailbox or holder.account.mailbox
    return Hit(holder.pk, holder.account.name, "akun tanpa data pegawai", mailbox, holder.institution.short_name)


def _hit_of_application(application: Application, place: tuple[str, str] = ("", "")) -> Hit:
    name = application.name or application.mailbox
    detail = f"{application.receipt}, {application.get_status_display()}"
    person = application.record_id or application.pk
    return Hit(person, name, detail, application.mailbox, application.institution.short_name, place)
