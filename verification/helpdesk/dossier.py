"""Everything about one person for the page: each kind of row read once for all their applications together."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment import lifecycle, status
from enrollment.holders import accounts, recovery
from enrollment.models import Application, Correction, Paper, ProfileChange, Status, StatusPeriod, WaitingFor
from enrollment.wizard import steps
from passphrase.models import Certificate, CertificateRequest
from tte_portal.models import Link, OutboxMessage
from verification import checks, review
from verification.helpdesk import changes, failures
from verification.helpdesk.models import ChangeRequest, Note
from verification.helpdesk.people import Person
from verification.models import Check, Decision

NEWEST = 40
MESSAGES = {
    "activation": "Tautan aktivasi", "set_passphrase": "Tautan passphrase", "set_passphrase_whatsapp":
    "Tautan passphrase", "submitted": "Pengajuan diterima", "correction": "Permintaan perbaikan dan tautannya",
    "rejected": "Pengajuan ditolak", "withdrawn": "Pengajuan ditarik", "issued": "Sertifikat terbit",
    "active": "Sertifikat aktif", "ending": "Sertifikat segera berakhir", "issuer_gone":
    "Sertifikat perlu diganti", "expired": "Masa berlaku habis", "proof":
    "Tautan bukti diri", "suspended": "Sertifikat ditangguhkan", "resumed": "Sertifikat aktif lagi", "revoked":
    "Sertifikat dicabut", "status_link": "Tautan status", "account": "Informasi akun", "mailbox":
    "Aktivasi surel dinas", "nik_in_use": "NIK dipakai orang lain", "phone_code": "Kode OTP", "phone_code_mail":
    "Kode OTP", "profile_approved": "Perubahan profil disetujui", "profile_refused": "Perubahan profil ditolak",
    "helpdesk_asked": "Pemberitahuan permintaan perubahan", "helpdesk_done": "Pemberitahuan perubahan",
    "helpdesk_refused": "Perubahan tidak dilanjutkan", "helpdesk_new_mailbox": "Surel dinas diganti",
    "bsre_registered": "Pengajuan disetujui, passphrase di BSrE", "bsre_issued": "Sertifikat terbit di BSrE",
    "bsre_active": "Sertifikat aktif di BSrE", "bsre_news": "Kabar sertifikat di BSrE", "bsre_expired":
    "Sertifikat kedaluwarsa di BSrE",
}  # fmt: skip
LINKS = {
    "activation": "Tautan aktivasi", "passphrase": "Tautan passphrase", "status": "Tautan status",
    "account": "Tautan akun", "mailbox": "Tautan bukti surel dinas",
}  # fmt: skip


@dataclass(frozen=True)
class LinkRow:
    """One mailed link, never its token: what became of it, as a word and as a sentence."""

    title: str
    purpose: str
    state: str
    word: str
    sent: datetime
    opened: datetime | None
    until: datetime
    # What became of the message that carries it.
    went: str = "dikirim"


@dataclass
class Case:
    """One application with all that hangs on it."""

    application: Application
    headline: str
    turn: str
    periods: list[dict[str, Any]] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    certificates: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    request: CertificateRequest | None = None
    corrections: list[Correction] = field(default_factory=list)
    # Whether somebody holds it in the queue at this moment.
    held: bool = False

    def newest_link(self, purpose: str) -> LinkRow | None:
        return next((each for each in self.links if each.purpose == purpose), None)


@dataclass
class Dossier:
    """The page's content."""

    person: Person
    cases: list[Case]
    account: dict[str, Any] | None
    # Messages and links of the account, and what was written about the person.
    messages: list[dict[str, Any]]
    links: list[LinkRow]
    notes: list[Note]
    requests: list[dict[str, Any]]
    profile_changes: list[ProfileChange]

    def case(self, application_id: UUID) -> Case | None:
        return next((each for each in self.cases if each.application.pk == application_id), None)

    @property
    def running(self) -> Case | None:
        """The case that is under way: what problems are about."""
        alive = {each.pk for each in self.person.running}
        return next((each for each in self.cases if each.application.pk in alive), None)


def of(person: Person) -> Dossier:
    """Reads it all; the number of queries does not grow with the number of applications."""
    cases = {each.pk: _case(each) for each in person.applications}
    ids = list(cases)
    _periods(cases, ids)
    _decisions(cases, ids)
    _certificates(cases, ids)
    for check in Check.objects.filter(application__in=ids):
        check.title = checks.title_of(check.name)  # type: ignore[attr-defined]
        cases[check.application_id].checks.append(check)
    for paper in Paper.objects.filter(application__in=ids).order_by("at"):
        if paper.application_id:
            cases[paper.application_id].pictures.append((str(paper.pk), paper.get_kind_display()))
    for correction in Correction.objects.filter(application__in=ids, answered_at=None):
        cases[correction.application_id].corrections.append(correction)
    held = Application.objects.filter(pk__in=ids, claimed_by__isnull=False, claimed_until__gt=Now())
    for pk in held.values_list("pk", flat=True):
        cases[pk].held = True
    messages = _messages(person)
    links = _links(person, _carriers(messages))
    for pk, case in cases.items():
        case.messages, case.links = messages.get(pk, []), links.get(pk, [])
    others = [each for each in person.subjects if each not in cases]
    return Dossier(
        person, list(cases.values()), _account(person),
        [row for each in others for row in messages.get(each, [])],
        [row for each in others for row in links.get(each, [])],
        _notes(person), _requests(person), _profile_changes(person),
    )  # fmt: skip


def _case(application: Application) -> Case:
    told = status.told_of(lifecycle.state_of(application))
    kept = [(name, title) for name, title in review.PICTURES.items() if getattr(application, f"{name}_id")]
    # Said to the officer, not to the person.
    headline = f"{application.get_status_display()}, {told.title.lower()}"
    return Case(application, headline[:1].upper() + headline[1:], application.get_waiting_for_display(), pictures=kept)


def _periods(cases: dict[UUID, Case], ids: list[UUID]) -> None:
    for period in StatusPeriod.objects.filter(application__in=ids):
        state = Status(period.status), WaitingFor(period.waiting_for)
        title = status.told_of(state).title
        row = {"title": title, "turn": state[1].label, "since": period.since, "until": period.until}
        cases[period.application_id].periods.append(row)


def _decisions(cases: dict[UUID, Case], ids: list[UUID]) -> None:
    for decision in Decision.objects.filter(application__in=ids).select_related("officer"):
        case = cases[decision.application_id]
        told = [
            (steps.label_of(name, case.application) if name else "", text) for name, text in decision.reasons.items()
        ]
        case.decisions.append(
            {"at": decision.at, "what": decision.get_kind_display(), "who": decision.officer.name, "reasons": told}
        )


def _certificates(cases: dict[UUID, Case], ids: list[UUID]) -> None:
    rows = Certificate.objects.filter(application__in=ids).defer("der", "chain").order_by("-issued_at")
    for each in rows.annotate(alive=Q(not_after__gt=Now())):
        word = "dicabut" if each.revoked_at else "berlaku" if each.alive else "habis masa berlakunya"
        cases[each.application_id].certificates.append({"row": each, "word": word})
    for request in CertificateRequest.objects.filter(application__in=ids).defer("csr").order_by("pk"):
        cases[request.application_id].request = request


def _messages(person: Person) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = OutboxMessage.objects.filter(subject__in=person.subjects).order_by("-created_at", "-pk")
    for row in rows[:NEWEST]:
        if row.subject:
            title = MESSAGES.get(row.template, "Pesan")
            told = {"row": row, "title": title, "word": _delivery(row), "why": failures.in_words(row.error)}
            found.setdefault(row.subject, []).append(told)
    return found


def _delivery(row: OutboxMessage) -> str:
    states = OutboxMessage.State
    if row.state == states.WAITING:
        return "menunggu dikirim" + (f", sudah dicoba {row.attempts} kali" if row.attempts else "")
    if row.state == states.FAILED:
        return f"gagal dikirim setelah {row.attempts} kali dicoba"
    if row.state == states.FELL_BACK:
        return f"tidak sampai, diganti surel: {row.get_fell_back_reason_display()}"
    if row.state == states.DROPPED:
        return "tidak perlu dikirim lagi"
    return row.get_delivery_display() if row.delivery else "terkirim"


def _carriers(messages: dict[UUID, list[dict[str, Any]]]) -> dict[str, OutboxMessage]:
    """The newest message with each link."""
    found: dict[str, OutboxMessage] = {}
    for rows in messages.values():
        for told in rows:
            found.setdefault(str(told["row"].ids.get("link", "")), told["row"])
    return found


def _links(person: Person, carriers: dict[str, OutboxMessage]) -> dict[UUID, list[LinkRow]]:
    found: dict[UUID, list[LinkRow]] = {}
    rows = Link.objects.filter(subject__in=person.subjects, purpose__in=LINKS).order_by("-created_at")
    for link in rows.annotate(alive=Q(expires_at__gt=Now()))[:NEWEST]:
        state, word = _link_state(link)
        carrier, went = carriers.get(str(link.pk)), "dikirim"
        if carrier is not None and carrier.state == OutboxMessage.State.WAITING:
            went = "menunggu dikirim, ditulis"
        elif carrier is not None and carrier.state == OutboxMessage.State.FAILED:
            went = "tidak terkirim, ditulis"
            # Nobody has it: to wait for its opening would be to wait for nothing.
            if state == "open" and not link.opened_at:
                state, word = "failed", "pesannya gagal dikirim"
        row = LinkRow(
            LINKS[link.purpose], link.purpose, state, word, link.created_at, link.opened_at, link.expires_at, went
        )
        found.setdefault(link.subject, []).append(row)
    return found


def _link_state(link: Any) -> tuple[str, str]:
    if link.finished_at:
        return "used", "selesai dipakai"
    if link.replaced_at:
        return "replaced", "diganti tautan yang lebih baru"
    if not link.alive:
        return "expired", "kedaluwarsa" + (", pernah dibuka" if link.opened_at else ", tidak pernah dibuka")
    return "open", "dibuka, belum selesai" if link.opened_at else "belum dibuka"


def _account(person: Person) -> dict[str, Any] | None:
    holder = person.holder
    if holder is None:
        return None
    device: Any = TOTPDevice.objects.filter(user=holder.account, confirmed=True).first()
    return {
        "holder": holder,
        "elsewhere": accounts.signs_in_elsewhere(holder),
        "has_password": holder.account.has_usable_password(),
        "device": device,
        "codes": recovery.left(holder.account),
    }


def _notes(person: Person) -> list[Note]:
    tied = Q(application__in=[each.pk for each in person.applications])
    for name in ("record", "holder"):
        if row := getattr(person, name):
            tied |= Q(**{name: row})
    return list(Note.objects.filter(tied, institution=person.institution).select_related("by")[:NEWEST])


def _requests(person: Person) -> list[dict[str, Any]]:
    now = lifecycle.now()
    rows = []
    for request in changes.of_person(person)[:NEWEST]:
        waits = request.state == ChangeRequest.State.WAITING and request.expires_at > now
        over = request.state == ChangeRequest.State.WAITING and not waits
        word = ChangeRequest.State.EXPIRED.label if over else request.get_state_display()
        rows.append({"row": request, "waits": waits, "word": word})
    return rows


def _profile_changes(person: Person) -> list[ProfileChange]:
    if person.holder is None:
        return []
    waiting = ProfileChange.objects.filter(holder=person.holder, state=ProfileChange.State.WAITING)
    return list(waiting)
