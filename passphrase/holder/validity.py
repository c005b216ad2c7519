"""How long a certificate is good: in words, and as a bar of its whole time with today's place on it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from enrollment import terms
from enrollment.models import Application, Status
from passphrase import reminders, revocation, succession
from passphrase.models import Certificate

YEAR, MONTH = 365, 30
# In hundredths of the bar: nearer to an end than this, "hari ini" stands beside its mark instead of over it.
EDGE = 14.0
LOCKED = (
    "Sertifikat Anda berlaku, tetapi untuk sementara tidak dapat dipakai menandatangani: passphrase sepuluh kali salah "
    "diketik dan dikunci. Buka kuncinya, atau tunggu sampai terbuka sendiri."
)


@dataclass(frozen=True)
class Bar:
    """Places in percent of the certificate's whole time. ``until``: as far as it counted; ``out``: suspended since."""

    today: float
    until: float
    renewal: float
    out: float | None = None

    @property
    def spent(self) -> float:
        return min(self.today, self.until)

    @property
    def anchor(self) -> str:
        """How the words stand to their mark."""
        return "start" if self.today < EDGE else "end" if self.today > 100 - EDGE else "middle"

    @property
    def out_width(self) -> float:
        return max(self.today - (self.out or 0), 0.6)

    @property
    def rest(self) -> float:
        return 100 - self.until

    @property
    def renewal_width(self) -> float:
        return 100 - self.renewal


@dataclass(frozen=True)
class Standing:
    """What the page says of one certificate. ``grade``: good, warm or bad; ``text``: what to know and do now."""

    grade: str
    word: str
    text: str
    left: str
    bar: Bar
    renewable_from: datetime
    reason: str = ""
    ended_at: datetime | None = None
    ready_at: datetime | None = field(default=None)
    # Its issuer was taken back: good by itself, and refused by whoever checks the whole chain.
    issuer_gone: bool = False
    # Revoked while it was suspended: revoked since the suspension.
    held_before: bool = False

    @property
    def is_good(self) -> bool:
        return self.grade != "bad"


def of(
    certificate: Certificate, application: Application, now: datetime, successor: Application | None,
    issuer_ended_at: datetime | None = None, *, locked: bool = False,
) -> Standing:  # fmt: skip
    """Where the certificate of that application stands; ``successor``: what is being made in its place; ``locked``: its
    passphrase was mistyped too often."""
    bar = _bar(certificate, application, now)
    renewable = certificate.not_after - succession.RENEWABLE_BEFORE
    left = length(reminders.days_left(certificate, now))
    if application.status == Status.REVOKED:
        held = revocation.held_before(application, certificate)
        return Standing(
            "bad", "Dicabut", "Sertifikat ini tidak dapat dipakai lagi. Tanda tangan yang dibuat sebelum "
            f"{'ditangguhkan' if held else 'pencabutan'} tetap berlaku.", "", bar, renewable,
            reason=revocation.words_of(certificate.revocation_reason), ended_at=certificate.revoked_at,
            held_before=held,
        )  # fmt: skip
    if application.status == Status.EXPIRED or now >= certificate.not_after:
        text = "Masa berlakunya sudah habis. Tanda tangan yang dibuat sebelum itu tetap berlaku."
        return Standing("bad", "Habis masa berlaku", text, "", bar, renewable, ended_at=certificate.not_after)
    if application.status == Status.SUSPENDED:
        text = "Jangan menandatangani dulu: tanda tangan yang dibuat selama ditangguhkan tidak berlaku."
        return Standing("warm", "Ditangguhkan", text, left, bar, renewable, ended_at=application.since)
    if issuer_ended_at is not None:
        return Standing(
            "bad", "Penerbit dicabut", "Jangan menandatangani dengannya: otoritas yang menerbitkan sertifikat ini "
            "sudah dicabut. Tanda tangan yang terbukti dibuat sebelum itu tetap berlaku.", "", bar, renewable,
            ended_at=issuer_ended_at, issuer_gone=True,
        )  # fmt: skip
    if locked:
        word, ready = ("Terbit", ready_at(application)) if application.status == Status.ISSUE else ("Aktif", None)
        return Standing("warm", word, LOCKED, left, bar, renewable, ready_at=ready)
    if application.status == Status.ISSUE:
        ready = ready_at(application)
        text = "Tunggu sebentar sampai sistem lain mengenalinya. Anda tidak perlu melakukan apa pun."
        return Standing("good", "Terbit", text, left, bar, renewable, ready_at=ready)
    return _active(left, bar, renewable, now, successor)


def ready_at(application: Application) -> datetime:
    """When the pause of an issued certificate is over."""
    return application.since + timedelta(seconds=terms.of(application).pause_seconds)


def _active(left: str, bar: Bar, renewable: datetime, now: datetime, successor: Application | None) -> Standing:
    if successor is not None:
        # A forgotten passphrase ends the old one with the issue, for its key is of no use any more.
        until = "terbit" if successor.purpose in succession.AT_ISSUE else "aktif"
        text = f"Sertifikat baru sedang dibuat. Yang ini tetap berlaku sampai yang baru {until}."
        return Standing("good", "Aktif", text, left, bar, renewable)
    if now >= renewable:
        text = "Perpanjang sekarang, supaya Anda tetap dapat menandatangani sesudah tanggal berakhirnya."
        return Standing("warm", "Segera berakhir", text, left, bar, renewable)
    text = "Siap dipakai menandatangani. Tidak ada yang perlu Anda lakukan."
    return Standing("good", "Aktif", text, left, bar, renewable)


def _bar(certificate: Certificate, application: Application, now: datetime) -> Bar:
    whole = (certificate.not_after - certificate.not_before) / timedelta(seconds=1)

    def place(at: datetime) -> float:
        return round(min(max((at - certificate.not_before) / timedelta(seconds=1) / whole * 100, 0), 100), 2)

    return Bar(
        today=place(now),
        until=place(certificate.revoked_at) if certificate.revoked_at else 100.0,
        renewal=place(certificate.not_after - succession.RENEWABLE_BEFORE),
        out=place(application.since) if application.status == Status.SUSPENDED else None,
    )


def length(days: int) -> str:
    """Days as people say them: "1 tahun 11 bulan (718 hari)", "12 hari"."""
    if days <= 2 * MONTH:
        return f"{days} hari"
    years, rest = divmod(days, YEAR)
    parts = [f"{number} {unit}" for number, unit in ((years, "tahun"), (min(rest // MONTH, 11), "bulan")) if number]
    return f"{' '.join(parts)} ({days} hari)"
