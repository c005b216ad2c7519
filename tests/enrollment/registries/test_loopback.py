"""The civil registry over HTTP, in the form of docs/civil-registry.md: its answers, its silence, its nonsense."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from enrollment import registries
from enrollment.registries import Answer, Answers, Claim, Face, Unavailable
from enrollment.registries.http import Limits
from enrollment.registries.loopback import Loopback
from tests import cast
from tests.enrollment.registries.servers import HASTY, LIMITS, Answered, Asked, Hand, Served, says, serving
from tests.hostile import console_log
from tte_portal import files

CLAIM = Claim("9901015705680100", "Ayu Contoh", date(1968, 5, 17))
ALL = {"nik": "agree", "name": "agree", "birth": "agree", "face": "agree"}


def answering(words: Any, **more: Any) -> Callable[[Asked], Answered]:
    return lambda asked: says({"request": json.loads(asked.body)["request"], **words}, **more)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(answering(ALL)) as served:
        yield served


def adapter(served: Served, limits: Limits = LIMITS, clock: Hand | None = None) -> Loopback:
    return Loopback(served.url, "kata-kunci", limits, clock or Hand())


def test_a_claim_is_put_as_documented_and_answered_field_by_field(served: Served) -> None:
    served.answer = answering({"nik": "agree", "name": "disagree", "birth": "unknown"})

    found = adapter(served).compare(CLAIM)

    assert found == Answers(Answer.AGREE, Answer.DISAGREE, Answer.UNKNOWN, Answer.UNKNOWN)
    asked = served.asked[0]
    assert (asked.method, asked.path, asked.headers["Authorization"]) == ("POST", "/compare", "Bearer kata-kunci")
    question = json.loads(asked.body)
    assert len(question.pop("request")) == 36
    assert question == {"nik": CLAIM.nik, "name": "Ayu Contoh", "birth": "1968-05-17", "face": None}


@pytest.mark.django_db
def test_the_face_goes_along(served: Served) -> None:
    picture = cast.portrait()
    face = Face(files.store(picture, owner=uuid4(), kind="photo", content_type="image/jpeg"))

    found = adapter(served).compare(Claim(CLAIM.nik, CLAIM.name, None, face))

    assert found == Answers(*[Answer.AGREE] * 4)
    question = json.loads(served.asked[0].body)
    assert base64.b64decode(question["face"]) == picture
    assert question["birth"] is None


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (answering(ALL, status=500), "kesalahan 500"),
        (answering(ALL, status=404), "kesalahan 404"),
        (answering(ALL, status=401), "kesalahan 401"),
        (lambda asked: Answered(200, b"<html></html>", "text/html"), "tidak dikenal"),
        (lambda asked: says([]), "tidak dikenal"),
        (lambda asked: says({**ALL, "request": "another"}), "pertanyaan lain"),
        (lambda asked: says(ALL), "pertanyaan lain"),
        (answering({**ALL, "face": "yes"}), "tidak dikenal"),
        (answering({**ALL, "nik": True}), "tidak dikenal"),
        (answering({**ALL, "nik": ["agree"]}), "tidak dikenal"),
        (answering({**ALL, "nik": None}), "tidak dikenal"),
    ],
)
def test_a_wrong_answer_is_no_answer(served: Served, answer: Callable[[Asked], Answered], told: str) -> None:
    served.answer = answer

    with pytest.raises(Unavailable, match=told):
        adapter(served).compare(CLAIM)


def test_a_late_answer_is_not_waited_for(served: Served) -> None:
    served.answer = answering(ALL, late=5)

    with pytest.raises(Unavailable, match=r"Data kependudukan tidak menjawab dalam 0\.3 detik"):
        adapter(served, HASTY).compare(CLAIM)


def test_the_breaker_opens_and_tries_again(served: Served) -> None:
    clock = Hand()
    registry = adapter(served, clock=clock)
    served.answer = answering(ALL, status=500)
    for _ in range(LIMITS.failures):
        with pytest.raises(Unavailable, match="kesalahan 500"):
            registry.compare(CLAIM)
    served.answer = answering(ALL)
    with pytest.raises(Unavailable, match="berulang kali gagal"):
        registry.compare(CLAIM)
    assert len(served.asked) == LIMITS.failures

    clock.now += LIMITS.rest + 1
    assert registry.compare(CLAIM).nik == Answer.AGREE


def test_nothing_of_the_claim_is_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.answer = lambda asked: Answered(500, asked.body)

    with console_log() as written, pytest.raises(Unavailable) as refused:
        adapter(served).compare(CLAIM)

    told = written.getvalue() + caplog.text + repr(refused.value)
    assert "A registry is not available" in told
    assert not any(part in told for part in (CLAIM.nik, "Ayu", "1968", "kata-kunci"))
    assert refused.value.__cause__ is None


def test_what_is_not_set_is_named(settings: Any) -> None:
    settings.CIVIL_REGISTRY = "loopback"
    registries.made.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="set TTE_CIVIL_URL, TTE_CIVIL_TOKEN too"):
        registries.civil_registry()

    settings.CIVIL_URL, settings.CIVIL_TOKEN = "http://dukcapil.example", "x"
    with pytest.raises(ImproperlyConfigured, match="TTE_CIVIL_URL must be an address"):
        registries.civil_registry()

    settings.CIVIL_URL = "https://dukcapil.example/"
    assert isinstance(registries.civil_registry(), Loopback)
