"""The process that reads one PDF on its input and writes the copy on its output; the portal starts it for each."""

import json
import sys
from typing import Any

from enrollment.pdf import limits


def main() -> None:
    """Answer with one line of JSON, then the copy."""
    limits.confine()
    limits.warn_qpdf()
    head, copy = answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + copy)


def answer(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What is said of that PDF, and its copy (empty when it was refused)."""
    # Only now, within the limits.
    from enrollment.pdf import copying
    from enrollment.pdf.faults import Fault

    try:
        made = copying.copy(content)
        intact = _intact(content) if made.signed else None
    except Fault as fault:
        return {"refused": fault.reason}, b""
    except MemoryError:
        return {"refused": "swollen"}, b""
    head = {"pages": made.pages, "signed": made.signed, "intact": intact, "findings": made.findings}
    return head, made.content


def _intact(content: bytes) -> bool | None:
    # Loading it takes half a second: few papers are signed electronically.
    from enrollment.pdf import signatures

    return signatures.intact(content)


if __name__ == "__main__":
    main()
