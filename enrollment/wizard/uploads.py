"""What a step may take as a file: a picture into a field of the application, or a paper that goes with it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from enrollment import papers, photos
from enrollment.models import Application, Paper
from enrollment.papers import CheckedPaper
from tte_portal import files
from tte_portal.models import SealedFile


@dataclass(frozen=True)
class Upload(ABC):
    """One kind of file. ``field`` names it in corrections; ``shape`` is what the camera frames: "face", "card" or
    nothing at all, for a file that no camera makes. The words stand on its page."""

    field: str
    shape: str
    thing: str
    lead: str
    missing: str

    @property
    def is_picture(self) -> bool:
        return bool(self.shape)

    @property
    def accept(self) -> str:
        return "image/*" if self.is_picture else "application/pdf"

    @property
    def missing_anew(self) -> str:
        """What is said when the verifier wants another one and none is chosen."""
        if self.is_picture:
            return f"Ambil foto baru: verifikator meminta {self.thing} yang tersimpan diganti."
        return f"Pilih berkas baru: verifikator meminta {self.thing} yang tersimpan diganti."

    @property
    def hints(self) -> Mapping[str, str]:
        """What is said of each finding."""
        return papers.FINDINGS

    @abstractmethod
    def check(self, content: bytes) -> CheckedPaper:
        """What may be kept of it; raises :class:`enrollment.photos.Refused`."""

    @abstractmethod
    def file_of(self, application: Application) -> SealedFile | None:
        """What is kept and may be shown to the person."""

    def is_kept(self, application: Application) -> bool:
        return self.file_of(application) is not None

    @abstractmethod
    def findings_of(self, application: Application) -> list[str]:
        """Names of what could be better about it."""

    @abstractmethod
    def put(
        self, application: Application, stored: Application, content: bytes, checked: CheckedPaper
    ) -> list[SealedFile]:
        """Keep it in place of the earlier one of ``stored``, the locked row; what nothing points to any more."""

    def warnings(self, application: Application) -> list[str]:
        return [self.hints[name] for name in self.findings_of(application) if name in self.hints]


class Picture(Upload):
    """A JPEG in the application's ``field``, its findings beside it."""

    def file_of(self, application: Application) -> SealedFile | None:
        file: SealedFile | None = getattr(application, self.field)
        return file

    def is_kept(self, application: Application) -> bool:
        return getattr(application, f"{self.field}_id") is not None

    def findings_of(self, application: Application) -> list[str]:
        return list(getattr(application, f"{self.field}_findings"))

    def put(
        self, application: Application, stored: Application, content: bytes, checked: CheckedPaper
    ) -> list[SealedFile]:
        old = self.file_of(stored)
        kept = files.store(checked.copy, owner=application.pk, kind=self.field, content_type=checked.content_type)
        setattr(application, self.field, kept)
        setattr(application, f"{self.field}_findings", list(checked.findings))
        application.save(update_fields=[self.field, f"{self.field}_findings"])
        return [old] if old else []


class Selfie(Picture):
    """A face."""

    @property
    def hints(self) -> Mapping[str, str]:
        return photos.FINDINGS

    def check(self, content: bytes) -> CheckedPaper:
        photo = photos.take(content)
        return CheckedPaper(photo.jpeg, 1, "image/jpeg", False, None, photo.findings)

    def put(
        self, application: Application, stored: Application, content: bytes, checked: CheckedPaper
    ) -> list[SealedFile]:
        replaced = super().put(application, stored, content, checked)
        application.photo_index = photos.index_of(checked.copy)
        application.save(update_fields=["photo_index"])
        return replaced


class Card(Picture):
    """An identity card."""

    def check(self, content: bytes) -> CheckedPaper:
        return papers.check_image(content, "ktp")


class Letter(Upload):
    """A paper beside the application. Of a letter, a PDF, the original is kept and a copy without anything that acts
    is shown."""

    def check(self, content: bytes) -> CheckedPaper:
        return papers.check_pdf(content)

    def _kept(self, application: Application) -> list[Paper]:
        rows = Paper.objects.filter(application=application, kind=self.field).select_related("copy", "original")
        return list(rows.order_by("-at", "-pk"))

    def file_of(self, application: Application) -> SealedFile | None:
        return next((paper.copy for paper in self._kept(application)), None)

    def findings_of(self, application: Application) -> list[str]:
        return next((list(paper.findings) for paper in self._kept(application)), [])

    def put(
        self, application: Application, stored: Application, content: bytes, checked: CheckedPaper
    ) -> list[SealedFile]:
        earlier = self._kept(application)
        kept = {"owner": application.pk, "content_type": checked.content_type}
        copy = files.store(checked.copy, kind=self.field, **kept)  # type: ignore[arg-type]
        # Of a scan nothing is kept but the picture: no place, no device.
        original = copy
        if not self.is_picture:
            original = files.store(content, kind="letter-original", **kept)  # type: ignore[arg-type]
        Paper.objects.create(
            institution_id=application.institution_id, application=application, kind=self.field, original=original,
            copy=copy, pages=checked.pages, findings=list(checked.findings), signed=checked.signed,
            signature_intact=checked.signature_intact,
        )  # fmt: skip
        # What came from the person's profile stays there.
        return [file for paper in earlier if paper.holder_id is None for file in erased(paper)]


@dataclass(frozen=True)
class ScannedPaper(Letter):
    """A scan that was handed in with the registration."""

    scan: papers.Scan

    @property
    def is_picture(self) -> bool:
        return True

    def check(self, content: bytes) -> CheckedPaper:
        return papers.check_image(content, self.scan)


def erased(paper: Paper) -> list[SealedFile]:
    """Remove a paper's row; the files that it kept."""
    kept = {file.pk: file for file in (paper.copy, paper.original)}
    paper.delete()
    return list(kept.values())


SELFIE = Selfie(
    "photo", "face", "foto diri",
    "Foto ini dicocokkan dengan data Anda. Foto tidak ditampilkan kepada umum.",
    "Ambil foto diri dengan kamera, atau pilih satu berkas foto.",
)  # fmt: skip
KTP = Card(
    "ktp_photo", "card", "foto KTP",
    "Foto KTP asli Anda. Verifikator mencocokkannya dengan isian dan foto diri Anda.",
    "Ambil foto KTP dengan kamera, atau pilih satu berkas foto.",
)  # fmt: skip
RECOMMENDATION = Letter(
    Paper.Kind.RECOMMENDATION.value, "", "surat rekomendasi",
    "Pemohon selain ASN dan Penyidik POLRI melampirkan surat rekomendasi dari pimpinan unit kerja, sebagai PDF.",
    "Pilih berkas PDF surat rekomendasi Anda.",
)  # fmt: skip
STATEMENT = Letter(
    Paper.Kind.STATEMENT.value, "", "surat pernyataan",
    "Surat Pernyataan yang sudah Anda tanda tangani, sebagai PDF.",
    "Pilih berkas PDF surat pernyataan Anda.",
)  # fmt: skip
KTP_SCAN = ScannedPaper(
    Paper.Kind.KTP.value, "", "pindaian KTP",
    "Hasil pindai atau foto KTP berwarna, seluruh kartu terlihat.",
    "Pilih satu berkas gambar KTP Anda.", "ktp",
)  # fmt: skip
SPECIMEN = ScannedPaper(
    Paper.Kind.SPECIMEN.value, "", "spesimen tanda tangan",
    "Tanda tangan Anda di atas kertas putih polos, dipindai atau difoto.",
    "Pilih satu berkas gambar tanda tangan Anda.", "specimen",
)  # fmt: skip
