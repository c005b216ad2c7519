"""Papers people upload (letters, scans of a KTP or a signature): made safe, and looked at for what can be mended."""

import json
from dataclasses import dataclass
from typing import Any, Literal

import numpy
from django.conf import settings

from enrollment import photos
from enrollment.pdf.faults import MAX_PAGES
from enrollment.photos import Pixels, Refused
from tte_portal import apart

Scan = Literal["ktp", "specimen"]

# Longer than the photo of a face: on a KTP scanned with a whole sheet around it, the NIK must stay readable.
LONGEST_SIDE, LEAST_SIDE = 2000, 60
WORKER = "enrollment.pdf.worker"

# Measured thresholds (see docs/decisions/0014); lightness and saturation 0–255.
KTP_LONG, KTP_SHORT = 600, 380
KTP_SHAPE = 1.25, 2.0
GREY = 12
PAPER_LIGHT, PAPER_SHARE, PAPER_RANGE = 130, 0.75, 45
INK_DARKER, INK_SHARE = 70, 0.002
SPECIMEN_LONG = 300


@dataclass(frozen=True)
class CheckedPaper:
    """What officers may see of an upload; ``signature_intact`` is None when it is not signed or nobody could tell."""

    copy: bytes
    pages: int
    content_type: str
    signed: bool
    signature_intact: bool | None
    findings: tuple[str, ...]


REFUSALS = {
    "empty": "Berkas kosong (0 byte). Pilih berkas lain.",
    "no-pdf": "Berkas ini bukan PDF. Simpan atau pindai surat Anda sebagai PDF, lalu unggah lagi.",
    "password": "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi.",
    "damaged": "PDF ini rusak dan tidak dapat dibuka. Simpan atau pindai ulang, lalu unggah lagi.",
    "pages": f"PDF ini terlalu tebal: paling banyak {MAX_PAGES} halaman. Unggah suratnya saja.",
    "no-pages": "PDF ini tidak berisi halaman. Simpan atau pindai ulang, lalu unggah lagi.",
    "page-size": "Ukuran halaman PDF ini tidak wajar. Simpan ulang dengan ukuran kertas A4, lalu unggah lagi.",
    "swollen": "Isi PDF ini terlalu besar ketika dibuka. Pindai ulang dengan resolusi 300 dpi, lalu unggah lagi.",
}

# The applicant sees those of a scan as hints, the officer sees all of them beside the paper.
FINDINGS = {
    "scripts": "PDF ini berisi program atau tindakan otomatis. Salinan yang Anda lihat dibuat tanpanya.",
    "attachments": "PDF ini membawa lampiran. Salinan yang Anda lihat dibuat tanpanya.",
    "layers": "PDF ini memakai lapisan. Pada salinan semua lapisan terlihat, juga yang semula disembunyikan.",
    "xfa": "PDF ini formulir jenis XFA. Isiannya mungkin tidak terlihat; bila perlu, minta hasil pindai.",
    "fields-lost": "Isian formulir pada PDF ini tidak dapat disalin. Bila surat tampak kosong, minta hasil pindai.",
    "restricted": "PDF ini dibatasi pembuatnya (tidak boleh diubah atau dicetak). Isinya tetap dapat dibaca.",
    "repaired": "Susunan PDF ini sedikit rusak dan sudah diperbaiki. Periksa apakah semua halaman terbaca.",
    "signature-intact": "PDF ini bertanda tangan elektronik dan tidak berubah sejak ditandatangani. "
    "Pemilik sertifikatnya belum diperiksa: cocokkan nama penanda tangan.",
    "signature-broken": "Tanda tangan elektronik pada PDF ini tidak utuh: isinya berubah sesudah ditandatangani. "
    "Minta surat yang asli.",
    "signature-unread": "PDF ini tampak bertanda tangan elektronik, tetapi tanda tangannya tidak dapat diperiksa. "
    "Periksa keasliannya dengan cara lain.",
    "odd-shape": "Bentuk gambar tidak seperti KTP. Potong gambar sampai tinggal kartunya.",
    "grey": "Gambar tampak hitam putih. Pindai atau foto KTP secara berwarna.",
    "small": "Gambar terlalu kecil untuk dibaca. Pindai atau foto lagi dari lebih dekat.",
    "blurred": "Gambar kurang tajam. Letakkan di meja, pegang ponsel dengan dua tangan, lalu foto lagi.",
    "background": "Latar tidak tampak putih polos. Gunakan kertas putih kosong di tempat yang terang.",
    "no-ink": "Goresan tanda tangan hampir tidak terlihat. Gunakan pena hitam atau biru tua.",
}


def check_pdf(content: bytes) -> CheckedPaper:
    """The copy of a PDF that officers may see, its pages drawn anew; raises :class:`Refused`."""
    if not content:
        raise Refused(REFUSALS["empty"])
    if len(content) > settings.PAPER_MAX_BYTES:
        raise Refused(f"Berkas terlalu besar. Paling besar {settings.PAPER_MAX_BYTES // 2**20} MB.")
    # Readers look for it that far in; what stands before it is not copied.
    if b"%PDF-" not in content[:1024]:
        raise Refused(REFUSALS["no-pdf"])
    said, _, copy = apart.read(WORKER, content).partition(b"\n")
    # A process that was ended for its greed has said nothing.
    head: dict[str, Any] = json.loads(said) if said else {"refused": "swollen"}
    if "refused" in head:
        raise Refused(REFUSALS[head["refused"]])
    findings = [*head["findings"], *_of_signature(head["signed"], head["intact"])]
    return CheckedPaper(copy, head["pages"], "application/pdf", head["signed"], head["intact"], tuple(findings))


def _of_signature(signed: bool, intact: bool | None) -> list[str]:
    words = {True: "signature-intact", False: "signature-broken", None: "signature-unread"}
    return [words[intact]] if signed else []


def check_image(content: bytes, kind: Scan) -> CheckedPaper:
    """A scan as a clean JPEG, with hints by its kind (none of them refuses); raises :class:`Refused`."""
    image = photos.clean(content, longest=LONGEST_SIDE, least=LEAST_SIDE)
    small = image.copy()
    small.thumbnail((photos.LOOKED_AT, photos.LOOKED_AT))
    long, short = max(image.size), min(image.size)
    grey: Pixels = numpy.asarray(small.convert("L"))
    if kind == "ktp":
        findings = _look_at_ktp(long, short, grey, float(numpy.asarray(small.convert("HSV"))[..., 1].mean()))
    else:
        findings = _look_at_specimen(long, grey)
    return CheckedPaper(photos.encoded(image), 1, "image/jpeg", False, None, tuple(findings))


def _look_at_ktp(long: int, short: int, grey: Pixels, saturation: float) -> list[str]:
    found = []
    # The card is 85.6 × 54 mm (1.59); a phone's whole picture, 4:3 or 16:9, may be the card too.
    if not KTP_SHAPE[0] <= long / short <= KTP_SHAPE[1]:
        found.append("odd-shape")
    if saturation < GREY:
        found.append("grey")
    if long < KTP_LONG or short < KTP_SHORT:
        found.append("small")
    if photos.sharpness(grey) < photos.BLUR_WHOLE:
        found.append("blurred")
    return found


def _look_at_specimen(long: int, grey: Pixels) -> list[str]:
    found = []
    # Phones show white paper as grey as the room is: what counts is that most of it is one light tone.
    paper = float(numpy.median(grey))
    plain = float((abs(grey.astype(float) - paper) < PAPER_RANGE).mean())
    if paper < PAPER_LIGHT or plain < PAPER_SHARE:
        found.append("background")
    if float((grey < paper - INK_DARKER).mean()) < INK_SHARE:
        found.append("no-ink")
    if long < SPECIMEN_LONG:
        found.append("small")
    return found
