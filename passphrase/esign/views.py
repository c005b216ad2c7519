"""The addresses and answers of the E-Sign client service, version 1 and 2, as its clients expect them."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema_view
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from passphrase.esign import calls, clients, described, lookup, registering
from passphrase.esign.models import ApiCall
from passphrase.models import Certificate
from tte_portal.throttles import Throttle, Throttled

A_MINUTE = Throttle("api-calls", limit=1200, seconds=60)
Act = ApiCall.Act


@method_decorator(login_not_required, name="dispatch")
class ClientView(APIView):
    """A view for connected applications: Basic authentication, JSON, a row in the log for each answer."""

    authentication_classes: tuple[Any, ...] = ()
    permission_classes: tuple[Any, ...] = ()
    renderer_classes = (JSONRenderer,)
    parser_classes = (JSONParser, MultiPartParser, FormParser)
    client: clients.Caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.client = clients.authenticate(request._request)
        A_MINUTE.count(str(self.client.pk))

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, clients.Unknown):
            return self._refusal(401, "Unauthorized", {"WWW-Authenticate": 'Basic realm="E-Sign"'})
        if isinstance(error, Throttled):
            return self._refusal(429, "Too Many Requests", {"Retry-After": str(error.minutes * 60)})
        return super().handle_exception(error)

    def _refusal(self, status: int, error: str, headers: dict[str, str]) -> Response:
        told = {"timestamp": timezone.now().isoformat(), "status": status, "error": error, "path": self.request.path}
        response = Response(told, status=status, headers=headers)
        response.exception = True
        return response

    def log(self, act: str, answer: str, subject: Any = None) -> None:
        calls.write(self.client.pk, act, answer, subject)

    def told(self, found: lookup.Found, version: str) -> Response:
        application, word = found
        self.log(Act.STATUS, word.status, application)
        return Response({"status_code": getattr(word, version), "status": word.status, "message": word.message})

    def refused(self, refusal: registering.NotTaken) -> Response:
        self.log(Act.REGISTRATION, str(refusal.code))
        return Response({"status_code": refusal.code, "message": refusal.message, "error": refusal.message}, status=400)

    def taken(self, subject: Any) -> Response:
        self.log(Act.REGISTRATION, "taken", subject)
        return Response({"message": "Pendaftaran berhasil"})


def _text(data: Any, name: str) -> str:
    """A value as text, whatever the program has sent in its place."""
    value = data.get(name, "") if hasattr(data, "get") else ""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


class StatusV1(ClientView):
    @described.status("v1")
    def get(self, request: Request, nik: str) -> Response:
        """Whether the person with this NIK may sign: only ISSUE may."""
        return self.told(lookup.by_nik(self.client.institution_id, nik), "v1")


class StatusV2(ClientView):
    @described.status("v2", request=described.StatusQuestion)
    def post(self, request: Request) -> Response:
        """By ``nik``, by ``email``, or both (then the NIK decides)."""
        nik, mailbox = _text(request.data, "nik"), _text(request.data, "email")
        return self.told(lookup.by_nik_or_mailbox(self.client.institution_id, nik, mailbox), "v2")


class RegistrationV1(ClientView):
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
    @described.registration("v2", {"application/json": described.Invitation})
    def post(self, request: Request) -> Response:
        """``nama`` and ``email`` of somebody in the institution's records."""
        try:
            return self.taken(registering.invite(self.client.institution, _text(request.data, "email")).pk)
        except registering.NotTaken as refusal:
            return self.refused(refusal)


@extend_schema_view(post=described.registration("v2", {"application/json": described.Invitation}, "register"))
class RegisterV2(RegistrationV2):
    """The other address that some clients know."""


class Chain(ClientView):
    @described.chain()
    def get(self, request: Request, wanted: str) -> Response:
        """A person's certificate and those above it as PEM, by serial number or NIK."""
        found: Certificate | None = lookup.certificate(self.client.institution_id, wanted)
        self.log(Act.CHAIN, "found" if found else "unknown", found.application_id if found else None)
        if found is None:
            return Response({"status_code": 2021, "message": "User belum memiliki sertifikat"}, status=404)
        chain = [f"{part}-----END CERTIFICATE-----\n" for part in found.chain.split("-----END CERTIFICATE-----\n")[:-1]]
        return Response({"serial_number": found.serial, "certificate": found.pem, "chain": chain})
