"""Sends the heads of the audit chains out of the machine: what left cannot be put back by whoever owns the database."""

import json
from email import message_from_string

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from tte_portal import audit


def as_text() -> str:
    """The heads as one JSON line, the form that ``manage.py audit verify --head FILE`` reads."""
    return json.dumps({"at": timezone.now().isoformat(), "heads": audit.heads()})


def parse(text: str) -> dict[str, tuple[int, str]]:
    """Find the JSON line in a saved mail or file. Raises ``ValueError`` when there is none."""
    for line in [*_decoded(text).splitlines(), *text.splitlines()]:
        if line.startswith('{"at"'):
            heads = json.loads(line).get("heads") or {}
            return {name: (int(found[0]), str(found[1])) for name, found in heads.items()}
    raise ValueError("no audit head found in the file")


def _decoded(text: str) -> str:
    """The text parts of a saved mail: a line this long is wrapped and encoded on its way."""
    parts = (part.get_payload(decode=True) for part in message_from_string(text).walk())
    return "\n".join(part.decode(errors="replace") for part in parts if isinstance(part, bytes))


def send() -> bool:
    """Mail the heads to the auditor's mailbox; ``False`` when none is configured."""
    if not settings.AUDIT_MAILBOX:
        return False
    text = f"Heads of the audit chains. Keep this mail; check with: manage.py audit verify --head FILE\n\n{as_text()}\n"
    send_mail("TTE Portal: audit head", text, None, [settings.AUDIT_MAILBOX])
    return True
