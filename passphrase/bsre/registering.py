"""What is told to BSrE about a person who has been verified: the answers, and in v1 the scans."""

from django.db.models import Q

from enrollment.models import Application, Paper
from enrollment.registries import Unavailable
from passphrase.bsre.client import Person, Scan
from tte_portal import data_keys, encryption, files
from tte_portal.models import SealedFile

Kind = Paper.Kind
FIELDS = {Kind.SPECIMEN: "image_ttd", Kind.KTP: "ktp", Kind.RECOMMENDATION: "surat_rekomendasi"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def person_of(application: Application, *, with_scans: bool) -> Person:
    """The application as BSrE takes it. Raises ``Unavailable`` when a scan cannot be opened now."""
    return Person(
        name=application.name, mailbox=application.mailbox, nik=application.nik, phone=application.phone,
        city=application.city, province=application.province or application.institution.province,
        employee_number=application.employee_number, position=application.position, unit=application.unit,
        scans=_scans(application) if with_scans else (),
    )  # fmt: skip


def _scans(application: Application) -> tuple[Scan, ...]:
    """The newest of each kind. Of letters and pictures the cleaned copies go out, as they do to officers."""
    found: dict[str, SealedFile] = {}
    if application.ktp_photo is not None:
        found["ktp"] = application.ktp_photo
    of_person = Q(application=application) | Q(application=application.predecessor_id)
    papers = Paper.objects.filter(of_person, application__isnull=False, kind__in=FIELDS).select_related("copy")
    for paper in papers.order_by("at", "pk"):
        found[FIELDS[Kind(paper.kind)]] = paper.copy
    return tuple(_scan(field, file) for field, file in sorted(found.items()))


def _scan(field: str, file: SealedFile) -> Scan:
    try:
        content = files.read(file)
    except (data_keys.Erased, encryption.Unreadable, FileNotFoundError):
        raise Unavailable("Berkas pendaftaran tidak dapat dibuka") from None
    return Scan(field, f"{field}.{ENDINGS.get(file.content_type, 'bin')}", content, file.content_type)
