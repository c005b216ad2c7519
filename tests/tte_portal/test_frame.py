"""The parts around a page are drawn once for each institution, and never shown for another or out of date."""

from django.template.loader import render_to_string
from django.test import Client

from enrollment.models import Institution
from tests import cast


def test_each_institution_has_its_own(client: Client, institutions: dict[str, Institution]) -> None:
    for slug in ("natuna", "sulteng", "natuna"):
        page = client.get(f"/{slug}/").content.decode()
        others = [each for each in institutions.values() if each.slug != slug]
        assert f'href="/{slug}/"' in page
        assert f"mailto:{institutions[slug].helpdesk_email}" in page
        assert not any(each.helpdesk_email in page or f'href="/{each.slug}/"' in page for each in others)


def test_a_new_name_shows_at_once(client: Client, natuna: Institution) -> None:
    client.get("/natuna/")
    natuna.name, natuna.helpdesk_email = "Kabupaten <Baru>", "baru@natunakab.example"
    natuna.save()
    page = client.get("/natuna/").content.decode()
    assert "Kabupaten &lt;Baru&gt;" in page
    assert "<Baru>" not in page
    assert "mailto:baru@natunakab.example" in page


def test_a_page_of_no_institution_names_none(client: Client, institutions: dict[str, Institution]) -> None:
    client.get("/natuna/")
    page = client.get("/status/").content.decode()
    assert "Layanan tanda tangan elektronik" in page
    assert not any(each.name in page for each in institutions.values())


def test_the_demo_says_so_and_nothing_else_does(natuna: Institution) -> None:
    told = [render_to_string("status/sent.html", {"demo": demo, "institution": natuna}) for demo in (True, False)]
    assert ["Mode demo" in page for page in told] == [True, False]


def test_a_page_of_the_wizard_is_in_the_institutions_name(natuna: Institution) -> None:
    page = cast.open_link(cast.begin(natuna), "activation").get("/pengajuan/").content.decode()
    assert f"mailto:{natuna.helpdesk_email}" in page
    assert 'class="skip" href="#isi"' in page
