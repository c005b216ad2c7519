"""Kota Magelang's guide, sentence by sentence, on a phone: from signing in with a code to ACTIVE for two years."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import accounts, journey
from tests.browser.journey import accessible
from tests.portal import Portal, wait_for

PLACE = "magelang"
PASSPHRASE = "Laut-Biru-27-Kapal"


def test_from_the_signed_in_profile_to_active(phone: Page, portal: Portal) -> None:
    joko = portal.person(9, PLACE)
    login_with_password_and_a_code_from_an_authenticator_app(phone, portal, joko)
    page_sertifikat_elektronik_bsre_says_not_registered(phone, joko)
    the_dinas_mailbox_is_verified_first(phone, portal, joko)
    registrasi_sertifikat_is_confirmed(phone, portal, joko)
    phone_number_proven_by_a_whatsapp_code(phone, portal, joko)
    data_kedinasan_with_cek_nip(phone, joko)
    foto_diri_with_hints_and_two_consents(phone)
    when_the_registry_agrees_no_verifier_is_needed(phone)
    the_passphrase_link_comes_by_whatsapp(phone, portal, joko)
    lihat_profil_data_diri_then_a_second_selfie(phone, joko)
    no_spaces_and_the_agreement_opened(phone)
    the_page_shows_active_and_the_validity(phone, portal, joko)


def login_with_password_and_a_code_from_an_authenticator_app(
    phone: Page, portal: Portal, person: dict[str, str]
) -> None:
    """1. Login with NIP, password and an OTP. The account is asked for at the institution's front door."""
    phone.goto(f"{portal.url}/{PLACE}/")
    accessible(phone)
    phone.get_by_role("link", name="Masuk ke akun saya").click()
    accessible(phone)
    codes = accounts.make_account(phone, portal, person["mailbox"])
    assert len(codes) == 10
    phone.get_by_role("button", name="Keluar").click()
    # A code works once; the recovery code stands in for the next thirty seconds.
    accounts.sign_in(phone, portal, person["nip"], codes[0])


def page_sertifikat_elektronik_bsre_says_not_registered(phone: Page, person: dict[str, str]) -> None:
    """2. Nama, NIK, Email BSrE, Instansi Kerja, "Status: NOT_REGISTERED — Pengguna tidak terdaftar"."""
    expect(phone.get_by_role("heading", name="Sertifikat Elektronik BSrE")).to_be_visible()
    for label in ("Nama", "NIK", "Email BSrE", "Instansi Kerja"):
        expect(phone.locator("dt").get_by_text(label, exact=True)).to_be_visible()
    expect(phone.get_by_text(person["name"]).first).to_be_visible()
    expect(phone.get_by_text("Status: NOT_REGISTERED — Pengguna tidak terdaftar")).to_be_visible()
    expect(phone.get_by_role("button", name="Registrasi Sertifikat")).to_be_disabled()
    accessible(phone)


def the_dinas_mailbox_is_verified_first(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    """3. "Simpan dan Verifikasi"; "Apakah anda yakin?"; mail "Aktivasi Email Dinas"; "Aktivasi Berhasil"."""
    phone.get_by_role("link", name="Verifikasi Email Dinas").click()
    accessible(phone)
    phone.get_by_label("Nomor Telepon").fill("0812 0000 0001")
    phone.get_by_label("Nomor Handphone (WhatsApp)").fill(person["phone"])
    phone.get_by_label("Email Dinas").fill("joko@surel.example")
    phone.get_by_label("Email Pribadi").fill("joko.pribadi@surel.example")
    phone.get_by_role("button", name="Simpan dan Verifikasi").click()
    # "PNS @pns.…, PPPK @asn.…": a mailbox of elsewhere is refused.
    expect(phone.locator(".error-summary")).to_be_focused()
    accessible(phone)
    phone.get_by_label("Email Dinas").fill(person["mailbox"])
    phone.get_by_role("button", name="Simpan dan Verifikasi").click()
    expect(phone.get_by_role("heading", name="Apakah anda yakin?")).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Ya, kirim tautan").click()
    accessible(phone)
    assert portal.wait_for_message(person["mailbox"], "mailbox")["subject"] == "Aktivasi Email Dinas"
    accounts.open_mail(phone, portal, person["mailbox"], "mailbox")
    expect(phone.get_by_role("heading", name="Aktivasi Berhasil")).to_be_visible()
    accessible(phone)
    phone.get_by_role("link", name="Buka akun saya").click()
    # "the field is then filled"
    expect(phone.locator("dt", has_text="Email BSrE").locator("+ dd")).to_have_text(person["mailbox"])
    accessible(phone)


def registrasi_sertifikat_is_confirmed(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    """4. "Registrasi Sertifikat", "Apakah anda yakin akan Buat Sertifikat?" → "[BSrE] Aktivasi Akun"."""
    phone.get_by_role("link", name="Registrasi Sertifikat").click()
    expect(phone.get_by_role("heading", name="Apakah anda yakin akan Buat Sertifikat?")).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Ya, Registrasi Sertifikat").click()
    expect(phone.get_by_role("heading", name="Pendaftaran diterima")).to_be_visible()
    accessible(phone)
    assert portal.wait_for_message(person["mailbox"], "activation")["subject"] == "[BSrE] Aktivasi Akun"
    accounts.open_mail(phone, portal, person["mailbox"], "activation")
    accessible(phone)
    phone.get_by_role("link", name="Data Diri").first.click()


def phone_number_proven_by_a_whatsapp_code(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    """5. Data Diri: "Kirim Kode OTP" → "Verifikasi OTP" → "Nomor terverifikasi"."""
    expect(phone.get_by_role("heading", name="Data Diri")).to_be_visible()
    accessible(phone)
    phone.get_by_label("Nama Lengkap").fill(person["name"])
    phone.get_by_label("NIK").fill(person["nik"])
    phone.get_by_label("Gelar Depan").fill("-")
    phone.get_by_label("Gelar Belakang").fill("-")
    phone.get_by_label("Nomor Telepon").fill(person["phone"])
    phone.get_by_role("button", name="Kirim Kode OTP").click()
    code = code_by_whatsapp(phone, portal, person)
    accessible(phone)
    phone.get_by_label("Kode OTP").fill(str((int(code) + 1) % 10**6).zfill(6))
    phone.get_by_role("button", name="Verifikasi OTP").click()
    expect(phone.get_by_text("Kode salah. Sisa 4 kali mencoba.").first).to_be_visible()
    phone.get_by_label("Kode OTP").fill(code)
    phone.get_by_role("button", name="Verifikasi OTP").click()
    expect(phone.get_by_text("Nomor terverifikasi").first).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Next").click()


def code_by_whatsapp(phone: Page, portal: Portal, person: dict[str, str]) -> str:
    """What the phone shows, in another tab: six digits."""
    number = international(person)
    portal.wait_for_message(number, "phone_code")
    whatsapp = phone.context.new_page()
    whatsapp.goto(f"{portal.url}/kotak-keluar/?q={number[1:]}")
    accessible(whatsapp)
    code = whatsapp.locator("article .code").first.inner_text()
    whatsapp.close()
    assert re.fullmatch(r"\d{6}", code)
    return code


def international(person: dict[str, str]) -> str:
    return f"+62{person['phone'].replace(' ', '').removeprefix('0')}"


def data_kedinasan_with_cek_nip(phone: Page, person: dict[str, str]) -> None:
    """Data Kedinasan ("ASN dan POLRI" / "Lainnya", "Cek NIP / NRP")."""
    expect(phone.get_by_role("heading", name="Data Kedinasan")).to_be_visible()
    expect(phone.get_by_label("Lainnya", exact=True)).to_be_visible()
    phone.get_by_label("ASN dan Penyidik POLRI", exact=True).check()
    phone.get_by_label("NIP / NRP").fill(person["nip"])
    phone.get_by_role("button", name="Cek NIP / NRP").click()
    expect(phone.get_by_text("Data pegawai ditemukan")).to_be_visible()
    expect(phone.get_by_label("Provinsi")).to_have_value("Jawa Tengah")
    accessible(phone)
    phone.get_by_role("button", name="Next").click()


def foto_diri_with_hints_and_two_consents(phone: Page) -> None:
    """Foto Diri with hints ("Cara pengambilan foto") and two consents (use of personal data; privacy policy)."""
    expect(phone.get_by_role("heading", name="Foto Diri")).to_be_visible()
    expect(phone.get_by_role("heading", name="Cara pengambilan foto")).to_be_visible()
    accessible(phone)
    photograph(phone)
    phone.get_by_label("Saya menyetujui penggunaan data pribadi saya").check()
    phone.get_by_role("button", name="Next").click()
    # One consent is not two: the browser itself asks for the other, and the photo is not lost.
    expect(phone.get_by_role("heading", name="Foto Diri")).to_be_visible()
    phone.get_by_label("Saya telah membaca dan menyetujui kebijakan privasi").check()
    phone.get_by_role("button", name="Next").click()
    expect(phone.get_by_role("heading", name="Periksa jawaban Anda")).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Submit").click()


def photograph(phone: Page) -> None:
    phone.get_by_role("button", name="Ambil foto", exact=True).click()
    phone.get_by_role("button", name="Aktifkan kamera").click()
    wait_for(lambda: phone.evaluate("() => document.querySelector('video').videoWidth > 0"), "the camera's picture")
    phone.get_by_role("button", name="Ambil Foto", exact=True).click()
    phone.get_by_role("button", name="Pakai foto ini").click()


def when_the_registry_agrees_no_verifier_is_needed(phone: Page) -> None:
    """ "Aktivasi Berhasil! Silakan cek email Anda untuk mengatur Passphrase"."""
    expect(phone.get_by_role("heading", name="Aktivasi Berhasil!")).to_be_visible()
    expect(phone.get_by_text("Silakan cek email Anda untuk mengatur Passphrase")).to_be_visible()
    expect(phone.get_by_text("Verifikator memeriksa")).to_have_count(0)
    accessible(phone)


def the_passphrase_link_comes_by_whatsapp(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    """6. The passphrase link comes by WhatsApp, and by no mail."""
    accounts.open_mail(phone, portal, international(person), "set_passphrase_whatsapp")
    assert not [each for each in portal.messages(person["mailbox"]) if each["template"].startswith("set_passphrase")]


def lihat_profil_data_diri_then_a_second_selfie(phone: Page, person: dict[str, str]) -> None:
    """ "Lihat Profil Data Diri" to check one's data, a second selfie."""
    expect(phone.get_by_role("heading", name="Lihat Profil Data Diri")).to_be_visible()
    expect(phone.get_by_text(person["nik"])).to_be_visible()
    expect(phone.get_by_role("heading", name="Ada yang keliru?")).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Lanjutkan").click()
    expect(phone.get_by_role("heading", name="Foto diri sekali lagi")).to_be_visible()
    accessible(phone)
    photograph(phone)
    phone.get_by_role("button", name="Lanjutkan").click()


def no_spaces_and_the_agreement_opened(phone: Page) -> None:
    """The passphrase (at least 8; four kinds; no spaces); the agreement must be opened or Submit stays off."""
    expect(phone.get_by_role("heading", name="Buat Passphrase", level=1)).to_be_visible()
    submit = phone.get_by_role("button", name="Buat Passphrase")
    tick = phone.get_by_label("Saya menyetujui sertifikat saya diterbitkan dan saya menyetujui Perjanjian")
    expect(submit).to_be_disabled()
    expect(tick).to_be_disabled()
    phone.get_by_label("Passphrase", exact=True).fill("Laut Biru 27!")
    expect(phone.get_by_role("listitem").filter(has_text="Tanpa spasi (belum)")).to_be_visible()
    phone.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    phone.get_by_label("Konfirmasi Passphrase").fill(PASSPHRASE)
    expect(phone.get_by_role("listitem").filter(has_text="Tanpa spasi (terpenuhi)")).to_be_visible()
    phone.get_by_role("link", name="Buka Perjanjian").click()
    expect(phone.get_by_text("Passphrase hanya milik Anda")).to_be_visible()
    tick.check()
    expect(submit).to_be_enabled()
    accessible(phone)
    submit.click()
    expect(phone.get_by_role("heading", name="Passphrase berhasil dibuat")).to_be_visible()
    accessible(phone)


def the_page_shows_active_and_the_validity(phone: Page, portal: Portal, person: dict[str, str]) -> None:
    """7. Mail "Sertifikat elektronik anda telah terbit" (CN, Organization, Country, Serial); ACTIVE, 2 years."""
    mail = portal.wait_for_message(person["mailbox"], "issued")
    assert mail["subject"] == "Sertifikat Elektronik Terbit"
    assert "Sertifikat elektronik anda telah terbit" in mail["text"]
    for label in ("Common Name", "Organization", "Country", "Serial Number"):
        assert f"{label}: " in mail["text"]
    portal.wait_for_message(person["mailbox"], "active")
    phone.goto(f"{portal.url}/akun/")
    expect(phone.get_by_text("Status: ACTIVE — Sertifikat Anda aktif")).to_be_visible()
    expect(phone.get_by_text("Sertifikat berlaku 2 tahun sejak terbit")).to_be_visible()
    accessible(phone)
    phone.get_by_role("link", name="Lihat perjalanan pengajuan").click()
    expect(phone.get_by_role("heading", name="Sertifikat Anda aktif")).to_be_visible()
    accessible(phone)


def test_when_the_registry_disagrees_a_verifier_sees_why(
    phone: Page, portal: Portal, desk: Callable[[str, str], Page]
) -> None:
    budi = portal.person(1, PLACE)
    account = next(each for each in portal.demo()["accounts"] if each["login"] == budi["mailbox"])
    accounts.sign_in(phone, portal, account["login"], portal.fresh_code(account), account["password"])
    registrasi_sertifikat_is_confirmed(phone, portal, budi)
    phone_number_proven_by_a_whatsapp_code(phone, portal, {**budi, "name": "Budi Yang Lain"})
    data_kedinasan_with_cek_nip(phone, budi)
    foto_diri_with_hints_and_two_consents(phone)
    expect(phone.get_by_text("Belum semuanya dapat dicocokkan secara otomatis")).to_be_visible()
    accessible(phone)
    receipt = phone.locator(".receipt").inner_text()

    verifier = desk("verifier", PLACE)
    journey.take_case(verifier, portal, receipt)
    reasons = verifier.get_by_role("region", name="Mengapa kasus ini sampai kepada verifikator")
    expect(reasons.get_by_text("Nama berbeda dari data pegawai.")).to_be_visible()
    expect(reasons.get_by_text("Berbeda dari data kependudukan: nama.")).to_be_visible()
    verifier.get_by_role("button", name="Setujui").first.click()
    journey.wait_until_decided(portal, receipt)
    portal.wait_for_message(international(budi), "set_passphrase_whatsapp")
