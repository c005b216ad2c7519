"""The verifiers' agreement: which version holds, who has accepted it, and on which pages it is asked for first."""

import tomllib
from functools import cache
from pathlib import Path

from django.db import transaction

from enrollment.consents import Text
from tte_portal.models import Account
from verification import officers, roles
from verification.care.models import Agreement, AgreementText
from verification.desks import DESKS

KIND = "perjanjian-verifikator"
FILE = Path(__file__).parent / "texts" / f"{KIND}.toml"
DECIDING = (roles.VERIFIER, roles.ISSUER, roles.HR)
# Pages on which something is decided, and all that belongs to them: nobody decides before having agreed.
ASKED_ON = {"admin:queue-take-next", "admin:review", "admin:profile-change", "admin:bulk", "admin:bulk-run"}
ASKED_UNDER = ("admin:queue-", "admin:review-", "admin:profile-change-", *(f"admin:{desk.slug}-" for desk in DESKS))


@cache
def text() -> Text:
    """The agreement as it stands now."""
    found = tomllib.loads(FILE.read_text())
    paragraphs = tuple((each["heading"], each["text"].strip()) for each in found["paragraphs"])
    return Text(KIND, found["title"], found["version"], paragraphs)


def is_asked_on(page: str) -> bool:
    """Whether the page (by the name of its address) is one of an officer who decides."""
    return page in ASKED_ON or page.startswith(ASKED_UNDER)


def accepted(account: Account) -> Agreement | None:
    """The officer's agreement to the present version."""
    return Agreement.objects.filter(account=account, text__version=text().version).select_related("text").first()


def accept(account: Account) -> None:
    """The officer agrees to the present version, on record in each of the officer's institutions; once."""
    now = text()
    with transaction.atomic():
        kept, _ = AgreementText.objects.get_or_create(version=now.version, defaults={"text": now.plain()})
        _, fresh = Agreement.objects.get_or_create(account=account, text=kept)
        if fresh:
            officers.note("accept_verifier_agreement", account, by=account, facts={"version": now.version})
