"""Where an application stands, told as a timeline: what was, whose turn it is, how long that usually takes here."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection

from enrollment import elsewhere, lapsing, lifecycle, receipts, terms, withdrawal
from enrollment.lifecycle import State
from enrollment.models import Application, Status, StatusPeriod, WaitingFor
from enrollment.procedure import Procedure
from tte_portal import outbox
from tte_portal.prepared import Prepared

# Fewer finished cases than this say nothing about what is usual.
ENOUGH = 3
LOOKED_AT = 200
# Nobody looks through a case in less: what was decided sooner was a trial or decided in bulk, and promises nothing.
INSTANT = 60
BY_PEOPLE = (WaitingFor.HR, WaitingFor.PRE_CHECK, WaitingFor.VERIFIER, WaitingFor.ISSUER)
# What is usual changes slowly: it need not be asked for every look at a status.
KEPT_SECONDS = 60


@dataclass(frozen=True)
class Told:
    """How one state is told to the applicant. ``title`` as a past or present event, ``turn`` as whose turn it is."""

    title: str
    headline: str
    turn: str
    text: str


TOLD: dict[State, Told] = {
    lifecycle.DRAFT: Told(
        "Isian pengajuan",
        "Pengajuan Anda belum dikirim",
        "Giliran Anda: lengkapi pengajuan lewat tautan aktivasi di surel dinas.",
        "Anda mengisi data dan mengirim foto.",
    ),
    lifecycle.HR_CHECK: Told(
        "Pemeriksaan kepegawaian",
        "Data Anda sedang diperiksa bagian kepegawaian",
        "Giliran bagian kepegawaian. Anda tidak perlu melakukan apa pun.",
        "Bagian kepegawaian mencocokkan data yang Anda kirim.",
    ),
    lifecycle.PRE_CHECK: Told(
        "Pemeriksaan pendaftaran",
        "Pendaftaran Anda sedang diperiksa",
        "Giliran verifikator. Anda tidak perlu melakukan apa pun.",
        "Verifikator memeriksa data dan berkas pendaftaran Anda.",
    ),
    lifecycle.MATCHING: Told(
        "Pencocokan otomatis",
        "Data Anda sedang dicocokkan",
        "Giliran sistem. Biasanya selesai dalam beberapa menit; bila perlu, verifikator ikut memeriksa.",
        "Data dan foto Anda dibandingkan dengan data kependudukan dan kepegawaian.",
    ),
    lifecycle.REVIEW: Told(
        "Pemeriksaan verifikator",
        "Pengajuan Anda sedang diperiksa",
        "Giliran verifikator. Anda tidak perlu melakukan apa pun.",
        "Verifikator mencocokkan data dan foto Anda.",
    ),
    lifecycle.PASSPHRASE: Told(
        "Pembuatan passphrase",
        "Pengajuan Anda disetujui",
        "Giliran Anda: buat passphrase lewat tautan yang dikirim {by}.",
        "Anda membuat passphrase sendiri, tanpa diwakilkan.",
    ),
    lifecycle.APPROVAL: Told(
        "Persetujuan penerbit",
        "Menunggu persetujuan penerbit",
        "Giliran petugas penerbit. Anda tidak perlu melakukan apa pun.",
        "Petugas penerbit memeriksa sekali lagi sebelum sertifikat dibuat.",
    ),
    lifecycle.ENROLLED: Told(
        "Penerbitan sertifikat",
        "Sertifikat Anda sedang diterbitkan",
        "Giliran otoritas sertifikat. Anda tidak perlu melakukan apa pun.",
        "Otoritas memeriksa dan menandatangani sertifikat.",
    ),
    lifecycle.ISSUED: Told(
        "Sertifikat terbit",
        "Sertifikat Anda sudah terbit",
        "Menunggu sistem lain mengenali sertifikat Anda. Anda tidak perlu melakukan apa pun.",
        "Tunggu {pause} sebelum menandatangani di SRIKANDI, INAPROC, dan sistem lain.",
    ),
    lifecycle.ACTIVE: Told(
        "Sertifikat aktif",
        "Sertifikat Anda aktif",
        "Selesai. Sertifikat siap dipakai menandatangani.",
        "Sertifikat dapat dipakai di semua sistem yang terhubung.",
    ),
    lifecycle.REJECTED: Told("Pengajuan ditolak", "Pengajuan Anda ditolak", "Selesai.", ""),
    lifecycle.EXPIRED: Told("Sertifikat kedaluwarsa", "Masa berlaku sertifikat Anda habis", "Selesai.", ""),
    lifecycle.REVOKED: Told("Sertifikat dicabut", "Sertifikat Anda dicabut", "Selesai.", ""),
    lifecycle.SUSPENDED: Told("Sertifikat ditangguhkan", "Sertifikat Anda ditangguhkan", "Giliran petugas.", ""),
}


def told_of(state: State) -> Told:
    """How that state is told here, with the authority that this portal has."""
    return replace(TOLD[state], **elsewhere.WORDS.get(state, {})) if elsewhere.at_bsre() else TOLD[state]


# Nothing goes on any more.
OVER = (lifecycle.ACTIVE, lifecycle.REJECTED, lifecycle.EXPIRED, lifecycle.REVOKED)

BY_CHANNEL = {"email": "ke surel dinas", "whatsapp": "lewat WhatsApp"}
NOT_BY_WHATSAPP = "Pesan WhatsApp tidak sampai, jadi kami kirim lewat surel dinas."

# How a draft is told that came back from the verifier.
CORRECTING = {"title": "Perbaikan isian", "text": "Anda memperbaiki yang diminta verifikator."}

# States in which the person waits for somebody else.
TAKES_TIME = (
    lifecycle.HR_CHECK, lifecycle.PRE_CHECK, lifecycle.MATCHING, lifecycle.REVIEW, lifecycle.APPROVAL,
    lifecycle.ENROLLED, lifecycle.ISSUED,
)  # fmt: skip


def way_of(asked: Procedure) -> list[State]:
    """The states that an application of this procedure goes through when all goes well."""
    first = [lifecycle.HR_CHECK] if asked.way_in.hr_approval and asked.way_in.kind == "public-form" else []
    if asked.way_in.check:
        first.append(lifecycle.PRE_CHECK)
    wizard: list[State] = []
    if asked.wizard.steps:
        wizard = [lifecycle.DRAFT, lifecycle.MATCHING if asked.wizard.check == "automatic" else lifecycle.REVIEW]
    by_hand = [lifecycle.APPROVAL] if asked.certificate.issuer == "by-hand" and not elsewhere.at_bsre() else []
    return [*first, *wizard, lifecycle.PASSPHRASE, *by_hand, lifecycle.ENROLLED, lifecycle.ISSUED, lifecycle.ACTIVE]


def _coming(state: State, asked: Procedure) -> list[State]:
    """What is still to come from there."""
    way = way_of(asked)
    # A case that the automatic verification left to a verifier goes on behind the place of both.
    place = lifecycle.MATCHING if state == lifecycle.REVIEW and state not in way else state
    return way[way.index(place) + 1 :] if place in way else []


WITHDRAWN = "Pengajuan Anda ditarik"
# How the reason begins of a successor that ended with the certificate it was to follow.
STOPPED_WITH = "Sertifikat sebelumnya dicabut"
STOPPED = "Permintaan sertifikat baru dihentikan"
LAPSED = "Pengajuan Anda gugur"
# How an end is told that nobody decided.
LAPSING = {"title": "Pengajuan gugur", "text": "Giliran Anda tidak dilanjutkan sampai batas waktunya."}


def _is_withdrawn(application: Application) -> bool:
    return application.status == Status.REJECTED and application.rejection_reason == withdrawal.REASON


def is_stopped(application: Application) -> bool:
    """Whether it came to nothing because the certificate it was to follow was revoked."""
    return application.status == Status.REJECTED and application.rejection_reason.startswith(STOPPED_WITH)


def headline_of(application: Application) -> str:
    """Where it stands, in one sentence to its person."""
    if lapsing.has_lapsed(application):
        return LAPSED
    if is_stopped(application):
        return STOPPED
    return WITHDRAWN if _is_withdrawn(application) else told_of(lifecycle.state_of(application)).headline


def reason_of(application: Application) -> str:
    """Why an officer refused it, or that it lapsed and how to apply again; nothing where nobody ended it."""
    if lapsing.has_lapsed(application):
        return f"{LAPSING['text']} {lapsing.way_back(application)}"
    return "" if _is_withdrawn(application) else application.rejection_reason


def page_of(application: Application) -> dict[str, Any]:
    """The context of the status page, but for the certificate."""
    return {
        "application": application,
        "headline": headline_of(application),
        "turn": turn_of(application),
        "since": application.since,
        "usual": usual_text(application),
        "timeline": timeline(application),
        "reason": reason_of(application),
        "merged": receipts.latest_merged(application),
    }


def turn_of(application: Application) -> str:
    """Whose turn it is, and by which channel the person hears of it."""
    turn = told_of(lifecycle.state_of(application)).turn
    return turn.format(by=BY_CHANNEL[terms.of(application).passphrase.channel])


_PERIODS = Prepared(1, lambda subject: StatusPeriod.objects.filter(application_id=subject).order_by("pk"))


def timeline(application: Application) -> list[dict[str, Any]]:
    """What happened, in order, and what is still to come."""
    past = _PERIODS.all(application.pk)
    asked = terms.of(application)
    pause = asked.pause_text
    marks = {True: "current", False: "done"}
    states: list[Any] = [(Status(p.status), p.waiting_for) for p in past]
    rows = [
        _row(each, p.since, marks[p.until is None], pause) | {"ended": p.until}
        for each, p in zip(states, past, strict=True)
    ]
    for place, each in enumerate(states):
        if each == lifecycle.DRAFT and lifecycle.REVIEW in states[:place]:
            rows[place] |= CORRECTING
        if each == lifecycle.ISSUED and rows[place]["ended"]:
            # Nobody has to wait any more.
            rows[place]["text"] = ""
    state = lifecycle.state_of(application)
    if state in OVER:
        rows[-1]["state"] = "done"
    if _is_withdrawn(application):
        rows[-1]["title"] = "Pengajuan ditarik"
    if is_stopped(application):
        rows[-1]["title"] = "Permintaan dihentikan"
    if lapsing.has_lapsed(application):
        rows[-1] |= LAPSING
    if asked.passphrase.channel == "whatsapp" or asked.wizard.proves_phone:
        _tell_fallbacks(rows, application)
    return rows + [_row(each, None, "next", pause) for each in _coming(state, asked)]


def _tell_fallbacks(rows: list[dict[str, Any]], application: Application) -> None:
    """Under the stretch of time in which it happened: that a message did not come by WhatsApp, and went by mail."""
    for fallback in outbox.fallbacks_of(application.pk):
        row = next((each for each in reversed(rows) if each["at"] <= fallback.at), rows[0])
        if NOT_BY_WHATSAPP not in row["text"]:
            row["text"] = f"{row['text']} {NOT_BY_WHATSAPP}"


def _row(state: Any, at: datetime | None, mark: str, pause: str) -> dict[str, Any]:
    told = told_of(state)
    return {"title": told.title, "at": at, "state": mark, "text": told.text.format(pause=pause)}


def usual_text(application: Application) -> str | None:
    """How long the present step usually takes at this institution, in words; ``None`` when too few cases tell."""
    if lifecycle.state_of(application) not in TAKES_TIME:
        return None
    step = (application.institution_id, application.status, application.waiting_for)
    seconds = cache.get_or_set("usual:{}:{}:{}".format(*step), lambda: usual_seconds(*step), KEPT_SECONDS)
    return None if seconds is None else f"biasanya selesai dalam {in_words(seconds)}"


def usual_seconds(institution_id: int, status: str, waiting_for: str) -> float | None:
    """The median length of the latest finished periods of that state at that institution."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM until - since)) FROM ("
            "  SELECT until, since FROM enrollment_statusperiod"
            "  WHERE institution_id = %s AND status = %s AND waiting_for = %s AND until IS NOT NULL"
            "  AND until - since >= make_interval(secs => %s) ORDER BY until DESC LIMIT %s) latest",
            [institution_id, status, waiting_for, INSTANT if waiting_for in BY_PEOPLE else 0, LOOKED_AT],
        )
        cases, median = cursor.fetchone()
    return float(median) if cases >= ENOUGH else None


def in_words(seconds: float) -> str:
    """A length of time as people say it: rounded up, in its largest fitting unit."""
    for size, word in ((86400, "hari"), (3600, "jam"), (60, "menit")):
        if seconds > size:
            return f"{-int(-seconds // size)} {word}"
    return "1 menit"
