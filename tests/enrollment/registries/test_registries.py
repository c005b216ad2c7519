"""Which adapter answers, the small ones among them, and the parts that all of them are made of."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from enrollment import registries
from enrollment.demo import civil as demo_civil
from enrollment.demo import seed
from enrollment.models import Institution
from enrollment.registries import Answer, Answers, Claim, Face, Person, Unavailable
from enrollment.registries.breaker import Breaker, Resting
from enrollment.registries.civil import Unknown
from enrollment.registries.imported import Imported
from enrollment.registries.recent import Recent
from tests.enrollment.registries.servers import Hand
from tests.hostile import guesses, together
from tte_portal.models import SealedFile

AYU = {"nik": "9901015705680100", "name": "Ayu Contoh", "birth": date(1968, 5, 17)}


@pytest.fixture(autouse=True)
def _fresh_adapters() -> None:
    registries.made.cache_clear()


# --- Which one -----------------------------------------------------------------------------------------------------
def test_without_settings_the_list_and_unknown_answer() -> None:
    assert isinstance(registries.personnel_registry(), Imported)
    assert isinstance(registries.civil_registry(), Unknown)


def test_an_adapter_of_ones_own_comes_by_its_dotted_path(settings: Any) -> None:
    settings.CIVIL_REGISTRY = "enrollment.demo.civil.Cast"

    assert isinstance(registries.civil_registry(), demo_civil.Cast)


@pytest.mark.parametrize("name", ["dukcapil", "enrollment.registries.civil.Nothing", "no.such.module"])
def test_an_unknown_adapter_is_named(settings: Any, name: str) -> None:
    settings.CIVIL_REGISTRY = name

    with pytest.raises(ImproperlyConfigured, match=r"^TTE_CIVIL_REGISTRY: "):
        registries.civil_registry()


def test_the_command_asks_about_nobody(natuna: Institution, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("registries", "check")

    out = capsys.readouterr().out
    assert "personnel (imported): answers" in out
    assert "civil (unknown): answers, of a NIK nobody bears: unknown" in out


@pytest.mark.django_db
def test_the_command_names_what_is_wrong(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="no institution"):
        call_command("registries", "check")
    seed.institutions()
    settings.CIVIL_REGISTRY = "dukcapil"
    with pytest.raises(CommandError, match="does not answer"):
        call_command("registries", "check")
    assert "'dukcapil' is not known" in capsys.readouterr().out


# --- The imported list ---------------------------------------------------------------------------------------------
def test_the_list_knows_its_own_people_alone(natuna: Institution, sulteng: Institution) -> None:
    record = natuna.personnel.get(name="Ayu Contoh")

    found = Imported().find(natuna, record.employee_number)

    assert found == Person(
        record.employee_number, "Ayu Contoh", mailboxes=frozenset({record.mailbox}),
        unit=record.unit, position=record.position,
    )  # fmt: skip
    assert Imported().find(sulteng, record.employee_number) is None
    assert Imported().find(natuna, "196805172026032999") is None


# --- Civil registries without a server -----------------------------------------------------------------------------
def test_unknown_says_nothing() -> None:
    assert Unknown().compare(Claim(**AYU)) == Answers()  # type: ignore[arg-type]


def face(*findings: str) -> Face:
    return Face(SealedFile(), findings)


@pytest.mark.parametrize(
    ("claim", "answers"),
    [
        ({"face": face()}, ("agree", "agree", "agree", "agree")),
        ({"face": face("dark")}, ("agree", "agree", "agree", "unknown")),
        ({"birth": None}, ("agree", "agree", "unknown", "unknown")),
        ({"name": "AYU  contóh", "birth": date(1968, 5, 18)}, ("agree", "agree", "disagree", "unknown")),
        ({"name": "Ayu Lain", "face": face()}, ("agree", "disagree", "agree", "agree")),
        ({"nik": "9901015705689999", "face": face()}, ("disagree", "unknown", "unknown", "unknown")),
    ],
)
def test_the_demo_knows_its_cast(claim: dict[str, Any], answers: tuple[str, ...]) -> None:
    found = demo_civil.Cast().compare(Claim(**{**AYU, **claim}))

    assert found == Answers(*(Answer(each) for each in answers))


def test_the_demo_is_not_for_production(settings: Any) -> None:
    settings.MODE, settings.CIVIL_REGISTRY = "production", "demo"

    with pytest.raises(ImproperlyConfigured, match="not for production"):
        registries.civil_registry()


def test_what_is_asked_and_answered_tells_nothing_in_a_traceback() -> None:
    shown = repr([Claim(**AYU), Person("196805172026032100", "Ayu Contoh", "9901015705680100")])  # type: ignore[arg-type]

    assert not any(part in shown for part in ("Ayu", "1968", "9901"))


@pytest.mark.django_db
def test_an_erased_photo_makes_the_question_impossible() -> None:
    with pytest.raises(Unavailable, match="Foto tidak dapat dibuka"):
        face().jpeg()


# --- The breaker ---------------------------------------------------------------------------------------------------
def fail(breaker: Breaker) -> None:
    with pytest.raises(Unavailable), breaker.guard():
        raise Unavailable("x")


def passes(breaker: Breaker) -> bool:
    try:
        with breaker.guard():
            return True
    except Resting:
        return False


def test_one_success_forgives_earlier_failures() -> None:
    breaker = Breaker(2, 60, Hand())
    fail(breaker)
    assert passes(breaker)
    fail(breaker)

    assert passes(breaker)


def test_half_open_one_tries_and_the_others_do_not() -> None:
    clock = Hand()
    breaker = Breaker(1, 60, clock)
    fail(breaker)
    clock.now += 61

    with breaker.guard():
        assert not passes(breaker)
    assert passes(breaker)


def test_a_trial_that_says_nothing_leaves_the_next_one_to_try() -> None:
    clock = Hand()
    breaker = Breaker(1, 60, clock)
    fail(breaker)
    clock.now += 61

    with pytest.raises(KeyError), breaker.guard():
        raise KeyError
    assert passes(breaker)


def test_of_many_at_once_one_tries() -> None:
    clock, tried = Hand(), []
    breaker = Breaker(1, 60, clock)
    fail(breaker)
    clock.now += 61

    def ask(number: int) -> None:
        with breaker.guard():
            tried.append(number)
            raise Unavailable("x")

    errors = together(20, ask)

    assert len(tried) == 1
    assert sum(isinstance(each, Resting) for each in errors) == 19


class BreakerMachine(RuleBasedStateMachine):
    """Against the plainest model: open for ``rest`` seconds after three failures in a row or a failed trial."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Hand()
        self.breaker = Breaker(3, 60, self.clock)
        self.row, self.opened = 0, None

    def expected(self) -> str:
        if self.opened is None:
            return "closed"
        return "open" if self.clock.now - self.opened < 60 else "half-open"

    @rule(seconds=some.sampled_from([1, 59, 60, 61]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(good=some.booleans())
    def ask(self, good: bool) -> None:
        state = self.expected()
        if state == "open":
            assert not passes(self.breaker)
        elif good:
            assert passes(self.breaker)
            self.row, self.opened = 0, None
        else:
            fail(self.breaker)
            self.row += 1
            if state == "half-open" or self.row >= 3:
                self.opened = self.clock.now  # type: ignore[assignment]

    @invariant()
    def nobody_is_left_trying(self) -> None:
        assert not self.breaker._trying


TestBreaker = BreakerMachine.TestCase


# --- The cache -----------------------------------------------------------------------------------------------------
@guesses
@given(steps=some.lists(some.tuples(some.integers(0, 5), some.sampled_from(["get", "put"]), some.integers(0, 40))))
def test_the_cache_never_holds_more_or_longer_than_it_may(steps: list[tuple[int, str, int]]) -> None:
    clock, model = Hand(), {}
    recent: Recent[float] = Recent(3, 60, clock)
    for number, what, wait in steps:
        clock.now += wait
        key = bytes([number])
        if what == "put":
            recent.put(key, clock.now)
            model[key] = clock.now
        elif (found := recent.get(key)) is not None:
            assert found == (model[key],)
            assert clock.now - model[key] < 60
        assert len(recent) <= 3
