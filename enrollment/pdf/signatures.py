"""Whether a signed PDF is still as it was signed: its mathematics alone, not whom the certificate belongs to."""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


def intact(content: bytes) -> bool | None:
    """Whether every signature stands and nothing was added but what it allows (another one); None: nobody can tell."""
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            reader.decrypt("")
        found = list(reader.embedded_regular_signatures)
        return all(_stands(each) for each in found) if found else None
    except MemoryError:
        raise
    except Exception:  # an unusual or spoiled signature; the officer is told that nobody could tell
        return None


def _stands(signature: EmbeddedPdfSignature) -> bool:
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    digest = signature.compute_digest()
    unchanged, genuine = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, expected_content_type="data", actual_digest=digest
    )
    return unchanged and genuine and signature.summarise_integrity_info()["docmdp_ok"] is True
