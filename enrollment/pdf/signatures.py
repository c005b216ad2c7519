"""Whether a signed PDF is still as it was signed: its mathematics alone, not whom the certificate belongs to."""

from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from enrollment.pdf.integrity import UNREADABLE, Integrity


class Locked(Exception):
    """The document opens with a password alone, or with a key or a program of somebody's."""


def signatures(content: bytes) -> list[EmbeddedPdfSignature]:
    """The document's signatures, oldest first. Raises :class:`Locked`, and whatever a spoiled file brings about."""
    reader = PdfFileReader(BytesIO(content), strict=False)
    if reader.encrypt_dict is not None and not _opens(reader):
        raise Locked
    return list(reader.embedded_regular_signatures)


def _opens(reader: PdfFileReader) -> bool:
    """Many locked PDFs open with the empty password: those anybody may read."""
    try:
        return bool(reader.decrypt("").status.value)
    except (PdfError, ValueError):  # locked in a way that knows no password: for certificates, or a shop's own
        return False


def integrity(signature: EmbeddedPdfSignature) -> Integrity:
    """What the document itself says of one signature."""
    try:
        signature.compute_integrity_info()  # type: ignore[no-untyped-call]
        digest = signature.compute_digest()
        unchanged, genuine = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, expected_content_type="data", actual_digest=digest
        )
        return Integrity(unchanged, genuine, _added(signature))
    except MemoryError:
        raise
    except Exception:  # an unusual or spoiled signature
        return UNREADABLE


def _added(signature: EmbeddedPdfSignature) -> str:
    summary = signature.summarise_integrity_info()
    if summary["docmdp_ok"] is not True:
        return "changed"
    return "nothing" if summary["coverage"].name == "ENTIRE_FILE" else "allowed"


def intact(content: bytes) -> bool | None:
    """Whether every signature stands and nothing was added but what it allows (another one); None: nobody can tell."""
    try:
        found = [integrity(each) for each in signatures(content)]
    except MemoryError:
        raise
    except Exception:  # a locked or spoiled document; the officer is told that nobody could tell
        return None
    if not found or UNREADABLE in found:
        return None
    return all(each.stands for each in found)
