"""Proof of a phone number: a six-digit code by WhatsApp, five minutes, five tries, one use.

The code is derived from its row's id (HMAC under a key outside the database), so neither the outbox nor a dump holds
it; what is typed is compared with a keyed hash. All times are the database's.
"""

import hashlib
import hmac
import re
import uuid
from datetime import timedelta
from math import ceil
from uuid import UUID

from django.conf import settings
from django.db.models import ExpressionWrapper, F, Q, QuerySet, fields
from django.db.models.functions import Now

from enrollment import numbers
from enrollment.models import Application, PhoneCode
from enrollment.wizard.drafts import while_a_draft
from tte_portal import audit, outbox
from tte_portal.encryption import blind_index, derived_key
from tte_portal.models import OutboxMessage
from tte_portal.throttles import Throttle

LIFETIME = timedelta(minutes=5)
TRIES = 5
AGAIN_AFTER = 60
# Enough for a person with a bad line; with five tries each, a guesser needs years.
OF_APPLICATION = Throttle("phone-codes", limit=10, seconds=3600)
# Nobody's phone is plagued, through however many applications.
TO_NUMBER = Throttle("phone-codes-to-number", limit=5, seconds=3600)
_CODE = re.compile(r"[0-9]{6}")


class Refused(Exception):
    """No code was sent, or this one proves nothing: the sentence belongs to that field of the form."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def code_of(code_id: UUID) -> str:
    """The six digits of a code."""
    mac = hmac.digest(derived_key(settings.LINK_KEY, "phone codes"), code_id.bytes, hashlib.sha256)
    return f"{int.from_bytes(mac) % 10**6:06}"


def _hash(code_id: UUID, code: str) -> bytes:
    key = derived_key(settings.INDEX_KEY, "phone code hashes")
    return hmac.digest(key, code_id.bytes + code.encode(), hashlib.sha256)


def _index(number: str) -> bytes:
    return blind_index("phone", number)


def send(application: Application, number: str) -> None:
    """Send a new code to the number, which becomes the application's; an earlier code is void.

    Does nothing for a number that is proven. Raises :class:`Refused` or ``AlreadyDone``.
    """
    with while_a_draft(application) as stored:
        if stored.phone_proven_at and stored.phone == number:
            return
        if wait := seconds_to_wait(stored):
            raise Refused("phone", f"Kode baru saja dikirim. Tunggu {wait} detik sebelum meminta yang baru.")
        if not (OF_APPLICATION.allows(str(stored.pk)) and TO_NUMBER.allows(number)):
            raise Refused("phone", "Sudah terlalu banyak kode diminta untuk nomor ini. Coba lagi satu jam lagi.")
        application.phone, application.phone_proven_at = number, None
        application.save(update_fields=["phone", "phone_proven_at"])
        _open(stored).update(replaced_at=Now())
        code_id = uuid.uuid4()
        PhoneCode.objects.create(
            id=code_id, application=stored, phone_index=_index(number), code_hash=_hash(code_id, code_of(code_id)),
            expires_at=Now() + LIFETIME,
        )  # fmt: skip
        outbox.write("phone_code", subject=stored.pk, application=stored.pk, code=code_id)
        _record("send_phone_code", stored)


def verify(application: Application, number: str, typed: str) -> bool:
    """Prove the number by what was typed; ``True`` for the one call that did, ``False`` when it was proven already.

    Raises :class:`Refused` (a wrong try is counted all the same) or ``AlreadyDone``.
    """
    with while_a_draft(application) as stored:
        if stored.phone_proven_at and stored.phone == number:
            application.phone_proven_at = stored.phone_proven_at
            return False
        refused = _judge(stored, number, numbers.squeeze(typed))
        if refused is None:
            Application.objects.filter(pk=stored.pk).update(phone_proven_at=Now())
            application.refresh_from_db(fields=["phone_proven_at"])
            _record("prove_phone", stored)
    if refused:
        raise refused
    return True


def _judge(stored: Application, number: str, code: str) -> Refused | None:
    """Use the code up when it is right; the application's lock lets one caller at a time come here."""
    if not _CODE.fullmatch(code):
        return Refused("code", "Kode terdiri atas 6 angka, seperti pada pesan WhatsApp.")
    found = _open(stored).annotate(is_alive=Q(expires_at__gt=Now())).first()
    if found is None or stored.phone != number or bytes(found.phone_index) != _index(number):
        return Refused("code", "Belum ada kode untuk nomor ini. Tekan “Kirim Kode OTP”.")
    if found.tries >= TRIES:
        return Refused("code", "Kode ini sudah 5 kali salah dan tidak berlaku lagi. Minta kode baru.")
    if not found.is_alive:
        return Refused("code", "Kode ini sudah lewat 5 menit. Minta kode baru.")
    if not hmac.compare_digest(_hash(found.pk, code), bytes(found.code_hash)):
        PhoneCode.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
        left = TRIES - found.tries - 1
        told = f"Sisa {left} kali mencoba." if left else "Kode ini tidak berlaku lagi. Minta kode baru."
        return Refused("code", f"Kode salah. {told}")
    PhoneCode.objects.filter(pk=found.pk).update(used_at=Now())
    return None


def _open(application: Application) -> QuerySet[PhoneCode]:
    return PhoneCode.objects.filter(application=application, used_at=None, replaced_at=None)


def was_sent(application: Application) -> bool:
    """Whether a code for the application's present number waits to be typed."""
    return _open(application).filter(phone_index=_index(application.phone)).exists()


def seconds_to_wait(application: Application) -> int:
    """Whole seconds until another code may be asked for."""
    passed = ExpressionWrapper(Now() - F("created_at"), output_field=fields.DurationField())
    rows = PhoneCode.objects.filter(application=application).annotate(passed=passed).order_by("-created_at")
    newest: timedelta | None = rows.values_list("passed", flat=True).first()
    return 0 if newest is None else max(0, ceil(AGAIN_AFTER - newest.total_seconds()))


def went_by_mail(application: Application) -> bool:
    """Whether a mail took over for the code that was used: then a mailbox is proven, and not the phone."""
    used = PhoneCode.objects.filter(application=application, used_at__isnull=False).order_by("-used_at").first()
    if used is None:
        return False
    told = OutboxMessage.objects.filter(subject=application.pk, template="phone_code", fell_back_at__isnull=False)
    return told.filter(ids__code=str(used.pk)).exists()


def _record(event: str, application: Application) -> None:
    audit.record(event, by=application, chain=application.institution.audit_chain, subject=application.pk)
