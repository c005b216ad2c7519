"""Ready requests for a demonstration: a draft with a fault, one that waits for a decision, one that has its own."""

from io import BytesIO

from PIL import Image, ImageDraw

from enrollment.collective import deciding, drafts, papers, rules, sending
from enrollment.collective.models import CollectiveRequest, RequestPaper
from enrollment.models import Institution, Role

# Invented people; no NIP of theirs was ever given out.
PEOPLE = (
    ("Kartini Rekaan, S.Kep.", "198504212010032901", "Perawat Ahli Muda", "0800 1000 7001"),
    ("Lukman Peragaan", "199102032024211902", "Apoteker", "0800 1000 7002"),
    ("Mira Ujicoba, A.Md.Keb.", "199307072026032903", "Bidan", "0800 1000 7003"),
    ("Nanang Tiruan", "198811112026031904", "Pranata Laboratorium", "0800 1000 7004"),
    ("Oktavia Simulasi", "199609092024212905", "Nutrisionis", "0800 1000 7005"),
)


def fill(institution: Institution) -> int:
    """Three requests where the procedure has them; returns how many. A second run finds them and adds none."""
    if not rules.is_offered(institution) or CollectiveRequest.objects.filter(institution=institution).exists():
        return 0
    decided = _request(institution, *PEOPLE[3:])
    sending.submit(decided.pk, by=decided.begun_by)
    administrator = _officer(institution, Role.Kind.ADMINISTRATOR).account
    deciding.accept_rest(decided.pk, by=administrator)
    deciding.finish(decided.pk, by=administrator)
    submitted = _request(institution, *PEOPLE[:3])
    sending.submit(submitted.pk, by=submitted.begun_by)
    _request(institution, PEOPLE[1], ("Putri Misalnya", "19900101", "", "0800"))
    return 3


def _officer(institution: Institution, kind: Role.Kind) -> Role:
    roles = Role.objects.select_related("account", "opd__institution")
    return roles.filter(institution=institution, kind=kind).earliest("pk")


def _request(institution: Institution, *people: tuple[str, str, str, str]) -> CollectiveRequest:
    role = _officer(institution, Role.Kind.OPD_OPERATOR)
    if role.opd is None:
        raise LookupError("An operator has an OPD.")
    request = drafts.begin(role.opd, by=role.account)
    drafts.take_list(request.pk, [dict(zip(drafts.FIELDS, person, strict=True)) for person in people], by=role.account)
    drafts.choose_decree(request.pk, CollectiveRequest.Decree.ONE, by=role.account)
    for kind in RequestPaper.Kind:
        papers.keep(request.pk, kind, _sheet(kind.label), by=role.account)
    return request


def _sheet(text: str) -> bytes:
    """A picture of a sheet that says what it would be."""
    image = Image.new("RGB", (900, 1270), "white")
    ImageDraw.Draw(image).text((90, 120), f"CONTOH\n\n{text}", fill="black", font_size=34)
    buffer = BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
