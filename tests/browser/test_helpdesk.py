"""The help desk in a real browser: found by phone, looked at, helped on, and a mailbox changed by two officers."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import accessible
from tests.portal import Portal, wait_for

PLACE = "natuna"
Desk = Callable[[str, str], Page]


def fits_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def begun(portal: Portal) -> dict[str, str]:
    """Somebody who was invited and has typed a phone number, so that the number finds them; nobody of other tests."""
    person = portal.person(6)
    code = (
        "from enrollment.models import PersonnelRecord; from enrollment import actions, numbers; "
        f"a = actions.invite(PersonnelRecord.objects.get(mailbox='{person['mailbox']}'), by=None); "
        f"a.phone = numbers.phone('{person['phone']}'); a.save()"
    )
    portal.manage("shell", "--no-imports", "-c", code)
    return person


def test_from_the_call_to_the_new_mailbox(desk: Desk, phone: Page, portal: Portal) -> None:
    person = begun(portal)
    portal.wait_for_message(person["mailbox"], "activation")
    helper = desk("help-desk", PLACE)
    find_by_phone(helper, portal, person)
    look_at_the_timeline(helper, person)
    send_the_link_again(helper, portal, person)
    new = ask_for_a_new_mailbox(helper, person)
    the_old_address_is_told(phone, portal, person)
    nobody_confirms_alone(helper, portal)
    a_second_officer_confirms(desk("administrator", PLACE), portal, person)
    the_link_goes_to_the_new_mailbox(portal, person, new)


def find_by_phone(helper: Page, portal: Portal, person: dict[str, str]) -> None:
    helper.goto(f"{portal.url}/admin/")
    helper.get_by_role("main").get_by_role("link", name="Meja bantuan").click()
    accessible(helper)
    helper.get_by_label("Cari orang").fill("0800 9999 9999")
    helper.get_by_role("button", name="Cari").click()
    expect(helper.get_by_role("heading", name="Tidak ditemukan")).to_be_visible()
    fits_a_phone(helper)
    helper.get_by_label("Cari orang").fill("contoh")
    helper.get_by_role("button", name="Cari").click()
    accessible(helper)
    helper.get_by_label("Cari orang").fill(person["phone"])
    helper.get_by_role("button", name="Cari").click()
    expect(helper.get_by_role("heading", name=person["name"], level=1)).to_be_visible()


def look_at_the_timeline(helper: Page, person: dict[str, str]) -> None:
    case = helper.get_by_role("region", name=re.compile("Pengajuan TTE"))
    expect(case.get_by_role("listitem").filter(has_text="Isian pengajuan")).to_be_visible()
    expect(case.get_by_role("listitem").filter(has_text="terkirim")).to_be_visible()
    fits_a_phone(helper)
    helper.get_by_role("link", name="Tampilkan Nomor telepon").click()
    accessible(helper)
    helper.get_by_role("button", name="Tampilkan").click()
    expect(helper.get_by_role("alert")).to_be_visible()
    helper.get_by_label("Memastikan siapa yang menghubungi").check()
    helper.get_by_label("Keterangan").fill("Menelepon, tiket 7")
    helper.get_by_role("button", name="Tampilkan").click()
    expect(helper.locator(".whole")).to_have_text(re.compile(r"\+62"))
    fits_a_phone(helper)
    helper.get_by_role("link", name=f"Kembali ke {person['name']}").click()


def send_the_link_again(helper: Page, portal: Portal, person: dict[str, str]) -> None:
    before = len(links_to(portal, person["mailbox"]))
    helper.locator("summary", has_text="Tautan tidak masuk ke surel").click()
    accessible(helper)
    helper.get_by_role("button", name=re.compile("Kirim tautan .*yang baru.*tidak masuk")).click()
    expect(helper.get_by_text(f"tautan baru dikirim ke {person['mailbox']}")).to_be_visible()
    wait_for(lambda: len(links_to(portal, person["mailbox"])) > before, "the fresh link")


def links_to(portal: Portal, mailbox: str) -> list[object]:
    return [each for each in portal.messages(mailbox) if (each["template"], each["state"]) == ("activation", "sent")]


def ask_for_a_new_mailbox(helper: Page, person: dict[str, str]) -> str:
    new = person["mailbox"].replace("@", ".baru@")
    helper.get_by_role("link", name="Ganti surel dinas").click()
    accessible(helper)
    helper.get_by_label("Surel dinas baru").fill("budi@contoh.example")
    helper.get_by_label("Mengapa perlu diubah").fill("Salah ketik di data lama")
    helper.get_by_label("Bukti yang sudah Anda periksa").fill("Datang sendiri dengan KTP")
    helper.get_by_role("button", name="Minta persetujuan kedua").click()
    expect(helper.get_by_role("alert")).to_contain_text("harus berakhir dengan")
    fits_a_phone(helper)
    helper.get_by_label("Surel dinas baru").fill(new)
    helper.get_by_role("button", name="Minta persetujuan kedua").click()
    expect(helper.get_by_text("menunggu persetujuan petugas kedua")).to_be_visible()
    accessible(helper)
    return new


def the_old_address_is_told(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    message = portal.wait_for_message(person["mailbox"], "helpdesk_asked")
    phone.goto(message["links"][0])
    expect(phone.get_by_role("button", name="Ya, saya keberatan")).to_be_visible()
    accessible(phone)


def nobody_confirms_alone(helper: Page, portal: Portal) -> None:
    helper.goto(f"{portal.url}/admin/meja-bantuan/persetujuan/")
    fits_a_phone(helper)
    helper.get_by_role("link", name=re.compile("Ganti surel dinas")).click()
    expect(helper.get_by_text("petugas lain yang menyetujui")).to_be_visible()
    expect(helper.get_by_role("button", name="Setujui")).to_have_count(0)
    accessible(helper)


def a_second_officer_confirms(second: Page, portal: Portal, person: dict[str, str]) -> None:
    second.goto(f"{portal.url}/admin/")
    expect(second.get_by_text("1 menunggu")).to_be_visible()
    second.get_by_role("main").get_by_role("link", name="Persetujuan kedua").click()
    second.get_by_role("link", name=re.compile("Ganti surel dinas")).click()
    expect(second.get_by_text("Datang sendiri dengan KTP")).to_be_visible()
    fits_a_phone(second)
    second.get_by_role("button", name="Setujui").click()
    expect(second.get_by_text(f"{person['name']}: disetujui dan berlaku")).to_be_visible()
    accessible(second)


def the_link_goes_to_the_new_mailbox(portal: Portal, person: dict[str, str], new: str) -> None:
    portal.wait_for_message(new, "activation")
    assert portal.wait_for_message(person["mailbox"], "helpdesk_done")["to"] == person["mailbox"]
