"""While a new certificate pauses there are two: every act says which it is about, and ends neither by mistake."""

import pytest
from django.core import mail
from django.test import Client

from enrollment.models import Application
from passphrase import actions, custody, revocation
from passphrase.holder import ending, pause
from passphrase.holder.proof import Acting
from passphrase.models import Certificate, Issuance
from tests import cast
from tests.passphrase.holder.test_pause import followed
from tests.passphrase.holder.visits import own
from tte_portal import links
from tte_portal.models import Account, Link

pytestmark = pytest.mark.django_db

PAGE = "/akun/sertifikat/"
REVOKE, SUSPEND, RESUME = (f"{PAGE}{each}/" for each in ("cabut", "tangguhkan", "aktifkan-lagi"))
NEW_PASSPHRASE = "Gunung-Hijau 81 Perahu"
BY_OLD = {"how": "passphrase", "passphrase": cast.GOOD_PASSPHRASE}
BY_NEW = {"how": "passphrase", "passphrase": NEW_PASSPHRASE}
KNOWN = {"reason": "keyCompromise"}


@pytest.fixture
def new(active: Application) -> Application:
    return followed(active)


@pytest.fixture
def browser(new: Application) -> Client:
    found = own(new)
    cast.deliver_all()
    mail.outbox.clear()
    return found


def states(*applications: Application) -> tuple[str, ...]:
    return tuple(Application.objects.get(pk=each.pk).status for each in applications)


def end_of(application: Application) -> str:
    return Certificate.objects.get(application=application).serial[-8:]


def test_the_page_says_of_each_act_which_it_is_about(browser: Client) -> None:
    page = browser.get(PAGE).content.decode()
    for each in (
        "Passphrase sertifikat yang baru.", "Hanya passphrase sertifikat yang baru", "Kedua sertifikat sekaligus",
        "Anda memilih: sertifikat lama, yang baru, atau keduanya",
    ):  # fmt: skip
        assert each in page


@pytest.mark.parametrize("act", ["cabut", "tangguhkan"])
def test_both_are_named_before_one_is_ended(browser: Client, active: Application, new: Application, act: str) -> None:
    page = browser.get(f"{PAGE}{act}/").content.decode()
    assert "Sertifikat lama</b>, dipakai sampai" in page
    assert "Sertifikat baru</b>, terbit" in page
    assert end_of(active) in page
    assert end_of(new) in page


@pytest.mark.parametrize("act", ["coba", "ganti"])
def test_what_concerns_a_passphrase_says_whose(browser: Client, new: Application, act: str) -> None:
    page = browser.get(f"{PAGE}{act}/").content.decode()
    assert "Halaman ini tentang <b>sertifikat baru</b> Anda" in page
    assert end_of(new) in page


def test_a_known_passphrase_ends_both_unless_one_is_chosen(
    browser: Client, active: Application, new: Application
) -> None:
    assert 'value="keduanya" checked' in browser.get(REVOKE).content.decode()

    told = browser.post(REVOKE, {**KNOWN, "which": "keduanya", **BY_NEW}).content.decode()

    assert "Kedua sertifikat Anda sudah dicabut" in told
    assert "ajukan sertifikat baru" in told
    assert states(active, new) == ("REVOKED", "REVOKED")
    assert set(Issuance.objects.filter(revoked_at__isnull=False).values_list("revocation_reason", flat=True)) == {
        "keyCompromise"
    }
    for each in (active, new):
        with pytest.raises(custody.NoKey):
            custody.open_key(each.pk, cast.GOOD_PASSPHRASE)
    assert cast.deliver_all() == ["revoked", "revoked"]
    assert not any("TIDAK ikut" in each.body for each in mail.outbox)


@pytest.mark.parametrize(("which", "ended", "other"), [("baru", 1, "lama"), ("lama", 0, "baru")])
def test_one_alone_is_ended_and_page_and_mail_say_that_the_other_goes_on(
    browser: Client, active: Application, new: Application, which: str, ended: int, other: str
) -> None:
    both = [active, new]

    told = browser.post(REVOKE, {**KNOWN, "which": which, **BY_OLD}).content.decode()

    assert f"Sertifikat {which} Anda sudah dicabut" in told
    assert f"Sertifikat {other} Anda tidak ikut dicabut" in told
    assert f'href="{REVOKE}">Cabut sertifikat itu juga' in told
    assert "ajukan sertifikat baru" not in told
    assert states(both[ended]) == ("REVOKED",)
    assert states(both[1 - ended])[0] in ("ACTIVE", "ISSUE")
    cast.deliver_all()
    (letter,) = mail.outbox
    assert f"Sertifikat Anda yang {other} " in letter.body
    assert end_of(both[1 - ended]) in letter.body
    assert REVOKE in letter.body

    # And that one too.
    browser.post(REVOKE, {**KNOWN, **(BY_OLD if other == "lama" else BY_NEW)})
    assert states(active, new) == ("REVOKED", "REVOKED")


def test_which_has_to_be_said(browser: Client, active: Application, new: Application) -> None:
    answer = browser.post(REVOKE, {**KNOWN, **BY_OLD})
    assert answer.status_code == 422
    assert "Pilih sertifikat mana yang dicabut" in answer.content.decode()
    assert states(active, new) == ("ACTIVE", "ISSUE")


def test_the_one_that_was_replaced_is_the_old_one(browser: Client, active: Application, new: Application) -> None:
    refused = browser.post(REVOKE, {"reason": "superseded", "which": "keduanya", **BY_NEW})
    assert "yang dicabut hanya yang lama" in refused.content.decode()
    browser.post(REVOKE, {"reason": "superseded", "which": "lama", **BY_NEW})
    assert states(active, new) == ("REVOKED", "ISSUE")


def test_who_leaves_ends_both_whichever_is_chosen(browser: Client, active: Application, new: Application) -> None:
    assert "keduanya selalu dicabut" in browser.get(REVOKE).content.decode()
    told = browser.post(REVOKE, {"reason": "affiliationChanged", "which": "baru", **BY_NEW}).content.decode()
    assert "Kedua sertifikat Anda sudah dicabut" in told
    assert states(active, new) == ("REVOKED", "REVOKED")


def test_a_wrong_passphrase_counts_with_both(browser: Client, active: Application, new: Application) -> None:
    typed = {**KNOWN, "which": "keduanya", "how": "passphrase", "passphrase": "Salah-Sekali 1"}
    assert "Sisa percobaan: 9" in browser.post(REVOKE, typed).content.decode()
    for each in (active, new):
        with pytest.raises(custody.WrongPassphrase) as wrong:
            custody.open_key(each.pk, "Salah-Sekali 2")
        assert wrong.value.tries_left == 8
    assert states(active, new) == ("ACTIVE", "ISSUE")


def link_of(application: Application) -> Link:
    return Link.objects.filter(subject=application.pk, purpose="proof-revoke").latest("created_at")


def opened(link: Link, chosen: str) -> tuple[Client, str]:
    """Another browser, and the page it was led to."""
    elsewhere = Client()
    address = f"/email/sertifikat/cabut/{links.token_of(link.pk)}/?alasan=keyCompromise&sertifikat={chosen}"
    return elsewhere, elsewhere.post(address)["Location"]


def test_the_choice_goes_with_the_mailed_link(browser: Client, active: Application, new: Application) -> None:
    browser.post(REVOKE, {**KNOWN, "which": "baru", "how": "link"})
    cast.deliver_all()
    assert "sertifikat=baru" in mail.outbox[-1].body
    assert Certificate.objects.get(application=new).serial in mail.outbox[-1].body
    elsewhere, page = opened(link_of(new), "baru")

    assert 'value="baru" checked' in elsewhere.get(page).content.decode()
    elsewhere.post(REVOKE, {**KNOWN, "which": "baru"})

    assert states(active, new) == ("ACTIVE", "REVOKED")


def test_a_link_for_the_old_one_ends_no_other_once_that_was_replaced(
    browser: Client, active: Application, new: Application
) -> None:
    browser.post(REVOKE, {**KNOWN, "which": "lama", "how": "link"})
    elsewhere, page = opened(link_of(active), "lama")
    actions.activate(new.pk)

    assert "sudah dicabut sebelumnya" in elsewhere.get(page).content.decode()
    elsewhere.post(REVOKE, {**KNOWN, "which": "lama"})

    assert states(active, new) == ("REVOKED", "ACTIVE")


def test_whoever_chose_the_old_one_loses_no_other_when_the_pause_ends_meanwhile(
    browser: Client, active: Application, new: Application
) -> None:
    actions.activate(new.pk)

    answer = browser.post(REVOKE, {**KNOWN, "which": "lama", **BY_NEW}, follow=True)

    assert "Sertifikat lama baru saja diganti" in answer.content.decode()
    assert states(active, new) == ("REVOKED", "ACTIVE")


def test_both_are_suspended_and_the_new_one_resumed(browser: Client, active: Application, new: Application) -> None:
    told = browser.post(SUSPEND, BY_OLD).content.decode()
    assert "Kedua sertifikat Anda ditangguhkan" in told
    assert states(active, new) == ("SUSPENDED", "SUSPENDED")
    assert "langsung aktif dan menggantikan yang lama" in browser.get(RESUME).content.decode()
    assert "Pengajuan Anda yang lain" not in browser.get(PAGE).content.decode()

    browser.post(RESUME, {"how": "link"})
    link = Link.objects.filter(subject=new.pk, purpose="proof-resume").latest("created_at")
    browser.post(f"/email/sertifikat/aktifkan/{links.token_of(link.pk)}/")
    browser.post(RESUME)

    assert states(active, new) == ("REVOKED", "ACTIVE")


def test_the_new_one_is_suspended_although_the_old_one_ended_this_moment(active: Application, new: Application) -> None:
    two = pause.two(new)
    assert two is not None
    meant = ending.ENDINGS["tangguhkan"].meant(two, "")
    actions.activate(new.pk)

    assert ending.carry_out(ending.ENDINGS["tangguhkan"], Acting(new, None, None), meant, "", "passphrase")

    assert states(active, new) == ("REVOKED", "SUSPENDED")


def test_an_officers_suspension_is_not_ended_by_it(
    browser: Client, active: Application, new: Application, verifier: Account
) -> None:
    revocation.suspend(active.pk, "keyDoubt", by=verifier)
    assert "ditangguhkan petugas" in browser.get(RESUME).content.decode()
    assert states(active, new) == ("SUSPENDED", "SUSPENDED")


def test_a_forgotten_new_passphrase_waits_until_the_old_one_has_ended(browser: Client, new: Application) -> None:
    """A third certificate would stand beside the one that still signs, and nothing would end that."""
    assert "Lupa passphrase</a><span" not in browser.get(PAGE).content.decode()
    page = browser.post(f"{PAGE}lupa/").content.decode()
    assert "Sampai saat itu pakailah sertifikat lama" in page
    assert not Application.objects.filter(predecessor=new).exists()
    actions.activate(new.pk)
    assert browser.post(f"{PAGE}lupa/").status_code == 302
