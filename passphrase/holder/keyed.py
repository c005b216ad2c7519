"""Pages that need the holder's key: when the portal has it, it may be used now, and nobody has guessed too often."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from enrollment.models import Application, Status
from passphrase import authority, custody
from passphrase.holder.visitor import Visitor, visitors_only

# From the passphrase on until the end; a suspended certificate's key is kept, and rests.
KEYED = (Status.ENROLL, Status.ISSUE, Status.ACTIVE)

RESTS = "Sertifikat Anda sedang ditangguhkan. Selama itu kuncinya tidak dapat dipakai."
ENDED = "Sertifikat Anda sudah tidak berlaku dan kuncinya sudah dimusnahkan, jadi passphrase-nya tidak ada lagi."
UNTRUSTED = (
    "Otoritas yang menerbitkan sertifikat Anda sudah dicabut, jadi tanda tangan dengannya tidak diterima lagi. Buatlah "
    "sertifikat baru; passphrase-nya baru juga."
)
NOT_YET = "Anda belum membuat passphrase, atau pengajuan Anda belum sampai ke sana."

View = Callable[[HttpRequest, Visitor], HttpResponse]


def why_not(application: Application) -> str:
    """Why there is no key to be used now, in words; empty when there is one."""
    if application.status in KEYED:
        return ""
    if application.status == Status.SUSPENDED:
        return RESTS
    return ENDED if application.status in (Status.EXPIRED, Status.REVOKED) else NOT_YET


def has_key(visitor: Visitor) -> bool:
    """Whether there is a key here that is worth opening."""
    with_one = visitor.application.status in KEYED and authority.current().holds_keys
    return with_one and visitor.issuer_ended_at is None


def elsewhere(request: HttpRequest) -> HttpResponse | None:
    """The page that says where passphrases are kept, when that is not here."""
    asked = authority.current()
    if asked.holds_keys:
        return None
    return render(request, "certificate/try-elsewhere.html", {"authority": asked.name})


def with_key(view: View) -> Callable[..., HttpResponse]:
    """Show the page to visitors whose key can be opened now, and to others what stands in the way."""

    @visitors_only
    @wraps(view)
    def guarded(request: HttpRequest, visitor: Visitor) -> HttpResponse:
        if (answer := elsewhere(request)) is not None:
            return answer
        if reason := why_not(visitor.application) or (UNTRUSTED if visitor.issuer_ended_at else ""):
            return render(request, "certificate/try-not-now.html", {"reason": reason})
        if custody.locked_until(visitor.application.pk):
            return redirect("certificate-unlock")
        return view(request, visitor)

    return guarded


def wrong(tries_left: int) -> str:
    """What is said at the field."""
    return f"Passphrase belum cocok. Periksa huruf besar dan kecil (Caps Lock). Sisa percobaan: {tries_left}."
