"""Every address of the portal × every role × two institutions: a new address fails here until it is placed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver

from enrollment.holders import urls as holders_urls
from enrollment.models import Application, Institution, Opd, Role
from passphrase.esign import clients
from passphrase.esign.models import ApiCall, ApiClient
from passphrase.holder import urls as certificate_urls
from tests import cast, holders
from tests.verification.places import (
    ADMINISTRATOR,
    ANY,
    HELP_DESK,
    HR,
    NOBODY,
    VERIFIER,
    Place,
    bulk,
    care,
    certificates,
    collective,
    desk,
    exports,
    helpdesk,
    monthly,
    only,
    people,
    reports,
)  # fmt: skip
from tte_portal.models import Account, AuditRow, Job, OutboxMessage

ROOMS = (desk, bulk, people, collective, helpdesk, certificates, reports, exports, monthly, care)

KEEPS_PROFILES = HR

# For everybody, signed in or not: each looks after itself (links, throttles, nothing personal).
PUBLIC = {
    "healthz", "readyz", "home", "status", "status-sent", "status-application", "status-send-link",
    "status-certificate", "link-activation", "link-passphrase",
    "link-status", "link-resend", "link-unlock", "wizard-tasks", "wizard-photo", "wizard-upload", "wizard-policy",
    "wizard-left", "wizard-withdraw", "status-withdraw", "withdrawn", "wizard-review", "wizard-done", "wizard-step",
    "link-enroll", "link-enroll-bare", "passphrase", "passphrase-profile", "passphrase-photo", "passphrase-picture",
    "passphrase-agreement", "passphrase-done", "passphrase-check", "outbox", "demo-accounts",
    "outbox-message", "front-door", "ask-activation", "ask-activation-sent", "officer-activation", "officer-link",
    "self-service", "self-service-papers", "self-service-sent", "public-form", "public-form-sent", "letter",
    "admin:login", "whatsapp-webhook", "institution-logo", "institution-colours",
    "mailbox-password", "pki-chain", "pki-ocsp",
    "helpdesk-objection", "pki-ocsp-slash", "pki-ocsp-get", "pki-certificate", "pki-list",
    "api", "api-schema", "check-document", "esign-status-v1", "esign-registration-v1", "esign-status-v2",
    "esign-registration-v2", "esign-register-v2", "esign-chain", "esign-status-of-nobody", "esign-nowhere-v1",
    "esign-nowhere-v2", "certificate-sign-in",
    "certificate-sign-in-sent",
    "link-proof",
}  # fmt: skip

# The holders' own: whoever is none, an officer too, is sent to their sign-in (tests/enrollment/holders/test_access.py).
HOLDERS = {str(each.name) for each in (*holders_urls.account_patterns, *holders_urls.link_patterns)}
HOLDERS |= {"account-certificate", "account-timeline"}
# A certificate's own pages: with an account or by the mailed link (tests/passphrase/holder/test_visitor.py).
HOLDERS |= {str(each.name) for each in certificate_urls.urlpatterns} - PUBLIC


OFFICERS = {
    "admin:index": Place(ANY),
    "admin:logout": Place(ANY),
    "admin:password_change": Place(ANY),
    "admin:password_change_done": Place(ANY),
    "admin:jsi18n": Place(ANY),
    "admin:app_list": Place(only(ADMINISTRATOR, VERIFIER, HELP_DESK), args={"app_label": "enrollment"}),
    # Of no case here: only one that the authority has refused can be asked for again.
    "admin:issuing-ask-again": Place(NOBODY, row="application", method="post"),
    "admin:profile-changes": Place(only(KEEPS_PROFILES)),
    "admin:profile-change": Place(only(KEEPS_PROFILES), row="change"),
    "admin:profile-change-paper": Place(only(KEEPS_PROFILES), row="change", args={"which": "baru"}),
    "admin:institution-procedure": Place(only(ADMINISTRATOR), row="institution"),
    "admin:institution-branding": Place(only(ADMINISTRATOR), row="institution"),
    # One's own work alone: a job of somebody else is nobody's.
    "admin:job-state": Place(NOBODY, row="job"),
    "admin:job-cancel": Place(NOBODY, row="job", method="post"),
    "admin:job-again": Place(NOBODY, row="job", method="post"),
}

for room in ROOMS:
    OFFICERS.update(room.OFFICERS)

# Table → (who sees its rows, who may add one). Nothing is removed in the admin, and it keeps no history of its own.
TABLES = {
    "enrollment_application": (only(HELP_DESK, VERIFIER), NOBODY),
    "esign_apicall": (only(ADMINISTRATOR), NOBODY),
    "esign_apiclient": (only(ADMINISTRATOR), only(ADMINISTRATOR)),
    "enrollment_institution": (only(ADMINISTRATOR), NOBODY),
    "enrollment_opd": (only(ADMINISTRATOR), only(ADMINISTRATOR)),
    "enrollment_personnelrecord": (only(ADMINISTRATOR, VERIFIER), NOBODY),
    "tte_portal_account": (only(ADMINISTRATOR), only(ADMINISTRATOR)),
    "tte_portal_auditrow": (only(ADMINISTRATOR), NOBODY),
    "tte_portal_outboxmessage": (only(ADMINISTRATOR, HELP_DESK), NOBODY),
}
for table, (sees, adds) in TABLES.items():
    row = table.rpartition("_")[2]
    OFFICERS[f"admin:{table}_changelist"] = Place(sees)
    OFFICERS[f"admin:{table}_add"] = Place(adds)
    OFFICERS[f"admin:{table}_change"] = Place(sees, row=row)
    OFFICERS[f"admin:{table}_delete"] = Place(NOBODY, row=row)
    OFFICERS[f"admin:{table}_history"] = Place(NOBODY, row=row)


def addresses(patterns: Any = None, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address in the URLconf; the unnamed ones by their route."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, route, each.namespace or space)
        else:
            yield (f"{space}:{each.name}" if space else each.name) if each.name else route, route


def test_every_address_has_its_place() -> None:
    found = [name for name, _ in addresses()]
    # Django's own redirects: from …/<id>/ to …/<id>/change/, and from an address without its last slash.
    unnamed = {f"admin/{table.replace('_', '/', 1)}/<path:object_id>/" for table in TABLES}
    unnamed = {each.replace("tte/portal_", "tte_portal/") for each in unnamed} | {"admin/(?P<url>.*)$"}

    assert set(found) - unnamed == PUBLIC | HOLDERS | OFFICERS.keys()


@pytest.fixture
def rows(case: Application, natuna: Institution, verifier: Account) -> dict[str, Any]:
    """One row of Natuna in each table."""
    OutboxMessage.objects.filter(subject=case.pk).update(state=OutboxMessage.State.FAILED)
    clients.make(natuna, "Persuratan Contoh", "persuratan-natunakab", by=None)
    client = ApiClient.objects.get()
    of_rooms = {name: row for room in ROOMS for name, row in room.rows(case).items()}
    return {
        **of_rooms,
        "job": Job.objects.create(kind="test", owner=verifier, subject=case.pk).pk,
        "application": case.pk,
        "paper": cast.hand_in_letter(case).pk,
        "change": holders.waiting_paper(natuna).pk,
        "institution": natuna.pk,
        "apiclient": client.pk,
        "apicall": ApiCall.objects.create(client=client, act="status", answer="NEW").pk,
        "opd": Opd.objects.filter(institution=natuna).first().pk,  # type: ignore[union-attr]
        "personnelrecord": case.record_id,
        "account": verifier.pk,
        "auditrow": AuditRow.objects.filter(chain=natuna.audit_chain).first().pk,  # type: ignore[union-attr]
        "outboxmessage": OutboxMessage.objects.filter(subject=case.pk, state="failed").earliest("created_at").pk,
    }


def address_of(name: str, place: Place, rows: dict[str, Any]) -> str:
    route = dict(addresses())[name]
    if name == "admin:app_list":
        return f"/admin/{place.args['app_label']}/"
    known = {"case_id": rows["application"], "paper_id": rows["paper"], "institution_id": rows["institution"]}
    known["change_id"], known["job_id"] = rows["change"], rows["job"]
    # What the rooms bring along is named like the address's own argument.
    known |= {name: row for name, row in rows.items() if name.endswith("_id")}
    for key, value in {**known, "object_id": rows.get(place.row, "1"), **place.args}.items():
        for kind in ("uuid", "path", "int", "slug"):
            route = route.replace(f"<{kind}:{key}>", str(value))
    return f"/{route}"


def is_let_in(response: HttpResponseBase) -> bool:
    """Whether the answer is more than a refusal: Django sends who may not see a row to the start page."""
    if response.status_code == 302:
        return response.headers["Location"].partition("?")[0] not in ("/admin/login/", "/admin/")
    return response.status_code in (200, 405, 409, 422)


def asked(client: Client, name: str, place: Place, rows: dict[str, Any]) -> Any:
    # Every answer is made from scratch: a claim or a sign-out must not decide the next one.
    return getattr(client, place.method)(address_of(name, place, rows))


@pytest.mark.parametrize("home", ["natuna", "sulteng"])
@pytest.mark.parametrize("kind", Role.Kind.values)
def test_a_role_opens_its_own_pages_and_no_others(
    kind: str, home: str, institutions: dict[str, Institution], case: Application, rows: dict[str, Any]
) -> None:
    opd = Opd.objects.filter(institution=institutions[home]).first() if kind == "opd-operator" else None
    officer = cast.make_officer("petugas")
    Role.objects.create(account=officer, institution=institutions[home], kind=kind, opd=opd)
    client = cast.sign_in(officer)
    wrong = []

    for name, place in OFFICERS.items():
        response = asked(client, name, place, rows)
        wanted = kind in place.kinds and (home == "natuna" or not place.row)
        if is_let_in(response) != wanted:
            wrong.append((name, response.status_code, "should open" if wanted else "should stay shut"))
        body = b"" if response.streaming else response.content
        if home != "natuna" and (b"natunakab" in body or case.receipt.encode() in body):
            wrong.append((name, response.status_code, "tells of Natuna"))

    assert wrong == []


@pytest.mark.parametrize("who", ["nobody", "an officer without a role", "an officer without the second factor"])
def test_others_are_sent_to_the_sign_in(who: str, rows: dict[str, Any], verifier: Account) -> None:
    client = Client()
    if who == "an officer without a role":
        client = cast.sign_in(cast.make_officer("kosong"))
    elif who != "nobody":
        client.force_login(verifier, backend="django.contrib.auth.backends.ModelBackend")

    answers = {name: asked(client, name, place, rows) for name, place in OFFICERS.items()}

    open_to_all = {"admin:jsi18n"} if who != "nobody" else set()
    assert [name for name, each in answers.items() if is_let_in(each) and name not in open_to_all] == []


@pytest.mark.parametrize("name", sorted(PUBLIC | HOLDERS))
def test_public_pages_ask_nobody_to_sign_in(name: str, natuna: Institution, application: Application) -> None:
    route = dict(addresses())[name]
    filled = {"<str:token>": "x" * 43, "<slug:purpose>": "activation", "pengajuan/<slug:slug>": "pengajuan/data-diri"}
    filled |= {"berkas/<slug:slug>": "berkas/foto-diri"}
    filled |= {"<slug:slug>": "natuna", "<uuid:message_id>": str(OutboxMessage.objects.first().pk)}  # type: ignore[union-attr]
    for part, value in filled.items():
        route = route.replace(part, value)

    response = Client().get(f"/{route}")

    assert "/admin/login/" not in response.headers.get("Location", "")
    assert response.status_code < 500 or name == "readyz"
