"""SIASN, the personnel registry of BKN: an employee's data by NIP, with two tokens on every question."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment.form_fields import one_line
from enrollment.models import Institution
from enrollment.numbers import Birth, Sex
from enrollment.registries import Person, Unavailable
from enrollment.registries.breaker import Clock
from enrollment.registries.http import Limits, Reply, Server, Unauthorized, checked_url
from enrollment.registries.imported import Imported
from enrollment.registries.recent import Recent
from enrollment.registries.tokens import Token
from tte_portal.encryption import blind_index

NAME = "SIASN"
NOBODY = "tidak ditemukan"
CACHED = 1000
LONGEST = 200
_NIP = re.compile(r"[0-9]{18}")
# The interface's description does not say which words it uses for the sexes: those seen anywhere are understood.
SEXES: dict[str, Sex] = {
    **dict.fromkeys(("L", "M", "1", "PRIA", "LAKI-LAKI", "LAKI LAKI", "MALE"), "L"),
    **dict.fromkeys(("P", "F", "2", "W", "WANITA", "PEREMPUAN", "FEMALE"), "P"),
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Access:
    """Addresses and credentials, from the SIASN_* settings."""

    url: str
    key: str
    secret: str
    sso_url: str
    sso_client: str
    sso_login: str
    sso_password: str

    @classmethod
    def configured(cls) -> "Access":
        missing = [name for name, value in settings.SIASN.items() if not value]
        if missing:
            raise ImproperlyConfigured(f"TTE_PERSONNEL_REGISTRY is siasn: set {', '.join(missing)} too.")
        values = {name.removeprefix("SIASN_").lower(): value for name, value in settings.SIASN.items()}
        for name in ("url", "sso_url"):
            values[name] = checked_url(f"SIASN_{name.upper()}", values[name])
        return cls(**values)


class Siasn:
    """SIASN's answers, kept for ``settings.SIASN_CACHE_SECONDS``. An NRP is looked up in the imported list: SIASN
    knows civil servants alone."""

    def __init__(
        self, access: Access | None = None, limits: Limits | None = None, clock: Clock = time.monotonic
    ) -> None:
        access, limits = access or Access.configured(), limits or Limits.configured()
        self._url = access.url
        # Each its own breaker: that tokens are to be had says nothing of the data behind them.
        self._server = Server(NAME, limits, clock)
        # A renewal takes one exchange; connecting and the last bytes may come on top of the answer's time.
        patience = limits.connect + 2 * limits.answer
        self._tokens = (
            Token(
                Server(f"{NAME} (token)", limits, clock), f"{access.url}/oauth2/token", patience,
                lambda: {"auth": (access.key, access.secret), "data": {"grant_type": "client_credentials"}}, clock,
            ),
            Token(
                Server(f"{NAME} (SSO)", limits, clock), access.sso_url, patience,
                lambda: {"data": {
                    "grant_type": "password", "client_id": access.sso_client,
                    "username": access.sso_login, "password": access.sso_password,
                }}, clock,
            ),
        )  # fmt: skip
        self._recent: Recent[Person | None] = Recent(CACHED, settings.SIASN_CACHE_SECONDS, clock)

    def find(self, institution: Institution, employee_number: str) -> Person | None:
        if not _NIP.fullmatch(employee_number):
            return Imported().find(institution, employee_number)
        key = blind_index("siasn", employee_number)
        if kept := self._recent.get(key):
            return kept[0]
        person = self._read(employee_number, self._ask(employee_number))
        self._recent.put(key, person)
        return person

    def _ask(self, nip: str) -> Reply:
        try:
            return self._ask_with_tokens(nip, token_may_end=True)
        except Unauthorized:
            return self._ask_with_tokens(nip, token_may_end=False)

    def _ask_with_tokens(self, nip: str, *, token_may_end: bool) -> Reply:
        values = [token.value() for token in self._tokens]
        headers = {"Authorization": f"Bearer {values[0]}", "Auth": f"bearer {values[1]}"}
        url = f"{self._url}/apisiasn/1.0/pns/data-utama/{nip}"
        try:
            return self._server.ask("GET", url, expects=(200, 404), token_may_end=token_may_end, headers=headers)
        except Unauthorized:
            # It does not say which of the two it refused.
            for token, value in zip(self._tokens, values, strict=True):
                token.forget(value)
            raise

    def _read(self, nip: str, reply: Reply) -> Person | None:
        data = reply.body.get("data") if isinstance(reply.body, dict) else None
        if isinstance(data, str) and NOBODY in data.lower():
            return None
        if reply.status == 404 or not isinstance(data, dict):
            raise self._server.malformed()
        if _text(data.get("nipBaru")) != nip:
            raise Unavailable(f"{NAME} menjawab tentang NIP lain")
        name = _text(data.get("nama"))
        if not name:
            raise self._server.malformed()
        return Person(
            employee_number=nip,
            name=name,
            nik=_text(data.get("nik")),
            birth=_birth(data),
            mailboxes=frozenset(_text(data.get(each)).lower() for each in ("emailGov", "email")) - {""},
            unit=_text(data.get("unorNama")),
            position=_text(data.get("jabatanNama")),
            standing=_text(data.get("statusPegawai")),
        )


def _text(value: Any) -> str:
    """Texts and whole numbers as text; what is neither says nothing. A float has lost digits of a NIP."""
    if isinstance(value, str):
        return one_line(value)[:LONGEST]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _birth(data: dict[str, Any]) -> Birth | None:
    try:
        born = datetime.strptime(_text(data.get("tglLahir")), "%d-%m-%Y").date()
    except ValueError:
        return None
    return Birth(born.day, born.month, born.year, SEXES.get(_text(data.get("jenisKelamin")).upper()))
