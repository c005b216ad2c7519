"""Procedures that no region has: mixtures of ways in, checks, wizards, passphrase pages and issues, each to ACTIVE."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.urls import reverse

from enrollment import actions, lifecycle, photos, procedure, registries, tasks, terms
from enrollment.demo import seed
from enrollment.demo.civil import Cast
from enrollment.models import Application, Holder, Institution, ProfileChange, Reading, Registration, Role
from enrollment.registries.imported import Imported
from enrollment.ways_in import effort
from enrollment.wizard import steps
from passphrase import actions as certificates
from passphrase.authority import ceremony
from tests import cast, holders, procedures, stores
from tests.ways_in import letter, send, typed
from tests.ways_in import papers as usual_papers
from tte_portal import outbox
from tte_portal.models import OutboxMessage
from tte_portal.outbox import WhatsAppMessage

pytestmark = pytest.mark.django_db

SLUG = "natuna"
PASSPHRASE = "Laut-Biru-27-Kapal"
ALL_PAPERS = ["statement-letter", "ktp", "signature-specimen", "recommendation-letter"]
ONE_FORM = ["data-pendaftaran", "foto-ktp", "foto-diri"]
AGREED = {"consent-kebijakan-privasi": "on", "consent-penggunaan-data-pribadi": "on"}
BOTH = ["penggunaan-data-pribadi", "kebijakan-privasi"]

SELF_SERVICE = {"way_in.kind": "self-service"}
PUBLIC = {"way_in.kind": "public-form", "way_in.check": True}
PROFILE = {"way_in.kind": "profile", "way_in.sign_in": "password"}
BY_HAND = {"certificate.issuer": "by-hand"}
AUTOMATIC = {"wizard.check": "automatic"}
PHONE = {"wizard.proves_phone": True}
BY_WHATSAPP = {**PHONE, "passphrase.channel": "whatsapp"}
SECOND_LOOK = {"passphrase.shows_profile": True, "passphrase.second_selfie": True}
OPENED = {"passphrase.agreement_by": "opened", "passphrase.agreement_seconds": 15}
PAGE = {"passphrase.agreement_by": "page", "passphrase.agreement_button": "Saya Setuju"}
READ = {"wizard.reading_seconds": 30}
ACCOUNT = {"subjects.account": "{prefix} Informasi Akun"}

MIXTURES: dict[str, dict[str, Any]] = {
    "invitation, automatic, all by WhatsApp, by hand": {**AUTOMATIC, **BY_WHATSAPP, **BY_HAND},
    "invitation, one form, policy and agreement read": {"wizard.steps": ONE_FORM, **READ, **OPENED, **ACCOUNT},
    "invitation, no kedinasan, a selfie and again": {
        "wizard.steps": ["data-diri", "foto-diri"], **SECOND_LOOK, **PAGE,
    },
    "self-service with every paper, checked first": {
        **SELF_SERVICE, "way_in.papers": ALL_PAPERS, "way_in.check": True, "wizard.consents": BOTH, **PAGE, **BY_HAND,
    },
    "self-service without papers, one form with a proven phone": {
        **SELF_SERVICE, "way_in.papers": [], "wizard.steps": ONE_FORM, **BY_WHATSAPP, **SECOND_LOOK,
    },
    "public form without papers, automatic": {**PUBLIC, **AUTOMATIC, "way_in.papers": [], **READ, **ACCOUNT},
    "public form past HR, registries, phone": {
        **PUBLIC, "way_in.hr_approval": True, "way_in.papers": ["ktp"], **AUTOMATIC, **BY_WHATSAPP, **OPENED, **BY_HAND,
    },
    "public form, one form, a page for the agreement": {
        **PUBLIC, "way_in.papers": ["recommendation-letter"], "wizard.steps": ONE_FORM, **PAGE, **SECOND_LOOK,
    },
    "profile without papers or wizard": {**PROFILE, "way_in.check": True, "wizard.steps": [], **SECOND_LOOK},
    "profile past HR without a wizard, proven mailbox": {
        **PROFILE, "way_in.check": True, "way_in.hr_approval": True, "way_in.proves_mailbox": True, "wizard.steps": [],
        "way_in.papers": ["ktp", "recommendation-letter"], **OPENED, **BY_HAND, **ACCOUNT,
    },
    "profile past HR, then the wizard at once": {
        **PROFILE, "way_in.hr_approval": True, "way_in.papers": ["signature-specimen"], **AUTOMATIC, **BY_WHATSAPP,
    },
    "profile with a proven mailbox, checked, one form": {
        **PROFILE, "way_in.proves_mailbox": True, "way_in.check": True, "way_in.confirm": "Apakah anda yakin?",
        "wizard.steps": ONE_FORM, **READ, **PAGE, **BY_HAND,
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    stores.move(settings, tmp_path)
    monkeypatch.setattr(effort, "LEAST_SECONDS", 0)
    monkeypatch.setattr(effort, "BITS", 6)
    monkeypatch.setattr(registries, "personnel_registry", Imported)
    monkeypatch.setattr(registries, "civil_registry", Cast)
    # Whether the portrait is a good one is tested elsewhere, and slow.
    monkeypatch.setattr(photos, "_look", lambda image: [])


@dataclass
class Walk:
    """One person's way through the real pages, with officers who each have one role."""

    institution: Institution
    person: dict[str, str]
    desks: dict[str, Client] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    @property
    def application(self) -> Application:
        return Application.objects.select_related("institution").get()

    @property
    def asked(self) -> procedure.Procedure:
        return terms.in_force(self.institution)

    def desk(self, kind: Role.Kind) -> Client:
        if kind not in self.desks:
            officer = cast.make_officer(f"petugas-{kind}", (self.institution, kind))
            self.desks[kind] = cast.sign_in(officer)
        return self.desks[kind]

    def decide(self, kind: Role.Kind, page: str) -> None:
        path = reverse(page, args=[self.application.pk])
        assert self.application.receipt in well(self.desk(kind).get(path))
        assert self.desk(kind).post(path, {"decision": "approve", "unopened": "1"}).status_code == 302

    def to_active(self) -> None:
        while lifecycle.state_of(self.application) != lifecycle.ACTIVE:
            state = lifecycle.state_of(self.application)
            self.seen.append("/".join(state))
            MOVES[state](self)
            assert lifecycle.state_of(self.application) != state, state


def well(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.headers.get("Location"))
    text: str = response.content.decode()
    return text


def moved(response: Any) -> str:
    form = (response.context or {}).get("form") if response.status_code != 302 else None
    assert response.status_code == 302, form.errors if form else response.status_code
    return str(response.headers["Location"])


def portrait() -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", cast.portrait(), "image/jpeg")


# --- Ways in -------------------------------------------------------------------------------------------------------
def invited(walk: Walk) -> None:
    cast.begin(walk.institution)


def served(walk: Walk) -> None:
    client, path = Client(), f"/{SLUG}/pengajuan-tte/"
    given = {"name": walk.person["name"], "employee_number": walk.person["nip"], "mailbox": walk.person["mailbox"]}
    assert moved(client.post(path, {**given, "position": "Analis", "unit": "Dinas Contoh"})) == f"{path}surat/"
    moved(send(f"{path}surat/", AGREED, client=client, files=chosen(walk), only=True))
    take()


def registered(walk: Walk) -> None:
    moved(send(f"/{SLUG}/registrasi/", {**typed(walk.institution), **AGREED}, files=chosen(walk), only=True))
    take()


def chosen(walk: Walk) -> dict[str, SimpleUploadedFile]:
    offered = {**usual_papers(), "statement-letter": letter()}
    return {kind: offered[kind] for kind in walk.asked.way_in.papers}


def take() -> None:
    tasks.take_registration(str(Registration.objects.get().pk))


def from_profile(walk: Walk) -> None:
    holder = holders.holder_of(walk.institution)
    client = holders.browser_of(holder)
    well(client.get("/akun/"))
    if walk.asked.way_in.proves_mailbox:
        prove_mailbox(walk, holder, client)
    contents = {kind: file.read() for kind, file in chosen(walk).items()}
    for kind, content in contents.items():
        upload = SimpleUploadedFile("berkas", content)
        moved(client.post(f"/akun/lengkapi/{kind}/", {"value": upload, **AGREED}))
    if "/akun/lengkapi/nik/" in well(client.get("/akun/")):
        moved(client.post("/akun/lengkapi/nik/", {"value": walk.person["nik"], "evidence": portrait(), **AGREED}))
    for change in ProfileChange.objects.filter(state="waiting"):
        path = reverse("admin:profile-change", args=[change.pk])
        well(walk.desk(Role.Kind.HR).get(path))
        walk.desk(Role.Kind.HR).post(path, {"decision": "approve", "unopened": "1"})
    assert not ProfileChange.objects.filter(state="waiting").exists()
    well(client.get("/akun/"))
    assert moved(client.post("/akun/registrasi/", {"go": "yes"})) == "/akun/tanda-terima/"
    well(client.get("/akun/tanda-terima/"))


def prove_mailbox(walk: Walk, holder: Holder, client: Client) -> None:
    given = {"phone": "081200000001", "whatsapp": "081200000002", "private_mailbox": "ayu@surel.example"}
    client.post("/akun/surel-dinas/", {**given, "mailbox": walk.person["mailbox"], "go": "yes"})
    moved(Client().post(f"/email/aktivasi/surel/{holders.token_of(holder, 'mailbox')}/"))


WAYS_IN: dict[str, Callable[[Walk], None]] = {
    "invitation": invited,
    "self-service": served,
    "public-form": registered,
    "profile": from_profile,
}


# --- The wizard ----------------------------------------------------------------------------------------------------
def fill_in(walk: Walk) -> None:
    client = cast.open_link(walk.application, "activation")
    well(client.get("/pengajuan/"))
    for step in steps.of(walk.application):
        well(client.get(step.url))
        if step.upload:
            moved(client.post(step.url, {"photo": portrait(), **AGREED}))
            continue
        if step.has_field("phone") and walk.asked.wizard.proves_phone:
            prove_phone(walk, client, step.url)
        moved(client.post(step.url, answers(walk)))
    onward = moved(client.post("/pengajuan/periksa/", shown_at(client, "/pengajuan/periksa/")))
    if walk.asked.wizard.reading_seconds:
        well(client.get(onward))
        time_passes()
        onward = moved(client.post(onward, {"go": "agree"}))
        onward = moved(client.post(onward, {**shown_at(client, onward), "go": "submit"}))
    assert onward == "/pengajuan/selesai/"
    well(client.get(onward))


def answers(walk: Walk) -> dict[str, str]:
    return {
        "name": walk.person["name"], "nik": walk.person["nik"], "front_title": "-", "back_title": "S.Kom.",
        "phone": "0812 3456 7890", "kind": "asn", "employee_number": walk.person["nip"], "unit": "Bidang Data Contoh",
        "position": "Pranata Komputer", "province": "Kepulauan Riau", "city": "Kota Contoh", "go": "next",
    }  # fmt: skip


def prove_phone(walk: Walk, client: Client, url: str) -> None:
    moved(client.post(url, {**answers(walk), "go": "send-code"}))
    message = outbox.content(OutboxMessage.objects.get(template="phone_code"))
    assert isinstance(message, WhatsAppMessage)
    moved(client.post(url, {**answers(walk), "go": "verify-code", "code": message.code}))


def shown_at(client: Client, url: str) -> dict[str, str]:
    page = client.get(url)
    well(page)
    return {"shown": page.context["shown"]}


def time_passes() -> None:
    Reading.objects.update(began_at=F("began_at") - timedelta(seconds=60))


# --- The passphrase ------------------------------------------------------------------------------------------------
def make_passphrase(walk: Walk) -> None:
    client, asked = cast.open_link(walk.application, "passphrase"), walk.asked.passphrase
    if asked.shows_profile:
        assert moved(client.get("/passphrase/")) == "/passphrase/profil/"
        well(client.get("/passphrase/profil/"))
        moved(client.post("/passphrase/profil/"))
    if asked.second_selfie:
        well(client.get("/passphrase/foto/"))
        moved(client.post("/passphrase/foto/", {"photo": portrait(), **AGREED}))
    if asked.agreement_by != "tick":
        well(client.get("/passphrase/perjanjian/"))
        time_passes()
    if asked.agreement_by == "page":
        moved(client.post("/passphrase/perjanjian/"))
    well(client.get("/passphrase/"))
    given = {"passphrase": PASSPHRASE, "confirmation": PASSPHRASE, "agreement": "on"}
    assert moved(client.post("/passphrase/", given)) == "/passphrase/selesai/"
    well(client.get("/passphrase/selesai/"))


MOVES: dict[lifecycle.State, Callable[[Walk], object]] = {
    lifecycle.HR_CHECK: lambda walk: walk.decide(Role.Kind.HR, "admin:hr-check-case"),
    lifecycle.PRE_CHECK: lambda walk: walk.decide(Role.Kind.VERIFIER, "admin:pre-check-case"),
    lifecycle.DRAFT: fill_in,
    lifecycle.MATCHING: lambda walk: tasks.match_application(str(walk.application.pk)),
    lifecycle.REVIEW: lambda walk: walk.decide(Role.Kind.VERIFIER, "admin:review"),
    lifecycle.PASSPHRASE: make_passphrase,
    lifecycle.APPROVAL: lambda walk: walk.decide(Role.Kind.ISSUER, "admin:issuing-case"),
    lifecycle.ENROLLED: lambda walk: certificates.issue_certificate(walk.application.pk),
    lifecycle.ISSUED: lambda walk: certificates.activate(walk.application.pk),
}


@pytest.mark.parametrize("changes", MIXTURES.values(), ids=MIXTURES)
def test_every_coherent_mixture_leads_to_active(
    changes: dict[str, Any], institutions: dict[str, Institution], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = procedures.changed(procedure.find(SLUG), changes)
    monkeypatch.setattr(procedure, "find", lambda slug: asked)
    ceremony.ensure()
    walk = Walk(institutions[SLUG], seed.people(institutions[SLUG])[0])
    well(Client().get(f"/{SLUG}/"))

    WAYS_IN[asked.way_in.kind](walk)
    walk.to_active()

    assert walk.application.consents.filter(text__kind="kebijakan-privasi").exists()
    actions.send_link_again(walk.application, "status", by=None)
    well(cast.open_link(walk.application, "status").get("/status/pengajuan/"))
    sent = cast.deliver_all()
    assert "active" in sent
    assert ("account" in sent) == bool(asked.subjects.account)
