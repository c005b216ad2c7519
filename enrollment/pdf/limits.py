"""How much of the machine one PDF may take, and how large its parts may be when they are opened."""

import resource
from io import BytesIO

import pikepdf
from PIL import Image

from enrollment.pdf.faults import Fault

MEMORY = 256 * 2**20
CPU_SECONDS = 20
# A page of A4 scanned in colour at 300 dpi takes 26 MB when nothing but Flate packs it.
STREAM_BYTES = 64 * 2**20
ALL_STREAMS_BYTES = 600 * 2**20
PICTURE_PIXELS = 100_000_000
COPY_BYTES = 32 * 2**20
PICTURE_FILTERS = ("/DCTDecode", "/JPXDecode")


def confine() -> None:
    """From here on this process gets no more memory or processor time than that, and writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def warn_qpdf() -> None:
    """Tell the library the same: it opens object streams by itself, before anybody can measure them."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=500,
        parser_max_nesting=100,
        max_stream_filters=4,
        flate_max_memory=STREAM_BYTES,
        png_max_memory=STREAM_BYTES,
        tiff_max_memory=STREAM_BYTES,
        run_length_max_memory=STREAM_BYTES,
    )


def measure(pdf: pikepdf.Pdf) -> None:
    """Raise :class:`Fault` when a stream or a picture is far larger than it looks: officers' viewers would open it."""
    total = 0
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Stream):
            continue
        if _pixels(each) > PICTURE_PIXELS:
            raise Fault("swollen")
        total += _opened_size(each)
        if total > ALL_STREAMS_BYTES:
            raise Fault("swollen")


def _opened_size(stream: pikepdf.Stream) -> int:
    try:
        return len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except (pikepdf.PdfError, RuntimeError) as error:
        # Of a damaged stream viewers show what they can; one that passed a limit is refused.
        if "limit exceeded" in str(error):
            raise Fault("swollen") from None
        return 0


def _pixels(stream: pikepdf.Stream) -> int:
    """The pixels a picture claims, in its dictionary or in the heading of the JPEG inside, whichever are more."""
    if stream.get("/Subtype") != "/Image":
        return 0
    claimed = _number(stream.get("/Width")) * _number(stream.get("/Height"))
    filters = stream.get("/Filter")
    last = filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters
    if last not in PICTURE_FILTERS or (isinstance(filters, pikepdf.Array) and len(filters) > 1):
        return claimed
    try:
        with Image.open(BytesIO(stream.read_raw_bytes()), formats=["JPEG", "JPEG2000"]) as picture:
            return max(claimed, picture.width * picture.height)
    except Image.DecompressionBombError:
        raise Fault("swollen") from None
    except Exception:  # a picture no decoder reads shows nothing
        return claimed


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
