"""BSrE's E-Sign client service, as its public clients speak to it: register a person, ask for a person's status.

v1: ``POST /api/user/registrasi`` (multipart), ``GET /api/user/status/{nik}``. v2, in JSON: ``POST
/api/v2/user/registration`` and ``/api/v2/user/check/status``. What is asked stands in no log and in no exception.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from enrollment.registries import Unavailable
from enrollment.registries.breaker import Clock
from enrollment.registries.breaker import Resting as Open
from enrollment.registries.http import Limits, Reply, Server
from passphrase.bsre import access, words
from passphrase.bsre.access import Access
from passphrase.bsre.words import Word
from tte_portal.logs import mask

NAME = "Layanan E-Sign BSrE"
REFUSALS = (400, 404, 409, 422)
# How much of the service's own words is kept for officers.
LONGEST = 200


class NotAdmitted(Exception):
    """The service refuses the portal itself (401 or 403): asking on would only lock the account there."""


class Resting(Unavailable):
    """Nothing was asked: the service has failed again and again and is left in peace for a while."""


class Refused(Exception):
    """The service has understood and does not register this person; ``reason`` is for officers, without numbers."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


@dataclass(frozen=True, repr=False)
class Scan:
    """A file of a registration: the form's field, the file's name, and its content."""

    field: str
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, repr=False)
class Person:
    """Who is registered; v2 takes name and mailbox alone."""

    name: str
    mailbox: str
    nik: str
    phone: str
    city: str
    province: str
    employee_number: str
    position: str
    unit: str
    scans: tuple[Scan, ...] = ()

    def form(self) -> dict[str, str]:
        """The fields of v1, by their names there."""
        return {
            "nik": self.nik, "nama": self.name, "email": self.mailbox, "nomor_telepon": self.phone,
            "kota": self.city, "provinsi": self.province, "nip": self.employee_number, "jabatan": self.position,
            "unit_kerja": self.unit,
        }  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What BSrE says of somebody: its word, and the number beside it when there is one."""

    word: Word
    code: int | None


class _Service(Server):
    """A server whose refusals (4xx with JSON) are answers, and whose 401 and 403 are about us."""

    def _send(self, method: str, url: str, request: dict[str, Any]) -> tuple[int, bytes]:
        status, content = super()._send(method, url, request)
        # Before anybody tries to read it: gateways say so in HTML.
        if status in (401, 403):
            raise NotAdmitted
        return status, content

    def answer(self, method: str, url: str, **request: Any) -> Reply:
        if self.rests():
            raise Resting(f"{self.name} sedang tidak ditanya karena berulang kali gagal")
        reply = self.ask(method, url, expects=(200, 201, *REFUSALS), **request)
        if not isinstance(reply.body, dict):
            raise self.malformed()
        return reply

    def rests(self) -> bool:
        """Whether the circuit is open, and it is not time yet to try the service again."""
        try:
            with self._breaker.guard():
                raise _JustLooking
        except Open:
            return True
        except _JustLooking:
            return False


class _JustLooking(Exception):
    """Neither a success nor a failure to the circuit breaker."""


class Esign:
    """One service, with its own circuit breaker. Every call may raise ``Unavailable`` or :class:`NotAdmitted`."""

    def __init__(self, given: Access, limits: Limits | None = None, clock: Clock = time.monotonic) -> None:
        self._access = given
        self._server = _Service(NAME, limits or _limits(), clock)

    @property
    def api(self) -> str:
        return self._access.api

    def register(self, person: Person) -> bool:
        """``True``: registered now; ``False``: was registered before. Raises :class:`Refused`."""
        reply = self._ask_to_register(person)
        code, said = _code(reply.body), _text(reply.body.get("message") or reply.body.get("error"))
        if code == words.KNOWN_ALREADY or any(each in said.lower() for each in words.KNOWN_WORDS):
            return False
        if code is not None and code >= words.REFUSALS_FROM:
            raise Refused(code, said or "tanpa alasan")
        if reply.status in REFUSALS:
            # A refusal without the service's own number is not about the person: a wrong address, a gateway.
            raise Unavailable(f"{NAME} menjawab dengan kesalahan {reply.status}")
        return True

    def status(self, nik: str, mailbox: str) -> Told:
        """What BSrE knows of the person: by NIK, or, in v2 and without a NIK, by mailbox."""
        reply = self._ask_for_status(nik, mailbox)
        said, code = reply.body.get("status"), _code(reply.body)
        try:
            word = Word(said.strip().upper() if isinstance(said, str) else "")
        except ValueError:
            if reply.status in REFUSALS:
                raise Unavailable(f"{NAME} menjawab dengan kesalahan {reply.status}") from None
            raise self._server.malformed() from None
        # The number beside it is kept and not believed: documents do not agree on what each says.
        return Told(word, code)

    def _ask_to_register(self, person: Person) -> Reply:
        if self._access.api == "v2":
            json = {"nama": person.name, "email": person.mailbox}
            return self._ask("POST", "/api/v2/user/registration", json=json)
        # Fields as parts of a file upload: the form stays multipart without files too.
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in person.form().items()]
        parts += [(each.field, (each.filename, each.content, each.content_type)) for each in person.scans]
        return self._ask("POST", "/api/user/registrasi", files=parts)

    def _ask_for_status(self, nik: str, mailbox: str) -> Reply:
        if self._access.api == "v2":
            return self._ask("POST", "/api/v2/user/check/status", json={"nik": nik} if nik else {"email": mailbox})
        return self._ask("GET", f"/api/user/status/{nik}")

    def _ask(self, method: str, path: str, **request: Any) -> Reply:
        credentials = (self._access.user.encode(), self._access.password.encode())
        return self._server.answer(method, f"{self._access.url}{path}", auth=credentials, **request)


def _limits() -> Limits:
    return Limits(
        settings.REGISTRY_CONNECT_SECONDS, settings.BSRE_ANSWER_SECONDS,
        settings.REGISTRY_FAILURES, settings.REGISTRY_REST_SECONDS,
    )  # fmt: skip


def _code(body: dict[str, Any]) -> int | None:
    """``status_code``: a number in v1, a number or digits in v2."""
    found = body.get("status_code")
    if isinstance(found, bool):
        return None
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 7:
        return int(found)
    return found if isinstance(found, int) and 0 <= found < 10**6 else None


def _text(said: Any) -> str:
    """The service's words as officers may read them: short, and without anybody's number."""
    return mask(" ".join(said.split()))[:LONGEST] if isinstance(said, str) else ""


@cache
def of(slug: str) -> Esign | None:
    """The service of the institution with that short address; one a process, for its breaker is to be shared."""
    given = access.configured().of(slug)
    return None if given is None else _shared(given)


@cache
def _shared(given: Access) -> Esign:
    return Esign(given)
