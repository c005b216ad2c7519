"""What goes in and out, for the OpenAPI description: the forms of bodies and answers, and what may go wrong.

In Indonesian, for whoever writes the program that calls: the same words stand at /api/ for people.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers

from passphrase.esign import words

View = TypeVar("View", bound=Callable[..., Any])


class Describe(Protocol):
    """What adds a description to a method and leaves it as it is."""

    def __call__(self, view: View, /) -> View: ...


# Named in the settings (SPECTACULAR_SETTINGS): Basic, with an application's name and secret.
BASIC: Any = [{"esign": []}]
_WORDS = sorted({(each.status, each.message) for each in vars(words).values() if isinstance(each, words.Word)})


class StatusQuestion(serializers.Serializer[Any]):
    nik = serializers.CharField(required=False, help_text="16 angka; NIK yang menentukan bila keduanya dikirim.")
    email = serializers.CharField(required=False, help_text="Surel dinas.")


class StatusAnswer(serializers.Serializer[Any]):
    status_code = serializers.IntegerField(help_text="1111 hanya untuk ISSUE.")
    status = serializers.ChoiceField(choices=_WORDS, help_text="Hanya ISSUE yang boleh menandatangani.")
    message = serializers.CharField()


class Registration(serializers.Serializer[Any]):
    nik = serializers.CharField(help_text="16 angka.")
    nama = serializers.CharField(help_text="Dengan atau tanpa gelar.")
    email = serializers.CharField(help_text="Surel dinas.")
    nomor_telepon = serializers.CharField(required=False)
    kota = serializers.CharField(required=False)
    provinsi = serializers.CharField(required=False)
    nip = serializers.CharField(required=False, help_text="NIP 18 angka, atau NRP 8 angka untuk POLRI.")
    jabatan = serializers.CharField(required=False)
    unit_kerja = serializers.CharField(required=False)


@extend_schema_field(OpenApiTypes.BINARY)
class _File(serializers.FileField):
    """A file that goes in; REST framework's own field is described as the address of one that comes out."""


class RegistrationWithFiles(Registration):
    image_ttd = _File(required=False, help_text="Gambar tanda tangan (JPEG atau PNG).")
    ktp = _File(required=False, help_text="Gambar KTP (JPEG atau PNG).")
    surat_rekomendasi = _File(required=False, help_text="Surat rekomendasi (PDF).")


class Invitation(serializers.Serializer[Any]):
    nama = serializers.CharField(
        required=False, help_text="Bila dikirim, harus nama orang yang surelnya ini di data pegawai; gelar boleh ada."
    )
    email = serializers.CharField(help_text="Surel dinas seperti di data pegawai instansi.")


class Taken(serializers.Serializer[Any]):
    message = serializers.CharField()


class NotTakenAnswer(serializers.Serializer[Any]):
    status_code = serializers.IntegerField(
        help_text="4014 NIK kosong, 4015 bentuk salah, 4024 sudah terdaftar, 2011 tidak terdaftar di data pegawai."
    )
    message = serializers.CharField()
    error = serializers.CharField(help_text="Pesan yang sama sekali lagi: sebagian aplikasi membacanya di sini.")


class ChainAnswer(serializers.Serializer[Any]):
    serial_number = serializers.CharField()
    certificate = serializers.CharField(help_text="Sertifikatnya (PEM).")
    chain = serializers.ListField(child=serializers.CharField(), help_text="PEM, dari penerbit sampai induk.")


class NoCertificate(serializers.Serializer[Any]):
    status_code = serializers.IntegerField()
    message = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    timestamp = serializers.DateTimeField()
    status = serializers.IntegerField()
    error = serializers.CharField()
    message = serializers.CharField(required=False, help_text="Sebabnya, dengan kata-kata.")
    path = serializers.CharField()


def _example(word: words.Word, version: str) -> OpenApiExample:
    told = {"status_code": getattr(word, version), "status": word.status, "message": word.message}
    return OpenApiExample(word.status, told, response_only=True)


REFUSALS = {
    401: OpenApiResponse(Refusal, "Nama masuk atau rahasia salah, atau alamat IP tidak diizinkan."),
    429: OpenApiResponse(Refusal, "Lebih dari 1.200 permintaan semenit, atau terlalu sering salah rahasia."),
}
UNREADABLE = {
    400: OpenApiResponse(Refusal, "Isi permintaan tidak dapat dibaca, misalnya JSON yang terpotong."),
    413: OpenApiResponse(Refusal, "Isi permintaan terlalu besar."),
    415: OpenApiResponse(Refusal, "Content-Type tidak dikenal."),
}
_NOT_TAKEN: Any = PolymorphicProxySerializer("RegistrationRefused", [NotTakenAnswer, Refusal], None)
_TAKEN_EXAMPLE = OpenApiExample("taken", {"message": "Pendaftaran berhasil"}, response_only=True, status_codes=["200"])
TAKEN = {
    200: OpenApiResponse(Taken, "Terdaftar.", examples=[_TAKEN_EXAMPLE]),
    **UNREADABLE,
    400: OpenApiResponse(
        _NOT_TAKEN, "Ditolak dengan nomor dan sebabnya, atau isinya tidak terbaca; tidak ada yang disimpan."
    ),
    **REFUSALS,
}
# By version; what is no NIK is nobody's.
_STATUS = {
    "v1": "Apakah pemegang NIK ini boleh menandatangani: hanya ISSUE yang boleh. NIK yang tidak dikenal, atau yang "
    "bukan NIK (bukan 16 angka), dijawab 200 dengan NOT_REGISTERED.",
    "v2": "Menurut nik, email, atau keduanya (NIK yang menentukan). NIK 16 angka yang tidak dikenal dijawab 200 "
    "dengan NO_CERTIFICATE; yang bukan NIK (bukan 16 angka), kosong, atau surel yang tidak dikenal dengan "
    "NOT_REGISTERED.",
}
_REGISTRATION = {
    "v1": "Mendaftarkan seseorang dengan data dan berkasnya. Orang itu lalu menerima surel, atau diperiksa petugas "
    "dahulu, sesuai prosedur instansi. NIK atau surel yang pengajuannya masih berjalan atau sertifikatnya masih ada "
    "dijawab 4024.",
    "v2": "Mengundang pegawai yang surelnya ada di data pegawai instansi: ia menerima tautan untuk mengisi formulir. "
    "Bila formulirnya belum dikirim, tautannya dikirim lagi; bila sudah lebih jauh atau sertifikatnya masih ada, "
    "jawabannya 4024.",
}


def status(version: str, **more: Any) -> Describe:
    """Describes a question for a status."""
    told = [_example(each, version) for each in (words.ISSUE, words.NOT_REGISTERED, words.NO_CERTIFICATE)]
    answers: dict[int, Any] = {200: OpenApiResponse(StatusAnswer, "Keadaannya sekarang.", examples=told), **REFUSALS}
    if version == "v2":
        answers |= UNREADABLE
    else:
        more["parameters"] = [OpenApiParameter("nik", str, OpenApiParameter.PATH, description="NIK, 16 angka.")]
    return _described(f"status_{version}", f"Status seseorang ({version})", _STATUS[version], answers, **more)


def registration(version: str, bodies: dict[str, Any], operation: str = "registration") -> Describe:
    """Describes a registration."""
    told = _REGISTRATION[version]
    if operation != "registration":
        told = f"Alamat lain dari pendaftaran {version}, untuk aplikasi yang memakainya. {told}"
    return _described(f"{operation}_{version}", f"Pendaftaran ({version})", told, TAKEN, request=bodies)


def chain() -> Describe:
    """Describes the question for a certificate."""
    told = "Sertifikat seseorang beserta sertifikat penerbit dan induknya (PEM), menurut nomor seri atau NIK."
    answers = {
        200: OpenApiResponse(ChainAnswer, "Sertifikatnya."),
        404: OpenApiResponse(NoCertificate, "Tidak ada sertifikat seperti itu di instansi ini."),
        **REFUSALS,
    }
    asked = OpenApiParameter("wanted", str, OpenApiParameter.PATH, description="Nomor seri, atau NIK (16 angka).")
    return _described("certificate_chain", "Sertifikat dan rantainya (v2)", told, answers, parameters=[asked])


def _described(operation: str, summary: str, told: str, answers: Any, **more: Any) -> Describe:
    made: Describe = extend_schema(
        operation_id=operation, summary=summary, description=told, tags=["E-Sign"], auth=BASIC, responses=answers,
        **more,
    )  # fmt: skip
    return made
