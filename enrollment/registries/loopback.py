"""A civil registry behind a tiny JSON form of our own (``docs/civil-registry.md``), for tests, demos and bridges."""

import base64
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment.registries import Answer, Answers, Claim, Unavailable
from enrollment.registries.breaker import Clock
from enrollment.registries.http import Limits, Server, checked_url

NAME = "Data kependudukan"
FIELDS = ("nik", "name", "birth", "face")


class Loopback:
    """Asks ``POST <TTE_CIVIL_URL>/compare``; nothing of an answer is kept."""

    def __init__(
        self, url: str = "", token: str = "", limits: Limits | None = None, clock: Clock = time.monotonic
    ) -> None:
        url, token = url or settings.CIVIL_URL, token or settings.CIVIL_TOKEN
        given = {"TTE_CIVIL_URL": url, "TTE_CIVIL_TOKEN": token}
        if missing := [name for name, value in given.items() if not value]:
            raise ImproperlyConfigured(f"TTE_CIVIL_REGISTRY is loopback: set {', '.join(missing)} too.")
        self._url, self._token = checked_url("TTE_CIVIL_URL", url), token
        self._server = Server(NAME, limits or Limits.configured(), clock)

    def compare(self, claim: Claim) -> Answers:
        request = str(uuid4())
        question = {
            "request": request,
            "nik": claim.nik,
            "name": claim.name,
            "birth": claim.birth.isoformat() if claim.birth else None,
            "face": base64.b64encode(claim.face.jpeg()).decode() if claim.face else None,
        }
        reply = self._server.ask(
            "POST", f"{self._url}/compare", json=question, headers={"Authorization": f"Bearer {self._token}"}
        )
        if not isinstance(reply.body, dict):
            raise self._server.malformed()
        if reply.body.get("request") != request:
            raise Unavailable(f"{NAME} menjawab pertanyaan lain")
        return Answers(**{field: self._answer(reply.body.get(field, Answer.UNKNOWN)) for field in FIELDS})

    def _answer(self, word: Any) -> Answer:
        try:
            return Answer(word)
        except ValueError:
            raise self._server.malformed() from None
