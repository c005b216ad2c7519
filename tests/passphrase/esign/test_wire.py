"""Requests as public clients put them on the wire, and answers as they read them: bytes, words, numbers, messages."""

import json
from typing import Any

import pytest
from django.test import Client

from enrollment.models import Application, Institution, Paper, PersonnelRecord
from passphrase.esign import clients
from tests import cast
from tests.passphrase.esign.test_esign import NIK, basic, picture
from verification.reports import schema_views

HAS = "User sudah terdaftar dan memiliki sertifikat dengan status "
IS = "User sudah terdaftar dengan status "
NONE = "User belum memiliki sertifikat"
# State of the application, who has the turn, the word, both versions' numbers, the message.
STATES = [
    ("NEW", "applicant", "NEW", 1112, IS + "NEW"),
    ("NEW", "verifier", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("NEW", "pre-check", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("NEW", "hr", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("NEW", "nobody", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("ON_SET_PASSPHRASE", "applicant", "NO_CERTIFICATE", 2021, NONE),
    ("ENROLL", "issuer", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("ENROLL", "nobody", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("ISSUE", "nobody", "WAITING_FOR_VERIFICATION", 1113, IS + "WAITING_FOR_VERIFICATION"),
    ("ACTIVE", "nobody", "ISSUE", 1111, HAS + "ISSUE"),
    ("REJECTED", "nobody", "NO_CERTIFICATE", 2021, NONE),
    ("EXPIRED", "nobody", "EXPIRED", 1114, HAS + "EXPIRED"),
    ("SUSPENDED", "nobody", "SUSPEND", 1116, HAS + "SUSPEND"),
    ("REVOKED", "nobody", "REVOKE", 1117, HAS + "REVOKE"),
]

IN_PARTS = b'--X\r\nContent-Disposition: form-data; name="nik"\r\n\r\n%b\r\n--X--\r\n'


@pytest.fixture
def secret(natuna: Institution) -> str:
    return clients.make(natuna, "Persuratan Contoh", "persuratan-natuna", by=None)


def send(secret: str, method: str, path: str, content_type: str = "", body: bytes = b"") -> Any:
    """The bytes of one request, past the web server that has parsed its head."""
    return Client().generic(method, path, body, content_type, headers=basic(secret))


def as_json(secret: str, path: str, text: str, content_type: str = "application/json") -> Any:
    return send(secret, "POST", path, content_type, text.encode())


@pytest.mark.parametrize(("status", "turn", "word", "code", "message"), STATES)
def test_every_state_is_told_with_number_word_and_message(
    secret: str, natuna: Institution, status: str, turn: str, word: str, code: int, message: str
) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status=status, waiting_for=turn)
    told = json.dumps({"status_code": code, "status": word, "message": message}, separators=(",", ":"))

    answers = [
        send(secret, "GET", f"/api/user/status/{application.nik}"),
        as_json(secret, "/api/v2/user/check/status", f'{{"nik":"{application.nik}"}}'),
        as_json(secret, "/api/v2/user/check/status", f'{{"email":"{application.mailbox}"}}'),
        as_json(
            secret, "/api/v2/user/check/status", f'{{"nik":"{application.nik}","email":"{application.mailbox}"}}'
        ),
    ]  # fmt: skip

    assert [(each.status_code, each.content.decode()) for each in answers] == [(200, told)] * 4
    assert {each.headers["Content-Type"] for each in answers} == {"application/json"}


def test_a_renewal_under_way_is_told_in_both_versions(secret: str, natuna: Institution) -> None:
    application, following = cast.fill(cast.begin(natuna)), cast.begin(natuna, 1)
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")
    Application.objects.filter(pk=following.pk).update(predecessor=application.pk, purpose="renewal")
    told = {"status_code": 1115, "status": "RENEW", "message": HAS + "RENEW"}

    assert send(secret, "GET", f"/api/user/status/{application.nik}").json() == told
    assert as_json(secret, "/api/v2/user/check/status", f'{{"nik":"{application.nik}"}}').json() == told


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"nik": "%b"}'),
        ("application/json; charset=utf-8", b'{"nik":"%b","email":""}'),
        ("application/json;charset=UTF-8", b'{\n    "nik": "%b",\n    "email": null\n}'),
        ("application/x-www-form-urlencoded", b"nik=%b"),
        ("multipart/form-data; boundary=X", IN_PARTS),
    ],
    ids=["json", "json with charset", "json over lines", "form", "multipart"],
)  # fmt: skip
def test_version_2_reads_every_way_in_which_clients_write(secret: str, content_type: str, body: bytes) -> None:
    answer = send(secret, "POST", "/api/v2/user/check/status", content_type, body.replace(b"%b", NIK.encode()))

    assert (answer.status_code, answer.json()["status"]) == (200, "NO_CERTIFICATE")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"nik"', b"null", b'{"nik": {"a": 1}}', b'{"nik": ["1"]}', b"\xff\xfe"]
)
def test_a_body_that_is_none_is_answered_not_dropped(secret: str, body: bytes) -> None:
    answer = send(secret, "POST", "/api/v2/user/check/status", "application/json", body)

    assert answer.status_code in (200, 400)
    assert answer.headers["Content-Type"] == "application/json"
    if answer.status_code == 200:
        assert answer.json() == {"status_code": 2011, "status": "NOT_REGISTERED", "message": "User belum terdaftar"}


# --- Registration, version 1 -----------------------------------------------------------------------------------------
@pytest.fixture
def record(natuna: Institution) -> PersonnelRecord:
    return PersonnelRecord.objects.get(institution=natuna, name="Ayu Contoh")


def multipart(parts: list[tuple[str, bytes]], line: str = "\r\n") -> bytes:
    """A body with one boundary; ``parts`` are the heads (without the first words) and the contents."""
    end = line.encode()
    made = b"".join(
        b"--X-BOUNDARY" + end + b"Content-Disposition: form-data; " + head.encode() + end + end + content + end
        for head, content in parts
    )
    return made + b"--X-BOUNDARY--" + end


def fields(record: PersonnelRecord) -> list[tuple[str, bytes]]:
    typed = {
        "nik": NIK, "nama": "Ayu Contoh", "email": record.mailbox, "nomor_telepon": "081200000001",
        "kota": "Ranai", "provinsi": "Kepulauan Riau", "nip": record.employee_number, "jabatan": "Analis",
        "unit_kerja": "Dinas Contoh",
    }  # fmt: skip
    return [(f'name="{name}"', value.encode()) for name, value in typed.items()]


def files(kind: str = "image/jpeg") -> list[tuple[str, bytes]]:
    return [
        (f'name="{name}"; filename="{name}.jpg"\r\nContent-Type: {kind}', picture()) for name in ("image_ttd", "ktp")
    ]


def register(secret: str, body: bytes) -> Any:
    return send(secret, "POST", "/api/user/registrasi", "multipart/form-data; boundary=X-BOUNDARY", body)


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream"])
def test_version_1_takes_person_and_papers_in_one_multipart(secret: str, record: PersonnelRecord, kind: str) -> None:
    answer = register(secret, multipart(fields(record) + files(kind)))

    assert (answer.status_code, answer.content) == (200, b'{"message":"Pendaftaran berhasil"}')
    application = Application.objects.get(mailbox=record.mailbox)
    assert application.nik == NIK
    kept = set(Paper.objects.filter(application=application).values_list("kind", flat=True))
    assert kept == {Paper.Kind.SPECIMEN, Paper.Kind.KTP}


def test_version_1_with_headers_as_some_libraries_write_them(secret: str, record: PersonnelRecord) -> None:
    """Each part with its own type and length, an empty file for a paper that was not chosen."""
    plain = [(f"{head}\r\nContent-Length: {len(value)}", value) for head, value in fields(record)]
    empty = [('name="ktp"; filename=""\r\nContent-Type: application/octet-stream', b"")]

    answer = register(secret, multipart(plain + empty))

    assert answer.json() == {"message": "Pendaftaran berhasil"}
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("left_out", "code", "message"),
    [("nik", 4014, "NIK harus diisi"), ("nama", 4015, "Nama harus diisi"), ("email", 4015, "Format email salah")],
)
def test_version_1_names_what_is_missing(
    secret: str, record: PersonnelRecord, left_out: str, code: int, message: str
) -> None:
    answer = register(secret, multipart([each for each in fields(record) if each[0] != f'name="{left_out}"']))

    told = {"status_code": code, "message": message, "error": message}
    assert (answer.status_code, answer.json()) == (400, told)


def test_version_1_tells_a_known_nik(secret: str, record: PersonnelRecord) -> None:
    register(secret, multipart(fields(record)))

    answer = register(secret, multipart(fields(record)))

    told = {"status_code": 4024, "message": "NIK telah terdaftar", "error": "NIK telah terdaftar"}
    assert (answer.status_code, answer.json()) == (400, told)


@pytest.mark.parametrize("body", [b"", b"--X-BOUNDARY", b"--X-BOUNDARY--\r\n", b"nonsense" * 1000])
def test_version_1_survives_a_broken_body(secret: str, body: bytes) -> None:
    answer = register(secret, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    assert not Application.objects.exists()


# --- Registration, version 2 -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/v2/user/registration", "/api/v2/user/register"])
def test_version_2_registers_on_both_paths_and_tells_strangers(secret: str, record: PersonnelRecord, path: str) -> None:
    known = as_json(secret, path, f'{{"nama":"{record.name}","email":"{record.mailbox}"}}')
    unknown = as_json(secret, path, '{"nama":"Siapa Pun","email":"siapa.pun@natunakab.example"}')
    told = "Penandatangan tidak terdaftar"

    assert (known.status_code, known.content) == (200, b'{"message":"Pendaftaran berhasil"}')
    assert (unknown.status_code, unknown.json()) == (400, {"status_code": 2011, "message": told, "error": told})


def test_the_refusal_of_a_wrong_secret_has_the_documented_parts(secret: str) -> None:
    answer = as_json("salah", "/api/v2/user/check/status", f'{{"nik":"{NIK}"}}')

    assert answer.status_code == 401
    told = answer.json()
    assert list(told) == ["timestamp", "status", "error", "path"]
    assert (told["status"], told["error"], told["path"]) == (401, "Unauthorized", "/api/v2/user/check/status")


def test_answers_fit_the_description(secret: str, record: PersonnelRecord) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    components = schema_views.described()["components"]

    def fits(name: str, answer: Any) -> bool:
        schema = {**components["schemas"][name], "components": components}
        return not list(Draft202012Validator(schema).iter_errors(answer.json()))

    assert fits("StatusAnswer", send(secret, "GET", f"/api/user/status/{NIK}"))
    assert fits("NotTakenAnswer", register(secret, multipart(fields(record)[1:])))
    assert fits("Taken", register(secret, multipart(fields(record))))
    assert fits("Refusal", send("salah", "GET", f"/api/user/status/{NIK}"))
    for path in ("/api/v2/user/check/status", "/api/v2/user/registration"):
        unreadable = as_json(secret, path, "{")
        assert unreadable.status_code == 400
        assert fits("Refusal", unreadable)
        assert "400" in schema_views.described()["paths"][path]["post"]["responses"]
    assert fits("RegistrationRefused", unreadable)
    assert fits("NoCertificate", send(secret, "GET", f"/api/v2/user/certificate/chain/{NIK}"))
