"""P2: no illegal transition ever succeeds, every legal one leaves one row each, and of many at once one wins."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from enrollment import actions, lifecycle, procedure, terms
from enrollment.lifecycle import NotAllowed, NotPossible
from enrollment.management.commands import lifecycle as command
from enrollment.models import Application, Institution, Role, StatusPeriod
from enrollment.wizard import actions as wizard
from enrollment.wizard import steps
from tests import cast
from tests.hostile import together, undone
from tte_portal import audit
from tte_portal.models import Account, AuditRow, Link, OutboxMessage

pytestmark = pytest.mark.django_db

# The lifecycle as the guides tell it, written down a second time: a slip in the one table is seen against this one.
# (state, change): (target, the procedures that have it, by their first letters).
ALL = "nstkm"
TABLE = {
    ("NEW/pre-check", "admit"): ("NEW/applicant", "nstm"),
    ("NEW/pre-check", "vouch"): ("ON_SET_PASSPHRASE/applicant", "k"),
    ("NEW/pre-check", "reject"): ("REJECTED/nobody", ALL),
    ("NEW/pre-check", "withdraw"): ("REJECTED/nobody", ALL),
    ("NEW/hr", "withdraw"): ("REJECTED/nobody", ALL),
    ("NEW/applicant", "submit"): ("NEW/verifier", ALL),
    ("NEW/applicant", "submit_for_matching"): ("NEW/nobody", "m"),
    ("NEW/applicant", "withdraw"): ("REJECTED/nobody", ALL),
    ("NEW/applicant", "lapse"): ("REJECTED/nobody", ALL),
    ("NEW/nobody", "match"): ("ON_SET_PASSPHRASE/applicant", "m"),
    ("NEW/nobody", "refer"): ("NEW/verifier", "m"),
    ("NEW/nobody", "withdraw"): ("REJECTED/nobody", ALL),
    ("NEW/verifier", "ask_correction"): ("NEW/applicant", "nstm"),
    ("NEW/verifier", "reject"): ("REJECTED/nobody", ALL),
    ("NEW/verifier", "approve"): ("ON_SET_PASSPHRASE/applicant", ALL),
    ("NEW/verifier", "withdraw"): ("REJECTED/nobody", ALL),
    ("ON_SET_PASSPHRASE/applicant", "set_passphrase"): ("ENROLL/nobody", "nsm"),
    ("ON_SET_PASSPHRASE/applicant", "ask_to_issue"): ("ENROLL/issuer", "tk"),
    ("ON_SET_PASSPHRASE/applicant", "withdraw"): ("REJECTED/nobody", ALL),
    ("ON_SET_PASSPHRASE/applicant", "lapse"): ("REJECTED/nobody", ALL),
    ("ENROLL/issuer", "approve_issue"): ("ENROLL/nobody", "tk"),
    ("ENROLL/issuer", "refuse_issue"): ("REJECTED/nobody", "tk"),
    ("NEW/pre-check", "stop"): ("REJECTED/nobody", ALL),
    ("NEW/hr", "stop"): ("REJECTED/nobody", ALL),
    ("NEW/applicant", "stop"): ("REJECTED/nobody", ALL),
    ("NEW/nobody", "stop"): ("REJECTED/nobody", ALL),
    ("NEW/verifier", "stop"): ("REJECTED/nobody", ALL),
    ("ON_SET_PASSPHRASE/applicant", "stop"): ("REJECTED/nobody", ALL),
    ("ENROLL/issuer", "stop"): ("REJECTED/nobody", ALL),
    ("ENROLL/nobody", "stop"): ("REJECTED/nobody", ALL),
    ("ENROLL/nobody", "issue"): ("ISSUE/nobody", ALL),
    ("ISSUE/nobody", "activate"): ("ACTIVE/nobody", ALL),
    ("ISSUE/nobody", "expire"): ("EXPIRED/nobody", ALL),
    ("ISSUE/nobody", "suspend"): ("SUSPENDED/nobody", ALL),
    ("ISSUE/nobody", "revoke"): ("REVOKED/nobody", ALL),
    ("ISSUE/nobody", "supersede"): ("REVOKED/nobody", ALL),
    ("ACTIVE/nobody", "expire"): ("EXPIRED/nobody", ALL),
    ("ACTIVE/nobody", "suspend"): ("SUSPENDED/nobody", ALL),
    ("ACTIVE/nobody", "revoke"): ("REVOKED/nobody", ALL),
    ("ACTIVE/nobody", "supersede"): ("REVOKED/nobody", ALL),
    ("SUSPENDED/nobody", "resume"): ("ACTIVE/nobody", ALL),
    ("SUSPENDED/nobody", "expire"): ("EXPIRED/nobody", ALL),
    ("SUSPENDED/nobody", "revoke"): ("REVOKED/nobody", ALL),
    ("SUSPENDED/nobody", "supersede"): ("REVOKED/nobody", ALL),
}
PROCEDURES = ("natuna", "sulteng", "tangsel", "kemenkeu", "magelang")
MAY = {
    "admit": {"verifier"},
    "vouch": {"verifier"},
    "submit": {"applicant"},
    "submit_for_matching": {"applicant"},
    "match": {"system"},
    "refer": {"system"},
    "withdraw": {"applicant"},
    "lapse": {"system"},
    "set_passphrase": {"applicant"},
    "ask_to_issue": {"applicant"},
    "approve_issue": {"issuer"},
    "refuse_issue": {"issuer"},
    "ask_correction": {"verifier"},
    "reject": {"verifier"},
    "approve": {"verifier"},
    "issue": {"system"},
    "activate": {"system"},
    "expire": {"system"},
    "suspend": {"applicant", "verifier", "issuer"},
    "resume": {"applicant", "verifier", "issuer"},
    "revoke": {"applicant", "verifier", "issuer"},
    "stop": {"system"},
    "supersede": {"system"},
}
# Also beginnings, and what only a public form with the HR officer's word has: none of the five may do them here.
NAMES = [*MAY, "register", "succeed", "renew", "renew_for_check", "apply", "apply_to_hr", "confirm_data", "refuse_data"]


def legal_in(slug: str) -> dict[tuple[str, str], str]:
    return {step: target for step, (target, letters) in TABLE.items() if slug[0] in letters}


LEGAL = legal_in("natuna")
ACTORS = (
    "applicant", "other applicant", "system", "verifier", "issuer", "help-desk", "administrator", "outsider",
    "own case", "dismissed", "superuser", "nobody",
)  # fmt: skip


def spoken(application: Application) -> str:
    return f"{application.status}/{application.waiting_for}"


def change(application_id: UUID, name: str, by: audit.Actor) -> Application:
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        lifecycle.change(name, application, by=by)
    return application


def put(application: Application, state: str) -> Application:
    """Somewhere in its life, without the way there."""
    application.status, application.waiting_for = state.split("/")
    application.save()
    return application


def follow(application: Application, slug: str) -> Application:
    """Let the application run under another procedure."""
    application.procedure = terms.keep(procedure.find(slug))
    application.save(update_fields=["procedure"])
    return application


def officer(login: str, *roles: tuple[Institution, Role.Kind], **fields: Any) -> Account:
    """Somebody who never signs in: no password, for making one takes a processor long."""
    account = Account.objects.create_user(login, name=login, is_staff=True, **fields)
    Role.objects.bulk_create(Role(account=account, institution=where, kind=kind) for where, kind in roles)
    return account


@pytest.fixture
def actors(natuna: Institution, sulteng: Institution, application: Application) -> dict[str, Any]:
    verifies, issues = (natuna, Role.Kind.VERIFIER), (natuna, Role.Kind.ISSUER)
    away = (sulteng, Role.Kind.VERIFIER), (sulteng, Role.Kind.ISSUER)
    return {kind.value: officer(kind.value, (natuna, kind)) for kind in Role.Kind if kind != "opd-operator"} | {
        "applicant": application,
        "other applicant": cast.begin(natuna, 1),
        "system": None,
        "dismissed": officer("dismissed", verifies, issues, is_active=False),
        "outsider": officer("outsider", *away),
        "own case": officer("own", verifies, issues, mailbox=application.mailbox.upper()),
        "superuser": officer("root", is_superuser=True),
        "nobody": officer("nobody"),
    }


class Life(RuleBasedStateMachine):
    """Anybody tries anything, in any order; the model knows only what is legal."""

    application: Application
    actors: dict[str, Any]
    legal: dict[tuple[str, str], str]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.state, self.changes = "NEW/applicant", 1

    @rule(name=some.sampled_from(NAMES), actor=some.sampled_from(ACTORS))
    def anybody_tries_anything(self, name: str, actor: str) -> None:
        self.attempt(name, actor)

    @rule(data=some.data())
    def somebody_tries_what_is_possible(self, data: Any) -> None:
        names = [name for state, name in self.legal if state == self.state]
        if names:
            name = data.draw(some.sampled_from(names))
            self.attempt(name, data.draw(some.sampled_from([*MAY[name], *ACTORS])))

    def attempt(self, name: str, actor: str) -> None:
        target = self.legal.get((self.state, name))
        expected = NotPossible if target is None else None if actor in MAY[name] else NotAllowed
        if expected is not None:
            with pytest.raises(expected):
                change(self.application.pk, name, self.actors[actor])
            return
        change(self.application.pk, name, self.actors[actor])
        self.state, self.changes = target or "", self.changes + 1

    @invariant()
    def state_periods_and_audit_tell_the_same(self) -> None:
        stored = Application.objects.get(pk=self.application.pk)
        assert spoken(stored) == self.state
        periods = list(StatusPeriod.objects.filter(application=stored))
        assert len(periods) == self.changes
        assert [f"{p.status}/{p.waiting_for}" for p in periods if p.until is None] == [self.state]
        assert AuditRow.objects.filter(subject=stored.pk).count() == self.changes

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)


@pytest.mark.parametrize("slug", PROCEDURES)
def test_no_order_of_tries_leads_where_the_table_does_not(
    application: Application, actors: dict[str, Any], slug: str
) -> None:
    follow(application, slug)
    machine = type("Life", (Life,), {"application": application, "actors": actors, "legal": legal_in(slug)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def counts() -> tuple[int, int, int]:
    """What changes leave; the holder's account that a procedure opens along with one leaves rows of its own."""
    changes = AuditRow.objects.filter(event__in=lifecycle.BY_NAME).count()
    return changes, StatusPeriod.objects.count(), OutboxMessage.objects.exclude(template="account").count()


@pytest.mark.parametrize("slug", PROCEDURES)
def test_each_legal_change_leaves_one_row_of_each_kind(
    application: Application, actors: dict[str, Any], slug: str
) -> None:
    follow(application, slug)
    for (state, name), target in legal_in(slug).items():
        put(application, state)
        before, mails = counts(), 1 if lifecycle.BY_NAME[name].sends else 0
        assert spoken(change(application.pk, name, actors[min(MAY[name])])) == target
        assert counts() == (before[0] + 1, before[1] + 1, before[2] + mails)
        row = AuditRow.objects.filter(subject=application.pk).latest("pk")
        assert (row.event, row.subject, row.chain) == (name, application.pk, application.institution.audit_chain)
        assert row.facts == {"from": state.split("/"), "to": target.split("/")}


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_not_changes_nothing(application: Application, actors: dict[str, Any], actor: str) -> None:
    before = counts()
    for state, name in LEGAL:
        if actor not in MAY[name]:
            put(application, state)
            with pytest.raises(NotAllowed):
                change(application.pk, name, actors[actor])
            assert spoken(Application.objects.get(pk=application.pk)) == state
    assert counts() == before


def test_a_change_that_is_rolled_back_leaves_nothing(application: Application) -> None:
    before = counts(), Link.objects.count()
    undone(lambda: change(application.pk, "submit", application))
    assert (counts(), Link.objects.count()) == before
    assert list(audit.verify()) == []


def test_a_period_ends_where_the_next_begins(application: Application) -> None:
    change(application.pk, "submit", application)
    first, second = StatusPeriod.objects.filter(application=application)
    assert first.until == second.since
    assert second.until is None


def test_a_change_ends_the_hold_of_the_verifier(application: Application, verifier: Account) -> None:
    put(application, "NEW/verifier")
    Application.objects.filter(pk=application.pk).update(claimed_by=verifier, claimed_until=lifecycle.now())
    assert change(application.pk, "approve", verifier).claimed_by is None


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_a_transaction_is_refused(application: Application) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        lifecycle.change("submit", application, by=application)
    assert spoken(Application.objects.get(pk=application.pk)) == "NEW/applicant"


def test_an_officer_who_loses_the_role_loses_the_right_at_once(application: Application, verifier: Account) -> None:
    put(application, "NEW/verifier")
    Role.objects.filter(account=verifier).delete()
    with pytest.raises(NotAllowed):
        change(application.pk, "approve", verifier)


def test_not_registered_is_never_stored(application: Application) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status="NOT_REGISTERED")


@pytest.mark.parametrize("slug", PROCEDURES)
def test_the_buttons_are_what_is_possible(application: Application, slug: str) -> None:
    legal = legal_in(slug)
    follow(application, slug)
    for state in {state for state, _ in TABLE}:
        put(application, state)
        assert {each.name for each in lifecycle.possible(application)} == {n for s, n in legal if s == state}
    for end in ("REJECTED/nobody", "EXPIRED/nobody", "REVOKED/nobody"):
        assert lifecycle.possible(put(application, end)) == []


def test_whoever_checked_first_does_not_let_it_be_issued(
    application: Application, actors: dict[str, Any], natuna: Institution
) -> None:
    """Not even after a change of role; whoever only asked for a correction may."""
    follow(application, "tangsel")
    for first in ("admit", "approve"):
        both = officer(f"both-{first}", (natuna, Role.Kind.VERIFIER))
        put(application, "NEW/pre-check" if first == "admit" else "NEW/verifier")
        change(application.pk, first, both)
        Role.objects.filter(account=both).update(kind=Role.Kind.ISSUER)
        put(application, "ENROLL/issuer")
        for second in ("approve_issue", "refuse_issue"):
            with pytest.raises(NotAllowed):
                change(application.pk, second, both)
    assert spoken(change(application.pk, "approve_issue", actors["issuer"])) == "ENROLL/nobody"


# --- At once -------------------------------------------------------------------------------------------------------
def kinds(results: list[Any]) -> dict[str, int]:
    names = [type(each).__name__ for each in results]
    return {name: names.count(name) for name in set(names)}


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_approve_at_once_one_wins(natuna: Institution, verifier: Account) -> None:
    application = cast.submitted(natuna)
    results = together(50, lambda _: change(application.pk, "approve", verifier))
    assert kinds(results) == {"Application": 1, "NotPossible": 49}
    assert AuditRow.objects.filter(event="approve").count() == 1
    assert StatusPeriod.objects.filter(application=application).count() == 3
    assert OutboxMessage.objects.filter(template="set_passphrase").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_with_different_minds_one_wins(natuna: Institution, verifier: Account) -> None:
    application = cast.submitted(natuna)
    names = ("approve", "reject", "ask_correction", "submit", "issue")
    actor = {"submit": application, "issue": None}
    results = together(50, lambda n: change(application.pk, names[n % 5], actor.get(names[n % 5], verifier)))
    winners = [each for each in results if isinstance(each, Application)]
    decided = AuditRow.objects.filter(subject=application.pk).exclude(event__in=["register", "submit"])
    # After a correction the applicant's own thread may submit again, and another verifier decide: still one after one.
    assert len(winners) == StatusPeriod.objects.filter(application=application).count() - 2
    assert decided.filter(event__in=["approve", "reject"]).count() <= 1
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_submit_at_once_one_wins(application: Application) -> None:
    cast.fill(application)
    link = cast.link_of(application, "activation")
    results = together(20, lambda _: wizard.submit(application.pk, link.pk))
    assert kinds(results) == {"Application": 1, "AlreadyDone": 19}
    assert AuditRow.objects.filter(event="submit").count() == 1
    assert OutboxMessage.objects.filter(template="submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_invitations_at_once_one_makes_the_application(natuna: Institution) -> None:
    record = natuna.personnel.get(name="Ayu Contoh")
    results = together(10, lambda _: actions.invite(record, by=None))
    assert len({each.pk for each in results}) == 1
    assert AuditRow.objects.filter(event="register").count() == 1
    assert Link.objects.filter(replaced_at=None).count() == 1


# --- Tabs that come late -------------------------------------------------------------------------------------------
def late(work: Callable[[Application], None], application: Application) -> Application:
    """A tab that read the row before another one submitted, and writes after that."""
    cast.fill(application)
    stale = Application.objects.get(pk=application.pk)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    with pytest.raises(wizard.AlreadyDone):
        work(stale)
    return Application.objects.get(pk=application.pk)


def test_a_step_saved_late_does_not_bring_a_submitted_application_back(application: Application) -> None:
    def save(stale: Application) -> None:
        stale.phone = "+62811111111"
        wizard.save_step(stale, steps.STEPS["data-diri"])

    found = late(save, application)
    assert spoken(found) == "NEW/verifier"
    assert found.phone == cast.PHONE


def test_a_draft_kept_late_changes_nothing(application: Application) -> None:
    found = late(lambda stale: wizard.keep_draft(stale, steps.STEPS["data-diri"], {"nik": "1"}), application)
    assert found.draft == {}
    assert spoken(found) == "NEW/verifier"


def test_two_tabs_on_two_steps_do_not_undo_each_other(application: Application) -> None:
    one, two = (Application.objects.get(pk=application.pk) for _ in range(2))
    one.nik, one.phone = "9901015705680100", cast.PHONE
    wizard.save_step(one, steps.STEPS["data-diri"])
    two.unit, two.employee_number = "Bidang Contoh", "196805172026032100"
    wizard.save_step(two, steps.STEPS["data-kedinasan"])
    found = Application.objects.get(pk=application.pk)
    assert (found.nik, found.phone, found.unit) == ("9901015705680100", cast.PHONE, "Bidang Contoh")
    assert bytes(found.nik_index or b"") == one.nik_index
    assert bytes(found.employee_number_index or b"") == two.employee_number_index


def test_drafts_of_two_steps_are_kept_side_by_side(application: Application) -> None:
    one, two = (Application.objects.get(pk=application.pk) for _ in range(2))
    wizard.keep_draft(one, steps.STEPS["data-diri"], {"nik": "1"})
    wizard.keep_draft(two, steps.STEPS["data-kedinasan"], {"unit": "X"})
    found = Application.objects.get(pk=application.pk)
    assert found.draft == {"data-diri": {"nik": "1"}, "data-kedinasan": {"unit": "X"}}


# --- The page in the docs ------------------------------------------------------------------------------------------
def test_the_page_in_the_docs_is_what_the_table_says() -> None:
    call_command("lifecycle", "--check")
    page = command.PAGE.read_text()
    for (state, name), target in LEGAL.items():
        ids = [each.replace("/", "_").replace("-", "_") for each in (state, target)]
        assert f"{ids[0]} --> {ids[1]}: {name}" in page


def test_a_page_that_is_missing_or_out_of_date_fails_the_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "docs" / "lifecycle.md")
    with pytest.raises(CommandError):
        call_command("lifecycle", "--check")
    call_command("lifecycle")
    call_command("lifecycle", "--check")
    command.PAGE.write_text(command.PAGE.read_text().replace("approve", "agree"))
    with pytest.raises(CommandError, match="out of date"):
        call_command("lifecycle", "--check")
