"""The front doors: which institutions there are, what each offers, and where help is."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from enrollment.models import Application, Institution, KnownProblem
from tte_portal.models import Account

pytestmark = pytest.mark.django_db


def body(path: str, **more: Any) -> str:
    page = Client().get(path, **more)
    assert page.status_code == 200
    return page.content.decode()


def test_the_home_page_lists_every_institution_and_which_are_open(institutions: dict[str, Institution]) -> None:
    Institution.objects.exclude(slug="natuna").update(procedure_slug="")
    page = body("/")
    for institution in institutions.values():
        assert f'href="/{institution.slug}/"' in page
        assert institution.name in page
    assert page.count("Buka layanan") == 1
    assert page.count("Lihat keterangan") == 4


def test_an_empty_portal_says_so() -> None:
    assert "Belum ada instansi" in body("/")


def test_an_open_institution_offers_its_services_contacts_and_ways_out(natuna: Institution) -> None:
    page = body("/natuna/")
    assert 'href="/natuna/aktivasi/"' in page
    assert 'href="/status/"' in page
    for contact in natuna.contacts.all():
        assert contact.name in page
        assert f'href="tel:{contact.phone.replace(" ", "")}"' in page
    for problem in natuna.known_problems.all():
        assert problem.question in page
    assert natuna.helpdesk_email in page


def test_an_institution_that_is_not_open_says_so_and_offers_no_application(sulteng: Institution) -> None:
    Institution.objects.update(procedure_slug="")
    page = body("/sulteng/")
    assert "Layanan ini belum dibuka" in page
    assert "/sulteng/aktivasi/" not in page
    assert Client().get("/sulteng/aktivasi/")["Location"] == "/sulteng/"
    assert Client().post("/sulteng/aktivasi/", {"mailbox": "ayu.contoh@sultengprov.example"})["Location"] == "/sulteng/"


@pytest.mark.parametrize("path", ["/atlantis/", "/atlantis/aktivasi/", "/atlantis/aktivasi/terkirim/", "/NATUNA/"])
def test_an_institution_that_is_not_there_is_not_found(natuna: Institution, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_on_its_own_host_the_home_page_is_the_institutions(natuna: Institution, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["tte.natunakab.example", "testserver"]
    Institution.objects.filter(pk=natuna.pk).update(host="tte.natunakab.example")
    assert natuna.name in body("/", headers={"host": "tte.natunakab.example"})
    assert "Di mana Anda bekerja?" in body("/")
    assert Client().get("/", headers={"host": "jahat.example"}).status_code == 400


def test_an_institution_without_a_host_is_nobodys_home(natuna: Institution, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert "Di mana Anda bekerja?" in body("/", headers={"host": "lain.example"})


def test_each_institution_shows_its_own_ways_out(natuna: Institution, sulteng: Institution) -> None:
    KnownProblem.objects.create(institution=sulteng, question="Hanya di Sulteng", answer="Baris satu\n\nBaris dua")
    assert "Hanya di Sulteng" in body("/sulteng/")
    assert "Hanya di Sulteng" not in body("/natuna/")


@pytest.mark.parametrize("path", ["/", "/natuna/", "/natuna/aktivasi/", "/status/", "/status/terkirim/"])
def test_a_public_page_keeps_no_cookie_but_that_of_its_form(natuna: Institution, path: str) -> None:
    page = Client().get(path)
    assert set(page.cookies) <= {"csrftoken"}
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/natuna/", "/natuna/aktivasi/terkirim/", "/status/terkirim/"])
def test_pages_that_only_tell_take_no_posts(natuna: Institution, path: str) -> None:
    assert Client().post(path).status_code == 405


def test_the_pilot_authority_is_named_where_people_begin(natuna: Institution) -> None:
    assert "bukan terbitan Penyelenggara Sertifikasi Elektronik" in body("/natuna/")


# --- The demo ------------------------------------------------------------------------------------------------------
def counts() -> tuple[int, ...]:
    return (
        Institution.objects.count(),
        Account.objects.count(),
        Application.objects.count(),
        KnownProblem.objects.count(),
    )


def test_the_demo_can_be_made_twice_and_is_made_once(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path
    call_command("demo")
    before, accounts = counts(), (tmp_path / "demo.json").read_text()
    call_command("demo")
    assert counts() == before
    assert (tmp_path / "demo.json").read_text() == accounts
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_lost_file_of_accounts_is_written_with_passwords_that_work(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path
    call_command("demo")
    (tmp_path / "demo.json").unlink()
    call_command("demo")
    for told in json.loads((tmp_path / "demo.json").read_text())["accounts"]:
        assert Account.objects.get(login=told["login"]).check_password(told["password"])


def test_in_production_no_demo_is_made(settings: Any) -> None:
    settings.MODE = "production"
    with pytest.raises(CommandError, match="not in production"):
        call_command("demo")
    assert not Account.objects.exists()


def test_people_with_a_work_contract_are_told_where_to_go(institutions: dict[str, Institution]) -> None:
    for slug in institutions:
        assert ("kontrak kerja" in body(f"/{slug}/")) == (slug == "magelang"), slug


def test_the_sign_in_is_as_the_institution_whose_page_led_there(
    institutions: dict[str, Institution], settings: Any
) -> None:
    settings.DEMO = True
    page = body("/magelang/")
    assert 'href="/akun/?instansi=magelang"' in page
    where = Client().get("/akun/?instansi=magelang")["Location"]
    assert where == "/akun/masuk/?instansi=magelang"
    page = body(where)
    assert institutions["magelang"].name in page
    assert institutions["magelang"].helpdesk_email in page
    assert "single sign-on" in page
    assert "single sign-on" not in body("/akun/masuk/?instansi=kemenkeu")
    assert "tidak-ada" not in body("/akun/masuk/?instansi=tidak-ada")
