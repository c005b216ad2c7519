"""The log of what connected applications asked: it goes back as far as the operator wants it, and no farther."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import TextChoices
from django.db.models.functions import Now

from passphrase.esign.models import ApiCall
from tte_portal.prepared import Statement
from tte_portal.throttles import UNWAITED, waited

# A part is deleted in a blink, so a busy client's new rows wait for nothing; what is left waits for the next sweep.
PART, PARTS = 5_000, 200


class Refused(TextChoices):
    """Why a request was refused, in place of an answer; the numbers are HTTP's."""

    WRONG_SECRET = "wrong-secret", "401 rahasia salah"
    WRONG_ADDRESS = "wrong-address", "401 alamat asal tidak diizinkan"
    STOPPED = "stopped", "401 aplikasi tidak aktif"
    TOO_MANY = "too-many", "429 terlalu sering; baris ini sekali setiap menit"
    UNREADABLE = "unreadable", "400 isi permintaan tidak terbaca"
    WRONG_METHOD = "wrong-method", "405 metode salah"
    TOO_LARGE = "too-large", "413 isi permintaan terlalu besar"
    WRONG_TYPE = "wrong-type", "415 jenis isi permintaan tidak dikenal"


_LINE = Statement(
    "INSERT INTO esign_apicall (client_id, act, answer, subject) SELECT %(client)s, %(act)s, %(answer)s, %(subject)s "
    "FROM " + UNWAITED,
    client="uuid", act="text", answer="text", subject="uuid", waited="boolean",
)  # fmt: skip
_STRANGERS_LINE = Statement(
    "INSERT INTO esign_apicall (client_id, act, answer) SELECT id, %(act)s, %(answer)s FROM esign_apiclient, "  # noqa: S608
    + UNWAITED + " WHERE login = %(login)s",
    login="text", act="text", answer="text", waited="boolean",
)  # fmt: skip


def write(client: UUID, act: str, answer: str, subject: UUID | None = None) -> None:
    """One answered request of the client with that key; ``subject``: the application that it was about."""
    _LINE.run(client=client, act=act, answer=answer, subject=subject, waited=waited())


def write_refused(login: str, act: str, why: Refused) -> None:
    """One request under a client's name that was not (proven to be) its own; for a name of nobody there is no log."""
    _STRANGERS_LINE.run(login=login, act=act, answer=why.value, waited=waited())


def forget_old() -> int:
    """Delete rows older than ``API_LOG_DAYS``, the oldest first; returns how many. It may be stopped at any point."""
    old = ApiCall.objects.filter(at__lt=Now() - timedelta(days=settings.API_LOG_DAYS)).order_by("at")
    forgotten = 0
    for _ in range(PARTS):
        # Ids first: PostgreSQL knows no DELETE with a limit.
        part = list(old.values_list("pk", flat=True)[:PART])
        forgotten += ApiCall.objects.filter(pk__in=part)._raw_delete("default") if part else 0
        if len(part) < PART:
            break
    return forgotten
