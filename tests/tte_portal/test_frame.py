"""The parts around a page are drawn once for each institution, and never shown for another or out of date."""

from django.template.loader import render_to_string
from django.test import Client

from enrollment.models import Application, Institution
from tests import cast, holders
from tte_portal.models import Account
from tte_portal.templatetags.addresses import breakable


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


def test_each_page_of_the_wizard_says_whose_it_is(application: Application) -> None:
    browser = cast.open_link(application, "activation")
    Application.objects.update(name="Ayu <b>Contoh")
    for address in ("", "data-diri/", "data-kedinasan/", "foto-diri/", "disimpan/"):
        page = browser.get(f"/pengajuan/{address}").content.decode()
        assert "Pengajuan <b>Ayu &lt;b&gt;Contoh</b>" in page, address
        assert application.receipt in page
    Application.objects.update(name="")
    assert f"Pengajuan <b>{breakable(application.mailbox)}</b>" in browser.get("/pengajuan/").content.decode()


def test_the_passphrase_page_and_a_profiles_pages_say_whose_they_are(
    natuna: Institution, verifier: Account, institutions: dict[str, Institution]
) -> None:
    verified = cast.approved(natuna, verifier)
    page = cast.open_link(verified, "passphrase").get("/passphrase/").content.decode()
    assert f"Pengajuan <b>{verified.name}</b>" in page
    assert verified.receipt in page
    ministry = institutions["kemenkeu"]
    ayu = holders.holder_of(ministry)
    page = holders.browser_of(ayu).get("/akun/lengkapi/nik/").content.decode()
    assert f"Akun <b>{ayu.account.name}</b>" in page
