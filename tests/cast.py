"""The fixed cast: Ayu applies at Natuna, Vera verifies there, Sulteng's verifier must see nothing of it."""

from functools import cache
from io import BytesIO

import skimage.data
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image

from enrollment import actions, lifecycle
from enrollment.demo import cast as demo
from enrollment.demo import seed
from enrollment.emails import PATHS
from enrollment.models import Application, Institution, Paper, PersonnelRecord, Role
from enrollment.wizard import actions as wizard
from tte_portal import files, links, outbox
from tte_portal.models import Account, Link, OutboxMessage
from verification.care import agreement
from verification.care.models import Agreement, AgreementText

PHONE = "+6280010000100"
GOOD_PASSPHRASE = "Laut-Biru 27 Kapal"


@cache
def portrait(kind: str = "JPEG") -> bytes:
    """A real face: the public-domain portrait that scikit-image carries."""
    buffer = BytesIO()
    Image.fromarray(skimage.data.astronaut()).save(buffer, kind)
    return buffer.getvalue()


def make_officer(login: str, *roles: tuple[Institution, Role.Kind], mailbox: str = "") -> Account:
    account = Account.objects.create_user(login, "sandi-untuk-uji", name=login.title(), is_staff=True, mailbox=mailbox)
    for institution, kind in roles:
        Role.objects.create(account=account, institution=institution, kind=kind)
    return account


def sign_in(account: Account, *, agreed: bool = True) -> Client:
    """A browser of that officer, past the password, the second factor and (``agreed``) the verifiers' agreement."""
    if agreed:
        now = agreement.text()
        text, _ = AgreementText.objects.get_or_create(version=now.version, defaults={"text": now.plain()})
        Agreement.objects.get_or_create(account=account, text=text)
    device, _ = TOTPDevice.objects.get_or_create(user=account, name="uji", defaults={"confirmed": True})
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def begin(institution: Institution, number: int = 0) -> Application:
    """Somebody of the registry is invited: an application in its first state, the activation mail in the outbox."""
    records = PersonnelRecord.objects.filter(institution=institution).order_by("imported_at", "pk")
    names = [person.name for person in demo.PEOPLE]
    return actions.invite(records.get(name=names[number]), by=None)


def answers(application: Application) -> dict[str, dict[str, str]]:
    """What that person types into each step."""
    people = seed.people(application.institution)
    person = next(each for each in people if each["mailbox"] == application.mailbox)
    record = application.record
    assert record is not None
    return {
        "data-diri": {
            "name": person["name"], "nik": person["nik"], "front_title": "-", "back_title": record.back_title,
            "phone": PHONE, "go": "next",
        },
        "data-kedinasan": {
            "kind": "asn", "employee_number": person["nip"], "unit": record.unit, "position": record.position,
            "province": record.province, "go": "next",
        },
    }  # fmt: skip


def hand_in_letter(application: Application) -> Paper:
    """A recommendation letter that is with the application."""
    letter = files.store(b"%PDF-1.4 contoh", owner=application.pk, kind="letter", content_type="application/pdf")
    return Paper.objects.create(
        institution=application.institution, application=application, kind=Paper.Kind.RECOMMENDATION,
        original=letter, copy=letter,
    )  # fmt: skip


def link_of(application: Application, purpose: str) -> Link:
    return Link.objects.filter(subject=application.pk, purpose=purpose, replaced_at=None).latest("created_at")


def fill(application: Application) -> Application:
    """All steps filled in, without the browser."""
    typed = answers(application)
    for field, value in {**typed["data-diri"], **typed["data-kedinasan"]}.items():
        if field != "go":
            setattr(application, field, "" if value == "-" else value)
    application.save()
    wizard.keep_photo(application, portrait())
    return application


def submitted(institution: Institution, number: int = 0) -> Application:
    """An application that waits for the verifier."""
    application = fill(begin(institution, number))
    return wizard.submit(application.pk, link_of(application, "activation").pk)


def approved(institution: Institution, by: Account, number: int = 0) -> Application:
    """An application whose holder is to make a passphrase."""
    application = submitted(institution, number)
    with transaction.atomic():
        application = lifecycle.locked(application.pk)
        application.nik_taken = True
        lifecycle.change("approve", application, by=by)
    return application


def open_link(application: Application, purpose: str, client: Client | None = None) -> Client:
    """A browser that has opened the application's newest link of that purpose."""
    client = client or Client()
    token = links.token_of(link_of(application, purpose).pk)
    response = client.post(reverse(PATHS[purpose], args=[token]))
    assert response.status_code == 302, response.status_code
    return client


def deliver_all() -> list[str]:
    """Send what waits in the outbox, as a worker would; returns the templates sent."""
    rows = list(OutboxMessage.objects.filter(state="waiting").order_by("created_at"))
    return [row.template for row in rows if outbox.deliver(row.pk)]
