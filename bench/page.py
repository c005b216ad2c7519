"""docs/benchmarks.md, written from results.json."""

from collections.abc import Sequence

from bench.figures import PAGE, Row, rows
from bench.groups import GROUPS

OPENING = """# Figures

Written by `make bench` from `bench/results.json`; `make bench ONLY=group` measures one group and leaves the other rows.

Every figure is a median of several rounds, and every ratio is taken within one round: what is compared runs in turn
(A B A B), on the same machine, against a portal of real processes (web, worker, scheduler, PostgreSQL that waits for
the disk, Redis). The load generator runs on the same cores. Nothing here decides whether a test passes.
"""
JOURNEYS = """From the activation link through three steps with a photo, check-answers, the verifier's approval in the
admin and the passphrase to the certificate and the last mail; three applicants and one verifier at a time. The limit is
what all cores make of the work that no portal can spare: Argon2id (64 MiB, 3 passes, 1 lane), a P-256 key pair, the
photo decoded, looked at and encoded anew, one P-384 signature."""
BARE = """The bare view is Django without middleware or template, one ORM query by a unique column, behind the same web
server with the same settings (`bench/bare.py`). What the portal's pages spare themselves, and what they do not, stands
in `docs/decisions/0017`. Other work on the machine hits the portal harder than the bare view: measure when it rests."""
NATIONAL = """Two databases on one server: five million applications in 600 institutions and 20,000 OPDs, and fifty
thousand in six, with registry, periods and the reports' counts, made in SQL (`bench/national_fill.py`). An institution
has as many people in both: what grows is the nation around it. Requests go through Django's test client, so each time
is the server's whole work but for the web server and the wire, which are the same for all; how much of it is
PostgreSQL's stands beside it. Growth is large beside small within one round. The stock admin is a `ModelAdmin` in
Django's own templates, with count and `icontains` (`bench/national_stock.py`). The difference is what a
page costs besides its queries: sign-in, roles, template. Exports run as a
worker runs them, sealed on their way to the disk; the memory is the process's highest. No part of a whole `make bench`,
for it takes many minutes and, while it runs, ten gigabytes."""
REGISTRATION = """An XLSX of 10,000 people, 11 columns, all new: read, checked row by row, written to the registry, an
application, link and mail for each, with the audit chain; in the worker's own steps, one transaction a part. Beside it
the time openpyxl takes to read the same file and do nothing with it."""
PKI = """Issuing: the same keys, the same requests, each side on a database of its own on the same server, one after the
other in one process each. The portal checks the request's signature, reserves the serial number in a transaction of its
own, lints (where it says so), signs, and stores in a second one; django-ca's `create_cert` signs and stores, and reads
its key from the disk for each certificate. Answers: eight clients at once ask about 200 certificates in turn; `openssl
ocsp` answers with the same responder's key from its text file, in one process: with `-multi` it ended at this load.
The status API is asked by 64 connected applications in turn, for one alone may ask 1,200 times a minute."""
TITLES = {
    "journeys": ("Whole journeys", JOURNEYS),
    "pages": ("Pages beside a bare view", BARE),
    "cold-wizard": ("A first visit", "Chromium with an empty cache; headers and compressed bodies as transferred."),
    "lighthouse": ("Lighthouse", "Lighthouse 12 as for a phone, one look at each page."),
    "desk": ("The verifier's pages", "200 cases wait. One officer, one request at a time."),
    "pki": ("Certificates", PKI),
    "registration": ("Ten thousand people registered", REGISTRATION),
    "national": ("National size", NATIONAL),
}


def write() -> None:
    known = rows()
    parts = [OPENING, *(_section(name, [row for row in known if row.group == name]) for name in GROUPS)]
    PAGE.write_text("\n".join(part for part in parts if part))


def _section(name: str, found: Sequence[Row]) -> str:
    if not found:
        return ""
    title, text = TITLES[name]
    lines = [f"## {title}", "", text, "", "| | value | goal | | what |", "| --- | ---: | --- | --- | --- |"]
    lines += [f"| {row.name} | {_value(row)} | {row.goal or ''} | {_mark(row)} | {row.says} |" for row in found]
    last = found[-1]
    lines += ["", f"`{last.command}`, {last.date[:10]}, {last.machine}, load {last.load} before.", ""]
    return "\n".join(lines)


def _value(row: Row) -> str:
    if row.value is None:
        return "not measured"
    return f"{row.value:,.0f} {row.unit}" if row.value >= 100 else f"{row.value:g} {row.unit}"


def _mark(row: Row) -> str:
    return {True: "met", False: "missed", None: ""}[row.meets_goal]
