"""The process that reads one signed PDF on its input and tells of its signatures; started anew for each document."""

import base64
import json
import sys
import warnings
from io import BytesIO
from typing import Any

from enrollment.pdf import limits

# More signatures than any letter carries.
MOST = 50


def main() -> None:
    """Answer with one line of JSON."""
    limits.confine()
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))


def answer(content: bytes) -> dict[str, Any]:
    """``{"signatures": [...]}``, oldest first, or ``{"refused": reason}``."""
    # Only now, within the limits. What the libraries would warn of is not for anybody here.
    warnings.simplefilter("ignore")
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted and not _opens(reader):
            return {"refused": "password"}
        found = list(reader.embedded_regular_signatures)
        return {"signatures": [_told(each) for each in found[:MOST]]}
    except MemoryError:
        return {"refused": "swollen"}
    except Exception:  # whatever a spoiled file brings about: it cannot be read, and that is told
        return {"refused": "damaged"}


def _opens(reader: Any) -> bool:
    """Many locked PDFs open with the empty password: those anybody may read."""
    return bool(reader.decrypt("").status.value)


def _told(signature: Any) -> dict[str, Any]:
    """What the document itself says of one signature; trust is judged elsewhere."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    told: dict[str, Any] = {"field": str(signature.field_name or ""), "certificate": "", "time": ""}
    try:
        told["certificate"] = base64.b64encode(signature.signer_cert.dump()).decode()
        if signature.self_reported_timestamp is not None:
            told["time"] = signature.self_reported_timestamp.isoformat()
        signature.compute_integrity_info()
        unchanged, genuine = validate_sig_integrity(
            signature.signer_info,
            signature.signer_cert,
            expected_content_type="data",
            actual_digest=signature.compute_digest(),
        )
        told |= {"unchanged": unchanged, "genuine": genuine, "added": _added(signature)}
    except MemoryError:
        raise
    except Exception:  # an unusual or spoiled signature: it proves nothing
        told |= {"unchanged": False, "genuine": False, "added": "unknown"}
    return told


def _added(signature: Any) -> str:
    """What came after the signature: "nothing", "allowed" (another signature, filled-in fields) or "changed"."""
    summary = signature.summarise_integrity_info()
    if summary["docmdp_ok"] is not True:
        return "changed"
    return "nothing" if summary["coverage"].name == "ENTIRE_FILE" else "allowed"


if __name__ == "__main__":
    main()
