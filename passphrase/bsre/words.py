"""The words in which BSrE tells a person's status, and the documented numbers that stand beside them."""

from enum import StrEnum


class Word(StrEnum):
    """``status`` of an answer. Only ISSUE may sign."""

    NOT_REGISTERED = "NOT_REGISTERED"
    NO_CERTIFICATE = "NO_CERTIFICATE"
    NEW = "NEW"
    WAITING = "WAITING_FOR_VERIFICATION"
    ISSUE = "ISSUE"
    RENEW = "RENEW"
    EXPIRED = "EXPIRED"
    SUSPEND = "SUSPEND"
    REVOKE = "REVOKE"


# "NIK telah terdaftar": the person is there already, by an earlier try or from another time.
KNOWN_ALREADY = 4024
KNOWN_WORDS = ("telah terdaftar", "sudah terdaftar")
# From here on numbers are refusals (2011 not a person, 2031 wrong passphrase, 4014 and 4015 the NIK's form …).
REFUSALS_FROM = 2000

# As the person reads it.
TOLD: dict[str, str] = {
    Word.NOT_REGISTERED: "belum terdaftar",
    Word.NO_CERTIFICATE: "terdaftar, belum ada sertifikat",
    Word.NEW: "terdaftar, menunggu Anda membuat passphrase",
    Word.WAITING: "sedang diperiksa",
    Word.ISSUE: "sertifikat terbit dan dapat dipakai",
    Word.RENEW: "sertifikat sedang diperpanjang",
    Word.EXPIRED: "masa berlaku sertifikat habis",
    Word.SUSPEND: "sertifikat ditangguhkan",
    Word.REVOKE: "sertifikat dicabut",
}
