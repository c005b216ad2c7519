"""What the portal has written to somebody about their applications: what, when, by which way, and whether it arrived.

Rows of the outbox hold ids alone, so nothing of a link or a code can show here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tte_portal.models import OutboxMessage

State, Delivery = OutboxMessage.State, OutboxMessage.Delivery
NEWEST = 60

# In the words of somebody who got it. A message to officers is none of the holder's (OFFICERS); any other that stands
# in neither is told as ANOTHER.
TITLES = {
    "activation": "Tautan untuk mengisi pengajuan",
    "submitted": "Pengajuan Anda kami terima",
    "correction": "Permintaan perbaikan isian",
    "rejected": "Pengajuan tidak disetujui",
    "withdrawn": "Pengajuan Anda ditarik",
    "lapse_reminder": "Pengingat: pengajuan menunggu Anda",
    "lapsed": "Pengajuan gugur",
    "nik_in_use": "NIK Anda ditulis orang lain",
    "phone_code": "Kode untuk membuktikan nomor telepon",
    "phone_code_mail": "Kode untuk membuktikan nomor telepon",
    "set_passphrase": "Tautan untuk membuat passphrase",
    "set_passphrase_whatsapp": "Tautan untuk membuat passphrase",
    "issued": "Sertifikat Anda terbit",
    "active": "Sertifikat Anda aktif",
    "suspended": "Sertifikat Anda ditangguhkan",
    "resumed": "Sertifikat Anda dapat dipakai lagi",
    "revoked": "Sertifikat Anda dicabut",
    "expired": "Masa berlaku sertifikat habis",
    "ending": "Pengingat: sertifikat segera berakhir",
    "issuer_gone": "Sertifikat Anda perlu diganti sekarang",
    "proof": "Tautan untuk membuktikan bahwa ini Anda",
    "key_taken": "Kunci sertifikat diambil",
    "passphrase_changed": "Passphrase Anda diganti",
    "passphrase_locked": "Passphrase dikunci",
    "passphrase_unlock": "Tautan untuk membuka kunci passphrase",
    "bsre_registered": "Pengajuan disetujui, passphrase dibuat di BSrE",
    "bsre_issued": "Sertifikat Anda terbit",
    "bsre_active": "Sertifikat Anda aktif",
    "bsre_news": "Kabar sertifikat Anda",
    "bsre_expired": "Masa berlaku sertifikat habis",
    "status_link": "Tautan untuk membuka halaman ini",
    "account": "Informasi akun",
    "mailbox": "Pembuktian surel dinas",
    "mailbox_password": "Kata sandi surel dinas",
    "profile_approved": "Perubahan profil disetujui",
    "profile_refused": "Perubahan profil tidak disetujui",
    "collective_invitation": "Ajakan mendaftar",
    "helpdesk_asked": "Ada permintaan mengubah data Anda",
    "helpdesk_done": "Data Anda diubah petugas",
    "helpdesk_refused": "Perubahan data tidak dilanjutkan",
    "helpdesk_new_mailbox": "Surel dinas Anda diganti",
}
ANOTHER = "Pesan tentang sertifikat Anda"
OFFICERS = frozenset(
    {
        "waiting_digest", "waiting_long", "staff_invitation", "monthly_report", "collective_decided", "bsre_attention",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """One message. ``grade``: good when it went out, warm while it waits, bad when it did not arrive."""

    title: str
    at: datetime
    by: str
    word: str
    grade: str


def to(subjects: Iterable[UUID]) -> list[Notice]:
    """The newest messages about these applications (or to this holder), newest first."""
    rows = OutboxMessage.objects.filter(~Q(state=State.DROPPED), subject__in=list(subjects))
    newest = rows.exclude(template__in=OFFICERS).order_by("-created_at", "-pk")
    return [_told(row) for row in newest[:NEWEST]]


def _told(row: OutboxMessage) -> Notice:
    grade, word = _became(row)
    by = "WhatsApp" if row.channel == OutboxMessage.Channel.WHATSAPP else "surel dinas"
    return Notice(TITLES.get(row.template, ANOTHER), row.sent_at or row.created_at, by, word, grade)


def _became(row: OutboxMessage) -> tuple[str, str]:
    """Whether it arrived, as far as anybody can know: a mailbox takes a letter and tells no more."""
    if row.state == State.WAITING:
        return "warm", "sedang dikirim ulang" if row.attempts else "sedang dikirim"
    if row.state == State.FAILED:
        return "bad", "tidak dapat dikirim; hubungi kontak bantuan"
    if row.state == State.FELL_BACK or row.delivery == Delivery.FAILED:
        return "bad", "tidak sampai, dikirim lewat surel dinas"
    if row.channel == OutboxMessage.Channel.WHATSAPP:
        told = {Delivery.READ.value: "sudah dibaca", Delivery.DELIVERED.value: "sampai"}
        return "good", told.get(row.delivery, "sampai" if row.delivered_at else "terkirim")
    return "good", "terkirim"
