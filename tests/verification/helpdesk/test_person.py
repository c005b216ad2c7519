"""The page of one person: everything about them, numbers masked, no token, no other institution, few queries."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution, PersonnelRecord
from tests import cast, holders
from tte_portal import links
from tte_portal.models import Account, Link, OutboxMessage
from verification import actions
from verification.helpdesk import people
from verification.helpdesk.people import Person

pytestmark = pytest.mark.django_db
Browser = Callable[[Account], Client]
QUERIES = 25


def page_of(person_id: object, browser: Client) -> str:
    answer = browser.get(reverse("admin:helpdesk-person", args=[person_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_is_there_and_no_number_is_whole(
    waiting: Person, helper: Account, verifier: Account, browser_of: Browser
) -> None:
    case = waiting.applications[0]
    actions.ask_correction(case.pk, {"name": "Tulis nama sesuai KTP."}, by=verifier)
    cast.deliver_all()

    page = page_of(waiting.id, browser_of(helper))

    told = ["Ayu Contoh", case.receipt, case.mailbox, "Tautan aktivasi", "terkirim", "Tulis nama sesuai KTP.",
            "Perlu perbaikan</b> oleh Vera", "Pemeriksaan verifikator", "selesai dipakai",
            "Belum punya akun"]  # fmt: skip
    assert [each for each in told if each not in page] == []
    assert [each for each in (case.nik, case.employee_number, case.phone) if each in page] == []
    assert f"•••• {case.nik[-4:]}" in page


def test_no_token_of_a_link_is_on_the_page(ayu: Person, helper: Account, browser_of: Browser) -> None:
    page = page_of(ayu.id, browser_of(helper))

    assert [link for link in Link.objects.all() if links.token_of(link.pk) in page] == []


@pytest.mark.parametrize("row", ["record", "application"])
def test_the_page_opens_by_any_row_of_the_person_in_ones_own_institution_alone(
    row: str, ayu: Person, helper: Account, stranger: Account, browser_of: Browser
) -> None:
    person_id = ayu.id if row == "record" else ayu.applications[0].pk

    assert "Ayu Contoh" in page_of(person_id, browser_of(helper))
    address = reverse("admin:helpdesk-person", args=[person_id])
    assert browser_of(stranger).get(address).status_code == 404


def test_an_accounts_second_factor_and_links_are_told(
    institutions: dict[str, Institution], browser_of: Browser
) -> None:
    ministry = holders.open_as(institutions["kemenkeu"], "kemenkeu")
    holder = holders.holder_of(ministry)
    helper = cast.make_officer("bantu", (ministry, "help-desk"))  # type: ignore[arg-type]

    page = page_of(holder.pk, browser_of(helper))

    assert "terpasang" in page
    assert holder.account.login in page
    assert "Atur ulang faktor kedua" in page


def test_somebody_with_the_same_nik_stands_apart(
    waiting: Person, helper: Account, natuna: Institution, browser_of: Browser
) -> None:
    other = cast.begin(natuna, 1)
    other.nik = waiting.nik
    other.save()

    person = people.find(waiting.id, helper, "help-desk")

    assert person is not None
    assert [each.pk for each in person.applications] == [waiting.applications[0].pk]
    assert [each.pk for each in person.alike] == [other.pk]
    assert other.receipt in page_of(waiting.id, browser_of(helper))


def ended_again(institution: Institution) -> None:
    """Ayu withdraws and is invited anew."""
    case = Application.objects.filter(institution=institution, status="NEW").latest("created_at")
    with transaction.atomic():
        stored = lifecycle.locked(case.pk)
        lifecycle.change("withdraw", stored, by=stored)
    cast.begin(institution)


def test_more_applications_cost_no_more_queries(
    ayu: Person, helper: Account, natuna: Institution, browser_of: Browser
) -> None:
    browser = browser_of(helper)
    page_of(ayu.id, browser)
    with CaptureQueriesContext(connection) as one:
        page_of(ayu.id, browser)
    for _ in range(4):
        ended_again(natuna)
    with CaptureQueriesContext(connection) as five:
        page = page_of(ayu.id, browser)

    assert page.count("Perjalanan</summary>") == 5
    assert len(five) == len(one) <= QUERIES


def test_who_never_began_is_told_so(helper: Account, natuna: Institution, browser_of: Browser) -> None:
    record = PersonnelRecord.objects.get(institution=natuna, name="Joko Maya")

    page = page_of(record.pk, browser_of(helper))

    assert "Belum ada pengajuan" in page
    assert "tidak ada pengajuan yang berjalan" in page


def test_ones_own_page_offers_nothing(ayu: Person, helper: Account, browser_of: Browser) -> None:
    Account.objects.filter(pk=helper.pk).update(mailbox=ayu.mailbox)
    helper.refresh_from_db()

    page = page_of(ayu.id, browser_of(helper))

    assert "Ini data Anda sendiri" in page
    assert "yang baru<span" not in page
    assert "Tampilkan<span" not in page


def test_names_with_markup_are_text(ayu: Person, helper: Account, browser_of: Browser) -> None:
    PersonnelRecord.objects.filter(pk=ayu.id).update(name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page_of(ayu.id, browser_of(helper))


def test_a_failed_message_is_shown_with_its_button(ayu: Person, helper: Account, browser_of: Browser) -> None:
    OutboxMessage.objects.filter(subject=ayu.applications[0].pk).update(
        state=OutboxMessage.State.FAILED, attempts=12, error="SMTPServerDisconnected"
    )

    page = page_of(ayu.id, browser_of(helper))

    assert "gagal dikirim setelah 12 kali dicoba" in page
    assert "Kirim ulang" in page


def test_a_link_whose_message_failed_is_nobodys_to_open(ayu: Person, helper: Account, browser_of: Browser) -> None:
    message = OutboxMessage.objects.get(subject=ayu.applications[0].pk, template="activation")
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxMessage.State.FAILED, attempts=12, error="SMTPServerDisconnected"
    )

    page = browser_of(helper).get(reverse("admin:helpdesk-person", args=[ayu.id])).content.decode()

    assert "server surel memutus sambungan" in page
    assert "SMTPServerDisconnected" not in page
    assert "pesannya gagal dikirim" in page
    assert "tidak terkirim, ditulis" in page
    assert "belum dibuka" not in page
    assert "Kirim tautan aktivasi yang baru" in page
