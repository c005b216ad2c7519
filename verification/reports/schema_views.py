"""The description of the REST interfaces: as OpenAPI for programs, and as a page of our own for people.

The usual viewers bring scripts and styles that a strict content policy refuses, and 1.5 MB of them.
"""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer


@cache
def described() -> dict[str, Any]:
    """Made once: it changes only with the code."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    schema["info"] = {
        "title": "TTE Portal", "version": "1",
        "description": "Antarmuka REST portal. Petugas memakai sesi masuknya dengan kedua faktor; aplikasi yang "
        "terhubung mengirim nama masuk dan rahasianya (HTTP Basic).",
    }  # fmt: skip
    return schema


def _fields(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """What the body of a request holds: each field with its name and whether it must be there."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"]["$ref"].rpartition("/")[2]
        form = described()["components"]["schemas"][name]
        return [
            {"name": field, "must": field in form.get("required", ()), **told}
            for field, told in form["properties"].items()
        ]
    return []


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3 as YAML, or as JSON with ``?format=json``."""
    if request.GET.get("format") == "json":
        return JsonResponse(described())
    text = OpenApiYamlRenderer().render(described())  # type: ignore[no-untyped-call]
    return HttpResponse(text, content_type="application/yaml; charset=utf-8")


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    operations = [
        {"path": address, "method": method.upper(), "fields": _fields(operation), **operation}
        for address, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "reports/api.html", {"operations": operations, "info": described()["info"]})
