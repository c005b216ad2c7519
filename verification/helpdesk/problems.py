"""The known problems (Kendala) as the desk meets them: whether one applies to a person, what its button does, and
why there is no button when it does not apply."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from enrollment import actions, comparisons, lifecycle, photos
from enrollment.models import Application, PersonnelRecord
from tte_portal.models import OutboxMessage
from verification import roles
from verification.helpdesk.dossier import LINKS, Case, Dossier


@dataclass(frozen=True)
class Finding:
    """What the desk is told about one problem. ``link``: purpose of the link that its button sends for ``case``;
    ``page``: where to go on instead, as (address, words). Without either there is nothing to press, and ``told`` says
    why."""

    told: str
    case: Application | None = None
    link: str = ""
    page: tuple[str, str] | None = None
    applies: bool = True

    @property
    def link_name(self) -> str:
        """Which link the button sends: two problems may each have one."""
        return LINKS.get(self.link, "Tautan").lower()


Look = Callable[[Dossier, frozenset[str]], Finding]


@dataclass(frozen=True)
class Problem:
    """``slug`` names it in addresses and in the audit trail; ``title`` is what people say when they call."""

    slug: str
    title: str
    look: Look


def _no(told: str) -> Finding:
    return Finding(told, applies=False)


def purpose_of(application: Application) -> str | None:
    """The link that the person needs now, if it is their turn."""
    return next((each for each in actions.RESENDABLE if actions.can_resend(application, each)), None)


NO_LINK = "Tidak ada tautan yang ditunggu orang ini"


def _not_awaited(file: Dossier) -> Finding:
    case = file.running
    if case is None:
        return _no(f"{NO_LINK}: tidak ada pengajuan yang berjalan.")
    return _no(f"{NO_LINK}: {case.headline.lower()}.")


def _not_received(file: Dossier, held: frozenset[str]) -> Finding:
    case = file.running
    purpose = purpose_of(case.application) if case else None
    if case is None or purpose is None:
        return _not_awaited(file)
    newest = next((m for m in case.messages if m["row"].ids.get("link")), None)
    if newest is None:
        return Finding("Belum ada pesan berisi tautan yang tercatat.", case.application, purpose)
    row = newest["row"]
    told = f"Pesan terakhir “{newest['title']}” lewat {row.get_channel_display()}: {newest['word']}."
    if row.state == OutboxMessage.State.WAITING:
        return _no(f"{told} Tunggu sampai terkirim; mengirim lagi tidak mempercepat.")
    told += f" Alamatnya {case.application.mailbox}. Periksa folder Spam dan ejaan alamatnya, lalu kirim tautan baru."
    return Finding(told, case.application, purpose)


def _expired(file: Dossier, held: frozenset[str]) -> Finding:
    case = file.running
    purpose = purpose_of(case.application) if case else None
    if case is None or purpose is None:
        return _not_awaited(file)
    return _of_link(case, purpose)


def _of_link(case: Case, purpose: str) -> Finding:
    link = case.newest_link(purpose)
    if link is None or link.state in ("expired", "used", "replaced", "failed"):
        why = f"Tautan terakhir {link.word}." if link else "Belum ada tautan."
        return Finding(f"{why} Isian yang tersimpan tidak hilang.", case.application, purpose)
    return _no(f"Tautan terakhir masih berlaku ({link.word}). Minta orangnya membuka surat yang terbaru.")


def _nik(file: Dossier, held: frozenset[str]) -> Finding:
    case = file.running
    if case is None:
        return _no("Tidak ada pengajuan yang berjalan, jadi belum ada NIK yang diperiksa.")
    application = case.application
    if not application.nik_index:
        return _no("NIK belum diisi. Minta orangnya mengisi 16 angka sesuai KTP di langkah Data Diri.")
    if application.nik_taken:
        return _no("NIK ini sudah tercatat sebagai milik orang ini.")
    others = Application.objects.filter(nik_index=application.nik_index, nik_taken=True)
    own = [each.pk for each in file.person.applications]
    owner = others.exclude(pk__in=own).exclude(status__in=comparisons.ENDED).first()
    if owner is None:
        return _no("NIK ini tidak dipakai orang lain. NIK baru tercatat sebagai miliknya setelah verifikator setuju.")
    if owner.institution_id != application.institution_id:
        return Finding(
            "NIK ini sudah terdaftar, bukan di instansi ini. Minta orangnya mencocokkan NIK dengan KTP; bila benar, "
            "pengajuan lamanya diselesaikan di tempat ia mendaftar dahulu."
        )
    told = (
        f"NIK ini sudah dipegang {owner.name or owner.mailbox} ({owner.receipt}, {owner.get_status_display()}). "
        "Cocokkan KTP keduanya. Yang salah mengetik diperbaiki: verifikator meminta perbaikan atau menolak pengajuan "
        "yang salah; begitu pengajuan itu berakhir, NIK bebas lagi."
    )
    return Finding(told, page=(reverse("admin:helpdesk-person", args=[owner.pk]), "Buka pemegang NIK"))


def _nip(file: Dossier, held: frozenset[str]) -> Finding:
    person, case = file.person, file.running
    typed = case.application.employee_number if case else ""
    if person.record and typed in ("", person.record.employee_number):
        return _no("NIP / NRP orang ini tercatat di data pegawai.")
    of_number = comparisons.record_of_number(case.application) if case and typed else None
    if of_number is not None:
        return Finding(
            f"NIP / NRP yang diketik tercatat atas nama {of_number.name}, dengan surel {of_number.mailbox}.",
            page=(reverse("admin:helpdesk-person", args=[of_number.pk]), "Buka pemilik NIP / NRP"),
        )
    if not typed and person.record is None:
        return Finding("Orang ini tidak ada di data pegawai dan mendaftar tanpa NIP / NRP.", page=_registry(held))
    told = (
        "NIP / NRP ini tidak tercatat di data pegawai. Orangnya tetap dapat mengisi sendiri dan melanjutkan; "
        "verifikator yang mencocokkan. Bila ia memang pegawai, tambahkan ke data pegawai."
    )
    return Finding(told, page=_registry(held))


def _registry(held: frozenset[str]) -> tuple[str, str] | None:
    if held.isdisjoint({roles.ADMINISTRATOR, roles.VERIFIER}):
        return None
    return reverse(f"admin:{PersonnelRecord._meta.label_lower.replace('.', '_')}_changelist"), "Buka data pegawai"


def _activation(file: Dossier, held: frozenset[str]) -> Finding:
    case = file.running
    if case is None or lifecycle.state_of(case.application) != lifecycle.DRAFT:
        return _no("Aktivasi tidak sedang berjalan: pengajuan sudah dikirim atau belum dimulai.")
    said = [photos.FINDINGS.get(code, code) for code in case.application.photo_findings]
    asked = [correction.reason for correction in case.corrections]
    told = " ".join(
        ["Pengajuan belum dikirim.", *(["Catatan pada foto:", *said] if said else []),
         *(["Verifikator meminta:", *asked] if asked else [])]
    )  # fmt: skip
    told += " Sarankan browser terbaru, foto JPG atau PNG dengan satu wajah; tanpa kamera pun bisa memilih foto."
    return Finding(told, case.application, "activation")


def _passphrase(file: Dossier, held: frozenset[str]) -> Finding:
    case = file.running
    if case is None or lifecycle.state_of(case.application) != lifecycle.PASSPHRASE:
        return _no("Orang ini tidak sedang membuat passphrase.")
    found = _of_link(case, "passphrase")
    if not found.applies:
        rule = "Aturannya tampil di bawah kolom passphrase; petugas tidak boleh membuatkannya."
        return Finding(f"{found.told} {rule}", case.application, "passphrase")
    return found


PROBLEMS: tuple[Problem, ...] = (
    Problem("tautan-tidak-masuk", "Tautan tidak masuk ke surel", _not_received),
    Problem("tautan-kedaluwarsa", "Tautan sudah kedaluwarsa", _expired),
    Problem("nik", "NIK tidak dikenal atau sudah terdaftar", _nik),
    Problem("nip", "NIP tidak ditemukan", _nip),
    Problem("aktivasi-gagal", "Aktivasi gagal", _activation),
    Problem("passphrase-gagal", "Passphrase gagal dibuat atau tautannya kedaluwarsa", _passphrase),
)


def find(slug: str) -> Problem | None:
    return next((each for each in PROBLEMS if each.slug == slug), None)


def of(file: Dossier, held: frozenset[str]) -> list[tuple[Problem, Finding]]:
    """Every known problem, with what there is to say about it for this person; ``held``: the officer's roles."""
    return [(each, each.look(file, held)) for each in PROBLEMS]
