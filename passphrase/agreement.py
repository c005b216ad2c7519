"""The holder's agreement: how it is asked for, how long its text has to be open, and that it was given."""

from django.db import transaction

from enrollment import consents, readings, terms
from enrollment.consents import Text
from enrollment.models import Application
from enrollment.procedure import PassphraseRule
from tte_portal import audit


def text_of(application: Application) -> Text:
    return consents.find(terms.of(application).passphrase.agreement)


def must_be_opened(rule: PassphraseRule) -> bool:
    """Whether ticking a box is not enough: the text has to have been opened."""
    return rule.agreement_by == "opened"


def open_text(application: Application) -> None:
    """The text stands before the person: from now on its time runs."""
    readings.begin(application, readings.name_of(text_of(application)))


def seconds_left(application: Application) -> int | None:
    """Seconds until it may be agreed to; ``None`` while the text was never opened."""
    least = terms.of(application).passphrase.agreement_seconds
    return readings.seconds_left(application, readings.name_of(text_of(application)), least)


def fault(application: Application) -> str:
    """Why it cannot be agreed to yet, for the person; empty when it can."""
    left = seconds_left(application)
    if left is None:
        return f"Buka dan baca {text_of(application).title} terlebih dahulu, lalu setujui."
    least = terms.of(application).passphrase.agreement_seconds
    return f"Perjanjian perlu terbuka sedikitnya {least} detik. Tunggu {left} detik lagi, lalu setujui." if left else ""


def give(application: Application) -> None:
    """Keep the agreement, with an audit row of its own where it stands on a page of its own."""
    with transaction.atomic():
        consents.give(application, terms.of(application).passphrase.agreement)
        audit.record(
            "agree", by=application, chain=application.institution.audit_chain, subject=application.pk,
            facts={"text": readings.name_of(text_of(application))},
        )  # fmt: skip
