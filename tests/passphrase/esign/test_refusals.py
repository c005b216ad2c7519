"""What a program is told that asked wrongly: JSON in one shape, in Indonesian, never a page; and its client's log."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings

from enrollment.models import Application, Institution, PersonnelRecord
from passphrase.esign import clients, lookup
from passphrase.esign.clients import A_MINUTE
from passphrase.esign.models import ApiCall, ApiClient
from tests.passphrase.esign.test_esign import NIK, V1, V2, basic, person, record, register, secret
from tte_portal.models import ThrottleWindow

__all__ = ["record", "secret"]
REGISTER = "/api/v2/user/registration"
CHAIN = "/api/v2/user/certificate/chain/"
NOWHERE = [
    "/api/user/",
    "/api/user/siapa/123",
    "/api/v2/",
    "/api/v2/user/check",
    "/api/v3/user",
    "/api/user/status/1/2",
]


def ask(secret: str, method: str, path: str, content_type: str = "", body: bytes = b"", **more: str) -> Any:
    client = Client(raise_request_exception=False)
    return client.generic(method, path, body, content_type, headers=basic(secret) | more)


def refused(answer: Any, status: int) -> str:
    """Whether it has the shape; gives the message."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json"), answer.content
    told = answer.json()
    assert list(told) == ["timestamp", "status", "error", "message", "path"]
    assert told["status"] == status
    return str(told["message"])


def logged() -> list[tuple[str, str]]:
    return list(ApiCall.objects.order_by("pk").values_list("act", "answer"))


# --- NIK and what is missing -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "nik", ["123", "12710145069000AB", "ABCDEFGHIJKLMNOP", "%00", "%20", "%F0%9F%98%80", "1" * 4000]
)
def test_version_1_knows_nobody_by_what_is_no_nik(secret: str, nik: str) -> None:
    told = {"status_code": 1110, "status": "NOT_REGISTERED", "message": "User belum terdaftar"}
    assert ask(secret, "GET", f"{V1}{nik}").json() == told


@pytest.mark.parametrize("path", ["/api/user/status/", "/api/user/status"])
def test_version_1_without_a_nik_says_so(secret: str, path: str) -> None:
    answer = ask(secret, "GET", path)

    assert (answer.status_code, answer.json()["status_code"]) == (400, 4014)
    assert answer.json()["message"] == "NIK harus diisi"
    assert logged() == [("status", "4014")]


# --- Requests that are none ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_that_is_none_is_told_in_json(secret: str, path: str) -> None:
    assert "Alamat ini tidak ada" in refused(ask(secret, "GET", path), 404)
    assert "Alamat ini tidak ada" in refused(ask(secret, "POST", path, "application/json", b"{}"), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", f"{V1}{NIK}", "GET"), ("GET", V2, "POST"), ("PUT", REGISTER, "POST"), ("DELETE", f"{CHAIN}1", "GET")],
)
def test_another_method_is_told_which_there_is(secret: str, method: str, path: str, allowed: str) -> None:
    answer = ask(secret, method, path)

    assert "Metode" in refused(answer, 405)
    assert allowed in answer.headers["Allow"]
    assert [told for _, told in logged()] == ["wrong-method"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=0", "nonsense"])
def test_whatever_is_accepted_the_answer_is_json(secret: str, accept: str) -> None:
    answer = ask(secret, "GET", f"{V1}{NIK}?format=xml", Accept=accept)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_another_type_of_content_is_told_which_there_are(secret: str) -> None:
    assert "application/json" in refused(ask(secret, "POST", V2, "text/xml", b"<nik/>"), 415)
    assert logged() == [("status", "wrong-type")]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"), ("application/json", b"\xff\xfe"), ("application/json", b"[" * 100_000),
        ("application/json", b'{"nik": NaN}'), ("application/json; charset=base64", b"{}"),
        ("application/json", b'{"nik": ' + b"9" * 5000 + b"}"), ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=X", b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2000),
        ("application/x-www-form-urlencoded", b"a=1&" * 2000),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_told(secret: str, content_type: str, body: bytes) -> None:
    answer = ask(secret, "POST", V2, content_type, body)

    if answer.status_code != 200:
        assert "tidak dapat dibaca" in refused(answer, 400)
        assert logged() == [("status", "unreadable")]
    else:
        assert answer.json()["status"] == "NOT_REGISTERED"


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_a_body_without_an_end_is_not_read(secret: str, content_type: str) -> None:
    assert "terlalu besar" in refused(ask(secret, "POST", V2, content_type, b" " * (2 * 2**20 + 1)), 413)
    assert logged() == [("status", "too-large")]


@pytest.mark.parametrize(
    "value", ["a\0b@natunakab.example", "\ud800@natunakab.example", "\0", "a" * 100_000, "é" * 300]
)
def test_letters_that_no_database_takes_belong_to_nobody(secret: str, value: str) -> None:
    body = json.dumps({"email": value}).encode()

    assert ask(secret, "POST", V2, "application/json", body).json()["status"] == "NOT_REGISTERED"
    assert ask(secret, "POST", REGISTER, "application/json", body).json()["status_code"] == 2011


@pytest.mark.parametrize("wanted", ["%00", "'", "%F0%9F%98%80", "zz", "0", "%20", "1" * 2000])
def test_a_certificate_of_an_odd_number_is_not_there(secret: str, wanted: str) -> None:
    answer = ask(secret, "GET", f"{CHAIN}{wanted}")

    assert (answer.status_code, answer.json()["status_code"]) == (404, 2021)


@pytest.mark.parametrize(
    ("field", "status"),
    [("nama", 200), ("jabatan", 200), ("unit_kerja", 200), ("kota", 200), ("provinsi", 200), ("email", 400),
     ("nomor_telepon", 400), ("nip", 400), ("nik", 400)],
)  # fmt: skip
def test_a_field_far_too_long_is_cut_or_refused(secret: str, record: PersonnelRecord, field: str, status: int) -> None:
    long = "a" * 400 + "@natunakab.example" if field == "email" else "a\0 " * 400

    answer = register(secret, person(record, **{field: long}))

    assert answer.status_code == status, answer.content
    assert Application.objects.exists() is (status == 200)


def test_somebody_registered_over_and_over_is_answered_each_time(secret: str, record: PersonnelRecord) -> None:
    body = json.dumps({"nama": record.name, "email": record.mailbox}).encode()

    answers = [register(secret, person(record))]
    answers += [ask(secret, "POST", REGISTER, "application/json", body) for _ in range(7)]

    assert {each.status_code for each in answers} <= {200, 400}
    assert {each.headers["Content-Type"] for each in answers} == {"application/json"}
    assert Application.objects.count() == 1


def test_a_fault_of_the_portals_own_is_told_in_json(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "by_nik", lambda *_: 1 / 0)

    assert "gangguan pada portal" in refused(ask(secret, "GET", f"{V1}{NIK}"), 500)


@pytest.mark.parametrize("header", ["Basic AAAA", "Basic " + "QQ" * 5000, "Basic 4pyTOnjinJM=", "Basic OgA="])
def test_odd_credentials_are_wrong_ones(secret: str, header: str) -> None:
    assert Client().get(f"{V1}{NIK}", headers={"Authorization": header}).status_code == 401


# --- Addresses -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("allowed", "peer", "status"),
    [
        ("2001:db8::7", "2001:db8::7", 200), ("2001:db8::7", "2001:db8::8", 401),
        ("2001:db8::/32", "2001:db8:5::1", 200),
        ("203.0.113.9", "::ffff:203.0.113.9", 200), ("203.0.113.9", "unix:", 401), ("203.0.113.9", "", 401),
        ("203.0.113.9", "203.0.113.9:8123", 401),
    ],
)  # fmt: skip
def test_an_allowlist_takes_each_address_as_it_is(secret: str, allowed: str, peer: str, status: int) -> None:
    ApiClient.objects.update(allowlist=[allowed])

    answer = Client().get(f"{V1}{NIK}", headers=basic(secret), REMOTE_ADDR=peer)

    assert answer.status_code == status


# --- How often, and the log ------------------------------------------------------------------------------------------
def test_a_client_that_asks_too_often_is_told_and_its_log_says_so_once(secret: str) -> None:
    ask(secret, "GET", f"{V1}{NIK}")
    ThrottleWindow.objects.filter(scope="api-calls").update(count=A_MINUTE.limit)

    answers = [ask(secret, "GET", f"{V1}{NIK}") for _ in range(3)]

    assert ["Terlalu banyak permintaan" in refused(each, 429) for each in answers] == [True] * 3
    assert answers[0].headers["Retry-After"] == "60"
    assert logged() == [("status", "NOT_REGISTERED"), ("status", "too-many")]


def test_a_client_with_an_allowlist_is_counted_as_well(secret: str) -> None:
    ApiClient.objects.update(allowlist=["127.0.0.0/8"])

    for _ in range(3):
        ask(secret, "GET", f"{V1}{NIK}")

    assert ThrottleWindow.objects.get(scope="api-calls").count == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [({"allowlist": ["192.0.2.7"]}, "wrong-address"), ({"is_active": False}, "stopped"), ({}, "wrong-secret")],
)
def test_the_log_tells_why_a_client_was_refused_and_the_stranger_uses_up_nothing(
    secret: str, change: dict[str, Any], why: str
) -> None:
    ApiClient.objects.filter(login="persuratan-natuna").update(**change)

    answer = ask(secret if change else "salah", "POST", REGISTER, "application/json", b"{}")

    assert answer.status_code == 401
    assert list(answer.json()) == ["timestamp", "status", "error", "path"]
    assert logged() == [("registration", why)]
    assert not ThrottleWindow.objects.filter(scope="api-calls").exists()


def test_a_name_of_nobody_leaves_no_line_and_a_guesser_few(secret: str, natuna: Institution) -> None:
    clients.make(natuna, "Lain", "lain", by=None)
    Client().get(f"{V1}{NIK}", headers=basic("salah", "siapa"))
    assert not ApiCall.objects.exists()

    for _ in range(40):
        ask("salah", "GET", f"{V1}{NIK}")

    assert ApiCall.objects.count() == 29
    assert set(ApiCall.objects.values_list("client__login", "answer")) == {("persuratan-natuna", "wrong-secret")}


@override_settings(ALLOWED_HOSTS=["portal.example"])
def test_a_host_that_is_none_of_ours_is_told_in_json() -> None:
    refused(Client(raise_request_exception=False).get("/api/reports/", headers={"Host": "127.0.0.9"}), 400)
