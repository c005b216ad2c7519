"""The copy officers see: new pages of a new document, with what is written on them and nothing that acts."""

from dataclasses import dataclass
from io import BytesIO

import pikepdf

from enrollment.pdf import limits
from enrollment.pdf.faults import MAX_PAGES, Fault

# A0, 841 × 1189 mm, in points of 1/72 inch.
LONGEST_POINTS = 3400
OF_A_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
# No font, picture or glyph bears such a name, so they may go wherever they stand.
ACTING = ("/AA", "/OpenAction", "/JavaScript", "/EmbeddedFiles", "/EF", "/AcroForm", "/XFA", "/Annots")
TALKATIVE = ("/Metadata", "/PieceInfo", "/LastModified")
# Of streams alone: content that is fetched from elsewhere, or shown in place of the content.
ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/Alternates")
ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/GoToR")


@dataclass(frozen=True)
class Copy:
    """The new document, its pages, whether the old one is signed, and what is worth telling an officer."""

    content: bytes
    pages: int
    signed: bool
    findings: tuple[str, ...]


def copy(content: bytes) -> Copy:
    """Build the copy; raises :class:`Fault`, and ``MemoryError`` when the process is confined and the PDF is a bomb."""
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as source:
            return _copy(source)
    except pikepdf.PasswordError:
        raise Fault("password") from None
    except (Fault, MemoryError):
        raise
    except Exception as error:  # a hostile file makes qpdf and its Python side raise anything
        raise Fault("swollen" if pikepdf.settings.qpdf_limit_errors() else "damaged") from error


def _copy(source: pikepdf.Pdf) -> Copy:
    _count(source)
    findings, signed = _seen(source)
    findings += _flatten(source)
    for page in source.pages:
        _check_size(page)
        for key in set(page.obj.keys()) - OF_A_PAGE:
            del page.obj[key]
    with pikepdf.new() as made:
        made.pages.extend(source.pages)
        for each in made.objects:
            _sweep(each)
        limits.measure(made)
        buffer = BytesIO()
        made.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        pages = len(made.pages)
    if buffer.tell() > limits.COPY_BYTES:
        raise Fault("swollen")
    if source.get_warnings():
        findings.append("repaired")
    return Copy(buffer.getvalue(), pages, signed, tuple(findings))


def _count(source: pikepdf.Pdf) -> None:
    # What the document says first: two million pages need not be counted. It may lie, so they are.
    said = source.Root.Pages.get("/Count")
    if (isinstance(said, int) and said > MAX_PAGES) or len(source.pages) > MAX_PAGES:
        raise Fault("pages")
    if not len(source.pages):
        raise Fault("no-pages")


def _seen(source: pikepdf.Pdf) -> tuple[list[str], bool]:
    """What the original holds and the copy will not; and whether it is signed."""
    found: dict[str, None] = {}
    signed = False
    for each in source.objects:
        if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            continue
        signed = signed or ("/ByteRange" in each and "/Contents" in each)
        if "/JS" in each or each.get("/S") in ACTIONS or "/AA" in each:
            found["scripts"] = None
        if "/EF" in each or each.get("/Subtype") in ("/RichMedia", "/Movie", "/Sound", "/3D"):
            found["attachments"] = None
    root = source.Root
    opened = root.get("/OpenAction")
    if "/AA" in root or (isinstance(opened, pikepdf.Dictionary) and opened.get("/S") in ACTIONS):
        found["scripts"] = None
    if "/OCProperties" in root:
        found["layers"] = None
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        found["xfa"] = None
    if source.is_encrypted:
        found["restricted"] = None
    return list(found), signed


def _flatten(source: pikepdf.Pdf) -> list[str]:
    """Draw filled fields, stamps and visible signatures onto their pages."""
    try:
        if "/AcroForm" in source.Root:
            source.generate_appearance_streams()
        source.flatten_annotations("all")
    except MemoryError:
        raise
    except Exception:  # the pages themselves are still worth copying
        return ["fields-lost"]
    return []


def _check_size(page: pikepdf.Page) -> None:
    unit = float(page.obj.get("/UserUnit", 1))
    left, low, right, high = (float(number) for number in page.mediabox)
    sides = abs(right - left) * unit, abs(high - low) * unit
    if not (min(sides) > 0 and max(sides) <= LONGEST_POINTS):
        raise Fault("page-size")


def _sweep(value: pikepdf.Object) -> None:
    """Take out what acts, tells or fetches, here and in what lies directly inside (references come by themselves)."""
    if isinstance(value, pikepdf.Array):
        inside = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for key in (*ACTING, *TALKATIVE, *(ELSEWHERE if isinstance(value, pikepdf.Stream) else ())):
            if key in value:
                del value[key]
        if value.get("/S") in ACTIONS:
            for key in list(value.keys()):
                del value[key]
        inside = [value[key] for key in list(value.keys())]
    else:
        return
    for each in inside:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            _sweep(each)
