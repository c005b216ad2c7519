"""The reports' pages: the overview, one report, its files, and the people behind a number."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import slugify
from django.urls import reverse
from django.views.decorators.http import require_safe

from enrollment.models import Institution
from verification.access import for_roles, officer_of
from verification.helpdesk.people import READS
from verification.pages import page
from verification.reports import charts, figures, files, people, words
from verification.reports.scope import READERS, SEE_PEOPLE, Scope, ScopeForm
from verification.reports.stages import STAGES, name_of
from verification.reports.tables import REPORTS, Table

# A page of more rows helps nobody; the files have them all.
SHOWN = 200
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_roles(*READERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    form, scope = _asked(request)
    context: dict[str, Any] = {"form": form, "query": form.address(), "reports": figures.TITLES.items()}
    if scope is not None:
        tables = {slug: REPORTS[slug](scope) for slug in ("tahapan", "sertifikat", "pertumbuhan")}
        context |= {"scope": scope, "numbers": _numbers(tables), "table": tables["tahapan"]}
        context["rows"] = shown(tables["tahapan"], form)
        context["drills"] = form.sees(SEE_PEOPLE)
        context["line"] = charts.line(tables["pertumbuhan"])
    return page(request, "reports/overview.html", "Laporan", _status(form), **context)


@for_roles(*READERS)
@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    return _page_of(request, slug)


def _page_of(request: HttpRequest, slug: str) -> HttpResponse:
    make = REPORTS.get(slug)
    if make is None:
        raise Http404
    form, scope = _asked(request)
    context: dict[str, Any] = {"form": form, "query": form.address(), "slug": slug, "reports": figures.TITLES.items()}
    if scope is not None:
        table = make(scope)
        context |= {"scope": scope, "table": table, "rows": shown(table, form), "more": len(table.rows) - SHOWN}
        context["drills"] = any(row["people"] for row in context["rows"])
        context["line"] = charts.line(table) if table.over_time else ""
    return page(request, "reports/one.html", figures.TITLES[slug], _status(form), **context)


@for_roles(*READERS)
@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _file(request, slug, files.as_csv, "csv", CSV)


@for_roles(*READERS)
@require_safe
def as_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    return _file(request, slug, files.as_xlsx, "xlsx", XLSX)


@for_roles(*SEE_PEOPLE)
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The people behind a number, for officers who see people at all."""
    form = ScopeForm(request.GET, officer=officer_of(request), kinds=SEE_PEOPLE)
    stage = request.GET.get("tahap", "")
    if stage and stage not in STAGES:
        raise Http404
    context: dict[str, Any] = {"form": form, "query": form.address(), "stage": stage}
    context["stages"] = [(key, name_of(state)) for key, state in STAGES.items()]
    context["begun"] = begun = request.GET.get("baru") == "1"
    # Both choices beside each other: a figure of a period and the list of what is now are not the same people.
    context["choices"] = [
        (words, form.address(urlencode({"tahap": stage} if stage else {}) + extra), chosen)
        for words, extra, chosen in (("Semua, keadaan sekarang", "", not begun), ("", "&baru=1", begun))
    ]
    if form.is_valid():
        scope = form.scope()
        context |= {"scope": scope, "narrow": len(scope.institutions) <= people.MOST_INSTITUTIONS}
        if context["narrow"]:
            context["found"] = people.page(scope, stage, request.GET.get("after", ""), begun=begun)
            # Where the officer may open a person's page; elsewhere the number stays a number.
            context["opens"] = set(
                Institution.objects.for_officer(officer_of(request), *READS).values_list("pk", flat=True)
            )
    return page(request, "reports/people.html", "Pengajuan di balik angka", _status(form), **context)


def _asked(request: HttpRequest) -> tuple[ScopeForm, Scope | None]:
    form = ScopeForm(request.GET, officer=officer_of(request))
    return form, form.scope() if form.is_valid() else None


def _status(form: ScopeForm) -> int:
    return 200 if form.is_valid() else 422


def _file(
    request: HttpRequest, slug: str, write: Callable[[Table, Scope], bytes], ending: str, kind: str
) -> HttpResponse:
    make = REPORTS.get(slug)
    if make is None:
        raise Http404
    _, scope = _asked(request)
    if scope is None:
        # The page says what is wrong, at the field.
        return _page_of(request, slug)
    response = HttpResponse(write(make(scope), scope), content_type=kind)
    name = f"{slug}-{slugify(scope.place)}-{scope.first:%Y%m%d}-{scope.last:%Y%m%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def shown(table: Table, form: ScopeForm | None = None) -> list[dict[str, Any]]:
    """The rows as the page draws them: first cell, its people, the others as text, the bar."""
    sees = form is not None and form.sees(SEE_PEOPLE)
    rows = []
    for number, (row, bar) in enumerate(zip(table.rows[:SHOWN], charts.bars(table), strict=False)):
        drill = table.drill[number] if table.drill and sees else ""
        cells = [
            {"text": words.shown(value, column.kind), "heading": column.heading, "kind": column.kind,
             "bar": bar if place == table.chart else "",
             "people": _people(f"{drill}&baru=1", form) if drill and column.key == "baru" and value else ""}
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True))
        ]  # fmt: skip
        rows.append({"head": cells[0], "cells": cells[1:], "people": _people(drill, form)})
    return rows


def _people(drill: str, form: ScopeForm | None) -> str:
    return f"{reverse('reports-people')}?{form.address(drill)}" if drill and form is not None else ""


def _numbers(tables: dict[str, Table]) -> list[dict[str, str]]:
    """The figures a head of department asks for first."""
    found = {row[0]: row[1] for table in tables.values() if not table.over_time for row in table.rows}
    asked = (
        ("Sertifikat aktif", "Aktif sekarang"), ("Terbit dalam periode", "Terbit dalam periode"),
        ("Menunggu verifikator", "Pemeriksaan verifikator"), ("Menunggu passphrase", "Pembuatan passphrase"),
        ("Berakhir dalam 30 hari", "Berakhir paling lambat 30 hari lagi"),
    )  # fmt: skip
    return [{"name": name, "value": words.number(found.get(row) or 0)} for name, row in asked]
