"""The rotation played through with keys made for the moment, in a transaction that is taken back: nothing stays."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as ocsp_messages
from django.db import transaction
from django.db.models.functions import Now

from passphrase.authority import Profile, Unavailable, ceremony, embedded, keys, ledger, rotation
from passphrase.models import CertificateAuthority
from passphrase.pki import lists, ocsp, responder

WHO = Profile(
    full_name="Latihan Rotasi", shorter_names=(), organization="Latihan Rotasi", country="ID", holder="LATIHAN",
    mailbox="latihan@rotasi.invalid", validity_days=30,
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What was tried; ``fine`` is None when it could not be tried here, and ``why`` tells."""

    what: str
    fine: bool | None
    why: str = ""


class _Failed(Exception):
    """The step did not do what it should; the text says what came instead."""


def rehearse() -> Iterator[Step]:
    """Each step as it is done; the steps after a failed one that it needs are not tried."""
    yield from _real_keys()
    with transaction.atomic(), keys.lent():
        before = CertificateAuthority.objects.count()
        try:
            yield from _play()
        finally:
            transaction.set_rollback(True)
    fine = CertificateAuthority.objects.count() == before
    yield Step("Everything is taken back: the portal is as it was", fine)


def _real_keys() -> Iterator[Step]:
    office = ceremony.in_office()
    if office is None:
        yield Step("An authority is in office", False, "run 'manage.py authority ceremony'")
        return
    for authority in filter(None, (office.parent, office)):
        what = f"The key of {authority.slug} is on this machine, opens and fits its certificate"
        try:
            keys.of(authority)
        except Unavailable as error:
            yield Step(what, False, str(error))
        else:
            yield Step(what, True)


def _play() -> Iterator[Step]:
    found: dict[str, CertificateAuthority] = {}
    held: dict[str, x509.Certificate] = {}

    def begin() -> None:
        ceremony.locked()
        CertificateAuthority.objects.filter(retired_at=None).update(retired_at=Now())
        found["old"] = ceremony.make_both()
        for authority in filter(None, (found["old"].parent, found["old"])):
            lists.build(authority.pk)
            responder.renew(authority.pk)

    def rotate() -> None:
        found["new"] = rotation.succeed(found["old"])
        _expect(ceremony.in_office() == found["new"], "the old one is still in office")

    def issue(who: str) -> None:
        held[who] = _issue()
        issuer = x509.load_der_x509_certificate(bytes(found[who].der))
        _expect(held[who].issuer == issuer.subject, f"signed by {held[who].issuer.rfc4514_string()}")

    def revoke() -> None:
        _expect(ledger.revoke(f"{held['old'].serial_number:X}", "superseded"), "nothing was revoked")
        shown = {who: _list(bytes(lists.build(found[who].pk).der), found[who]) for who in found}
        listed = shown["old"].get_revoked_certificate_by_serial_number(held["old"].serial_number)
        _expect(listed is not None, "its revocation list does not tell of it")
        _expect(len(list(shown["new"])) == 0, "the new authority's list tells of it too")

    def ask() -> None:
        for who, wanted in (("old", "REVOKED"), ("new", "GOOD")):
            told = _asked(found[who], held[who])
            _expect(told == wanted, f"{who}: {told} instead of {wanted}")

    steps: list[tuple[str, Callable[[], None]]] = [
        ("A root and an issuing authority are made for the rehearsal, list and responder with them", begin),
        ("It issues a certificate, linted", lambda: issue("old")),
        ("Rotation: a new issuing authority takes office, with its list and responder", rotate),
        ("The new one issues a certificate", lambda: issue("new")),
        ("Both certificates stand under the same root", lambda: _chains(found, held)),
        ("The old one's certificate is revoked: its own list tells so, the new one's does not", revoke),
        ("The status service answers for both, each with its own responder", ask),
    ]
    for what, act in steps:
        step = _tried(what, act)
        yield step
        if not step.fine:
            return
    yield _by_openssl(found, held)


def _tried(what: str, act: Callable[[], None]) -> Step:
    try:
        # A savepoint: what the database refuses does not spoil the steps' own transaction.
        with transaction.atomic():
            act()
    except Exception as error:  # whatever goes wrong is what the rehearsal is there to tell
        return Step(what, False, f"{type(error).__name__}: {error}")
    return Step(what, True)


def _expect(fine: bool, otherwise: str) -> None:
    if not fine:
        raise _Failed(otherwise)


def _issue() -> x509.Certificate:
    holder, key = ec.generate_private_key(ec.SECP256R1()), uuid4()
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(holder, hashes.SHA256())
    public = embedded.checked_key(request.public_bytes(Encoding.DER))
    entry = embedded.signed(embedded.reserve(key, bytes(32)), WHO, public)
    _expect(entry.der is not None, entry.refusal)
    return x509.load_der_x509_certificate(entry.der or b"")


def _chains(found: dict[str, CertificateAuthority], held: dict[str, x509.Certificate]) -> None:
    for who, authority in found.items():
        issuing, root = (x509.load_der_x509_certificate(der) for der in embedded.chain_of(authority))
        held[who].verify_directly_issued_by(issuing)
        issuing.verify_directly_issued_by(root)
    _expect(found["old"].parent_id == found["new"].parent_id, "they have different roots")


def _list(der: bytes, authority: CertificateAuthority) -> x509.CertificateRevocationList:
    shown = x509.load_der_x509_crl(bytes(der))
    key = x509.load_der_x509_certificate(bytes(authority.der)).public_key()
    _expect(isinstance(key, ec.EllipticCurvePublicKey) and shown.is_signature_valid(key), "its signature is wrong")
    return shown


def _asked(authority: CertificateAuthority, certificate: x509.Certificate) -> str:
    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    request = ocsp_messages.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
    told = ocsp_messages.load_der_ocsp_response(ocsp.answer(authority, request.public_bytes(Encoding.DER)))
    if told.response_status != ocsp_messages.OCSPResponseStatus.SUCCESSFUL:
        return told.response_status.name
    signer = told.certificates[0]
    signer.verify_directly_issued_by(issuer)
    key = signer.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(told.signature, told.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    return told.certificate_status.name


def _by_openssl(found: dict[str, CertificateAuthority], held: dict[str, x509.Certificate]) -> Step:
    what = "OpenSSL says the same: the new certificate good, the old one revoked (openssl verify -crl_check_all)"
    if shutil.which("openssl") is None:
        return Step(what, None, "openssl is not installed here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _lay_out(folder, found, held)
        told = {who: _verified(folder, who) for who in found}
    wanted = {"old": "certificate revoked", "new": "new.pem: OK"}
    wrong = [f"{who}: {told[who].strip()}" for who in found if wanted[who] not in told[who]]
    return Step(what, not wrong, "; ".join(wrong))


def _lay_out(folder: Path, found: dict[str, CertificateAuthority], held: dict[str, x509.Certificate]) -> None:
    """Certificates and lists as others would have fetched them; no key is among them."""
    (folder / "root.pem").write_bytes(_pem(embedded.chain_of(found["new"])[-1]))
    (folder / "issuing.pem").write_bytes(b"".join(_pem(bytes(each.der)) for each in found.values()))
    root = found["new"].parent_id
    signed: list[UUID] = [each for each in (*(each.pk for each in found.values()), root) if each]
    ders = [bytes(lists.build(each).der) for each in signed]
    crls = b"".join(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in ders)
    (folder / "crls.pem").write_bytes(crls)
    for who, certificate in held.items():
        (folder / f"{who}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def _verified(folder: Path, who: str) -> str:
    words = ["verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    done = subprocess.run(
        ["openssl", *words, "-CRLfile", "crls.pem", f"{who}.pem"], cwd=folder, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr
