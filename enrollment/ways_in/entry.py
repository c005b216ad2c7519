"""Which way leads into an institution's procedure: what the front door says and where it points."""

from dataclasses import dataclass

from django.urls import reverse

from enrollment.models import Institution
from enrollment.procedure import Procedure


@dataclass(frozen=True)
class Way:
    """``title`` as the guide calls the service, ``text`` what happens there, ``button`` what leads there."""

    title: str
    text: str
    button: str
    url: str


def of(institution: Institution, asked: Procedure) -> Way:
    page, text, button = _WAYS[asked.way_in.kind]
    # Whose page one comes from: the sign-in carries its name and help address.
    url = reverse(page, args=[institution.slug]) if page else f"{PROFILE}?instansi={institution.slug}"
    return Way(asked.way_in.title, text, button or asked.way_in.title, url)


PROFILE = "/akun/"
_WAYS = {
    "invitation": (
        "ask-activation",
        "Minta tautan aktivasi. Tautan dikirim ke surel dinas Anda dan membuka formulir pengajuan.",
        "Minta tautan aktivasi",
    ),
    "self-service": (
        "self-service",
        "Isi data Anda, unduh surat pernyataannya, lalu kirim kembali setelah ditandatangani.",
        "",
    ),
    "public-form": (
        "public-form",
        "Isi formulir pendaftaran dan unggah berkasnya. Verifikator memeriksanya sebelum tautan dikirim.",
        "",
    ),
    "profile": ("", "Masuk ke akun pegawai Anda, lengkapi data, lalu daftar dari sana.", "Masuk ke akun saya"),
}
