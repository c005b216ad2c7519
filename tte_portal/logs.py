"""What may stand in a log: no link token, no identity number, no phone."""

import logging
import re

_TOKEN = re.compile(r"(/email/(?:[a-z]+/)+)[A-Za-z0-9_-]{20,}")
# A mail program may have spoiled the address around a token: a word as long as one, in letters of both cases, is one.
_BARE_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{40,}")
# NIK (16), NIP (18), NRP (8) and phones: every run of eight or more digits that is not a part of a longer word. Hyphens
# join words (UUIDs), but not around numbers longer than any part of a UUID.
_NUMBER = re.compile(r"(?<![\w-])\+?\d{8,}(?![\w-])|(?<![A-Za-z0-9])\d{13,}(?![A-Za-z0-9])")


def mask(text: str) -> str:
    return _NUMBER.sub("[nomor]", _BARE_TOKEN.sub("[token]", _TOKEN.sub(r"\1[token]", text)))


class Masked(logging.Filter):
    """Masks every line on its way out, whoever wrote it, tracebacks included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


class Raised(logging.Filter):
    """Lets only answers through that an exception caused: a 404 or a 503 of ours is no news."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)
