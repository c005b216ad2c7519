"""The addresses and answers of the E-Sign client service, version 1 and 2, as its clients expect them."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from enrollment.form_fields import one_line
from passphrase.esign import calls, clients, described, lookup, registering
from passphrase.esign.calls import Refused
from passphrase.esign.models import ApiCall
from passphrase.esign.words import Word
from passphrase.models import Certificate
from tte_portal import programs
from tte_portal.throttles import Throttled

Act = ApiCall.Act
REALM = {"WWW-Authenticate": 'Basic realm="E-Sign"'}
REFUSED = {
    400: Refused.UNREADABLE, 405: Refused.WRONG_METHOD, 413: Refused.TOO_LARGE, 415: Refused.WRONG_TYPE,
}  # fmt: skip


class Json(JSONParser):
    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except (RecursionError, LookupError, TypeError) as error:
            # Ten thousand brackets, or text in what is no encoding of text.
            raise ParseError from error


@method_decorator(login_not_required, name="dispatch")
class ClientView(APIView):
    """A view for connected applications: Basic authentication, JSON, a row in the log for each answer."""

    authentication_classes: tuple[Any, ...] = ()
    permission_classes: tuple[Any, ...] = ()
    renderer_classes = (JSONRenderer,)
    parser_classes = (Json, MultiPartParser, FormParser)
    act: ClassVar[str]
    client: clients.Caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """In place of REST framework's: there are no other forms of an answer, no versions, no signed-in users."""
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        self.client = clients.authenticate(request._request, self.act)
        # Uploads have limits of their own (tte_portal/files.py).
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not (
            request.content_type.startswith("multipart/")
        ):
            raise RequestDataTooBig

    def handle_exception(self, error: Exception) -> Any:
        if isinstance(error, clients.Unknown):
            return self._refusal(401, REALM)
        if isinstance(error, Throttled):
            return self._refusal(429, {"Retry-After": str(error.minutes * 60)})
        if isinstance(error, SuspiciousOperation):
            return self._refusal(413 if isinstance(error, RequestDataTooBig) else 400)
        if isinstance(error, APIException):
            return self._refusal(error.status_code)
        # The portal's own fault: told by its page for that, which speaks JSON to programs.
        raise error

    def _refusal(self, status: int, headers: dict[str, str] | None = None) -> JsonResponse:
        if hasattr(self, "client") and status in REFUSED:
            self.log(REFUSED[status])
        return programs.refusal(self.request._request, status, headers)

    def log(self, answer: str, subject: Any = None) -> None:
        calls.write(self.client.pk, self.act, answer, subject)

    def told(self, word: Word, version: str) -> Response:
        return Response({"status_code": getattr(word, version), "status": word.status, "message": word.message})

    def refused(self, refusal: registering.NotTaken) -> Response:
        self.log(str(refusal.code))
        return Response({"status_code": refusal.code, "message": refusal.message, "error": refusal.message}, status=400)

    def taken(self, subject: Any) -> Response:
        self.log("taken", subject)
        return Response({"message": "Pendaftaran berhasil"})


def _text(data: Any, name: str) -> str:
    """A value as one line of text, whatever the program has sent in its place."""
    value = data.get(name, "") if hasattr(data, "get") else ""
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


class StatusV1(ClientView):
    act = Act.STATUS

    @described.status("v1")
    def get(self, request: Request, nik: str) -> Response:
        """Whether the person with this NIK may sign: only ISSUE may."""
        return self.told(lookup.by_nik(self.client, nik), "v1")


@extend_schema(exclude=True)
class StatusOfNobody(ClientView):
    """The address without its last part: a program that asks with an empty NIK learns of its mistake."""

    act = Act.STATUS

    def get(self, request: Request) -> Response:
        return self.refused(registering.NotTaken(registering.NIK_MISSING, "NIK harus diisi"))


class StatusV2(ClientView):
    act = Act.STATUS

    @described.status("v2", request=described.StatusQuestion)
    def post(self, request: Request) -> Response:
        """By ``nik``, by ``email``, or both (then the NIK decides)."""
        nik, mailbox = _text(request.data, "nik"), _text(request.data, "email")
        return self.told(lookup.by_nik_or_mailbox(self.client, nik, mailbox), "v2")


class RegistrationV1(ClientView):
    act = Act.REGISTRATION

    @described.registration(
        "v1", {"multipart/form-data": described.RegistrationWithFiles, "application/json": described.Registration}
    )
    def post(self, request: Request) -> Response:
        """``nik, nama, email, nomor_telepon, kota, provinsi, nip, jabatan, unit_kerja``, and the files ``image_ttd``,
        ``ktp``, ``surat_rekomendasi``."""
        names = ("nik", "nama", "email", "nomor_telepon", "kota", "provinsi", "nip", "jabatan", "unit_kerja")
        answers = {name: _text(request.data, name) for name in names}
        uploads = {name: request.FILES[name].read() for name in registering.FILES if name in request.FILES}
        try:
            return self.taken(registering.register(self.client.institution, answers, uploads).pk)
        except registering.NotTaken as refusal:
            return self.refused(refusal)


class RegistrationV2(ClientView):
    act = Act.REGISTRATION

    @described.registration("v2", {"application/json": described.Invitation})
    def post(self, request: Request) -> Response:
        """``nama`` and ``email`` of somebody in the institution's records."""
        try:
            mailbox, name = _text(request.data, "email"), _text(request.data, "nama")
            return self.taken(registering.invite(self.client.institution, mailbox, name).pk)
        except registering.NotTaken as refusal:
            return self.refused(refusal)


@extend_schema_view(post=described.registration("v2", {"application/json": described.Invitation}, "register"))
class RegisterV2(RegistrationV2):
    """The other address that some clients know."""


class Chain(ClientView):
    act = Act.CHAIN

    @described.chain()
    def get(self, request: Request, wanted: str) -> Response:
        """A person's certificate and those above it as PEM, by serial number or NIK."""
        found: Certificate | None = lookup.certificate(self.client.institution_id, wanted)
        self.log("found" if found else "unknown", found.application_id if found else None)
        if found is None:
            return Response({"status_code": 2021, "message": "User belum memiliki sertifikat"}, status=404)
        chain = [f"{part}-----END CERTIFICATE-----\n" for part in found.chain.split("-----END CERTIFICATE-----\n")[:-1]]
        return Response({"serial_number": found.serial, "certificate": found.pem, "chain": chain})


@login_not_required
@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Any other address of the interface."""
    return programs.refusal(request, 404)
