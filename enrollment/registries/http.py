"""One exchange with a registry's server: JSON, within time and size, behind a circuit breaker."""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment.registries import Unavailable
from enrollment.registries.breaker import Breaker, Clock, Resting

logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
PIECE = 16 * 1024
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Limits:
    """Seconds for connecting and for the whole answer; failures until the breaker opens, seconds it then rests."""

    connect: float
    answer: float
    failures: int
    rest: float

    @classmethod
    def configured(cls) -> "Limits":
        return cls(
            settings.REGISTRY_CONNECT_SECONDS, settings.REGISTRY_ANSWER_SECONDS,
            settings.REGISTRY_FAILURES, settings.REGISTRY_REST_SECONDS,
        )  # fmt: skip


class Unauthorized(Exception):
    """The server refused our token: it may have ended early, and a fresh one may do."""


@dataclass(frozen=True, repr=False)
class Reply:
    """Status and decoded JSON of an answer."""

    status: int
    body: Any


def checked_url(setting: str, value: str) -> str:
    """An address to which secrets and persons' data may be sent: HTTPS, or this machine."""
    parts = urlsplit(value)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        return value.rstrip("/")
    raise ImproperlyConfigured(f"{setting} must be an address that begins with https:// (http:// on this machine).")


class Server:
    """A registry's server, by the name that verifiers read."""

    def __init__(self, name: str, limits: Limits, clock: Clock = time.monotonic) -> None:
        self.name, self._limits = name, limits
        self._breaker = Breaker(limits.failures, limits.rest, clock)

    def ask(
        self, method: str, url: str, *, expects: tuple[int, ...] = (200,), token_may_end: bool = False, **request: Any
    ) -> Reply:
        """One exchange; ``request`` is what requests takes (headers, data, json, auth).

        Raises :class:`Unavailable` for silence, lateness, a status that is not expected, and for what is no JSON;
        :class:`Unauthorized` for a 401 when ``token_may_end``.
        """
        try:
            with self._breaker.guard():
                reply = self._exchange(method, url, (*expects, 401) if token_may_end else expects, request)
                if reply.status == 401 and token_may_end:
                    raise Unauthorized
                return reply
        except Resting:
            raise Unavailable(f"{self.name} sedang tidak ditanya karena berulang kali gagal") from None
        except Unavailable as error:
            logger.warning("A registry is not available: %s.", error.reason)
            raise

    def _exchange(self, method: str, url: str, expects: tuple[int, ...], request: dict[str, Any]) -> Reply:
        # Nothing is chained: these exceptions hold the request, and with it NIP, NIK and tokens.
        try:
            status, content = self._send(method, url, request)
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise self._late() from None
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            raise Unavailable(f"{self.name} tidak dapat dihubungi") from None
        if status not in expects:
            raise Unavailable(f"{self.name} menjawab dengan kesalahan {status}")
        try:
            return Reply(status, json.loads(content))
        except (ValueError, RecursionError):
            raise self.malformed() from None

    def _send(self, method: str, url: str, request: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body. A connection of its own each time: calls are rare, and an idle one breaks unnoticed."""
        ends = time.monotonic() + self._limits.answer
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **request.pop("headers", {})}
        # With credentials of its own no request looks for others in a .netrc, and none carries them elsewhere.
        request.setdefault("auth", _as_it_is)
        content = bytearray()
        with requests.request(
            method, url, headers=headers, timeout=(self._limits.connect, self._limits.answer), stream=True,
            allow_redirects=False, **request,
        ) as response:  # fmt: skip
            # Not unpacked: a small packed body could unpack to any size. One that is packed all the same is no JSON.
            while chunk := response.raw.read1(PIECE, decode_content=False):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise Unavailable(f"{self.name} menjawab terlalu panjang")
                # The time limit is one for each piece; a server that drips is late nevertheless.
                if time.monotonic() > ends:
                    raise self._late()
            return response.status_code, bytes(content)

    def _late(self) -> Unavailable:
        return Unavailable(f"{self.name} tidak menjawab dalam {self._limits.answer:g} detik")

    def malformed(self) -> Unavailable:
        return Unavailable(f"{self.name} menjawab dalam bentuk yang tidak dikenal")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
