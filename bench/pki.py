"""Certificates: issued and listed beside django-ca, answered for beside OpenSSL, asked about beside a bare view."""

import base64
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median

import psycopg2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp

from bench import many
from bench.figures import Figure
from bench.partner import Partner, partner
from bench.speed import bare, in_turn, people
from tests.portal import Portal, wait_for

# `BENCH_SCALE=0.1` tries the group out; figures that are kept are taken at full counts.
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
ROUNDS = 5
REQUESTS = {"p256": 60, "rsa4096": 12}
REVOKED, REVOKED_BOTH = 100_000, 10_000
ANSWERED = 200
SECONDS = 2.0
CLIENTS = 64


def pki(portal: Portal) -> Sequence[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {**portal.environment, "TTE_AUTHORITY_KEY": _keys(folder)}
        ours = stack.enter_context(partner("bench.pki_ours", environment))
        theirs = stack.enter_context(_django_ca(portal, folder))
        found = []
        for kind in REQUESTS:
            slug = ours("rotate", str(folder))
            theirs("take_over", kind, str(folder / f"{kind}.pem"), str(folder / "issuing.pem"))
            found += _issuing(kind, ours, theirs)
            if kind == "p256":
                found += _lists(kind, ours, theirs)
                found += _answers(portal, folder, slug, ours)
        # The portal goes on with a key of its own: this one's is gone with this group.
        ours("rotate", str(folder))
        found += _status(portal, ours("clients", CLIENTS))
        ours("leave")
        return found


def _keys(folder: Path) -> str:
    """One key of each kind, in a file for django-ca and in the environment for the portal: the same for both."""
    elliptic, rivest = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 4096)
    made: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {"p256": elliptic, "rsa4096": rivest}
    for kind, key in made.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{kind}.pem").write_bytes(pem)
    return "".join((folder / f"{kind}.pem").read_text() for kind in made)


@contextmanager
def _django_ca(portal: Portal, folder: Path) -> Iterator[Partner]:
    name = f"bench_{os.getpid()}_django_ca"
    base, _, query = portal.environment["DATABASE_URL"].partition("?")
    url = f"{base.rpartition('/')[0]}/{name}?{query}"
    _on_server(portal, f"CREATE DATABASE {name}")
    try:
        environment = {**portal.environment, "DATABASE_URL": url, "BENCH_FOLDER": str(folder)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with partner("bench.pki_django_ca", environment) as found:
            found("migrate")
            yield found
    finally:
        _on_server(portal, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(portal: Portal, statement: str) -> None:
    with closing(psycopg2.connect(portal.environment["DATABASE_URL"])) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


GOALS = {"p256": ("P-256", 1.3), "rsa4096": ("RSA-4096", 10.0)}


def _issuing(kind: str, ours: Partner, theirs: Partner) -> list[Figure]:
    count = max(4, int(REQUESTS[kind] * SCALE))
    asked, (key, goal) = ours("requests", count), GOALS[kind]
    taken = in_turn(
        {
            "ours": lambda: float(ours("issue", asked, False)),
            "theirs": lambda: float(theirs("issue", kind, asked)),
            "linted": lambda: float(ours("issue", asked, True)),
        },
        ROUNDS,
    )
    unlinted, linted = (_ratio(taken["theirs"], taken[each]) for each in ("ours", "linted"))
    says = f"a certificate from its request under a {key} key, beside django-ca's create_cert"
    told = {"ours": "", "linted": ", with the linter", "theirs": " by django-ca"}
    return [
        Figure(f"issuing-{kind}", unlinted, "× django-ca", says, at_least=goal),
        Figure(f"issuing-{kind}-linted", linted, "× django-ca", f"{says}, with the linter in the path"),
        *(
            Figure(f"issuing-{kind}-{name}-rate", count / median(taken[name]), "certificates/s",
                   f"under a {key} key{more}")
            for name, more in told.items()
        ),
    ]  # fmt: skip


def _lists(kind: str, ours: Partner, theirs: Partner) -> list[Figure]:
    both, all_of_them = int(REVOKED_BOTH * SCALE), int(REVOKED * SCALE)
    ours("revoked", both)
    theirs("revoked", kind, both)
    taken = in_turn(
        {"ours": lambda: float(ours("build", both)), "theirs": lambda: float(theirs("build", kind, both))}, 3
    )
    ours("revoked", all_of_them)
    large = median(float(ours("build", all_of_them)) for _ in range(3))
    theirs("revoked", kind, all_of_them)
    once = float(theirs("build", kind, all_of_them))
    ours("revoked", 0)
    return [
        Figure("list", once / large, "× django-ca", f"a list of {all_of_them:,} revoked beside django-ca, which did it "
               "once", at_least=1),
        Figure("list-seconds", large, "s", f"a list of {all_of_them:,} revoked: read, signed, stored"),
        Figure("list-django-ca-seconds", once, "s", f"a list of {all_of_them:,} revoked by django-ca"),
        Figure("list-small", _ratio(taken["theirs"], taken["ours"]), "× django-ca", f"a list of {both:,} revoked"),
    ]  # fmt: skip


def _answers(portal: Portal, folder: Path, slug: str, ours: Partner) -> list[Figure]:
    port, path = int(portal.environment["PORT"]), f"/pki/ocsp/{slug}"
    ders = [bytes.fromhex(each) for each in ours("certificates", ANSWERED)]
    issuer = x509.load_pem_x509_certificate((folder / "issuing.pem").read_bytes())
    asked = [_question(x509.load_der_x509_certificate(der), issuer) for der in ders]
    ours("responder", str(folder))
    with _openssl(folder, ders) as other:
        mine = [many.post(port, path, each, "application/ocsp-request") for each in asked]
        its = [many.post(other, "/", each, "application/ocsp-request") for each in asked]
        rates = in_turn(
            {
                "ours": lambda: _rate(port, mine, kept=False),
                "theirs": lambda: _rate(other, its, kept=False),
                "kept": lambda: _rate(port, mine, kept=True),
            },
            ROUNDS,
        )
    says = "answers of the status service, a connection each"
    return [
        Figure("ocsp", _ratio(rates["ours"], rates["theirs"]), "× openssl ocsp", f"{says}, beside openssl ocsp as a "
               "responder", at_least=1),
        Figure("ocsp-rate", median(rates["ours"]), "answers/s", says),
        Figure("ocsp-openssl-rate", median(rates["theirs"]), "answers/s", f"{says}, of openssl ocsp"),
        Figure("ocsp-kept-rate", median(rates["kept"]), "answers/s", "on connections that are kept, which openssl ocsp "
               "does not do"),
    ]  # fmt: skip


def _rate(port: int, requests: list[bytes], *, kept: bool) -> float:
    """Of a server that answers; one that stood still meanwhile is asked again."""
    for _ in range(5):
        if rate := many.asked(port, requests, SECONDS, kept=kept).rate:
            return rate
    raise AssertionError("The server answers no more.")


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


@contextmanager
def _openssl(folder: Path, ders: list[bytes]) -> Iterator[int]:
    """OpenSSL's responder with the same certificates and the same responder's key."""
    lines = []
    for place, der in enumerate(ders):
        found = x509.load_der_x509_certificate(der)
        until = f"{found.not_valid_after_utc:%y%m%d%H%M%SZ}"
        number = f"{found.serial_number:X}"
        lines.append(
            f"V\t{until}\t\t{number.zfill(len(number) + len(number) % 2)}\tunknown\t/CN=Peserta Ukur {place}\n"
        )
    (folder / "index.txt").write_text("".join(lines))
    port = _free_port()
    words = ["openssl", "ocsp", "-port", str(port), "-index", "index.txt", "-CA", "issuing.pem"]
    words += ["-rsigner", "responder.pem", "-rkey", "responder.key", "-nmin", "60", "-rmd", "sha256"]
    said = folder / "openssl.log"
    with said.open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log)
    try:
        # Not tried with a connection: one without a request would hold it up for good.
        wait_for(lambda: process.poll() is not None or "ACCEPT" in said.read_text(), "openssl ocsp")
        assert process.poll() is None, said.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _status(portal: Portal, clients: list[list[str]]) -> list[Figure]:
    port = int(portal.environment["PORT"])
    niks = [each["nik"] for each in people(portal, 16, "--waiting")]
    mine = [
        many.get(port, f"/api/user/status/{niks[number % len(niks)]}", Authorization=f"Basic {_basic(*client)}")
        for number, client in enumerate(clients)
    ]
    loads: list[many.Load] = []

    def status() -> float:
        loads.append(many.asked(port, mine, SECONDS, kept=True))
        return loads[-1].rate

    with bare(portal) as bare_port:
        plain = [many.get(bare_port, "/")]
        rates = in_turn(
            {"status": status, "bare": lambda: many.asked(bare_port, plain, SECONDS, kept=True).rate}, ROUNDS
        )
    spread = median(load.slowest / load.middle for load in loads[1:])
    says = "status of a person, the client checked, throttled and logged"
    return [
        Figure("status-api", _ratio(rates["status"], rates["bare"]), "× bare view", f"{says}, beside a bare view with "
               "one query", at_least=0.4),
        Figure("status-api-spread", spread, "× median", "the 99th percentile of that, at that load", at_most=4),
        Figure("status-api-rate", median(rates["status"]), "answers/s", says),
        Figure("status-api-bare-rate", median(rates["bare"]), "answers/s", "a bare Django view with one query"),
    ]  # fmt: skip


def _basic(login: str, secret: str) -> str:
    return base64.b64encode(f"{login}:{secret}".encode()).decode()


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """How many times ``one`` is ``other``, round by round."""
    return median(first / second for first, second in zip(one, other, strict=True))
