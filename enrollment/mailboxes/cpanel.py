"""cPanel's UAPI: a form for each mailbox, never a password in an address, and a breaker before a server that fails."""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment import registries
from enrollment.mailboxes import Refused, Taken, Unavailable
from enrollment.registries.breaker import Breaker, Clock, Resting
from enrollment.registries.http import Limits, checked_url

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
PIECE = 16 * 1024
NAME = "Server surel"
# The word by which its sentence about an address in use is known; the sentence itself changes between releases.
EXISTS = "already exists"
# How much of the server's own words an administrator is shown.
LONGEST = 200


@dataclass(frozen=True, repr=False)
class Access:
    """Address and credentials, from the CPANEL_* settings."""

    url: str
    user: str
    token: str

    @classmethod
    def configured(cls) -> "Access":
        missing = [name for name, value in settings.CPANEL.items() if not value]
        if missing:
            raise ImproperlyConfigured(f"TTE_MAILBOXES is cpanel: set {', '.join(missing)} too.")
        values = {name.removeprefix("CPANEL_").lower(): value for name, value in settings.CPANEL.items()}
        return cls(**{**values, "url": checked_url("CPANEL_URL", values["url"])})


class Cpanel:
    """One cPanel account that holds the institution's mail domains."""

    by_hand = False

    def __init__(
        self, access: Access | None = None, limits: Limits | None = None, clock: Clock = time.monotonic
    ) -> None:
        access = access or Access.configured()
        self._limits = limits or Limits(
            settings.REGISTRY_CONNECT_SECONDS, settings.CPANEL_ANSWER_SECONDS,
            settings.REGISTRY_FAILURES, settings.REGISTRY_REST_SECONDS,
        )  # fmt: skip
        self._url = access.url
        self._headers = {
            "Authorization": f"cpanel {access.user}:{access.token}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._breaker = Breaker(self._limits.failures, self._limits.rest, clock)

    def make(self, address: str, password: str, quota: int) -> None:
        self._order("add_pop", address, password=password, quota=str(quota))

    def change_password(self, address: str, password: str) -> None:
        self._order("passwd_pop", address, password=password)

    def _order(self, function: str, address: str, **form: str) -> None:
        user, _, domain = address.partition("@")
        reply = self._ask(f"{self._url}/execute/Email/{function}", {"email": user, "domain": domain, **form})
        if reply.get("status") == 1:
            return
        errors = reply.get("errors")
        told = " ".join(str(each) for each in errors) if isinstance(errors, list) else ""
        if EXISTS in told.lower():
            raise Taken
        # Its words may repeat the password it did not like.
        told = told.replace(form["password"], "…")
        raise Refused(f"{NAME} menolak: {told[:LONGEST]}" if told else f"{NAME} menolak tanpa alasan")

    def _ask(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        try:
            with self._breaker.guard():
                try:
                    return self._exchange(url, form)
                except Unavailable as error:
                    # The breaker counts the registries' kind of failure.
                    raise _Counted(error) from None
        except Resting:
            raise Unavailable(f"{NAME} sedang tidak ditanya karena berulang kali gagal", sent=False) from None
        except _Counted as counted:
            logger.warning("The mail server is not available: %s.", counted.error.reason)
            raise counted.error from None

    def _exchange(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        # Nothing is chained: these exceptions hold the request, and with it the password.
        try:
            status, content = self._send(url, form)
        except requests.ConnectTimeout:
            raise Unavailable(f"{NAME} tidak dapat dihubungi", sent=False) from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise self._late() from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unavailable(f"{NAME} tidak dapat dihubungi", sent=not _never_connected(error)) from None
        if status in (401, 403):
            raise Unavailable(f"{NAME} menolak kunci portal (CPANEL_USER, CPANEL_TOKEN)", sent=False)
        if status != 200:
            raise Unavailable(f"{NAME} menjawab dengan kesalahan {status}", sent=True)
        try:
            reply = json.loads(content)
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict) or reply.get("status") not in (0, 1):
            raise Unavailable(f"{NAME} menjawab dalam bentuk yang tidak dikenal", sent=True)
        return reply

    def _send(self, url: str, form: dict[str, str]) -> tuple[int, bytes]:
        ends = time.monotonic() + self._limits.answer
        content = bytearray()
        with requests.post(
            url, data=form, headers=self._headers, timeout=(self._limits.connect, self._limits.answer), stream=True,
            allow_redirects=False, auth=_as_it_is,
        ) as response:  # fmt: skip
            while chunk := response.raw.read1(PIECE, decode_content=False):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise Unavailable(f"{NAME} menjawab terlalu panjang", sent=True)
                if time.monotonic() > ends:
                    raise self._late()
            return response.status_code, bytes(content)

    def _late(self) -> Unavailable:
        return Unavailable(f"{NAME} tidak menjawab dalam {self._limits.answer:g} detik", sent=True)


class _Counted(registries.Unavailable):
    """An unavailability on its way through the breaker."""

    def __init__(self, error: Unavailable) -> None:
        super().__init__(error.reason)
        self.error = error


def _never_connected(error: Exception) -> bool:
    """Whether the order cannot have reached anybody."""
    if not isinstance(error, requests.ConnectionError):
        return False
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """With credentials of its own no request looks for others in a .netrc."""
    return request
