"""The dinas mailbox is proven before a certificate is asked for, and only the registry's counts."""

import pytest
from django.test import Client

from enrollment import lifecycle
from enrollment.holders import mailbox
from enrollment.models import Application, Employment, Holder, Institution
from tests import holders
from tests.hostile import dump, sql
from tte_portal import outbox
from tte_portal.models import Link, OutboxMessage

pytestmark = pytest.mark.django_db

MAILBOX = "ayu.contoh@pns.magelangkota.example"
GIVEN = {
    "phone": "0812 0000 0001", "whatsapp": "0812 0000 0002", "mailbox": MAILBOX, "private_mailbox": "ayu@surel.example",
}  # fmt: skip


@pytest.fixture
def city(institutions: dict[str, Institution]) -> Institution:
    return holders.open_as(institutions["magelang"], "magelang")


@pytest.fixture
def ayu(city: Institution) -> Holder:
    return holders.holder_of(city)


@pytest.fixture
def client(ayu: Holder) -> Client:
    return holders.browser_of(ayu)


def prove(ayu: Holder, client: Client) -> None:
    client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"})
    assert Client().post(f"/email/aktivasi/surel/{holders.token_of(ayu, 'mailbox')}/").status_code == 302


def test_the_page_has_the_guides_words(client: Client) -> None:
    page = client.get("/akun/").content.decode()
    for words in ("Sertifikat Elektronik BSrE", "Nama", "NIK", "Email BSrE", "Instansi Kerja", "NOT_REGISTERED",
                  "Pengguna tidak terdaftar", 'aria-disabled="true">Registrasi Sertifikat'):  # fmt: skip
        assert words in page
    form = client.get("/akun/surel-dinas/").content.decode()
    for words in ("Nomor Telepon", "Nomor Handphone (WhatsApp)", "Email Dinas", "Email Pribadi",
                  "Simpan dan Verifikasi", "@pns.magelangkota.example", MAILBOX):  # fmt: skip
        assert words in form
    assert "@asn.magelangkota.example" not in form


@pytest.mark.parametrize(
    ("employment", "domains"),
    [
        ("PNS", ["pns.magelangkota.example"]),
        ("PPPK", ["asn.magelangkota.example"]),
        ("", ["asn.magelangkota.example"]),
    ],
)
def test_each_kind_of_employment_has_its_domain(city: Institution, employment: str, domains: list[str]) -> None:
    assert mailbox.domains_for(city, employment) == domains


def test_an_institution_with_one_domain_has_it_for_everybody(natuna: Institution) -> None:
    assert {tuple(mailbox.domains_for(natuna, each)) for each in Employment.values} == {("natunakab.example",)}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("ayu.contoh@asn.magelangkota.example", "berakhiran @pns.magelangkota.example"),
        ("ayu.contoh@surel.example", "berakhiran @pns.magelangkota.example"),
        ("budi.percobaan@pns.magelangkota.example", "tercatat untuk Anda"),
        ("ayu", "tidak lengkap"),
    ],
)
def test_a_mailbox_that_is_not_ones_own_is_refused_on_its_field(client: Client, wrong: str, sentence: str) -> None:
    page = client.post("/akun/surel-dinas/", {**GIVEN, "mailbox": wrong, "go": "yes"})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not OutboxMessage.objects.exists()


def test_it_is_asked_once_more_before_the_mail_goes(client: Client) -> None:
    page = client.post("/akun/surel-dinas/", GIVEN)
    assert "Apakah anda yakin?" in page.content.decode()
    assert not OutboxMessage.objects.exists()
    assert client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"})["Location"] == "/akun/surel-dinas/terkirim/"
    mail = outbox.compose(OutboxMessage.objects.get())
    assert (mail.to, mail.subject) == (MAILBOX, "Aktivasi Email Dinas")


def test_the_link_proves_by_its_post_alone_and_once(ayu: Holder, client: Client) -> None:
    client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"})
    address = f"/email/aktivasi/surel/{holders.token_of(ayu, 'mailbox')}/"
    before = dump()
    assert Client().get(address).status_code == 200
    assert dump() == before

    page = Client().post(address, follow=True)

    assert "Aktivasi Berhasil" in page.content.decode()
    ayu.refresh_from_db()
    assert (ayu.mailbox, ayu.phone, ayu.whatsapp) == (MAILBOX, "+6281200000001", "+6281200000002")
    assert ayu.mailbox_proven_at is not None
    assert Client().post(address).status_code == 410
    for typed in ("+6281200000002", "ayu@surel.example"):
        assert typed not in str(dump())


def test_a_link_of_yesterday_proves_nothing(ayu: Holder, client: Client) -> None:
    client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"})
    sql("UPDATE tte_portal_link SET expires_at = now() - interval '1 second'")
    assert Client().post(f"/email/aktivasi/surel/{holders.token_of(ayu, 'mailbox')}/").status_code == 410
    ayu.refresh_from_db()
    assert ayu.mailbox_proven_at is None


def test_when_the_registry_has_another_mailbox_by_then_nothing_is_proven(ayu: Holder, client: Client) -> None:
    client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"})
    assert ayu.record is not None
    ayu.record.mailbox = "ayu.baru@pns.magelangkota.example"
    ayu.record.save()
    page = Client().post(f"/email/aktivasi/surel/{holders.token_of(ayu, 'mailbox')}/")
    assert "bukan surel dinas yang tercatat" in page.content.decode()
    ayu.refresh_from_db()
    assert (ayu.mailbox, ayu.mailbox_proven_at) == ("", None)
    assert Link.objects.get(purpose="mailbox").finished_at is None


def test_the_button_asks_the_guides_question_and_then_mails_the_activation(ayu: Holder, client: Client) -> None:
    assert client.get("/akun/registrasi/")["Location"] == "/akun/"
    prove(ayu, client)
    assert "Apakah anda yakin akan Buat Sertifikat?" in client.get("/akun/registrasi/").content.decode()
    assert client.post("/akun/registrasi/")["Location"] == "/akun/registrasi/"
    assert not Application.objects.exists()

    assert client.post("/akun/registrasi/", {"go": "yes"})["Location"] == "/akun/tanda-terima/"

    application = Application.objects.get()
    assert lifecycle.state_of(application) == lifecycle.DRAFT
    assert (application.mailbox, application.phone) == (MAILBOX, "+6281200000002")
    mail = outbox.compose(OutboxMessage.objects.get(template="activation"))
    assert (mail.to, mail.subject) == (MAILBOX, "[BSrE] Aktivasi Akun")
    page = client.get("/akun/").content.decode()
    assert "NEW" in page
    assert "Kirim tautan pengisian" in page


def test_a_lost_activation_mail_is_sent_again_from_the_account(ayu: Holder, client: Client) -> None:
    prove(ayu, client)
    client.post("/akun/registrasi/", {"go": "yes"})
    client.post("/akun/tautan/")
    assert OutboxMessage.objects.filter(template="activation").count() == 2


def test_mails_that_prove_a_mailbox_are_few(client: Client) -> None:
    answers = [client.post("/akun/surel-dinas/", {**GIVEN, "go": "yes"}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2


def test_where_no_mailbox_is_to_be_proven_there_is_no_such_page(natuna: Institution) -> None:
    assert holders.browser_of(holders.holder_of(natuna)).get("/akun/surel-dinas/").status_code == 404
