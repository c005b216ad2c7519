"""Single sign-on with a real OpenID Connect provider: the good way, and every answer that must not be believed."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import psycopg2
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from enrollment.demo import seed
from enrollment.holders import accounts
from enrollment.models import Holder, Identity, Institution
from tests import holders, portal
from tests.hostile import dump
from tests.ports import free_port
from tte_portal import environment
from tte_portal.environment import ROOT
from tte_portal.models import AuditRow

pytestmark = pytest.mark.django_db

PASSWORD = "sandi di penyedia"
BACK = "http://127.0.0.1/akun/masuk/magelang/kembali/"


@dataclass
class Provider:
    """The running provider; ``database`` is its own, for what no browser can do to it."""

    port: int
    database: str

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/o"

    def sql(self, statement: str) -> None:
        with psycopg2.connect(self.database) as connection, connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    port, url = free_port(), portal._new_database()
    given = {
        "port": port, "database": environment.database(url),
        "client": {"id": "portal", "secret": "rahasia-portal", "back": BACK},
        "people": {"196805172026032500": PASSWORD, "197908032026031101": PASSWORD, "199901012026031999": PASSWORD},
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.identity_provider"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "IDENTITY_PROVIDER": json.dumps(given)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        found = Provider(port, url)
        portal.wait_for(lambda: _answers(found), "the provider")
        yield found
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def _answers(provider: Provider) -> bool:
    try:
        return requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=2).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def city(institutions: dict[str, Institution], provider: Provider, settings: Any) -> Institution:
    settings.OIDC_PROVIDERS = {
        "magelang": {
            "issuer": provider.issuer, "client_id": "portal", "client_secret": "rahasia-portal",
            "claim": "preferred_username",
        }
    }  # fmt: skip
    return holders.open_as(institutions["magelang"], "magelang")


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def number_of(institution: Institution, name: str = "Ayu Contoh") -> str:
    return next(each["nip"] for each in seed.people(institution) if each["name"] == name)


def at_provider(client: Client, number: str) -> str:
    """What the browser does between the two hosts: the address with which the provider sends it back."""
    begun = client.get("/akun/masuk/magelang/")
    assert begun.status_code == 302
    browser = requests.Session()
    page = browser.get(begun["Location"], timeout=10)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token is not None
    fields = {"username": number, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = browser.post(page.url, fields, timeout=10, allow_redirects=False)
    while not answer.headers["Location"].startswith(BACK):
        answer = browser.get(urljoin(page.url, answer.headers["Location"]), timeout=10, allow_redirects=False)
    return answer.headers["Location"]


def back(client: Client, address: str, **changed: str) -> Any:
    parts = urlsplit(address)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return client.get(parts.path, {**given, **changed})


def refused(response: Any, sentence: str = "tidak dapat dipakai") -> bool:
    return response.status_code == 403 and sentence in response.content.decode() and not Holder.objects.exists()


# --- The good way --------------------------------------------------------------------------------------------------
def test_the_nip_opens_ones_own_profile(city: Institution, client: Client, provider: Provider) -> None:
    begun = parse_qs(urlsplit(client.get("/akun/masuk/magelang/")["Location"]).query)
    assert begun["code_challenge_method"] == ["S256"]
    assert begun.keys() >= {"state", "nonce", "code_challenge"}

    answer = back(client, at_provider(client, number_of(city)))

    assert answer["Location"] == "/akun/"
    page = client.get("/akun/").content.decode()
    assert "Ayu Contoh" in page
    assert "NOT_REGISTERED" in page
    holder = Holder.objects.get()
    assert Identity.objects.get().account == holder.account
    assert not holder.account.has_usable_password()
    assert AuditRow.objects.filter(event="sign_in_by_provider", subject=holder.pk).count() == 1
    assert number_of(city) not in str(dump())


def test_the_second_time_opens_the_same_account(city: Institution, client: Client) -> None:
    for _ in range(2):
        back(client, at_provider(client, number_of(city)))
        client.post("/akun/keluar/")
    assert Holder.objects.count() == Identity.objects.count() == 1


def test_the_sign_in_page_leads_there_by_a_link(city: Institution, client: Client) -> None:
    page = client.get("/akun/masuk/").content.decode()
    assert 'href="/akun/masuk/magelang/"' in page


def test_an_account_mail_says_where_to_sign_in_and_has_no_link(city: Institution) -> None:
    accounts.answer_request("ayu.contoh@pns.magelangkota.example")
    [mail] = holders.mails("account")
    assert "layanan instansi Anda" in mail.text
    assert "/email/akun/" not in mail.text


def test_pages_of_password_and_phone_are_not_for_whom_the_provider_signed_in(city: Institution, client: Client) -> None:
    back(client, at_provider(client, number_of(city)))
    for path in ("kata-sandi/ganti", "kode-pemulihan", "autentikator/ganti"):
        assert client.get(f"/akun/{path}/")["Location"] == "/akun/"


# --- What must not be believed -------------------------------------------------------------------------------------
def test_a_wrong_state_is_refused(city: Institution, client: Client) -> None:
    assert refused(back(client, at_provider(client, number_of(city)), state="lain"))


def test_an_answer_in_another_browser_is_refused(city: Institution, client: Client) -> None:
    address = at_provider(client, number_of(city))
    assert refused(back(Client(SERVER_NAME="127.0.0.1"), address))


def test_a_wrong_nonce_is_refused(city: Institution, client: Client) -> None:
    address = at_provider(client, number_of(city))
    session = client.session
    [name] = [key for key in session.keys() if key.startswith("_state_")]  # noqa: SIM118
    kept = session[name]
    kept["data"]["nonce"] = "nonce-orang-lain"
    session[name] = kept
    session.save()
    assert refused(back(client, address))


def test_a_wrong_verifier_is_refused_by_the_provider(city: Institution, client: Client) -> None:
    address = at_provider(client, number_of(city))
    session = client.session
    [name] = [key for key in session.keys() if key.startswith("_state_")]  # noqa: SIM118
    kept = session[name]
    kept["data"]["code_verifier"] = "x" * 64
    session[name] = kept
    session.save()
    assert refused(back(client, address))


def test_an_expired_code_is_refused(city: Institution, client: Client, provider: Provider) -> None:
    address = at_provider(client, number_of(city))
    provider.sql("UPDATE oauth2_provider_grant SET expires = now() - interval '1 second'")
    assert refused(back(client, address))


def test_the_same_answer_twice_is_refused(city: Institution, client: Client) -> None:
    address = at_provider(client, number_of(city))
    back(client, address)
    client.post("/akun/keluar/")
    assert back(client, address).status_code == 403


def test_whoever_declined_at_the_provider_can_begin_again(city: Institution, client: Client) -> None:
    client.get("/akun/masuk/magelang/")
    page = client.get("/akun/masuk/magelang/kembali/", {"error": "access_denied", "error_description": "<b>tidak</b>"})
    assert refused(page)
    assert b"<b>tidak</b>" not in page.content
    assert b"Coba lagi" in page.content


@pytest.mark.parametrize("number", ["197908032026031101", "199901012026031999"])
def test_a_nip_of_another_institution_is_as_unknown_as_nobodys(
    city: Institution, natuna: Institution, client: Client, number: str
) -> None:
    assert number_of(natuna, "Budi Percobaan") == "197908032026031101"
    assert refused(back(client, at_provider(client, number)), "tidak ada di data kepegawaian")


def test_a_provider_account_that_stood_for_somebody_else_opens_nothing(city: Institution, client: Client) -> None:
    back(client, at_provider(client, number_of(city)))
    client.post("/akun/keluar/")
    other = holders.holder_of(city, "Budi Percobaan")
    Identity.objects.update(account=other.account)
    page = back(client, at_provider(client, number_of(city)))
    assert page.status_code == 403
    assert "pegawai lain" in page.content.decode()


def test_an_issuer_that_names_another_is_not_asked(city: Institution, client: Client, settings: Any) -> None:
    values = settings.OIDC_PROVIDERS["magelang"]
    settings.OIDC_PROVIDERS = {"magelang": {**values, "issuer": f"{values['issuer']}/"}}
    assert client.get("/akun/masuk/magelang/").status_code == 503


def test_a_provider_that_is_down_is_nobodys_fault(city: Institution, client: Client, settings: Any) -> None:
    address = at_provider(client, number_of(city))
    values = settings.OIDC_PROVIDERS["magelang"]
    settings.OIDC_PROVIDERS = {"magelang": {**values, "issuer": f"http://127.0.0.1:{free_port()}/o"}}
    for page in (client.get("/akun/masuk/magelang/"), back(client, address)):
        assert page.status_code == 503
        assert "tidak dapat dihubungi" in page.content.decode()


def test_without_a_provider_there_is_no_such_address(institutions: dict[str, Institution], client: Client) -> None:
    holders.open_as(institutions["magelang"], "magelang")
    assert client.get("/akun/masuk/magelang/").status_code == 404
    assert client.get("/akun/masuk/magelang/kembali/").status_code == 404


# --- The setting ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("bukan json", "must be JSON"),
        ('{"kota": "x"}', "must be JSON"),
        ('{"kota": {"issuer": "https://sso.example"}}', "needs issuer"),
        ('{"kota": {"issuer": "http://sso.example", "client_id": "a", "client_secret": "b"}}', "https://"),
        ('{"kota": {"issuer": "https://sso.example", "client_id": "a", "client_secret": "b", "x": "y"}}', "needs"),
    ],
)
def test_a_wrong_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, given: str, said: str) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", given)
    with pytest.raises(ImproperlyConfigured, match=said):
        environment.oidc_providers("OIDC_PROVIDERS")


def test_a_provider_has_the_usual_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    given = '{"kota": {"issuer": "https://sso.example", "client_id": "a", "client_secret": "b"}}'
    monkeypatch.setenv("OIDC_PROVIDERS", given)
    assert environment.oidc_providers("OIDC_PROVIDERS")["kota"]["claim"] == "preferred_username"
