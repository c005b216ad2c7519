"""What a holder can do with the certificate now: one table, from which the page draws its cards."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from passphrase import suspension
from passphrase.holder import ending, forgotten, keyed, renewal, unlocking
from passphrase.holder.visitor import Visitor


@dataclass(frozen=True)
class Act:
    """``view``: name of the address; ``words``: on the link; ``help``: one sentence; ``when``: whether it fits now."""

    view: str
    words: str
    help: str
    when: Callable[[Visitor], bool]

    @property
    def url(self) -> str:
        return reverse(self.view)


# In the order of the page: what most people come for stands first. Each line's module decides when it fits.
ACTS: tuple[Act, ...] = (
    Act(
        "certificate-unlock", "Passphrase dikunci", "Passphrase salah diketik sepuluh kali; lihat cara membukanya "
        "lagi.", unlocking.is_locked,
    ),
    Act(
        "certificate-renew", "Perpanjang sertifikat", "Sertifikat Anda segera berakhir. Yang lama berlaku sampai yang "
        "baru aktif.", renewal.fits,
    ),
    Act(
        "certificate-renew", "Lanjutkan sertifikat baru", "Sertifikat baru Anda sedang dibuat; lihat giliran siapa "
        "sekarang.", renewal.is_under_way,
    ),
    Act(
        "certificate-reissue", "Perbarui data sertifikat", "Nama, jabatan, atau unit Anda berubah di data kepegawaian.",
        renewal.can_reissue,
    ),
    Act(
        "certificate-try", "Coba passphrase", "Lihat apakah Anda masih ingat, dan simpan dokumen contoh yang "
        "ditandatangani.", keyed.has_key,
    ),
    Act(
        "certificate-change", "Ganti passphrase", "Untuk Anda yang masih ingat passphrase sekarang.", keyed.has_key,
    ),
    Act(
        "certificate-forgotten", "Lupa passphrase", "Buat passphrase baru dengan sertifikat baru (Reset PIN DS).",
        forgotten.fits,
    ),
    Act(
        "certificate-resume", "Aktifkan lagi sertifikat", "Anda menangguhkannya; sesudah aktif lagi, Anda dapat "
        "menandatangani.", ending.may(suspension.is_own),
    ),
    Act(
        "certificate-suspend", "Tangguhkan sementara", "Ponsel hilang, atau khawatir passphrase diketahui orang lain. "
        "Dapat dibatalkan.", ending.may(ending.can_suspend),
    ),
    Act(
        "certificate-revoke", "Cabut sertifikat", "Tidak dipakai lagi, pindah instansi, atau passphrase bocor. Untuk "
        "selamanya.", ending.may(ending.can_revoke),
    ),
)  # fmt: skip


def possible(visitor: Visitor) -> list[Act]:
    return [each for each in ACTS if each.when(visitor)]
