"""The log keeps to its days, the demo's application asks at once, the description has every address."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Institution
from passphrase.esign import calls, clients, demo
from passphrase.esign.models import ApiCall, ApiClient
from tests.passphrase.esign.test_esign import NIK
from verification.reports import schema_views


@pytest.fixture
def client_of_natuna(natuna: Institution) -> ApiClient:
    clients.make(natuna, "Persuratan Contoh", "persuratan-natuna", by=None)
    return ApiClient.objects.get()


def test_the_log_goes_back_as_far_as_the_setting_says(client_of_natuna: ApiClient, settings: Any) -> None:
    client = client_of_natuna
    settings.API_LOG_DAYS = 30
    for days in (0, 29, 31, 40, 400):
        row = ApiCall.objects.create(client=client, act="status", answer="ISSUE")
        ApiCall.objects.filter(pk=row.pk).update(at=Now() - timedelta(days=days))

    assert calls.forget_old() == 3
    assert (ApiCall.objects.count(), calls.forget_old()) == (2, 0)


def test_a_long_log_is_forgotten_in_parts(client_of_natuna: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PART", 2)
    monkeypatch.setattr(calls, "PARTS", 2)
    client = client_of_natuna
    ApiCall.objects.bulk_create(ApiCall(client=client, act="status", answer="ISSUE") for _ in range(7))
    ApiCall.objects.update(at=Now() - timedelta(days=500))

    assert [calls.forget_old() for _ in range(3)] == [4, 3, 0]


def test_the_demos_application_asks_at_once_and_keeps_its_secret(natuna: Institution) -> None:
    made = demo.fill(natuna, {})
    again = demo.fill(natuna, {made["login"]: made["secret"]})

    assert again == made
    header = base64.b64encode(f"{made['login']}:{made['secret']}".encode()).decode()
    answer = Client().get(f"/api/user/status/{NIK}", headers={"Authorization": f"Basic {header}"})
    assert answer.json()["status"] == "NOT_REGISTERED"
    # The file was lost: a secret that works takes the place of one that nobody knows.
    assert demo.fill(natuna, {})["secret"] != made["secret"]


def test_the_demos_page_shows_a_line_that_works(natuna: Institution, settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path
    told = demo.fill(natuna, {})
    demonstration = {"accounts": [], "people": [{"institution": "natuna", "nik": NIK}], "passphrase": ""}
    (tmp_path / "demo.json").write_text(json.dumps({**demonstration, "clients": [told]}))

    page = Client().get("/kotak-keluar/akun/").content.decode()

    assert f"curl -u {told['login']}:{told['secret']} {settings.BASE_URL}/api/user/status/{NIK}" in page


def test_the_description_has_every_address_with_bodies_answers_and_basic() -> None:
    described = schema_views.described()
    wanted = {
        ("/api/user/status/{nik}", "get"): {"200", "401", "429"},
        ("/api/user/registrasi", "post"): {"200", "400", "413", "415", "401", "429"},
        ("/api/v2/user/check/status", "post"): {"200", "400", "413", "415", "401", "429"},
        ("/api/v2/user/registration", "post"): {"200", "400", "413", "415", "401", "429"},
        ("/api/v2/user/register", "post"): {"200", "400", "413", "415", "401", "429"},
        ("/api/v2/user/certificate/chain/{wanted}", "get"): {"200", "404", "401", "429"},
    }
    for (path, method), answers in wanted.items():
        operation = described["paths"][path][method]
        assert set(operation["responses"]) == answers, path
        assert operation["security"] == [{"esign": []}], path
        assert operation["summary"]
        assert ("requestBody" in operation) is (method == "post"), path
    assert described["components"]["securitySchemes"]["esign"]["scheme"] == "basic"
    files_in = described["components"]["schemas"]["RegistrationWithFiles"]["properties"]
    assert {files_in[name]["format"] for name in ("image_ttd", "ktp", "surat_rekomendasi")} == {"binary"}
    page = Client().get("/api/").content.decode()
    assert all(f"<code>{path}</code>" in page for path, _ in wanted)
