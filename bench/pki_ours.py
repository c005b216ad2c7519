"""The embedded authority's side of the figures, in the running portal's database."""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tte_portal.settings")
    django.setup()

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection

from bench.partner import serve
from enrollment.models import Institution
from passphrase.authority import Issued, Profile, ceremony, embedded, rotation
from passphrase.authority.certificates import digest_for
from passphrase.authority.embedded import EmbeddedAuthority, chain_of
from passphrase.authority.key_files import SigningKey
from passphrase.models import CertificateAuthority, Issuance, ResponderKey, RevocationList
from passphrase.pki import lists

WHO = Profile(
    full_name="Peserta Ukur", shorter_names=(), organization="Pemerintah Kabupaten Contoh", country="ID",
    holder="0123456789ABCDEF", mailbox="peserta.ukur@contoh.example", validity_days=730,
)  # fmt: skip
_linted = embedded._sign_linted


def rotate(folder: str) -> str:
    """Put the next of the given keys into office (a fresh one when all are); its chain is laid into the folder."""
    office = rotation.rotate().new
    for name, der in zip(("issuing", "root"), chain_of(office), strict=True):
        (Path(folder) / f"{name}.pem").write_bytes(_pem(der))
    return office.slug


def requests(count: int) -> list[str]:
    """Signing requests, made beforehand: the holder's work is no authority's."""
    made = []
    for _ in range(count):
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peserta.example")])
        builder = x509.CertificateSigningRequestBuilder(name)
        request = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
        made.append(request.public_bytes(Encoding.DER).hex())
    return made


def issue(asked: list[str], linted: bool) -> float:
    """Seconds for these requests, one after the other: checked, serial reserved, (linted,) signed, stored."""
    # The draft under nobody's key is the linter's as well: it is made to be linted.
    embedded._sign_linted = _linted if linted else _signed_at_once
    authority, begun = EmbeddedAuthority(), time.perf_counter()
    for each in asked:
        answer = authority.submit(bytes.fromhex(each), WHO, uuid4())
        assert isinstance(answer, Issued), answer
    return time.perf_counter() - begun


def _signed_at_once(builder: x509.CertificateBuilder, key: SigningKey, issuer: x509.Certificate) -> x509.Certificate:
    return builder.sign(key, digest_for(key))


def revoked(count: int) -> None:
    """So many revoked certificates of the authority in office, and no others."""
    office = _office()
    Issuance.objects.filter(authority=office, revoked_at__isnull=False).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO passphrase_issuance (idempotency_key, authority_id, serial, csr_hash, reserved_at, refusal, "
            "not_after, revoked_at, revocation_reason) SELECT gen_random_uuid(), %s, "
            "upper(md5(n::text) || substr(md5((n + 1)::text), 1, 7)), '', now(), '', now() + interval '1 year', now(), "
            "'keyCompromise' FROM generate_series(1, %s) n",
            [office.pk, count],
        )
        cursor.execute("ANALYZE passphrase_issuance")


def build(count: int) -> float:
    """Seconds for the revocation list with that many entries."""
    begun = time.perf_counter()
    made = lists.build(_office().pk)
    assert made.entries == count, made.entries
    return time.perf_counter() - begun


def responder(folder: str) -> None:
    """The key that answers for the authority in office, for OpenSSL to answer with."""
    row = ResponderKey.objects.filter(authority=_office()).latest("created_at")
    (Path(folder) / "responder.pem").write_bytes(_pem(bytes(row.der)))
    (Path(folder) / "responder.key").write_text(row.key)


def certificates(count: int) -> list[str]:
    """Certificates of the authority in office, as hexadecimal DER."""
    rows = Issuance.objects.filter(authority=_office(), der__isnull=False)[:count]
    return [bytes(row.der or b"").hex() for row in rows]


def clients(count: int) -> list[list[str]]:
    """Connected applications, each with its secret: one alone may not ask so often."""
    from passphrase.esign import clients as applications

    institution = Institution.objects.get(slug="natuna")
    made = [(f"ukur-{uuid4().hex[:12]}", number) for number in range(count)]
    return [[login, applications.make(institution, f"Ukur {number}", login, by=None)] for login, number in made]


def leave() -> None:
    """Away with what nobody needs after the figures: a list of 100,000 would be signed anew each day."""
    Issuance.objects.filter(revocation_reason="keyCompromise").delete()
    RevocationList.objects.exclude(pk=_office().pk).filter(entries__gt=0).update(der=b"", entries=0)


def _office() -> CertificateAuthority:
    found = ceremony.in_office()
    assert found is not None
    return found


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


ACTS: dict[str, Any] = {
    each.__name__: each for each in (rotate, requests, issue, revoked, build, responder, certificates, clients, leave)
}

if __name__ == "__main__":
    serve(ACTS)
