"""Everything that was done with somebody's certificates: what, when and who, newest first, in plain words.

The moments of a change of state are those of its status period, as on the timeline; who made it, and whatever was done
without a change of state, stands in the audit trail.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enrollment import lifecycle
from enrollment.models import Application, Status, StatusPeriod, WaitingFor
from passphrase import revocation, suspension
from passphrase.models import Certificate
from tte_portal.models import Account, AuditRow

YOU, OFFICER, SYSTEM = "Anda", "petugas", "sistem"
# What of the lifecycle concerns the certificate; the rest is told by the application's timeline.
CHANGES = {
    "set_passphrase": "Passphrase dibuat dan sertifikat diminta",
    "ask_to_issue": "Passphrase dibuat, menunggu persetujuan penerbit",
    "approve_issue": "Penerbitan disetujui",
    "refuse_issue": "Penerbitan tidak disetujui",
    "issue": "Sertifikat terbit",
    "activate": "Sertifikat aktif",
    "suspend": "Sertifikat ditangguhkan",
    "resume": "Sertifikat dapat dipakai lagi",
    "revoke": "Sertifikat dicabut",
    "supersede": "Diganti dengan sertifikat baru",
    "expire": "Masa berlaku habis",
}
BEGUN = {
    Application.Purpose.RENEWAL: "Perpanjangan dimulai",
    Application.Purpose.RESET: "Passphrase baru diminta",
    Application.Purpose.REISSUE: "Penggantian sertifikat dimulai",
}
# Where that one ended without a certificate.
GIVEN_UP = {
    "lapse": "gugur", "withdraw": "ditarik", "reject": "ditolak", "refuse_data": "ditolak", "stop": "dihentikan",
}  # fmt: skip
# What changes no state.
ACTS = {
    "take_key": "Sertifikat diunduh beserta kuncinya (PKCS#12)",
    "try_passphrase": "Passphrase dicoba, PDF contoh ditandatangani",
    "change_passphrase": "Passphrase diganti",
    "lock_passphrase": "Passphrase dikunci: sepuluh kali salah ketik",
    "ask_unlock": "Tautan pembuka kunci passphrase diminta",
    "unlock_passphrase": "Kunci passphrase dibuka",
    "ask_proof_link": "Tautan pembuktian diminta",
    "remind_of_end": "Pengingat dikirim: sertifikat segera berakhir",
    "tell_of_issuer": "Pemberitahuan dikirim: otoritas penerbit sertifikat dicabut",
}


@dataclass(frozen=True)
class Entry:
    """One thing done. ``serial``: the end of the certificate's number, where the person has had several."""

    at: datetime
    what: str
    who: str
    serial: str = ""


def of(applications: list[Application]) -> list[Entry]:
    """The whole of it; a handful of queries, however many applications."""
    subjects = {each.pk: each for each in applications}
    rows = list(AuditRow.objects.filter(subject__in=subjects).order_by("pk").defer("detail", "mac", "previous"))
    why = _why_suspended(subjects)
    certificates = Certificate.objects.filter(application__in=subjects).defer("der", "chain").order_by("pk")
    people = _own_accounts(rows)
    serials: dict[UUID, Certificate] = {each.application_id: each for each in certificates}
    periods: dict[UUID, list[StatusPeriod]] = {pk: [] for pk in subjects}
    for period in StatusPeriod.objects.filter(application__in=subjects).order_by("pk"):
        periods[period.application_id].append(period)
    several = len(serials) > 1
    found: list[Entry] = []
    for pk, application in subjects.items():
        own = [row for row in rows if row.subject == pk]
        certificate = serials.get(pk)
        end = certificate.serial[-8:] if several and certificate else ""
        for at, event, actor, row in (*_changes(periods[pk], own), *_acts(own)):
            if what := _words(event, application, certificate, why.get(row, "")):
                found.append(Entry(at, what, _who(actor, subjects, people), end))
    return sorted(found, key=lambda entry: entry.at, reverse=True)


# When, what and who; the row of the trail that says so, 0 where none does.
Done = tuple[datetime, str, str, int]


def _why_suspended(subjects: Iterable[UUID]) -> dict[int, str]:
    """What officers gave as the reason, by the row of the trail; the words that the holder reads on the page too."""
    rows = AuditRow.objects.filter(subject__in=list(subjects), event="suspend")
    return {row.pk: suspension.words_of(row) for row in rows}


def _changes(periods: list[StatusPeriod], rows: list[AuditRow]) -> Iterator[Done]:
    """Each period with the row of its change: both stand in the order in which they came about."""
    left = [row for row in rows if row.event in lifecycle.BY_NAME]
    before = lifecycle.START
    for period in periods:
        state = Status(period.status), WaitingFor(period.waiting_for)
        row = next((each for each in left if each.facts.get("to") == list(state)), None)
        if row is not None:
            # What lies before it belongs to a period that is not here.
            left = left[left.index(row) + 1 :]
        event = row.event if row else _event_between(before, state)
        yield period.since, event, row.actor if row else "", row.pk if row else 0
        before = state


def _event_between(before: lifecycle.State, after: lifecycle.State) -> str:
    """The change by its states, where no row of the trail tells it."""
    return next((each.name for each in lifecycle.TRANSITIONS if before in each.sources and each.target == after), "")


def _acts(rows: list[AuditRow]) -> Iterator[Done]:
    return ((row.at, row.event, row.actor, row.pk) for row in rows if row.event in ACTS)


def _words(event: str, application: Application, certificate: Certificate | None, why: str) -> str:
    """Nothing for what is no business of the certificate's. ``why``: it was suspended."""
    if event == "suspend" and why:
        return f"{CHANGES[event]}. Alasan: {why}"
    if event == "revoke" and certificate is not None:
        since = ", berlaku sejak ditangguhkan" if revocation.held_before(application, certificate) else ""
        return f"{CHANGES[event]}{since}. Alasan: {revocation.words_of(certificate.revocation_reason)}"
    if known := CHANGES.get(event) or ACTS.get(event):
        return known
    begun = BEGUN.get(Application.Purpose(application.purpose))
    if begun is None or event not in lifecycle.BY_NAME:
        return ""
    if lifecycle.START in lifecycle.BY_NAME[event].sources:
        return begun
    return f"Permintaan sertifikat baru {GIVEN_UP[event]}" if event in GIVEN_UP else ""


def _own_accounts(rows: list[AuditRow]) -> set[str]:
    """The actors that are a holder's account: who is no officer and acts on an application is its person."""
    known = {row.actor.partition(":")[2] for row in rows if row.actor.startswith("account:")}
    own = Account.objects.filter(pk__in=known, is_staff=False).values_list("pk", flat=True) if known else ()
    return {f"account:{pk}" for pk in own}


def _who(actor: str, subjects: dict[UUID, Application], people: set[str]) -> str:
    if actor.startswith("applicant:") or actor in people:
        return YOU
    return OFFICER if actor.startswith("account:") else SYSTEM
