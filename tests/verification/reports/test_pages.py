"""The reports' pages, files and REST: whose numbers, no person for a reader, wrong filters told on the field."""

import csv
import json
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from enrollment.models import Institution, Opd, Role
from tests import cast
from tests.verification.reports.conftest import Registry, Stay, days_ago, scope_of, today
from tte_portal.models import Account
from verification import actions
from verification.reports import charts, figures, files, schema_views
from verification.reports.reasons import sort_reasons
from verification.reports.tables import REPORTS, Column, Table

Get = Callable[..., Any]


@pytest.fixture
def lived(registry: Registry, natuna: Institution, sulteng: Institution, verifier: Account) -> list[Opd]:
    """A past in which each report has rows: six people of one OPD, two of another, decisions, mails."""
    big, small = Opd.objects.filter(institution=natuna).order_by("pk")[:2]
    for number in range(6):
        registry.add(
            natuna, Stay("NEW", "applicant", days_ago(70 - number), 5), Stay("NEW", "verifier", days_ago(69), 7),
            Stay("ISSUE", "nobody", days_ago(65 - 9 * number), 1), Stay("ACTIVE", "nobody", days_ago(20)), opd=big,
        )  # fmt: skip
    for _ in range(2):
        registry.add(natuna, Stay("NEW", "applicant", days_ago(3)), opd=small)
    registry.add(sulteng, Stay("REVOKED", "nobody", days_ago(5)), name="Orang Sulteng")
    actions.approve(cast.submitted(natuna, 0).pk, by=verifier)
    actions.reject(cast.submitted(natuna, 1).pk, "Bukan pegawai: Siti Rahasia.", by=verifier)
    cast.deliver_all()
    sort_reasons()
    return [big, small]


YEAR = {"dari": "2020-01-01", "sampai": f"{today():%Y-%m-%d}"}


def texts(client_get: Get, officer: Account) -> dict[str, str]:
    """Everything the reports tell this officer, by address."""
    found = {"/laporan/": client_get(officer, "/laporan/", **YEAR).content.decode()}
    for slug in figures.TITLES:
        page = client_get(officer, f"/laporan/{slug}/", **YEAR)
        assert page.status_code == 200, slug
        found[slug] = page.content.decode()
        found[f"{slug}.csv"] = client_get(officer, f"/laporan/{slug}/csv/", **YEAR).content.decode("utf-8-sig")
        book = openpyxl.load_workbook(BytesIO(client_get(officer, f"/laporan/{slug}/xlsx/", **YEAR).content))
        found[f"{slug}.xlsx"] = "\n".join(str(cell.value) for row in book.worksheets[0] for cell in row)
        found[f"{slug}.json"] = client_get(officer, reverse(f"api-reports-{slug}"), **YEAR).content.decode()
    return found


def test_a_reader_sees_every_number_and_no_person(lived: list[Opd], reader: Account, get: Get) -> None:
    told = texts(get, reader)

    people = re.compile(r"Rahasia|rahasia\d|Vera|TTE-UJI|@contoh|Ayu|Siti", re.IGNORECASE)
    assert {address: people.findall(text) for address, text in told.items() if people.search(text)} == {}
    assert "laporan/orang" not in "".join(told.values())
    assert get(reader, "/laporan/orang/").status_code == 404
    assert "Petugas 1" in told["petugas.csv"]
    assert "Kata-kata petugas sendiri" in told["alasan.xlsx"]


def test_a_reader_gets_no_number_about_a_few(lived: list[Opd], reader: Account, manager: Account, get: Get) -> None:
    big, small = lived
    assert get(reader, "/laporan/tahapan/", opd=big.pk).status_code == 200
    refused = get(reader, "/laporan/tahapan/", opd=small.pk)
    assert refused.status_code == 422
    assert "OPD ini punya kurang dari 5 pengajuan" in refused.content.decode()
    assert get(reader, reverse("api-reports-tahapan"), opd=small.pk).json()["errors"].keys() == {"opd"}
    assert get(manager, "/laporan/tahapan/", opd=small.pk).status_code == 200

    rows = {row[0]: row[1] for row in REPORTS["opd"](scope_of(reader)).rows}
    # The small one joined by its neighbours: no row can be told from the total.
    assert min(rows.values()) >= 5 or len(rows) == 1
    assert small.name not in rows
    assert small.name in {row[0] for row in REPORTS["opd"](scope_of(manager)).rows}


def test_administrators_read_names_and_verifiers_their_own(
    lived: list[Opd], manager: Account, verifier: Account, colleague: Account, natuna: Institution, get: Get
) -> None:
    actions.approve(cast.submitted(natuna, 3).pk, by=colleague)
    assert {row[0] for row in REPORTS["petugas"](scope_of(manager)).rows} == {"Vera", "Kolega"}
    assert {row[0] for row in REPORTS["petugas"](scope_of(verifier)).rows} == {"Anda", "Petugas 2"}


def test_an_officer_of_another_institution_sees_nothing(
    lived: list[Opd], natuna: Institution, sulteng: Institution, get: Get
) -> None:
    other = cast.make_officer("lain", (sulteng, Role.Kind.ADMINISTRATOR))

    for address in ("/laporan/", "/laporan/tahapan/", "/laporan/tahapan/csv/", "/laporan/opd/xlsx/", "/laporan/orang/",
                    "/api/reports/tahapan/"):  # fmt: skip
        assert get(other, address, instansi="natuna").status_code == 404, address
        assert get(other, address, instansi="tidak-ada").status_code == 404, address
        # Another's OPD is refused in the same words as one that does not exist.
        strange, unknown = (get(other, address, opd=pk) for pk in (lived[0].pk, 999_999))
        assert strange.status_code == unknown.status_code == (400 if address.startswith("/api/") else 422), address
        assert lived[0].name not in strange.content.decode() or Opd.objects.filter(
            institution=sulteng, name=lived[0].name
        )
    told = "".join(texts(get, other).values())
    assert natuna.name not in told
    assert "natuna" not in told.lower()
    rows = json.loads(get(other, "/api/reports/tahapan/", **YEAR).content)["rows"]
    assert [(row["tahap"], row["sekarang"]) for row in rows if row["sekarang"]] == [("Sertifikat dicabut", 1)]


def test_people_behind_a_number_for_those_who_see_people(
    lived: list[Opd], manager: Account, reader: Account, registry: Registry, natuna: Institution, get: Get
) -> None:
    page = get(manager, "/laporan/tahapan/", **YEAR).content.decode()
    address = next(each for each in re.findall(r'href="(/laporan/orang/[^"]+)"', page) if "ACTIVE" in each)

    found = get(manager, address.replace("&amp;", "&")).content.decode()

    assert found.count("Rahasia Orangnya") == 6
    assert "Orang Sulteng" not in found
    for number in range(60):
        registry.add(natuna, Stay("SUSPENDED", "nobody", days_ago(number + 1)))
    seen: list[str] = []
    after = ""
    for _ in range(2):
        told = get(manager, "/laporan/orang/", tahap="SUSPENDED/nobody", after=after).content.decode()
        seen += re.findall(r">(TTE-UJI-\d+)<", told)
        after = next(iter(re.findall(r"after=([^\"&]+)", told)), "")
    assert len(seen) == len(set(seen)) == 60
    assert after == "" or len(seen) == 60


@pytest.mark.parametrize(
    ("filters", "field", "sentence"),
    [
        ({"dari": "2026-03-31", "sampai": "2026-03-01"}, "sampai", "Tanggal akhir mendahului tanggal awal."),
        ({"dari": "2999-01-01"}, "dari", "Tanggal awal belum tiba."),
        ({"dari": "2026-01-01", "sampai": "2999-01-01"}, "sampai", "Tanggal akhir belum tiba."),
        ({"dari": "kemarin", "sampai": "2026-01-01"}, "dari", "tulis tanggal seperti 31/12/2026"),
        ({"dari": "1990-01-01", "sampai": "2026-01-01"}, "dari", "paling panjang sepuluh tahun"),
        ({"dari": "2026-02-30", "sampai": "2026-03-01"}, "dari", "tulis tanggal seperti"),
        ({"opd": "1 OR 1=1"}, "opd", "Pilih OPD lagi"),
        ({"opd": "999999"}, "opd", "Pilih OPD lagi"),
    ],
)
def test_wrong_filters_are_told_on_the_field(
    manager: Account, get: Get, filters: dict[str, str], field: str, sentence: str
) -> None:
    page = get(manager, "/laporan/tahapan/", **filters)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert f'href="#id_{field}"' in page.content.decode()
    assert "Kesalahan:" in page.content.decode()
    # A file is no place to tell a mistake.
    assert get(manager, "/laporan/tahapan/csv/", **filters).headers["Content-Type"].startswith("text/html")

    answer = get(manager, "/api/reports/tahapan/", **filters)
    assert answer.status_code == 400
    assert sentence in " ".join(answer.json()["errors"][field])


def test_presets_and_dates_of_ones_own(manager: Account, get: Get) -> None:
    assert (scope_of(manager).first, scope_of(manager).last) == (today().replace(month=1, day=1), today())
    month = scope_of(manager, periode="bulan-ini")
    assert (month.first, month.last) == (today().replace(day=1), today())
    last = scope_of(manager, periode="bulan-lalu")
    assert (last.first.day, (last.last - last.first).days) == (1, last.last.day - 1)
    assert last.last < month.first
    # Dates go before a preset that still stands in the address; nonsense is the usual period.
    own = scope_of(manager, periode="bulan-ini", dari="2026-01-05", sampai="06/01/2026")
    assert (own.first.isoformat(), own.last.isoformat()) == ("2026-01-05", "2026-01-06")
    assert scope_of(manager, periode="selamanya") == scope_of(manager)
    assert get(manager, "/laporan/tidak-ada/").status_code == 404
    assert get(manager, "/laporan/tidak-ada/csv/").status_code == 404
    assert get(manager, "/laporan/orang/", tahap="APA/saja").status_code == 404


def test_charts_are_drawn_of_numbers_alone(lived: list[Opd], manager: Account, get: Get) -> None:
    for slug, text in texts(get, manager).items():
        drawings = re.findall(r'<svg class="(?:bar|line).*?</svg>', text, re.DOTALL)
        assert "style=" not in text
        if slug in figures.TITLES and "<tbody>" in text:
            assert drawings, slug
        for drawing in drawings:
            root = ElementTree.fromstring(drawing)  # noqa: S314 (our own page)
            assert len(drawing) < 512 or "line" in root.attrib["class"]
            widths = [float(each.attrib["width"]) for each in root if each.tag == "rect"]
            assert all(0 <= width <= 100 for width in widths)
    growth = get(manager, "/laporan/pertumbuhan/", **YEAR).content.decode()
    assert 'class="line"' in growth


def test_files_hold_the_page_numbers_and_no_formula(manager: Account) -> None:
    evil = '=HYPERLINK("http://x")'
    table = Table(
        "opd", "Per OPD", "Uji.",
        (
            Column("opd", "OPD", "text"), Column("n", "Jumlah"), Column("p", "Bagian", "percent"),
            Column("d", "Lama", "duration"),
        ),
        (
            (evil, 12345, 0.125, 5400.0), ("@sum", 0, None, None), ("-1+1", -3, 1.0, 59.6),
            ("Dinas <b>A</b>; B", 1, 0.0, 0.0),
        ),
        chart=1, notes=("+catatan",),
    )  # fmt: skip
    scope = scope_of(manager)

    rows = list(csv.reader(StringIO(files.as_csv(table, scope).decode("utf-8-sig")), delimiter=";"))
    assert rows[-5:] == [
        ["OPD", "Jumlah", "Bagian", "Lama (detik)"], [f"'{evil}", "12345", "12,5%", "5400"], ["'@sum", "0", "", ""],
        ["'-1+1", "-3", "100,0%", "60"], ["Dinas <b>A</b>; B", "1", "0,0%", "0"],
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(files.as_xlsx(table, scope))).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet]
    assert cells[-4] == [f"'{evil}", 12345, 0.125, pytest.approx(5400 / 86400)] or cells[-4][0] == f"'{evil}"
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert ["'+catatan"] in [[cell for cell in row if cell] for row in cells]


def test_rest_tells_what_the_page_tells(lived: list[Opd], manager: Account, get: Get) -> None:
    listed = get(manager, "/api/reports/").json()
    assert [each["slug"] for each in listed] == list(figures.TITLES)
    for each in listed:
        answer = get(manager, each["url"], **YEAR).json()
        made = REPORTS[each["slug"]](scope_of(manager, **YEAR))
        assert [list(row.values()) for row in answer["rows"]] == json.loads(json.dumps([list(r) for r in made.rows]))
        assert [column["key"] for column in answer["columns"]] == [column.key for column in made.columns]


def test_rest_is_json_for_officers_with_both_factors(manager: Account, verifier: Account) -> None:
    answer = Client().get("/api/reports/tahapan/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/json")
    half = Client()
    half.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert half.get("/api/reports/tahapan/").status_code == 403
    whole = cast.sign_in(manager)
    asked = whole.get("/api/reports/tahapan/", headers={"accept": "text/html"})
    assert asked.headers["Content-Type"] == "application/json"
    assert whole.post("/api/reports/tahapan/").status_code in (403, 405)
    for _ in range(60):
        answer = whole.get("/api/reports/")
    assert answer.status_code == 429


def test_openapi_describes_every_address(client: Client) -> None:
    described = client.get("/api/schema/?format=json").json()
    assert described["openapi"].startswith("3.")
    paths = {f"/api/reports/{slug}/" for slug in figures.TITLES} | {"/api/reports/"}
    assert paths <= described["paths"].keys()
    one = described["paths"]["/api/reports/tahapan/"]["get"]
    assert {each["name"] for each in one["parameters"]} == {"instansi", "opd", "periode", "dari", "sampai"}
    assert {"200", "400", "403", "404", "429"} <= one["responses"].keys()
    assert "openapi: 3" in client.get("/api/schema/").content.decode()
    page = client.get("/api/").content.decode()
    assert all(path in page for path in paths)
    assert schema_views.described.cache_info().currsize == 1


def test_the_description_speaks_indonesian_to_who_calls(client: Client) -> None:
    """What docstrings say is for those who read the code; no English word gets to the page or the schema."""
    described = client.get("/api/schema/?format=json").json()
    operations = [each for methods in described["paths"].values() for each in methods.values()]
    assert all(each["description"] and each["summary"] for each in operations)
    assert all(answer["description"] for each in operations for answer in each["responses"].values())

    english = re.compile(r"\b(the|of|and|with|by|not|only|all|nothing|wrong|more than)\b", re.IGNORECASE)
    told = re.findall(r'"(?:description|summary)": "((?:[^"\\]|\\.)*)"', json.dumps(described))
    assert [each for each in told if english.search(each)] == []
    page = re.sub(r"<[^>]*>", " ", client.get("/api/").content.decode().split("<main")[1].split("</main>")[0])
    assert english.findall(page) == []
    assert "Isi laporan “Pengajuan per tahap”" in page


def test_what_answers_fits_the_description(lived: list[Opd], manager: Account, get: Get) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    described = schema_views.described()
    told = described["components"]["schemas"]
    for slug in figures.TITLES:
        answer = get(manager, f"/api/reports/{slug}/", **YEAR).json()
        schema = {**told["ReportTable"], "components": described["components"]}
        assert list(Draft202012Validator(schema).iter_errors(answer)) == []


def test_a_figure_of_the_period_leads_to_the_people_of_the_period(
    lived: list[Opd], manager: Account, registry: Registry, natuna: Institution, get: Get
) -> None:
    old = registry.add(natuna, Stay("ACTIVE", "nobody", days_ago(4000)), name="Lama Sekali")
    page = get(manager, "/laporan/instansi/", **YEAR).content.decode()
    addresses = [each.replace("&amp;", "&") for each in re.findall(r'href="(/laporan/orang/[^"]+)"', page)]
    begun, standing = (next(each for each in addresses if ("baru=1" in each) == new) for new in (True, False))

    everybody, new = get(manager, standing).content.decode(), get(manager, begun).content.decode()

    assert old.receipt in everybody
    assert "Semua pengajuan menurut tahapnya sekarang" in everybody
    assert old.receipt not in new
    assert "Hanya pengajuan yang dibuat" in new
    assert "Yang dibuat terakhir di atas" in new


def test_what_is_foreseen_is_told_apart_from_what_was_issued() -> None:
    rows = (("Januari", 3, 3, None), ("Februari", 3, 4, None), ("Maret (perkiraan)", None, None, 5))
    columns = (Column("bulan", "Bulan", "text"), Column("baru", "Baru"), Column("terbit", "Terbit"), Column("p", "P"))
    told = charts.line(Table("x", "X", "", columns, rows, chart=2, over_time=True))

    assert "perkiraan (garis putus-putus, angka miring)" in told
    assert told.count('class="ahead"') == 1
    assert "perkiraan" not in charts.line(Table("x", "X", "", columns, rows[:2], chart=2, over_time=True))
