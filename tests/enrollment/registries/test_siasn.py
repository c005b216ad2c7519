"""SIASN on a real server: two tokens, time limits, cache, breaker; nothing personal is logged whatever comes."""

import base64
import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some

from enrollment import registries
from enrollment.models import Institution, PersonnelRecord
from enrollment.numbers import Birth
from enrollment.registries import Unavailable
from enrollment.registries.http import Limits
from enrollment.registries.siasn import Access, Siasn
from tests.enrollment.registries.servers import HASTY, LIMITS, Answered, Asked, Hand, Served, says, serving
from tests.hostile import console_log, guesses, together

NIP = "196805172026032100"
OTHER = "197908032026031101"
NIK = "9901015705680100"
DATA = {
    "nipBaru": NIP, "nama": "AYU CONTOH", "tglLahir": "17-05-1968", "jenisKelamin": "F", "nik": NIK,
    "emailGov": "Ayu.Contoh@natunakab.example", "email": "ayu@mail.example",
    "unorNama": "Bidang Data Contoh", "jabatanNama": "Pranata Komputer",
}  # fmt: skip
NOWHERE = Institution(slug="nowhere")


class Bkn:
    """BKN as it should be; a test breaks one part of it."""

    def __init__(self) -> None:
        self.tokens = 0
        self.lifetime: Any = 3600
        self.refused: set[str] = set()
        self.token: Callable[[str], Answered] = self.new_token
        self.data: Callable[[str], Answered] = lambda nip: says({"code": 1, "data": {**DATA, "nipBaru": nip}})

    def new_token(self, kind: str) -> Answered:
        self.tokens += 1
        return says({"access_token": f"{kind}-{self.tokens}", "expires_in": self.lifetime})

    def __call__(self, asked: Asked) -> Answered:
        if asked.path == "/oauth2/token":
            right = base64.b64encode(b"kunci:rahasia-kunci").decode()
            assert asked.headers["Authorization"] == f"Basic {right}"
            assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"]}
            return self.token("api")
        if asked.path == "/realms/asn/token":
            assert parse_qs(asked.body.decode()) == {
                "grant_type": ["password"], "client_id": ["portal"],
                "username": ["petugas"], "password": ["rahasia-sso"],
            }  # fmt: skip
            assert "Authorization" not in asked.headers
            return self.token("sso")
        carried = (asked.headers["Authorization"], asked.headers["Auth"])
        assert carried[0].startswith("Bearer api-")
        assert carried[1].startswith("bearer sso-")
        if {each.split()[1] for each in carried} & self.refused:
            return says({"message": "expired"}, 401)
        assert asked.path.startswith("/apisiasn/1.0/pns/data-utama/")
        return self.data(asked.path.rpartition("/")[2])


@pytest.fixture
def bkn() -> Bkn:
    return Bkn()


@pytest.fixture
def served(bkn: Bkn) -> Iterator[Served]:
    with serving(bkn) as served:
        yield served


def access(url: str) -> Access:
    return Access(url, "kunci", "rahasia-kunci", f"{url}/realms/asn/token", "portal", "petugas", "rahasia-sso")


def adapter(served: Served, limits: Limits = LIMITS, clock: Hand | None = None) -> Siasn:
    return Siasn(access(served.url), limits, clock or Hand())


def reason(siasn: Siasn, nip: str = NIP) -> str:
    with pytest.raises(Unavailable) as refused:
        siasn.find(NOWHERE, nip)
    return refused.value.reason


def count(served: Served, part: str) -> int:
    return sum(part in path for path in served.paths())


# --- The way it should be ------------------------------------------------------------------------------------------
def test_an_employee_is_found_with_both_tokens(served: Served) -> None:
    person = adapter(served).find(NOWHERE, NIP)

    assert person is not None
    assert (person.employee_number, person.name, person.nik) == (NIP, "AYU CONTOH", NIK)
    assert person.birth == Birth(17, 5, 1968, "P")
    assert person.mailboxes == {"ayu.contoh@natunakab.example", "ayu@mail.example"}
    assert (person.unit, person.position) == ("Bidang Data Contoh", "Pranata Komputer")
    assert served.paths() == ["/oauth2/token", "/realms/asn/token", f"/apisiasn/1.0/pns/data-utama/{NIP}"]


@pytest.mark.parametrize("status", [404, 200])
def test_nobody_is_none(served: Served, bkn: Bkn, status: int) -> None:
    bkn.data = lambda nip: says({"code": 0, "data": "Data tidak ditemukan"}, status)

    assert adapter(served).find(NOWHERE, NIP) is None


def test_numbers_may_come_as_numbers_and_fields_may_lack(served: Served, bkn: Bkn) -> None:
    bkn.data = lambda nip: says(
        {"code": "1", "data": {"nipBaru": int(nip), "nama": "Ayu", "nik": int(NIK), "email": None}}
    )

    person = adapter(served).find(NOWHERE, NIP)

    assert person is not None
    assert (person.nik, person.birth, person.mailboxes, person.unit) == (NIK, None, frozenset(), "")


@pytest.mark.parametrize(
    ("word", "sex"), [("M", "L"), ("1", "L"), (2, "P"), ("Wanita", "P"), ("laki-laki", "L"), ("?", None), (None, None)]
)
def test_sexes_in_any_words(served: Served, bkn: Bkn, word: object, sex: str | None) -> None:
    bkn.data = lambda nip: says({"data": {**DATA, "jenisKelamin": word}})

    person = adapter(served).find(NOWHERE, NIP)

    assert person is not None
    assert person.birth == Birth(17, 5, 1968, sex)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "standing"), [("PNS", "PNS"), ("Pensiun  BUP", "Pensiun BUP"), (None, ""), ({"id": 1}, "")]
)
def test_the_words_for_the_employment_are_kept(served: Served, bkn: Bkn, said: object, standing: str) -> None:
    bkn.data = lambda nip: says({"data": {**DATA, "statusPegawai": said}})

    person = adapter(served).find(NOWHERE, NIP)

    assert person is not None
    assert person.standing == standing


def test_an_nrp_is_looked_up_in_the_imported_list(served: Served, natuna: Institution) -> None:
    PersonnelRecord.objects.create(
        institution=natuna, employee_number="85120001", name="Polisi Contoh", unit="Polres Contoh", position="Penyidik",
        province="Kepulauan Riau", mailbox="polisi@natunakab.example", employment="POLRI",
    )  # fmt: skip

    found = adapter(served).find(natuna, "85120001")

    assert found is not None
    assert found.name == "Polisi Contoh"
    assert adapter(served).find(natuna, "85120002") is None
    assert served.asked == []


# --- Tokens --------------------------------------------------------------------------------------------------------
def test_tokens_are_kept_and_renewed_before_they_end(served: Served, bkn: Bkn) -> None:
    clock = Hand()
    siasn = adapter(served, clock=clock)
    siasn.find(NOWHERE, NIP)

    clock.now += 3600 - 301
    siasn.find(NOWHERE, OTHER)
    assert bkn.tokens == 2

    clock.now += 2
    siasn.find(NOWHERE, "198001012026031001")
    assert bkn.tokens == 4


@pytest.mark.parametrize(("lifetime", "used_for"), [("600", 540), (None, 270), ("soon", 270), (10**9, 42900)])
def test_a_lifetime_in_any_form(served: Served, bkn: Bkn, lifetime: object, used_for: int) -> None:
    bkn.lifetime, clock = lifetime, Hand()
    siasn = adapter(served, clock=clock)
    siasn.find(NOWHERE, NIP)

    clock.now += used_for - 1
    siasn.find(NOWHERE, OTHER)
    assert bkn.tokens == 2
    clock.now += 2
    siasn.find(NOWHERE, "198001012026031001")
    assert bkn.tokens == 4


@pytest.mark.parametrize("lifetime", [0, -5])
def test_a_token_that_has_ended_already_is_used_once(served: Served, bkn: Bkn, lifetime: int) -> None:
    bkn.lifetime = lifetime
    siasn = adapter(served)

    siasn.find(NOWHERE, NIP)
    siasn.find(NOWHERE, OTHER)

    assert bkn.tokens == 4


def test_a_token_refused_early_is_fetched_anew_once(served: Served, bkn: Bkn) -> None:
    siasn = adapter(served)
    siasn.find(NOWHERE, NIP)
    bkn.refused = {"sso-2"}

    assert siasn.find(NOWHERE, OTHER) is not None

    assert bkn.tokens == 4
    assert count(served, "data-utama") == 3


def test_who_is_refused_twice_gives_up(served: Served, bkn: Bkn) -> None:
    bkn.data = lambda nip: says({"message": "no"}, 401)

    assert reason(adapter(served)) == "SIASN menjawab dengan kesalahan 401"

    assert (bkn.tokens, count(served, "data-utama")) == (4, 2)


def test_endless_refusals_open_the_breaker_too(served: Served, bkn: Bkn) -> None:
    bkn.data = lambda nip: says({"message": "no"}, 401)
    siasn = adapter(served)
    for _ in range(LIMITS.failures):
        reason(siasn)
    served.asked.clear()

    assert "berulang kali gagal" in reason(siasn)
    assert count(served, "data-utama") == 0


def test_many_at_once_renew_once(served: Served, bkn: Bkn) -> None:
    siasn, barrier = adapter(served), Barrier(8)

    def find(number: int) -> Any:
        barrier.wait()
        return siasn.find(NOWHERE, f"1980010120260310{number:02}")

    found = together(8, find)

    assert [each for each in found if isinstance(each, Exception)] == []
    assert bkn.tokens == 2


@pytest.mark.parametrize(
    "token",
    [
        says({"error": "invalid_client"}, 401),
        says({"error": "invalid_grant"}, 400),
        says({"token": "x"}),
        says({"access_token": None}),
        says({"access_token": "a\r\nX-Injected: 1"}),
        says(["access_token"]),
        Answered(200, b"<html>login</html>", "text/html"),
    ],
)
def test_without_a_token_nobody_is_asked(served: Served, bkn: Bkn, token: Answered) -> None:
    bkn.token = lambda kind: token

    assert "SIASN (token)" in reason(adapter(served))
    assert count(served, "data-utama") == 0


# --- What goes wrong -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (says({}, 500), "kesalahan 500"),
        (says({}, 503), "kesalahan 503"),
        (says({}, 302, headers={"Location": "http://127.0.0.1:9/"}), "kesalahan 302"),
        (says({}, 403), "kesalahan 403"),
        (Answered(200, b"<html>Dalam perbaikan</html>", "text/html"), "tidak dikenal"),
        (Answered(404, b"<html>Not found</html>", "text/html"), "tidak dikenal"),
        (says({"code": 404, "message": "No matching resource"}, 404), "tidak dikenal"),
        (Answered(200, b'{"code": 1, "data": {"nipBaru"'), "tidak dikenal"),
        (Answered(200, b""), "tidak dikenal"),
        (Answered(200, b"[" * 100_000), "tidak dikenal"),
        (Answered(200, b"\x1f\x8b\x08\x00garbage", headers={"Content-Encoding": "gzip"}), "tidak dikenal"),
        (says([1]), "tidak dikenal"),
        (says(None), "tidak dikenal"),
        (says({"code": 1, "data": None}), "tidak dikenal"),
        (says({"code": 1, "data": {**DATA, "nama": ""}}), "tidak dikenal"),
        (says({"code": 1, "data": {**DATA, "nipBaru": OTHER}}), "NIP lain"),
        (says({"code": 1, "data": {**DATA, "nipBaru": float(NIP)}}), "NIP lain"),
        (says({"code": 1, "data": {**DATA, "nipBaru": None}}), "NIP lain"),
        (says({"code": 1, "data": "x" * 300_000}), "terlalu panjang"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_no_answer(served: Served, bkn: Bkn, answer: Answered, told: str) -> None:
    bkn.data = lambda nip: answer

    found = reason(adapter(served))

    assert told in found
    assert found.startswith("SIASN")
    assert NIP not in found


@pytest.mark.parametrize("answer", [says({"data": DATA}, late=5), says({"data": DATA}, drip=0.05)])
def test_a_late_answer_is_not_waited_for(served: Served, bkn: Bkn, answer: Answered) -> None:
    siasn = adapter(served, HASTY)
    siasn.find(NOWHERE, OTHER)
    bkn.data = lambda nip: answer

    assert reason(siasn) == "SIASN tidak menjawab dalam 0.3 detik"


def test_a_late_token_is_not_waited_for(served: Served, bkn: Bkn) -> None:
    bkn.token = lambda kind: says({"access_token": "x"}, late=5)

    assert "SIASN (token) tidak menjawab" in reason(adapter(served, HASTY))


def test_nobody_listens(bkn: Bkn) -> None:
    with serving(bkn) as served:
        siasn = adapter(served)

    assert reason(siasn) == "SIASN (token) tidak dapat dihubungi"


@guesses
@given(body=some.binary(max_size=200) | some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.sampled_from(["code", "data", *DATA, "x"]), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_comes_is_a_person_nobody_or_unavailable(served: Served, bkn: Bkn, body: bytes) -> None:
    bkn.data = lambda nip: Answered(200, body)
    # A fresh adapter each time: neither cache nor breaker answers in its place.
    try:
        found = adapter(served).find(NOWHERE, NIP)
    except Unavailable:
        return
    assert found is None or found.employee_number == NIP


# --- Breaker and cache ---------------------------------------------------------------------------------------------
def test_after_repeated_failures_it_is_left_in_peace_then_tried_once(served: Served, bkn: Bkn) -> None:
    clock = Hand()
    siasn, good = adapter(served, clock=clock), bkn.data
    bkn.data = lambda nip: says({}, 500)
    for _ in range(LIMITS.failures):
        assert "kesalahan 500" in reason(siasn)
    served.asked.clear()

    assert reason(siasn) == "SIASN sedang tidak ditanya karena berulang kali gagal"
    assert served.asked == []

    clock.now += LIMITS.rest + 1
    assert "kesalahan 500" in reason(siasn)
    assert "berulang kali" in reason(siasn)

    clock.now += LIMITS.rest + 1
    bkn.data = good
    assert siasn.find(NOWHERE, NIP) is not None
    assert siasn.find(NOWHERE, OTHER) is not None


def test_a_wrong_record_of_one_person_takes_nobody_else_down(served: Served, bkn: Bkn) -> None:
    good = bkn.data
    bkn.data = lambda nip: says({"data": {**DATA, "nama": None}}) if nip == NIP else good(nip)
    siasn = adapter(served)

    for _ in range(LIMITS.failures + 2):
        reason(siasn)

    assert siasn.find(NOWHERE, OTHER) is not None


def test_an_answer_is_kept_for_a_while(served: Served, bkn: Bkn) -> None:
    clock = Hand()
    siasn = adapter(served, clock=clock)
    first = siasn.find(NOWHERE, NIP)

    assert siasn.find(NOWHERE, NIP) is first
    assert count(served, "data-utama") == 1

    clock.now += 301
    assert siasn.find(NOWHERE, NIP) is not first
    assert count(served, "data-utama") == 2


def test_nobody_is_kept_too_and_failures_are_not(served: Served, bkn: Bkn) -> None:
    siasn, good = adapter(served), bkn.data
    bkn.data = lambda nip: says({}, 500)
    reason(siasn)
    bkn.data = lambda nip: says({"code": 0, "data": "Data tidak ditemukan"}, 404)
    assert siasn.find(NOWHERE, NIP) is None

    bkn.data = good
    assert siasn.find(NOWHERE, NIP) is None


def test_the_cache_holds_no_number_as_its_key(served: Served) -> None:
    siasn = adapter(served)
    siasn.find(NOWHERE, NIP)

    assert len(siasn._recent) == 1
    assert all(len(key) == 32 and NIP.encode() not in key for key in siasn._recent._kept)


# --- Nothing personal is written down ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "answer",
    [
        says({"code": 1, "data": DATA}),
        says({"code": 1, "data": {**DATA, "nipBaru": OTHER}}),
        says({"message": f"{NIP} AYU CONTOH"}, 500),
        Answered(200, f"{NIP} AYU CONTOH".encode()),
    ],
)
def test_logs_and_tracebacks_hold_nothing_personal(
    served: Served, bkn: Bkn, answer: Answered, caplog: pytest.LogCaptureFixture
) -> None:
    bkn.data = lambda nip: answer
    told = ""

    with console_log() as written:
        try:
            told = repr(adapter(served).find(NOWHERE, NIP))
        except Unavailable as error:
            told = "".join(traceback.format_exception(error))

    for secret in (NIP, OTHER, NIK, "AYU", "rahasia", "api-1", "sso-2"):
        assert secret not in written.getvalue() + caplog.text + told


def test_a_netrc_adds_nothing(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    # The server itself asserts what each request carries.
    assert adapter(served).find(NOWHERE, NIP) is not None


# --- Settings ------------------------------------------------------------------------------------------------------
FULL = {
    "SIASN_URL": "https://siasn.example/", "SIASN_KEY": "k", "SIASN_SECRET": "s",
    "SIASN_SSO_URL": "https://sso.example/token", "SIASN_SSO_CLIENT": "c", "SIASN_SSO_LOGIN": "l",
    "SIASN_SSO_PASSWORD": "p",
}  # fmt: skip


def test_missing_settings_are_named(settings: Any) -> None:
    settings.SIASN = {**FULL, "SIASN_SECRET": "", "SIASN_SSO_LOGIN": ""}

    with pytest.raises(ImproperlyConfigured, match="set SIASN_SECRET, SIASN_SSO_LOGIN too"):
        Siasn()


@pytest.mark.parametrize("name", ["SIASN_URL", "SIASN_SSO_URL"])
@pytest.mark.parametrize("url", ["http://siasn.example", "siasn.example", "ftp://siasn.example", "https://"])
def test_secrets_go_over_https_alone(settings: Any, name: str, url: str) -> None:
    settings.SIASN = {**FULL, name: url}

    with pytest.raises(ImproperlyConfigured, match=f"{name} must be an address that begins with https://"):
        Access.configured()


def test_it_is_chosen_by_its_short_name_and_made_once(settings: Any) -> None:
    settings.PERSONNEL_REGISTRY, settings.SIASN = "siasn", FULL
    registries.made.cache_clear()

    assert isinstance(registries.personnel_registry(), Siasn)
    assert registries.personnel_registry() is registries.personnel_registry()
    assert Access.configured().url == "https://siasn.example"


def test_the_command_tells_whether_it_answers(
    settings: Any, served: Served, bkn: Bkn, natuna: Institution, capsys: pytest.CaptureFixture[str]
) -> None:
    sso = f"{served.url}/realms/asn/token"
    settings.PERSONNEL_REGISTRY = "siasn"
    settings.SIASN = dict(
        zip(FULL, (served.url, "kunci", "rahasia-kunci", sso, "portal", "petugas", "rahasia-sso"), strict=True)
    )
    registries.made.cache_clear()
    bkn.data = lambda nip: says({"code": 0, "data": "Data tidak ditemukan"}, 404)

    call_command("registries", "check")
    assert "personnel (siasn): answers" in capsys.readouterr().out

    registries.made.cache_clear()
    bkn.data = lambda nip: says({}, 500)
    with pytest.raises(CommandError):
        call_command("registries", "check")
    out = capsys.readouterr().out
    assert "personnel (siasn): SIASN menjawab dengan kesalahan 500" in out
    assert "rahasia" not in out
