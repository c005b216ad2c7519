"""The process that reads one signed PDF on its input and tells of its signatures; started anew for each document."""

import base64
import json
import sys
import warnings
from dataclasses import asdict
from typing import Any

from enrollment.pdf import limits
from enrollment.pdf.integrity import UNREADABLE

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
    from enrollment.pdf import signatures

    try:
        found = signatures.signatures(content)
        # To judge some of them only would tell of a document that nobody has looked at as a whole.
        return {"refused": "many"} if len(found) > MOST else {"signatures": [_told(each) for each in found]}
    except signatures.Locked:
        return {"refused": "password"}
    except MemoryError:
        return {"refused": "swollen"}
    except Exception:  # whatever a spoiled file brings about: it cannot be read, and that is told
        return {"refused": "damaged"}


def _told(signature: Any) -> dict[str, Any]:
    """One signature with its certificate and its signer's word about the time; trust is judged elsewhere."""
    from enrollment.pdf.signatures import integrity
    from passphrase.checking import stamps

    told: dict[str, Any] = {"certificate": "", "time": "", "stamps": []}
    try:
        told["certificate"] = base64.b64encode(signature.signer_cert.dump()).decode()
        if signature.self_reported_timestamp is not None:
            told["time"] = signature.self_reported_timestamp.isoformat()
    except MemoryError:
        raise
    except Exception:  # an unusual or spoiled signature: it proves nothing
        return told | asdict(UNREADABLE)
    whole = integrity(signature)
    # Beside a signature that does not stand they prove nothing.
    return told | asdict(whole) | {"stamps": stamps.told(signature.signer_info) if whole.stands else []}


if __name__ == "__main__":
    main()
