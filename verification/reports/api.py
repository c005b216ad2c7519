"""The reports by REST: the same figures from the same functions, as JSON, for officers signed in with both factors."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tte_portal.throttles import Throttle
from verification import roles
from verification.reports import figures
from verification.reports.scope import PRESETS, READERS, Scope, ScopeForm
from verification.reports.tables import REPORTS, Table

A_MINUTE = Throttle("reports-api", limit=60, seconds=60)
TAGS = ["Laporan"]
REFUSED = {
    403: OpenApiResponse(description="Belum masuk dengan kedua faktor, atau tanpa peran yang membaca laporan."),
    429: OpenApiResponse(description="Lebih dari 60 permintaan semenit."),
}


class Reader(BasePermission):
    """The door of the pages: both factors, and a role that reads reports."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        # The guard asks Django's request, which knows of the second factor.
        allowed = admin.site.has_permission(request._request)
        return allowed and roles.holds(request._request.user, *READERS)


class AMinute(BaseThrottle):
    def allow_request(self, request: Request, view: APIView) -> bool:
        return A_MINUTE.allows(str(request.user.pk))

    def wait(self) -> float:
        return float(A_MINUTE.seconds)


# A stranger is told so in JSON by the view itself, not sent to a page to sign in.
@method_decorator(login_not_required, name="dispatch")
class ReportsView(APIView):
    """Nothing but JSON: the interface has no pages of its own."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [Reader]
    throttle_classes = [AMinute]
    renderer_classes = [JSONRenderer]


LIST = inline_serializer(
    "Report",
    {"slug": serializers.CharField(), "title": serializers.CharField(), "url": serializers.CharField()},
    many=True,
)


class ReportList(ReportsView):
    @extend_schema(
        operation_id="reports", summary="Semua laporan", tags=TAGS,
        description="Daftar laporan yang ada: nama singkat, judul, dan alamatnya masing-masing.",
        responses={200: OpenApiResponse(LIST, "Daftarnya."), **REFUSED},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        offered = [
            {"slug": slug, "title": title, "url": reverse(f"api-reports-{slug}")}
            for slug, title in figures.TITLES.items()
        ]
        return Response(offered)


FILTERS = [
    OpenApiParameter(
        "instansi",
        str,
        description="Nama singkat satu instansi, seperti di alamat halamannya; tanpa ini semua instansi petugas.",
    ),
    OpenApiParameter("opd", int, description="Nomor satu OPD dari instansi itu."),
    OpenApiParameter(
        "periode", str, enum=list(PRESETS), description="Periode menurut namanya, bila tanggalnya tidak disebut."
    ),
    OpenApiParameter("dari", OpenApiTypes.DATE, description="Hari pertama, menurut zona waktu instansi."),
    OpenApiParameter("sampai", OpenApiTypes.DATE, description="Hari terakhir."),
]
COLUMN: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "key": serializers.CharField(),
    "heading": serializers.CharField(),
    "kind": serializers.ChoiceField(
        [
            ("text", "teks"),
            ("number", "bilangan"),
            ("percent", "bagian, dari 0 sampai 1"),
            ("duration", "lama, dalam detik"),
            ("date", "tanggal"),
        ]
    ),
}
TABLE = inline_serializer(
    "ReportTable",
    {
        "slug": serializers.CharField(),
        "title": serializers.CharField(),
        "told": serializers.CharField(help_text="Apa yang dihitung laporan ini."),
        "place": serializers.CharField(),
        "first": serializers.DateField(),
        "last": serializers.DateField(),
        "columns": inline_serializer("ReportColumn", COLUMN, many=True),
        "rows": serializers.ListField(
            child=serializers.DictField(allow_null=True),
            help_text="Menurut key kolomnya; bagian dari 0 sampai 1, lama dalam detik, null bila tidak disebutkan.",
        ),
        "notes": serializers.ListField(child=serializers.CharField()),
    },
)
WRONG = inline_serializer(
    "ReportErrors", {"errors": serializers.DictField(child=serializers.ListField(child=serializers.CharField()))}
)


class OneReport(ReportsView):
    slug = ""

    def get(self, request: Request) -> Response:
        form = ScopeForm(request.query_params, officer=request._request.user)  # type: ignore[arg-type]
        if not form.is_valid():
            return Response({"errors": form.errors}, status=400)
        scope = form.scope()
        return Response(as_json(REPORTS[self.slug](scope), scope))


def as_json(table: Table, scope: Scope) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "slug": table.slug, "title": table.title, "told": table.told, "place": scope.place,
        "first": scope.first.isoformat(), "last": scope.last.isoformat(),
        "columns": [{"key": each.key, "heading": each.heading, "kind": each.kind} for each in table.columns],
        "rows": [dict(zip(keys, row, strict=True)) for row in table.rows], "notes": list(table.notes),
    }  # fmt: skip


def _one(slug: str, title: str) -> Any:
    """A class for each report, so that the description names each address."""

    # A function for each: what describes it is kept on it.
    @extend_schema(
        operation_id=f"report_{slug}", summary=title, tags=TAGS, parameters=FILTERS,
        description=f"Isi laporan “{title}”: kolom, baris, dan catatannya, dengan angka yang sama seperti di halaman "
        "Laporan. Tanpa saringan: semua instansi petugas, tahun ini.",
        responses={
            200: OpenApiResponse(TABLE, "Laporannya."),
            400: OpenApiResponse(WRONG, "Saringan yang salah, dan sebabnya."),
            404: OpenApiResponse(description="Bukan instansi petugas ini."),
            **REFUSED,
        },
    )  # fmt: skip
    def get(self: OneReport, request: Request) -> Response:
        return OneReport.get(self, request)

    made = type(f"Report{slug.title()}", (OneReport,), {"slug": slug, "get": get})
    return made.as_view()  # type: ignore[attr-defined]


def patterns() -> list[URLPattern]:
    return [
        path("api/reports/", ReportList.as_view(), name="api-reports"),
        *(
            path(f"api/reports/{slug}/", _one(slug, title), name=f"api-reports-{slug}")
            for slug, title in figures.TITLES.items()
        ),
    ]
