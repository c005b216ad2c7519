"""What goes in and out, for the OpenAPI description: the forms of bodies and answers, and what may go wrong."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers

from passphrase.esign import words

View = TypeVar("View", bound=Callable[..., Any])


class Describe(Protocol):
    """What adds a description to a method and leaves it as it is."""

    def __call__(self, view: View, /) -> View: ...


# Named in the settings (SPECTACULAR_SETTINGS): Basic, with an application's name and secret.
BASIC: Any = [{"esign": []}]
_WORDS = sorted({each.status for each in vars(words).values() if isinstance(each, words.Word)})


class StatusQuestion(serializers.Serializer[Any]):
    nik = serializers.CharField(required=False, help_text="16 digits; decides when both are given.")
    email = serializers.CharField(required=False, help_text="The dinas mailbox.")


class StatusAnswer(serializers.Serializer[Any]):
    status_code = serializers.IntegerField(help_text="1111 belongs to ISSUE alone.")
    status = serializers.ChoiceField(choices=_WORDS, help_text="Only ISSUE may sign.")
    message = serializers.CharField()


class Registration(serializers.Serializer[Any]):
    nik = serializers.CharField()
    nama = serializers.CharField()
    email = serializers.CharField(help_text="The dinas mailbox.")
    nomor_telepon = serializers.CharField(required=False)
    kota = serializers.CharField(required=False)
    provinsi = serializers.CharField(required=False)
    nip = serializers.CharField(required=False)
    jabatan = serializers.CharField(required=False)
    unit_kerja = serializers.CharField(required=False)


@extend_schema_field(OpenApiTypes.BINARY)
class _File(serializers.FileField):
    """A file that goes in; REST framework's own field is described as the address of one that comes out."""


class RegistrationWithFiles(Registration):
    image_ttd = _File(required=False, help_text="Picture of the signature.")
    ktp = _File(required=False, help_text="Picture of the KTP.")
    surat_rekomendasi = _File(required=False, help_text="PDF.")


class Invitation(serializers.Serializer[Any]):
    nama = serializers.CharField(required=False)
    email = serializers.CharField(help_text="The dinas mailbox, as the institution's records have it.")


class Taken(serializers.Serializer[Any]):
    message = serializers.CharField()


class NotTakenAnswer(serializers.Serializer[Any]):
    status_code = serializers.IntegerField(help_text="4014 no NIK, 4015 wrong form, 4024 known, 2011 not registered.")
    message = serializers.CharField()
    error = serializers.CharField(help_text="The message once more: some clients read it here.")


class ChainAnswer(serializers.Serializer[Any]):
    serial_number = serializers.CharField()
    certificate = serializers.CharField(help_text="PEM.")
    chain = serializers.ListField(child=serializers.CharField(), help_text="PEM, from the issuer to the root.")


class NoCertificate(serializers.Serializer[Any]):
    status_code = serializers.IntegerField()
    message = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    timestamp = serializers.DateTimeField()
    status = serializers.IntegerField()
    error = serializers.CharField()
    message = serializers.CharField(required=False, help_text="Why, in Indonesian.")
    path = serializers.CharField()


def _example(word: words.Word, version: str) -> OpenApiExample:
    told = {"status_code": getattr(word, version), "status": word.status, "message": word.message}
    return OpenApiExample(word.status, told, response_only=True)


REFUSALS = {
    401: OpenApiResponse(Refusal, "Wrong name or secret, or an address that is not allowed."),
    429: OpenApiResponse(Refusal, "More than 1,200 requests a minute, or too many wrong secrets."),
}
TAKEN = {
    200: OpenApiResponse(Taken, examples=[OpenApiExample("taken", {"message": "Pendaftaran berhasil"})]),
    400: OpenApiResponse(NotTakenAnswer, "Nothing was kept."),
    **REFUSALS,
}


def status(version: str, **more: Any) -> Describe:
    """Describes a question for a status."""
    told = [_example(each, version) for each in (words.ISSUE, words.NOT_REGISTERED, words.NO_CERTIFICATE)]
    answers = {200: OpenApiResponse(StatusAnswer, examples=told), **REFUSALS}
    return _described(f"status_{version}", f"Status seseorang ({version})", answers, **more)


def registration(version: str, bodies: dict[str, Any], operation: str = "registration") -> Describe:
    """Describes a registration."""
    return _described(f"{operation}_{version}", f"Pendaftaran ({version})", TAKEN, request=bodies)


def chain() -> Describe:
    """Describes the question for a certificate."""
    answers = {200: ChainAnswer, 404: OpenApiResponse(NoCertificate, "Nobody of the institution has one."), **REFUSALS}
    return _described("certificate_chain", "Sertifikat dan rantainya (v2)", answers)


def _described(operation: str, summary: str, answers: Any, **more: Any) -> Describe:
    made: Describe = extend_schema(
        operation_id=operation, summary=summary, tags=["E-Sign"], auth=BASIC, responses=answers, **more
    )  # fmt: skip
    return made
