"""Recovery codes: ten, shown once, each stands in for the authenticator one time."""

import secrets
import time

import django_otp
from django.db import transaction
from django.db.models.functions import Now
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.models import RecoveryCode
from tte_portal.encryption import blind_index
from tte_portal.models import Account

HOW_MANY = 10
# Letters and digits that are not taken for one another when written down by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
WRONG = "Kode tidak cocok. Isi kode terbaru di aplikasi, atau satu kode pemulihan."
USED = "Kode itu sudah dipakai. Tunggu kode berikutnya di aplikasi (paling lama setengah menit), lalu isi yang baru."


def make(account: Account) -> list[str]:
    """Ten new codes in place of all earlier ones; nobody can read them again."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    with transaction.atomic():
        forget(account)
        RecoveryCode.objects.bulk_create(RecoveryCode(account=account, code_hash=_hash(account, c)) for c in codes)
    return ["-".join(code[start : start + 4] for start in range(0, LENGTH, 4)) for code in codes]


def forget(account: Account) -> None:
    RecoveryCode.objects.filter(account=account).delete()


def left(account: Account) -> int:
    return RecoveryCode.objects.filter(account=account, used_at=None).count()


def prove(account: Account, typed: str) -> TOTPDevice | None:
    """The account's authenticator when the code is its own, or an unused recovery code; else nothing.

    A recovery code is used up by it.
    """
    code = "".join(typed.split()).replace("-", "").upper()
    if code.isdigit() and len(code) <= 8:
        found: TOTPDevice | None = django_otp.match_token(account, code)
        return found
    if not _use(account, code):
        return None
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=account, confirmed=True).first()
    return device


def why_not(account: Account, typed: str) -> str:
    """What to say of a code that :func:`prove` has refused: one that was right half a minute ago works no second time,
    however long the application still shows it."""
    code = "".join(typed.split())
    used = code.isdigit() and any(_was_used(each, code) for each in TOTPDevice.objects.filter(user=account))
    return USED if used else WRONG


def _was_used(device: TOTPDevice, code: str) -> bool:
    """Whether it is the last code that this authenticator was proven by, and may still be on its screen."""
    now = int((time.time() - device.t0) // device.step) + device.drift
    if not device.confirmed or abs(now - device.last_t) > device.tolerance:
        return False
    return secrets.compare_digest(f"{hotp(device.bin_key, device.last_t, device.digits):0{device.digits}}", code)


def _use(account: Account, code: str) -> bool:
    unused = RecoveryCode.objects.filter(account=account, code_hash=_hash(account, code), used_at=None)
    return unused.update(used_at=Now()) == 1


def _hash(account: Account, code: str) -> bytes:
    """Keyed by a secret outside the database: what a dump holds cannot be guessed at."""
    return blind_index("recovery-code", f"{account.pk}:{code}")
