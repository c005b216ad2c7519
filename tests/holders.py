"""Holders for the tests: somebody of the registry with an account, and a browser in which both factors were proven."""

from base64 import b32encode
from io import BytesIO
from typing import Any

from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from reportlab.pdfgen import canvas

from enrollment import procedure
from enrollment.holders import accounts, changes, papers
from enrollment.models import Holder, Institution, PersonnelRecord, ProfileChange
from tests import cast
from tte_portal import links, outbox
from tte_portal.models import Account, Link, OutboxMessage

PASSWORD = "ombak tenang pagi cerah"
NIK = "9901015705680101"


def open_as(institution: Institution, procedure: str) -> Institution:
    institution.procedure_slug = procedure
    institution.save()
    return institution


def record_of(institution: Institution, name: str = "Ayu Contoh") -> PersonnelRecord:
    return PersonnelRecord.objects.select_related("institution").get(institution=institution, name=name)


def holder_of(institution: Institution, name: str = "Ayu Contoh") -> Holder:
    """An account with password and authenticator."""
    holder = accounts.open_for(record_of(institution, name))
    holder.account.set_password(PASSWORD)
    holder.account.save()
    TOTPDevice.objects.create(user=holder.account, name="uji", confirmed=True)
    return holder


def code_of(device: TOTPDevice) -> str:
    """What that authenticator would show next: a code works once, so each call moves on."""
    found = f"{totp(device.bin_key, drift=device.drift):06}"
    return found


def rewind(holder: Holder) -> TOTPDevice:
    """The authenticator as if no code of it had been used."""
    device: TOTPDevice = TOTPDevice.objects.get(user=holder.account, confirmed=True)
    device.last_t, device.throttling_failure_count, device.throttling_failure_timestamp = -1, 0, None
    device.save()
    return device


def secret_of(device: TOTPDevice) -> str:
    return b32encode(device.bin_key).decode().rstrip("=")


def browser_of(holder: Holder) -> Client:
    device = TOTPDevice.objects.filter(user=holder.account, confirmed=True).first()
    client = Client()
    client.force_login(holder.account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def token_of(holder: Holder, purpose: str) -> str:
    link = Link.objects.filter(subject=holder.pk, purpose=purpose, replaced_at=None).latest("created_at")
    return links.token_of(link.pk)


def sign_in(client: Client, holder: Holder, password: str = PASSWORD, code: str | None = None) -> Any:
    fields = {"username": holder.account.login, "password": password}
    fields["code"] = code_of(rewind(holder)) if code is None else code
    return client.post(reverse("account-sign-in"), fields)


def waiting_paper(institution: Institution, name: str = "Ayu Contoh") -> ProfileChange:
    """A scan of a KTP that waits for the HR officer."""
    asked = procedure.find("kemenkeu")
    holder = holder_of(institution, name)
    paper = papers.keep(holder, "ktp", cast.portrait())
    changes.ask(holder, asked, "ktp", str(paper.pk), evidence=paper)
    return ProfileChange.objects.get(holder=holder)


def complete(holder: Holder, officer: Account) -> None:
    """Everything in the profile agreed to by HR."""
    asked = procedure.find("kemenkeu")
    uploads = {"ktp": cast.portrait(), "signature-specimen": cast.portrait(), "recommendation-letter": letter()}
    values = {kind: str(papers.keep(holder, kind, content).pk) for kind, content in uploads.items()}
    for field, new in {"nik": NIK, **values}.items():
        changes.ask(holder, asked, field, new)
        changes.approve(ProfileChange.objects.get(holder=holder, field=field, state="waiting").pk, by=officer)


def letter() -> bytes:
    """A PDF of one page."""
    buffer = BytesIO()
    drawn = canvas.Canvas(buffer)
    drawn.drawString(72, 720, "Surat Rekomendasi")
    drawn.save()
    return buffer.getvalue()


def sign_in_with(login: str, password: str, code: str) -> int:
    given = {"username": login, "password": password, "code": code}
    return Client().post(reverse("account-sign-in"), given).status_code


def mails(template: str) -> list[outbox.Mail]:
    return [outbox.compose(row) for row in OutboxMessage.objects.filter(template=template).order_by("created_at")]
