"""The certificate as files: PEM and DER for whoever asks, PKCS#12 with the key once, under a password, told by mail."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from django.db import connection
from django.test import Client

from enrollment.models import Application, Institution
from passphrase import actions as certificates
from passphrase import custody, revocation
from passphrase.authority.embedded import EmbeddedAuthority
from passphrase.models import Certificate, SigningKey
from tests import cast, holders
from tests.hostile import dump, spellings, together
from tests.passphrase.holder.visits import own
from tte_portal import outbox
from tte_portal.models import Account, AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db

KEY = "/akun/sertifikat/kunci/"
PASSWORD = "kerbau jingga tujuh bukit"
FIELDS = {"passphrase": cast.GOOD_PASSPHRASE, "password": PASSWORD, "repeated": PASSWORD}


def openssl(*words: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=False)


# --- PEM and DER ------------------------------------------------------------------------------------------------------
def test_der_and_pem_are_the_certificate_that_was_signed(issued: Application) -> None:
    browser, row = own(issued), Certificate.objects.get(application=issued)

    pem, der = browser.get("/akun/sertifikat/sertifikat.pem"), browser.get("/akun/sertifikat/sertifikat.cer")

    assert der.content == bytes(row.der)
    assert der["Content-Type"] == "application/pkix-cert"
    found = x509.load_pem_x509_certificates(pem.content)
    assert found[0] == x509.load_der_x509_certificate(der.content)
    # With those above it, up to the root.
    assert [each.subject for each in found[1:]] == [each.issuer for each in found[:-1]]
    assert found[-1].subject == found[-1].issuer
    for answer, ending in ((pem, "pem"), (der, "cer")):
        assert answer["Content-Disposition"] == f'attachment; filename="sertifikat-{issued.receipt}.{ending}"'
        assert answer["Cache-Control"] == "no-store"


def test_addresses_that_people_kept_lead_to_the_same_file(issued: Application) -> None:
    account = holders.browser_of(holders.holder_of(issued.institution))
    for browser, address in ((own(issued), "/status/pengajuan/sertifikat/"), (account, "/akun/sertifikat/berkas/")):
        answer = browser.get(address, follow=True)
        assert answer.content.startswith(b"-----BEGIN CERTIFICATE-----")


def test_nobody_elses_certificate_is_given(issued: Application, natuna: Institution) -> None:
    other = own(cast.begin(natuna, 1))
    for name in ("sertifikat.pem", "sertifikat.cer"):
        assert other.get(f"/akun/sertifikat/{name}").status_code == 404
    assert other.get(KEY)["Location"] == "/akun/sertifikat/"
    assert other.post(KEY, FIELDS)["Location"] == "/akun/sertifikat/"


# --- PKCS#12 ---------------------------------------------------------------------------------------------------------
def test_the_file_holds_the_key_the_certificate_and_its_chain(issued: Application) -> None:
    answer = own(issued).post(KEY, FIELDS)

    assert answer["Content-Type"] == "application/x-pkcs12"
    assert answer["Cache-Control"] == "no-store"
    found = pkcs12.load_pkcs12(answer.content, PASSWORD.encode())
    row = Certificate.objects.get(application=issued)
    assert found.cert is not None
    assert found.cert.certificate.public_bytes(Encoding.DER) == bytes(row.der)
    assert len(found.additional_certs) == 2
    assert found.key is not None
    public = found.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public == bytes(SigningKey.objects.get(application=issued).public_key)


def test_openssl_reads_it_and_finds_nothing_weak_in_it(issued: Application, tmp_path: Path) -> None:
    content = own(issued).post(KEY, FIELDS).content

    told = openssl("pkcs12", "-info", "-noout", "-passin", f"pass:{PASSWORD}", given=content)
    assert told.returncode == 0, told.stderr
    words = told.stderr.decode()
    assert "MAC: sha256, Iteration 150000" in words
    assert words.count("PBES2, PBKDF2, AES-256-CBC, Iteration 150000, PRF hmacWithSHA256") == 2
    assert not re.search("RC2|3DES|SHA1|Iteration 1\\b", words)
    assert openssl("pkcs12", "-noout", "-passin", "pass:salah sama sekali", given=content).returncode != 0

    # The key signs, and the certificate says whose signature it is.
    pieces = openssl("pkcs12", "-noenc", "-passin", f"pass:{PASSWORD}", given=content).stdout
    (tmp_path / "all.pem").write_bytes(pieces)
    signed = openssl("dgst", "-sha256", "-sign", str(tmp_path / "all.pem"), given=b"surat")
    assert signed.returncode == 0, signed.stderr


def test_it_is_given_once_written_down_and_told_by_mail(issued: Application) -> None:
    browser = own(issued)
    assert browser.post(KEY, FIELDS).status_code == 200

    again = browser.post(KEY, FIELDS)

    assert again.status_code == 409
    assert "hanya diberikan satu kali" in again.content.decode()
    assert "Unduh berkas PKCS#12" not in browser.get(KEY).content.decode()
    row = AuditRow.objects.get(subject=issued.pk, event="take_key")
    assert row.actor == f"applicant:{issued.pk}"
    assert row.facts == {"serial": Certificate.objects.get(application=issued).serial}
    mail = outbox.compose(OutboxMessage.objects.get(template="key_taken"))
    assert mail.to == issued.mailbox
    assert "BILA BUKAN ANDA" in mail.text
    assert "/akun/sertifikat/" in mail.text
    assert PASSWORD not in mail.text + mail.html
    assert "Sertifikat diunduh beserta kuncinya" in browser.get("/akun/sertifikat/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_gets_it(issued: Application) -> None:
    browsers = [own(issued)]
    browsers += [Client() for _ in range(3)]
    for each in browsers[1:]:
        # Four tabs of one browser.
        each.cookies = browsers[0].cookies

    def take(number: int) -> int:
        try:
            return int(browsers[number].post(KEY, FIELDS).status_code)
        finally:
            connection.close()

    assert sorted(together(4, take)) == [200, 409, 409, 409]
    assert OutboxMessage.objects.filter(template="key_taken").count() == 1
    assert AuditRow.objects.filter(event="take_key").count() == 1


def test_an_account_is_named_as_the_one_who_took_it(issued: Application) -> None:
    holder = holders.holder_of(issued.institution)
    assert holders.browser_of(holder).post(KEY, FIELDS).status_code == 200
    assert AuditRow.objects.get(event="take_key").actor == f"account:{holder.account.pk}"


def test_a_wrong_passphrase_gives_nothing_and_counts(issued: Application) -> None:
    browser = own(issued)
    refused = browser.post(KEY, FIELDS | {"passphrase": "Laut-Biru 28 Kapal"})
    assert refused.status_code == 422
    assert "Sisa percobaan: 9" in refused.content.decode()
    assert SigningKey.objects.get(application=issued).guesses == 1
    for _ in range(9):
        browser.post(KEY, FIELDS | {"passphrase": "Laut-Biru 28 Kapal"})

    # The right one opens nothing either, while it is locked.
    assert browser.post(KEY, FIELDS).status_code != 200
    assert Certificate.objects.get(application=issued).exported_at is None
    with pytest.raises(custody.Locked):
        custody.open_key(issued.pk, cast.GOOD_PASSPHRASE)


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("password", "pendek sekali", "minimal 14 karakter"),
    ("password", cast.GOOD_PASSPHRASE, "harus lain dari passphrase"),
    ("password", "kerbau jingga é bukit", "Pakai huruf A–Z"),
    ("password", "kerbau jingga\ttujuh bukit", "Pakai huruf A–Z"),
    ("password", "ayucontoh19680517", "mudah ditebak"),
    ("password", "aaaaaaaaaaaaaaaaaa", "mudah ditebak"),
    ("password", "", "belum diisi"),
    ("password", "kerbau jingga " * 10, "100 karakter"),
    ("repeated", "kerbau jingga tujuh bukiT", "tidak sama"),
    ("passphrase", "", "belum diisi"),
])  # fmt: skip
def test_what_protects_nothing_is_refused_and_nothing_is_lost(
    issued: Application, field: str, value: str, sentence: str
) -> None:
    typed = FIELDS | {field: value}
    if field == "password":
        typed["repeated"] = value
    page = own(issued).post(KEY, typed)
    assert page.status_code == 422
    assert re.search(sentence, page.content.decode())
    # Nothing typed stands in the answer, and no guess was counted.
    assert not value or f'value="{value}"' not in page.content.decode()
    assert SigningKey.objects.get(application=issued).guesses == 0
    assert Certificate.objects.get(application=issued).exported_at is None


def test_what_the_password_seals_is_kept_nowhere(issued: Application, caplog: Any) -> None:
    content = own(issued).post(KEY, FIELDS).content
    written = str(dump()).encode() + caplog.text.encode()
    assert content[40:72].hex().encode() not in written
    assert not [each for each in spellings(PASSWORD.encode()) if each in written]


def test_a_suspended_revoked_or_expired_certificate_gives_no_key(issued: Application, verifier: Account) -> None:
    browser = own(issued)
    certificates.activate(issued.pk)
    revocation.suspend(issued.pk, by=verifier)
    assert browser.post(KEY, FIELDS).status_code == 409
    revocation.resume(issued.pk, by=verifier)
    Certificate.objects.update(not_after="2020-01-01T00:00:00Z")
    assert browser.post(KEY, FIELDS).status_code == 409
    Certificate.objects.update(not_after="2029-01-01T00:00:00Z")
    revocation.revoke(issued.pk, "keyCompromise", by=verifier)
    assert browser.post(KEY, FIELDS).status_code == 409
    assert not AuditRow.objects.filter(event="take_key").exists()


def test_where_the_keys_lie_elsewhere_there_is_none_to_take(issued: Application, monkeypatch: Any) -> None:
    monkeypatch.setattr(EmbeddedAuthority, "holds_keys", False)
    browser = own(issued)
    assert browser.post(KEY, FIELDS).status_code == 409
    assert "Kunci Anda tidak disimpan di portal ini" in browser.get("/akun/sertifikat/").content.decode()


def test_trying_ends_in_a_pause(issued: Application) -> None:
    browser = own(issued)
    answers = [browser.post(KEY, FIELDS | {"password": "pendek"}).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
