"""``manage.py demo`` makes the demonstration's institutions, people and officers, and writes ``var/demo.json``."""

import json
import secrets
from base64 import b32encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.demo import seed
from enrollment.models import Holder, Institution, Role
from passphrase.esign import demo as esign
from tte_portal.models import Account
from verification import demo_certificates, demo_holders, demo_stages
from verification.care import demo as care
from verification.collective import demo as collective
from verification.helpdesk import demo as helpdesk
from verification.people import demo as people
from verification.reports import demo as reports


class Command(BaseCommand):
    help = "Fills the database for a demonstration; a second run changes nothing. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError("The demo makes accounts whose passwords lie in a file: not in production.")
        institutions = seed.institutions()
        path = Path(settings.VAR) / "demo.json"
        known = {each["login"]: each for each in _known(path, "accounts")}
        secrets_told = {each["login"]: each["secret"] for each in _known(path, "clients")}
        accounts = [_officer(each, kind, known) for each in institutions for kind in Role.Kind]
        care.fill()
        for institution in institutions:
            seed.invite_some(institution)
        ready = sum(_stages(each) for each in institutions) if settings.DEMO_STAGES else 0
        if settings.DEMO_STAGES:
            helpdesk.fill(institutions)
            people.fill(institutions)
            for institution in institutions:
                collective.fill(institution)
            reports.fill(institutions)
        accounts += [_holder(each, known) for institution in institutions for each in _holders(institution)]
        _write(path, {
            "base_url": settings.BASE_URL,
            "accounts": accounts,
            "people": [person for each in institutions for person in seed.people(each)],
            "certified": [
                each for place in institutions for each in demo_certificates.people(place) if settings.DEMO_STAGES
            ],
            "clients": [esign.fill(each, secrets_told) for each in institutions],
            "passphrase": demo_stages.PASSPHRASE,
        })  # fmt: skip
        told = f"{len(institutions)} institutions, {len(accounts)} officers, {ready} people brought on their way"
        self.stdout.write(f"{told}; accounts in {path.name}.")


def _stages(institution: Institution) -> int:
    roles = Role.objects.filter(institution=institution).select_related("account")
    officers = {role.kind: role.account for role in roles}
    return demo_stages.fill(institution, officers) + demo_certificates.fill(institution, officers)


def _holders(institution: Institution) -> list[Holder]:
    hr = Role.objects.select_related("account").get(institution=institution, kind=Role.Kind.HR)
    return demo_holders.fill(institution, hr.account)


def _known(path: Path, what: str) -> list[dict[str, str]]:
    try:
        found: list[dict[str, str]] = json.loads(path.read_text())[what]
    except (OSError, ValueError, KeyError):
        return []
    return found


def _officer(institution: Institution, kind: Role.Kind, known: dict[str, dict[str, str]]) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    account, fresh = seed.officer(institution, kind, password)
    if not fresh and account.login in known:
        return known[account.login]
    if not fresh:
        # The file was lost but the database was not: new passwords, for the old ones are nowhere.
        account.set_password(password)
        account.save(update_fields=["password"])
    return {
        "login": account.login,
        "password": password,
        "totp_secret": _totp_secret(account),
        "role": kind.value,
        "institution": institution.slug,
        "name": account.name,
    }


def _holder(holder: Holder, known: dict[str, dict[str, str]]) -> dict[str, str]:
    account = holder.account
    if account.login in known:
        return known[account.login]
    password = secrets.token_urlsafe(12)
    account.set_password(password)
    account.save(update_fields=["password"])
    return {
        "login": account.login,
        "password": password,
        "totp_secret": _totp_secret(account),
        "role": "holder",
        "institution": holder.institution.slug,
        "name": account.name,
    }


def _totp_secret(account: Account) -> str:
    """The secret of the account's authenticator in base32, as authenticator apps take it."""
    device, _ = TOTPDevice.objects.get_or_create(user=account, name="demo", defaults={"confirmed": True})
    return b32encode(device.bin_key).decode()


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False))
    fresh.rename(path)
