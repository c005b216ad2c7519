"""A year of invented people whose applications are over, so that a demonstration's reports have something to tell.

They are written as rows, not walked through the wizard: no key, no certificate, no audit of what never happened.
"""

import hashlib
import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from enrollment import actions, lifecycle, status, terms
from enrollment.lifecycle import State
from enrollment.models import Application, Institution, Opd, ProcedureVersion, Role, StatusPeriod
from tte_portal.models import Account, Link
from verification import reasons
from verification.models import Decision
from verification.reports import tasks

MONTHS = 10
FIRST = ("Agus", "Bayu", "Cahya", "Dimas", "Endah", "Farah", "Gilang", "Hesti", "Intan", "Jihan", "Kurnia", "Laras")
LAST = ("Contoh", "Percobaan", "Peragaan", "Rekaan", "Andaian", "Samaran", "Umpama")
# Hours in each state, from the quickest to the slowest.
HOURS = {
    lifecycle.HR_CHECK: (3, 40), lifecycle.PRE_CHECK: (2, 30), lifecycle.DRAFT: (1, 60),
    lifecycle.MATCHING: (0.02, 0.1), lifecycle.REVIEW: (1, 26), lifecycle.PASSPHRASE: (0.3, 20),
    lifecycle.APPROVAL: (2, 30), lifecycle.ENROLLED: (0.01, 0.05), lifecycle.ISSUED: (1, 1),
}  # fmt: skip
CHECKED = {lifecycle.PRE_CHECK, lifecycle.REVIEW, lifecycle.HR_CHECK}
MAILBOX = "riwayat."


def fill(institutions: list[Institution]) -> int:
    """How many people were added: none when they are there already."""
    made = sum(_fill(each) for each in institutions)
    tasks.sweep()
    return made


@transaction.atomic
def _fill(institution: Institution) -> int:
    if institution.applications.filter(mailbox__startswith=MAILBOX).exists():
        return 0
    # The same people at every start, other ones at each institution.
    chance = random.Random(institution.slug)  # noqa: S311 (nothing secret)
    written = _Written(institution, chance)
    now = timezone.now()
    for month in range(MONTHS, 0, -1):
        for _ in range(3 + 3 * (MONTHS - month) // 4 + chance.randrange(3)):
            written.person(now - timedelta(days=30 * month - chance.uniform(0, 20)))
    written.save()
    return len(written.people)


class _Written:
    """Rows of one institution, made in memory and stored together."""

    def __init__(self, institution: Institution, chance: random.Random) -> None:
        self.institution, self.chance = institution, chance
        self.procedure: ProcedureVersion = terms.keep(terms.in_force(institution))
        self.way = status.way_of(terms.in_force(institution))
        self.opds = list(Opd.objects.filter(institution=institution))
        roles = Role.objects.filter(institution=institution, kind=Role.Kind.VERIFIER).select_related("account")
        self.officers: list[Account] = [role.account for role in roles.order_by("pk")]
        self.people: list[Application] = []
        self.periods: list[StatusPeriod] = []
        self.decisions: list[Decision] = []
        self.links: list[Link] = []

    def person(self, begun: datetime) -> None:
        chance, number = self.chance, len(self.people)
        application = Application(
            institution=self.institution, procedure=self.procedure, receipt=actions.new_receipt(), created_at=begun,
            mailbox=f"{MAILBOX}{number}@{self.institution.mailbox_domains[0]}",
            name=f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}",
            opd=chance.choices(self.opds, range(len(self.opds), 0, -1))[0] if self.opds else None,
        )  # fmt: skip
        refused = chance.random() < 0.12
        at = begun
        for state in self.way:
            at = self._stay(application, state, at)
            if refused and state in CHECKED:
                self._decide(application, Decision.Kind.REJECT, {"": chance.choice(reasons.REJECTIONS[:3])}, at)
                at = self._stay(application, lifecycle.REJECTED, at)
                break
            if state in CHECKED:
                at = self._checked(application, state, at)
        self.people.append(application)

    def _stay(self, application: Application, state: State, since: datetime) -> datetime:
        """The moment it left: the last state lasts on."""
        low, high = HOURS.get(state, (0, 0))
        until = since + timedelta(hours=self.chance.uniform(low, high)) if high else None
        application.status, application.waiting_for, application.since = *state, since
        self.periods.append(
            StatusPeriod(
                application=application, institution=self.institution, status=state[0], waiting_for=state[1],
                since=since, until=until,
            )
        )  # fmt: skip
        if state in (lifecycle.DRAFT, lifecycle.PASSPHRASE):
            self._link(application, "activation" if state == lifecycle.DRAFT else "passphrase", since)
        return until or since

    def _checked(self, application: Application, state: State, at: datetime) -> datetime:
        """Agreed to, now and then after a correction."""
        if state == lifecycle.REVIEW and self.chance.random() < 0.25:
            field = self.chance.choice(["name", "photo", "unit"])
            text = self.chance.choice(reasons.CORRECTIONS[field][:2])
            self._decide(application, Decision.Kind.CORRECT, {field: text}, at)
            at = self._stay(application, lifecycle.REVIEW, self._stay(application, lifecycle.DRAFT, at))
        self._decide(application, Decision.Kind.APPROVE, {}, at)
        return at

    def _decide(self, application: Application, kind: Decision.Kind, words: dict[str, str], at: datetime) -> None:
        if self.officers:
            officer = self.chance.choice(self.officers)
            self.decisions.append(
                Decision(application=application, officer=officer, kind=kind, reasons=words, at=at)
            )  # fmt: skip

    def _link(self, application: Application, purpose: str, at: datetime) -> None:
        used = self.chance.random() < 0.8
        self.links.append(
            Link(
                purpose=purpose, subject=application.pk, created_at=at, expires_at=at + timedelta(days=1),
                # Nobody has the token of a link that was never mailed.
                token_hash=hashlib.sha256(self.chance.randbytes(32)).digest(),
                finished_at=at + timedelta(hours=2) if used else None,
            )
        )  # fmt: skip

    def save(self) -> None:
        Application.objects.bulk_create(self.people)
        StatusPeriod.objects.bulk_create(self.periods)
        Decision.objects.bulk_create(self.decisions)
        Link.objects.bulk_create(self.links)
