"""What public clients of the E-Sign client service send, byte for byte, and what they expect back."""

import base64
import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from PIL import Image

from enrollment.models import Application, Institution, Paper, PersonnelRecord
from passphrase import actions, revocation, succession
from passphrase.esign import clients
from passphrase.esign.models import ApiCall, ApiClient
from passphrase.models import Certificate
from tests import cast
from tests.hostile import dump
from tte_portal.models import Account, OutboxMessage

NIK = "1271014506900001"
V1, V2 = "/api/user/status/", "/api/v2/user/check/status"


@pytest.fixture
def secret(natuna: Institution) -> str:
    return clients.make(natuna, "Persuratan Contoh", "persuratan-natuna", by=None)


def basic(secret: str, login: str = "persuratan-natuna") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()}


def status_v1(secret: str, nik: str) -> dict[str, Any]:
    answer = Client().get(f"{V1}{nik}", headers=basic(secret))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def status_v2(secret: str, **asked: Any) -> dict[str, Any]:
    answer = Client().post(V2, json.dumps(asked), content_type="application/json", headers=basic(secret))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- Status ----------------------------------------------------------------------------------------------------
def test_an_unknown_person_in_both_versions(secret: str) -> None:
    assert status_v1(secret, NIK) == {
        "status_code": 1110, "status": "NOT_REGISTERED", "message": "User belum terdaftar",
    }  # fmt: skip
    assert status_v2(secret, nik=NIK) == {
        "status_code": 2021, "status": "NO_CERTIFICATE", "message": "User belum memiliki sertifikat",
    }  # fmt: skip


@pytest.mark.parametrize(
    "nik", ["", "123", "12710145069000", "127101450690000A", "ABCDEFGHIJKLMNOP", None, 0, [], True]
)
def test_what_is_no_nik_is_not_registered_in_version_2(secret: str, nik: Any) -> None:
    assert status_v2(secret, nik=nik)["status_code"] == 2011


def test_neither_nik_nor_mailbox_is_not_registered(secret: str) -> None:
    assert status_v2(secret)["status"] == "NOT_REGISTERED"


@pytest.mark.parametrize(
    ("status", "waiting_for", "word", "code"),
    [
        ("NEW", "applicant", "NEW", 1112),
        ("NEW", "verifier", "WAITING_FOR_VERIFICATION", 1113),
        ("NEW", "pre-check", "WAITING_FOR_VERIFICATION", 1113),
        ("NEW", "hr", "WAITING_FOR_VERIFICATION", 1113),
        ("NEW", "nobody", "WAITING_FOR_VERIFICATION", 1113),
        ("ON_SET_PASSPHRASE", "applicant", "NO_CERTIFICATE", 2021),
        ("ENROLL", "issuer", "WAITING_FOR_VERIFICATION", 1113),
        ("ENROLL", "nobody", "WAITING_FOR_VERIFICATION", 1113),
        ("ISSUE", "nobody", "WAITING_FOR_VERIFICATION", 1113),
        ("ACTIVE", "nobody", "ISSUE", 1111),
        ("REJECTED", "nobody", "NO_CERTIFICATE", 2021),
        ("EXPIRED", "nobody", "EXPIRED", 1114),
        ("SUSPENDED", "nobody", "SUSPEND", 1116),
        ("REVOKED", "nobody", "REVOKE", 1117),
    ],
)
def test_every_state_has_its_word(
    secret: str, natuna: Institution, status: str, waiting_for: str, word: str, code: int
) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status=status, waiting_for=waiting_for)

    first, second = status_v1(secret, application.nik), status_v2(secret, nik=application.nik)

    assert (first["status"], first["status_code"]) == (word, code)
    assert (second["status"], second["status_code"]) == (word, code)
    assert status_v2(secret, email=application.mailbox.upper())["status"] == word


def test_only_issue_may_sign_and_says_so_in_the_documented_words(secret: str, natuna: Institution) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")

    assert status_v1(secret, application.nik) == {
        "status_code": 1111, "status": "ISSUE",
        "message": "User sudah terdaftar dan memiliki sertifikat dengan status ISSUE",
    }  # fmt: skip


def test_nik_and_mailbox_together_go_by_the_nik(secret: str, natuna: Institution) -> None:
    one, other = cast.fill(cast.begin(natuna)), cast.fill(cast.begin(natuna, 1))
    Application.objects.filter(pk=one.pk).update(status="ACTIVE", waiting_for="nobody")

    assert status_v2(secret, nik=one.nik, email=other.mailbox)["status"] == "ISSUE"


def test_a_second_refused_application_does_not_hide_the_certificate(secret: str, natuna: Institution) -> None:
    living, refused = cast.fill(cast.begin(natuna)), cast.begin(natuna, 1)
    Application.objects.filter(pk=living.pk).update(status="ACTIVE", waiting_for="nobody")
    refused.nik = living.nik
    refused.save()
    Application.objects.filter(pk=refused.pk).update(status="REJECTED", waiting_for="nobody")

    assert status_v1(secret, living.nik)["status"] == "ISSUE"


def test_a_renewal_under_way_is_told(secret: str, natuna: Institution) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status="ACTIVE", waiting_for="nobody")
    following = cast.begin(natuna, 1)
    Application.objects.filter(pk=following.pk).update(predecessor=application.pk, purpose="renewal")

    assert status_v1(secret, application.nik)["status"] == "RENEW"


def test_somebody_of_another_institution_is_unknown(secret: str, sulteng: Institution) -> None:
    there = cast.fill(cast.begin(sulteng))

    assert status_v1(secret, there.nik)["status"] == "NOT_REGISTERED"
    assert status_v2(secret, email=there.mailbox)["status"] == "NOT_REGISTERED"


# --- Who may ask -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic !!!", "Bearer abc", "Basic " + base64.b64encode(b"persuratan-natuna").decode(),
        "Basic " + base64.b64encode(b"persuratan-natuna:salah").decode(),
        "Basic " + base64.b64encode(b"siapa:salah").decode(), "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
    ],
)  # fmt: skip
def test_wrong_basic_gets_the_documented_refusal(secret: str, header: str) -> None:
    answer = Client().get(f"{V1}{NIK}", headers={"Authorization": header})

    assert answer.status_code == 401
    told = answer.json()
    assert told["status"] == 401
    assert told["error"] == "Unauthorized"
    assert told["path"] == f"{V1}{NIK}"
    assert "timestamp" in told
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_client_that_was_stopped_or_has_a_new_secret_is_refused(secret: str) -> None:
    client = ApiClient.objects.get()
    fresh = clients.renew_secret(client, by=None)
    assert Client().get(f"{V1}{NIK}", headers=basic(secret)).status_code == 401
    assert Client().get(f"{V1}{NIK}", headers=basic(fresh)).status_code == 200

    ApiClient.objects.update(is_active=False)

    assert Client().get(f"{V1}{NIK}", headers=basic(fresh)).status_code == 401


@pytest.mark.parametrize(("allowed", "status"), [(["127.0.0.0/8"], 200), (["10.0.0.0/8", "192.0.2.7"], 401), ([], 200)])
def test_an_allowlist_keeps_other_addresses_out(secret: str, allowed: list[str], status: int) -> None:
    ApiClient.objects.update(allowlist=allowed)

    assert Client().get(f"{V1}{NIK}", headers=basic(secret)).status_code == status


def test_guessing_is_slowed_down(secret: str) -> None:
    answers = [Client().get(f"{V1}{NIK}", headers=basic("salah")).status_code for _ in range(31)]

    assert answers == [401] * 30 + [429]


def test_no_secret_lies_in_the_database(secret: str) -> None:
    assert secret not in str(dump())


def test_every_answer_is_logged_without_the_number_asked_for(secret: str, natuna: Institution) -> None:
    application = cast.fill(cast.begin(natuna))

    status_v1(secret, application.nik)
    status_v1(secret, NIK)

    rows = list(ApiCall.objects.order_by("pk").values_list("act", "answer", "subject"))
    assert rows == [("status", "NEW", application.pk), ("status", "NOT_REGISTERED", None)]
    assert NIK not in str(dump())


# --- Registration ----------------------------------------------------------------------------------------------
def picture(size: tuple[int, int] = (800, 500)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, (180, 200, 220)).save(buffer, "JPEG")
    return buffer.getvalue()


def person(record: PersonnelRecord, **more: Any) -> dict[str, Any]:
    return {
        "nik": NIK, "nama": "Ayu Contoh", "email": record.mailbox, "nomor_telepon": "081200000001",
        "kota": "Ranai", "provinsi": "Kepulauan Riau", "nip": record.employee_number, "jabatan": "Analis",
        "unit_kerja": "Dinas Contoh", **more,
    }  # fmt: skip


def register(secret: str, data: dict[str, Any]) -> Any:
    return Client().post("/api/user/registrasi", data, headers=basic(secret))


@pytest.fixture
def record(natuna: Institution) -> PersonnelRecord:
    return PersonnelRecord.objects.get(institution=natuna, name="Ayu Contoh")


def test_a_person_of_the_records_is_registered_with_papers_and_mailed(secret: str, record: PersonnelRecord) -> None:
    image = SimpleUploadedFile("ktp.jpg", picture(), "image/jpeg")

    answer = register(secret, person(record, ktp=image))

    assert (answer.status_code, answer.json()) == (200, {"message": "Pendaftaran berhasil"})
    application = Application.objects.get(nik_index__isnull=False)
    assert (application.status, application.mailbox, application.record_id) == ("NEW", record.mailbox, record.pk)
    assert Paper.objects.get(application=application).kind == "ktp"
    assert OutboxMessage.objects.get(subject=application.pk).template == "activation"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"nik": ""}, 4014, "NIK harus diisi"),
        ({"nik": "123"}, 4015, "Format NIK"),
        ({"nip": "12"}, 4015, "Format NIP"),
        ({"nama": " "}, 4015, "Nama harus diisi"),
        ({"email": "ayu"}, 4015, "Format email"),
        ({"email": "ayu@gmail.example"}, 4015, "surel dinas"),
        ({"nomor_telepon": "abc"}, 4015, "nomor telepon"),
        ({"nip": ""}, 2011, "Penandatangan tidak terdaftar"),
    ],
)
def test_what_is_wrong_is_told_by_number_and_words(
    secret: str, record: PersonnelRecord, change: dict[str, str], code: int, words: str
) -> None:
    answer = register(secret, person(record, **change))

    assert answer.status_code == 400
    assert answer.json()["status_code"] == code
    assert words in answer.json()["message"]
    assert not Application.objects.exists()


def test_a_nik_twice_is_told(secret: str, record: PersonnelRecord) -> None:
    assert register(secret, person(record)).status_code == 200

    answer = register(secret, person(record))

    assert answer.json()["status_code"] == 4024
    assert answer.json()["message"] == "NIK telah terdaftar"
    assert Application.objects.count() == 1


def test_a_file_that_is_none_leaves_nothing_behind(secret: str, record: PersonnelRecord) -> None:
    answer = register(
        secret, person(record, surat_rekomendasi=SimpleUploadedFile("a.pdf", b"bukan", "application/pdf"))
    )

    assert answer.json()["status_code"] == 4015
    assert "surat_rekomendasi" in answer.json()["message"]
    assert not Application.objects.exists()


@pytest.mark.parametrize("path", ["/api/v2/user/registration", "/api/v2/user/register"])
def test_version_2_invites_somebody_of_the_records(secret: str, record: PersonnelRecord, path: str) -> None:
    body = json.dumps({"nama": record.name, "email": record.mailbox})

    answer = Client().post(path, body, content_type="application/json", headers=basic(secret))

    assert (answer.status_code, answer.json()) == (200, {"message": "Pendaftaran berhasil"})
    assert Application.objects.get().record_id == record.pk


def test_version_2_knows_nobody_outside_the_records(secret: str) -> None:
    body = json.dumps({"nama": "Siapa Pun", "email": "siapa@natunakab.example"})

    answer = Client().post("/api/v2/user/register", body, content_type="application/json", headers=basic(secret))

    assert (answer.status_code, answer.json()["status_code"]) == (400, 2011)


def invited(secret: str, name: str, mailbox: str) -> Any:
    body = json.dumps({"nama": name, "email": mailbox})
    return Client().post("/api/v2/user/register", body, content_type="application/json", headers=basic(secret))


def test_version_2_sends_the_link_again_while_the_form_is_not_sent(secret: str, record: PersonnelRecord) -> None:
    answers = [invited(secret, record.name, record.mailbox).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert Application.objects.count() == 1
    assert OutboxMessage.objects.filter(template="activation").count() == 2


@pytest.mark.parametrize("status", ["ON_SET_PASSPHRASE", "ISSUE", "ACTIVE", "SUSPENDED"])
def test_version_2_knows_whom_version_1_knows(secret: str, natuna: Institution, status: str) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status=status, waiting_for="nobody")
    sent = OutboxMessage.objects.count()

    answer = invited(secret, application.name, application.mailbox)

    told = {"status_code": 4024, "message": "Email telah terdaftar", "error": "Email telah terdaftar"}
    assert (answer.status_code, answer.json()) == (400, told)
    assert ApiCall.objects.latest("pk").answer == "4024"
    assert (Application.objects.count(), OutboxMessage.objects.count()) == (1, sent)


@pytest.mark.parametrize("status", ["REVOKED", "EXPIRED", "REJECTED"])
def test_version_2_begins_anew_for_whose_has_ended(secret: str, natuna: Institution, status: str) -> None:
    application = cast.fill(cast.begin(natuna))
    Application.objects.filter(pk=application.pk).update(status=status, waiting_for="nobody")

    assert invited(secret, application.name, application.mailbox).status_code == 200
    assert Application.objects.count() == 2


def test_another_name_than_the_mailbox_has_is_refused_in_both_versions(secret: str, record: PersonnelRecord) -> None:
    answers = [register(secret, person(record, nama="Budi Lain")), invited(secret, "Budi Lain", record.mailbox)]

    told = "Penandatangan tidak terdaftar: nama tidak sesuai dengan data pegawai untuk email ini"
    assert [(each.status_code, each.json()) for each in answers] == [
        (400, {"status_code": 2011, "message": told, "error": told})
    ] * 2
    assert not Application.objects.exists()


@pytest.mark.parametrize("name", ["dr. AYU CONTOH, M.Kom.", "Ayu", "A. Contoh", "ayu  contoh", ""])
def test_the_name_may_come_with_titles_or_shorter(secret: str, record: PersonnelRecord, name: str) -> None:
    assert record.name == "Ayu Contoh"

    assert invited(secret, name, record.mailbox).status_code == 200


# --- Chain -----------------------------------------------------------------------------------------------------
def test_the_chain_comes_by_serial_and_by_nik_for_the_own_people_alone(
    secret: str, issued: Application, sulteng: Institution, verifier: Account
) -> None:
    certificate = Certificate.objects.get(application=issued)
    other = clients.make(sulteng, "Lain", "lain", by=None)
    ask = "/api/v2/user/certificate/chain/"

    by_serial = Client().get(f"{ask}{certificate.serial.lower()}", headers=basic(secret))
    by_nik = Client().get(f"{ask}{issued.nik}", headers=basic(secret))

    assert by_serial.json() == by_nik.json()
    assert by_serial.json()["certificate"] == certificate.pem
    assert "".join(by_serial.json()["chain"]) == certificate.chain
    assert Client().get(f"{ask}{certificate.serial}", headers=basic(other, "lain")).status_code == 404


def test_the_whole_life_in_words(secret: str, issued: Application, verifier: Account) -> None:
    told = [status_v1(secret, issued.nik)["status"]]
    actions.activate(issued.pk)
    told.append(status_v1(secret, issued.nik)["status"])
    Certificate.objects.update(not_after=Now() + timedelta(days=20))
    succession.begin(issued.pk, Application.Purpose.RENEWAL)
    told.append(status_v1(secret, issued.nik)["status"])
    revocation.suspend(issued.pk, by=verifier)
    told.append(status_v1(secret, issued.nik)["status"])
    revocation.revoke(issued.pk, "keyCompromise", by=verifier)
    Application.objects.filter(predecessor=issued.pk).update(status="REJECTED", waiting_for="nobody")
    told.append(status_v1(secret, issued.nik)["status"])

    assert told == ["WAITING_FOR_VERIFICATION", "ISSUE", "RENEW", "SUSPEND", "REVOKE"]
