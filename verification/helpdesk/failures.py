"""Why a message failed, for officers: the library's own name of an error says nothing to them."""

WORDS = {
    "SMTPServerDisconnected": "server surel memutus sambungan",
    "SMTPConnectError": "server surel tidak dapat dihubungi",
    "SMTPHeloError": "server surel menolak portal",
    "SMTPAuthenticationError": "server surel menolak akun portal",
    "SMTPSenderRefused": "server surel menolak alamat pengirim",
    "SMTPRecipientsRefused": "server surel menolak alamat penerima",
    "SMTPDataError": "server surel menolak isi surat",
    "ConnectionRefusedError": "server tidak menerima sambungan",
    "ConnectionResetError": "server memutus sambungan",
    "TimeoutError": "server tidak menjawab",
    "gaierror": "alamat server tidak ditemukan",
    "SSLError": "sambungan aman ke server gagal",
    "SSLCertVerificationError": "sertifikat server tidak dapat dipercaya",
}


def in_words(error: str) -> str:
    """An error of the outbox in words; one that is not known keeps its name, to be told to whoever runs the portal."""
    if not error:
        return ""
    name = error.partition(":")[0].partition(" ")[0].rpartition(".")[2]
    return WORDS.get(name, f"galat teknis: {error}")
