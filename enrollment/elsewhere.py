"""Where passphrase, key and certificate are made: in the portal, or by the person at BSrE (``TTE_AUTHORITY=bsre``).

What that changes for people stands here: the words of the timeline, and which messages go in the place of which.
"""

from django.conf import settings

from enrollment.models import Status, WaitingFor


def at_bsre() -> bool:
    """Whether the portal only registers people, and holds neither keys nor certificates."""
    return bool(settings.AUTHORITY == "bsre")


# Messages about the portal's own link and certificate, and what goes in their place. No link of ours goes along.
_INSTEAD = {
    "set_passphrase": "bsre_registered",
    "issued": "bsre_issued",
    "active": "bsre_active",
    "expired": "bsre_expired",
}


def instead_of(template: str) -> str:
    """The message to send in the place of this one; empty: this one."""
    return _INSTEAD.get(template, "") if at_bsre() else ""


# As in enrollment.status.TOLD, for the steps that happen at BSrE.
WORDS: dict[tuple[str, str], dict[str, str]] = {
    (Status.ON_SET_PASSPHRASE, WaitingFor.APPLICANT): {
        "title": "Pembuatan passphrase di BSrE",
        "turn": "Giliran Anda: BSrE mengirim tautannya sendiri ke surel dinas Anda. Buat passphrase di halaman BSrE, "
        "bukan di portal ini.",
        "text": "Kami mendaftarkan Anda di BSrE. Passphrase dan kunci Anda dibuat di BSrE; portal ini tidak "
        "menyimpannya.",
    },
    (Status.ENROLL, WaitingFor.NOBODY): {
        "title": "Penerbitan sertifikat di BSrE",
        "headline": "Sertifikat Anda sedang diproses BSrE",
        "turn": "Giliran BSrE. Anda tidak perlu melakukan apa pun.",
        "text": "BSrE memeriksa dan menerbitkan sertifikat. Portal ini menanyakan kabarnya secara berkala.",
    },
    (Status.ISSUE, WaitingFor.NOBODY): {
        "title": "Sertifikat terbit di BSrE",
        "headline": "Sertifikat Anda sudah terbit di BSrE",
    },
    (Status.SUSPENDED, WaitingFor.NOBODY): {
        "turn": "Penangguhan dan pemulihannya diurus di BSrE. Hubungi kontak bantuan instansi Anda.",
    },
}
