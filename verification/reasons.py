"""Ready-made reasons, in the words the applicant will read, and the cleaning of free ones."""

import unicodedata
from collections.abc import Mapping, Sequence

from django.db import transaction

from enrollment.models import Institution
from tte_portal import audit
from tte_portal.models import Account
from verification.models import Reason

LONGEST = 500
# Of one list: as many as the keys 1–9 reach.
MOST = 9
Kind = Reason.Kind
# Field (empty where a reason is about the whole) → reasons, in the order in which they are offered.
Lists = Mapping[str, Sequence[str]]

NOT_AS_ON_KTP = "Tidak sama dengan yang tertulis pada KTP. Tulis persis seperti pada KTP."
NOT_AS_IN_REGISTRY = "Tidak sama dengan data kepegawaian. Sesuaikan dengan SK terakhir Anda."

CORRECTIONS: dict[str, tuple[str, ...]] = {
    "name": (
        "Nama tidak sama dengan yang tertulis pada KTP. Tulis persis seperti pada KTP, tanpa gelar.",
        "Nama masih memuat gelar. Pindahkan gelar ke isian Gelar Depan atau Gelar Belakang.",
        "Nama disingkat. Tulis nama lengkap seperti pada KTP.",
    ),
    "nik": (
        "NIK tidak cocok dengan tanggal lahir pada NIP Anda. Periksa 16 angka NIK pada KTP.",
        "NIK ini sudah dipakai pada pengajuan lain. Periksa kembali; bila benar NIK Anda, hubungi verifikator.",
        "NIK tidak cocok dengan nama Anda. Periksa 16 angka NIK pada KTP.",
    ),
    "front_title": ("Gelar depan tidak sesuai dengan data kepegawaian. Sesuaikan, atau isi “-” jika tidak ada.",),
    "back_title": ("Gelar belakang tidak sesuai dengan data kepegawaian. Sesuaikan, atau isi “-” jika tidak ada.",),
    "phone": ("Nomor telepon tidak dapat dihubungi. Isi nomor yang aktif.",),
    "kind": ("Pilihan jenis pemohon tidak sesuai dengan status kepegawaian Anda.",),
    "employee_number": (
        "NIP / NRP tidak tercatat di instansi ini. Periksa kembali angkanya.",
        "NIP / NRP ini tercatat atas nama pegawai lain. Isi NIP / NRP Anda sendiri.",
    ),
    "unit": (NOT_AS_IN_REGISTRY, "Tulis nama unit organisasi secara lengkap, tanpa singkatan."),
    "position": (NOT_AS_IN_REGISTRY, "Tulis nama jabatan secara lengkap, tanpa singkatan."),
    "province": ("Provinsi tidak sesuai dengan tempat instansi Anda berada.",),
    "city": ("Kota tidak sesuai dengan tempat instansi Anda berada.",),
    "ktp_photo": (
        "Tulisan pada foto KTP tidak terbaca. Foto lagi dari dekat, di tempat terang, tanpa pantulan cahaya.",
        "KTP tidak terlihat seluruhnya. Foto lagi dengan seluruh kartu di dalam bingkai.",
        "Foto ini bukan foto KTP Anda. Foto KTP asli Anda sendiri.",
    ),
    "recommendation-letter": (
        "Surat rekomendasi belum ditandatangani. Unggah surat yang sudah ditandatangani.",
        "Surat rekomendasi tidak menyebut nama Anda. Unggah surat atas nama Anda sendiri.",
        "Surat rekomendasi tidak terbaca. Pindai ulang, lalu unggah lagi.",
    ),
    "statement-letter": (
        "Surat pernyataan belum ditandatangani. Unggah surat yang sudah Anda tanda tangani.",
        "Surat pernyataan tidak menyebut nama Anda. Unggah surat atas nama Anda sendiri.",
        "Surat pernyataan tidak terbaca. Pindai ulang, lalu unggah lagi.",
    ),
    "ktp": (
        "Tulisan pada pindaian KTP tidak terbaca. Pindai atau foto lagi di tempat terang.",
        "KTP tidak terlihat seluruhnya. Pindai atau foto lagi seluruh kartu.",
    ),
    "signature-specimen": ("Tanda tangan tidak terlihat jelas. Tulis lagi dengan pena hitam di kertas putih polos.",),
    "photo": (
        "Wajah tidak terlihat jelas. Ambil foto lagi di tempat terang, tanpa masker atau kacamata hitam.",
        "Foto kurang tajam. Pegang ponsel dengan dua tangan dan ambil foto lagi.",
        "Wajah terlalu kecil. Dekatkan kamera sampai wajah mengisi oval.",
        "Terlihat lebih dari satu orang. Pastikan hanya Anda yang ada di foto.",
        "Foto ini bukan foto langsung diri Anda. Ambil foto baru dengan kamera.",
    ),
}

REJECTIONS: tuple[str, ...] = (
    "Data yang diajukan bukan milik Anda sendiri. Setiap pegawai mengajukan sertifikat untuk dirinya sendiri.",
    "Anda tidak tercatat sebagai pegawai instansi ini.",
    "Anda sudah memiliki sertifikat elektronik yang masih berlaku dari instansi ini.",
    "Pengajuan ini dibatalkan atas permintaan Anda.",
    "Foto diri tidak memenuhi syarat. Ajukan lagi dengan foto wajah Anda yang jelas, diambil langsung dengan kamera.",
)


# Before anybody has been sent a link.
REGISTRATIONS: tuple[str, ...] = (
    "Anda tidak tercatat sebagai pegawai instansi ini.",
    "Data yang diajukan bukan milik Anda sendiri. Setiap pegawai mengajukan sertifikat untuk dirinya sendiri.",
    "Berkas tidak terbaca. Pindai atau foto lagi dengan jelas, lalu daftar sekali lagi.",
    "Surat rekomendasi atau pernyataan belum ditandatangani. Lengkapi, lalu daftar sekali lagi.",
    "Nama atau NIK tidak sama dengan yang tertulis pada KTP. Periksa, lalu daftar sekali lagi.",
    "Anda sudah memiliki pengajuan yang sedang berjalan.",
)

# Why a change of one's own profile is refused.
PROFILE_CHANGES: tuple[str, ...] = (
    "Berkas tidak terbaca jelas. Pindai ulang dengan terang dan tegak, lalu kirim lagi.",
    "Isian tidak sama dengan berkas pendukung. Periksa kembali, lalu kirim lagi.",
    "Berkas ini bukan berkas yang diminta. Kirim berkas yang benar.",
    "Surat rekomendasi belum ditandatangani atasan Anda.",
)


def clean(text: str) -> str:
    """Composed Unicode, one blank between words, no control characters: what is read is what was written."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())


DEFAULTS: dict[Kind, Lists] = {
    Kind.CORRECTION: CORRECTIONS,
    Kind.REJECTION: {"": REJECTIONS},
    Kind.REGISTRATION: {"": REGISTRATIONS},
    Kind.PROFILE_CHANGE: {"": PROFILE_CHANGES},
}


def own(institution: Institution, kind: Kind) -> Lists:
    """The institution's own reasons of a kind; nothing when it uses the portal's."""
    rows = Reason.objects.filter(institution=institution, kind=kind, active=True)
    found: dict[str, list[str]] = {}
    for field, text in rows.order_by("position", "pk").values_list("field", "text"):
        found.setdefault(field, []).append(text)
    return found


def offered(institution: Institution, kind: Kind) -> Lists:
    """What an officer chooses from."""
    return own(institution, kind) or DEFAULTS[kind]


def ready(institution: Institution, kind: Kind) -> Sequence[str]:
    """The same for a kind that is about the whole."""
    return offered(institution, kind).get("", ())


@transaction.atomic
def keep(institution: Institution, kind: Kind, lists: Lists, *, by: Account) -> None:
    """Offer these from now on, in this order, in place of the earlier ones; nothing at all brings the portal's back.

    What is no longer offered stays as a row: somebody has read it.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    rows = Reason.objects.filter(institution=institution, kind=kind)
    rows.update(active=False)
    for field, texts in lists.items():
        for position, text in enumerate(texts):
            values = {"position": position, "active": True}
            rows.update_or_create(institution=institution, kind=kind, field=field, text=text, defaults=values)
    facts = {"kind": str(kind), "number": sum(len(texts) for texts in lists.values())}
    audit.record("change_reasons", by=by, chain=institution.audit_chain, facts=facts)
