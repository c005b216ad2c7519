"""What a holder can do with the certificate now: one table, from which the page draws its cards."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse

from enrollment import terms
from passphrase import suspension
from passphrase.holder import ending, forgotten, keyed, pause, renewal, unlocking
from passphrase.holder.visitor import Visitor


@dataclass(frozen=True)
class Act:
    """``view``: name of the address; ``words``: on the link; ``help``: one short sentence; ``when``: whether it fits
    now; ``known_as``: what the institution's guide calls it, where that is something else; ``of_two``: the help while
    there are two certificates, which says which of them it is about."""

    view: str
    words: str
    help: str
    when: Callable[[Visitor], bool]
    known_as: Callable[[Visitor], str] = lambda visitor: ""
    of_two: str = ""

    @property
    def url(self) -> str:
        return reverse(self.view)

    def told_to(self, visitor: Visitor, *, has_two: bool) -> "Act":
        told, name = (has_two and self.of_two) or self.help, self.known_as(visitor)
        return replace(self, help=f"{told} Di panduan instansi Anda: “{name}”." if name else told)


def _accepted(when: Callable[[Visitor], bool]) -> Callable[[Visitor], bool]:
    """The same, but not for a certificate that nobody accepts any more because its issuer was taken back."""
    return lambda visitor: when(visitor) and visitor.issuer_ended_at is None


def _instead(visitor: Visitor) -> bool:
    return renewal.fits(visitor) and visitor.issuer_ended_at is not None


# In the order of the page: what most people come for stands first. Each line's module decides when it fits.
ACTS: tuple[Act, ...] = (
    Act(
        "certificate-unlock", "Buka kunci passphrase", "Sepuluh kali salah diketik. Tunggu, atau buka lewat surel.",
        _accepted(unlocking.is_locked),
    ),
    Act(
        "certificate-renew", "Buat sertifikat baru", "Menggantikan yang tidak diterima lagi, dengan passphrase baru.",
        _instead,
    ),
    Act(
        "certificate-renew", "Perpanjang sertifikat", "Segera berakhir. Yang lama berlaku sampai yang baru aktif.",
        _accepted(renewal.fits),
    ),
    Act(
        "certificate-renew", "Lanjutkan sertifikat baru", "Sedang dibuat; lihat giliran siapa sekarang.",
        renewal.is_under_way,
    ),
    Act(
        "certificate-reissue", "Perbarui data sertifikat", "Nama, jabatan, atau unit Anda berubah di data kepegawaian.",
        renewal.can_reissue,
    ),
    Act(
        "certificate-try", "Coba passphrase", "Lihat apakah masih ingat.", keyed.has_key,
        of_two="Passphrase sertifikat yang baru.",
    ),
    Act(
        "certificate-change", "Ganti passphrase", "Bila masih ingat yang lama.", keyed.has_key,
        of_two="Hanya passphrase sertifikat yang baru; passphrase sertifikat lama tetap.",
    ),
    Act(
        "certificate-forgotten", "Lupa passphrase", "Buat passphrase baru.",
        _accepted(forgotten.fits),
        lambda visitor: terms.in_force(visitor.application.institution).passphrase.reset_name,
    ),
    Act(
        "certificate-resume", "Aktifkan lagi sertifikat", "Sesudah itu Anda dapat menandatangani lagi.",
        ending.may(suspension.is_own),
    ),
    Act(
        "certificate-suspend", "Tangguhkan sementara", "Ponsel hilang, atau ragu? Dapat dibatalkan.",
        _accepted(ending.may(ending.can_suspend)),
        of_two="Kedua sertifikat sekaligus, yang lama dan yang baru. Dapat dibatalkan.",
    ),
    Act(
        "certificate-revoke", "Cabut sertifikat", "Untuk selamanya: tidak dipakai lagi, atau passphrase bocor.",
        ending.may(ending.can_revoke),
        of_two="Untuk selamanya. Anda memilih: sertifikat lama, yang baru, atau keduanya.",
    ),
)  # fmt: skip


def possible(visitor: Visitor) -> list[Act]:
    has_two = pause.two(visitor.application) is not None
    return [each.told_to(visitor, has_two=has_two) for each in ACTS if each.when(visitor)]
