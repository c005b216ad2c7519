"""What goes over the wire: exactly the documented requests, and nothing more of a person than those."""

import json
from typing import Any

import pytest

from enrollment.models import Application
from enrollment.registries import Unavailable
from passphrase.bsre import client, registering
from passphrase.bsre.access import Access
from passphrase.bsre.client import Esign, Refused
from passphrase.bsre.words import Word
from tests import cast
from tests.enrollment.registries.servers import Served, says
from tests.passphrase.bsre.conftest import LIMITS
from tests.passphrase.bsre.stub import PASSWORD, USER, Stub, parts_of

pytestmark = pytest.mark.django_db
NIK = "9901015705680100"


def esign(served: Served, api: str) -> Esign:
    return Esign(Access(served.url, USER, PASSWORD, api), LIMITS)


@pytest.mark.parametrize("api", ["v1"], indirect=True)
def test_v1_registers_with_the_whole_form_and_the_scans(approved: Application, bsre: Served, stub: Stub) -> None:
    cast.hand_in_letter(approved)
    service = client.of("natuna")
    assert service is not None

    assert service.register(registering.person_of(approved, with_scans=True)) is True

    asked = bsre.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/api/user/registrasi")
    form = parts_of(asked)
    assert form == {
        "nik": approved.nik, "nama": approved.name, "email": approved.mailbox, "nomor_telepon": approved.phone,
        "kota": approved.city, "provinsi": approved.province, "nip": approved.employee_number,
        "jabatan": approved.position, "unit_kerja": approved.unit, "surat_rekomendasi": b"%PDF-1.4 contoh",
    }  # fmt: skip
    assert stub.people[approved.nik] == "NO_CERTIFICATE"
    # A second time it is known.
    assert service.register(registering.person_of(approved, with_scans=False)) is False


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_v2_registers_with_name_and_mailbox_alone(approved: Application, bsre: Served) -> None:
    service = client.of("natuna")
    assert service is not None
    assert service.register(registering.person_of(approved, with_scans=False)) is True

    asked = bsre.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/api/v2/user/registration")
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {"nama": approved.name, "email": approved.mailbox}


@pytest.mark.parametrize("word", list(Word))
def test_every_documented_word_in_both_versions(served: Served, stub: Stub, word: Word) -> None:
    stub.people[NIK] = word.value
    for api in ("v1", "v2"):
        assert esign(served, api).status(NIK, "ayu@natunakab.example").word == word
    assert [(each.method, each.path) for each in served.asked] == [
        ("GET", f"/api/user/status/{NIK}"), ("POST", "/api/v2/user/check/status"),
    ]  # fmt: skip
    assert json.loads(served.asked[-1].body) == {"nik": NIK}


def test_who_is_unknown_in_both_versions(served: Served) -> None:
    assert esign(served, "v1").status(NIK, "") == client.Told(Word.NOT_REGISTERED, 1110)
    assert esign(served, "v2").status(NIK, "") == client.Told(Word.NO_CERTIFICATE, 2021)
    assert esign(served, "v2").status("", "x@y.example") == client.Told(Word.NOT_REGISTERED, 2011)


@pytest.mark.parametrize("code", [1111, "1111"])
def test_numbers_come_as_numbers_or_digits(served: Served, stub: Stub, code: Any) -> None:
    stub.instead = lambda asked: says({"status_code": code, "status": " issue ", "message": ""})
    assert esign(served, "v2").status(NIK, "") == client.Told(Word.ISSUE, 1111)


@pytest.mark.parametrize("status", [200, 400, 409])
@pytest.mark.parametrize(
    "told",
    [
        {"status_code": 4024, "message": "NIK telah terdaftar"},
        {"status_code": "4024", "message": ""},
        {"message": "Email sudah terdaftar"},
        {"error": "NIK telah terdaftar"},
    ],
)
def test_known_already_counts_as_registered(served: Served, stub: Stub, told: dict[str, Any], status: int) -> None:
    stub.instead = lambda asked: says(told, status)
    person = client.Person("Ayu", "a@b.example", NIK, "", "", "", "", "", "")
    assert esign(served, "v2").register(person) is False


def test_a_refusal_of_one_person_does_not_open_the_circuit(served: Served, stub: Stub) -> None:
    service = esign(served, "v1")
    stub.instead = lambda asked: says({"status_code": 4015, "message": f"Format {NIK}"}, 400)
    person = client.Person("Ayu", "a@b.example", NIK, "", "", "", "", "", "")
    for _ in range(6):
        with pytest.raises(Refused, match=r"^4015: Format \[nomor\]$"):
            service.register(person)
    stub.instead = lambda asked: None
    assert service.register(person) is True


def test_nobody_is_asked_over_an_open_circuit_and_one_tries_it_later(served: Served, stub: Stub) -> None:
    from tests.enrollment.registries.servers import Hand

    clock = Hand()
    service = Esign(Access(served.url, USER, PASSWORD, "v2"), LIMITS, clock)
    stub.instead = lambda asked: says({}, 500)
    for _ in range(3):
        with pytest.raises(Unavailable):
            service.status(NIK, "")
    with pytest.raises(client.Resting):
        service.status(NIK, "")
    assert len(served.asked) == 3

    stub.instead, clock.now = (lambda asked: None), clock.now + 61
    assert service.status(NIK, "").word == Word.NO_CERTIFICATE
    assert len(served.asked) == 4


def test_what_holds_secrets_tells_nothing_of_itself(served: Served) -> None:
    access = Access(served.url, USER, PASSWORD, "v2")
    person = client.Person("Ayu", "a@b.example", NIK, "", "", "", "", "", "")
    assert PASSWORD not in repr(access)
    assert NIK not in repr(person)
