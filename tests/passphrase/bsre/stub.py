"""BSrE's E-Sign client service as it is documented, on a real socket of this machine; a test breaks one part of it."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from tests.enrollment.registries.servers import Answered, Asked, says

USER, PASSWORD = "portal-natuna", "rahasia-E-Sign-77"
CODES = {
    "ISSUE": 1111, "EXPIRED": 1114, "RENEW": 1115, "WAITING_FOR_VERIFICATION": 1113, "NEW": 1112,
    "NO_CERTIFICATE": 2021, "NOT_REGISTERED": 2011, "SUSPEND": 1116, "REVOKE": 1117,
}  # fmt: skip
GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def refusal(path: str, status: int = 401) -> Answered:
    """As Spring answers who is not admitted."""
    told = {"timestamp": "2026-01-01T00:00:00.000+00:00", "status": status, "error": "Unauthorized", "path": path}
    return says(told, status)


def gateway(status: int = 502) -> Answered:
    return Answered(status, GATEWAY, "text/html")


@dataclass
class Stub:
    """``people``: word by NIK; ``mailboxes``: NIK by mailbox (v2 registers without one). ``instead`` answers in the
    place of all documented answers; ``before`` looks at a request first and may answer it."""

    people: dict[str, str] = field(default_factory=dict)
    niks: dict[str, str] = field(default_factory=dict)
    mailed: list[str] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    password: str = PASSWORD
    instead: Callable[[Asked], Answered | None] = lambda asked: None

    def __call__(self, asked: Asked) -> Answered:
        if (broken := self.instead(asked)) is not None:
            return broken
        right = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {right}":
            return refusal(asked.path)
        if asked.method == "GET" and asked.path.startswith("/api/user/status/"):
            return self._told(asked.path.rpartition("/")[2], unknown=("NOT_REGISTERED", 1110))
        return {
            "/api/user/registrasi": self._form,
            "/api/v2/user/registration": self._registration,
            "/api/v2/user/check/status": self._status,
        }[asked.path](asked)

    def _status(self, asked: Asked) -> Answered:
        body = json.loads(asked.body)
        nik = body.get("nik") or self.niks.get(body.get("email", ""), "")
        return self._told(nik, unknown=("NO_CERTIFICATE", 2021) if body.get("nik") else ("NOT_REGISTERED", 2011))

    def _told(self, nik: str, unknown: tuple[str, int]) -> Answered:
        word, code = (self.people[nik], CODES[self.people[nik]]) if nik in self.people else unknown
        return says({"status_code": code, "status": word, "message": f"User dengan status {word}"})

    def _registration(self, asked: Asked) -> Answered:
        body = json.loads(asked.body)
        assert set(body) == {"nama", "email"}
        self.forms.append(body)
        if body["email"] in self.mailed:
            return says({"status_code": 4024, "message": "Email telah terdaftar"}, 400)
        # BSrE mails its own link to set a passphrase.
        self.mailed.append(body["email"])
        return says({"message": "Pendaftaran berhasil"})

    def _form(self, asked: Asked) -> Answered:
        form = parts_of(asked)
        self.forms.append(form)
        if not form.get("nik"):
            return says({"status_code": 4014, "message": "NIK harus diisi"}, 400)
        if form["nik"] in self.people:
            return says({"status_code": 4024, "message": "NIK telah terdaftar"}, 400)
        self.people[form["nik"]] = "NO_CERTIFICATE"
        self.mailed.append(form["email"])
        return says({"message": "Pendaftaran berhasil"})


def parts_of(asked: Asked) -> dict[str, Any]:
    """A multipart form as a server reads it: text of fields, bytes of files."""
    kind = asked.headers["Content-Type"]
    assert kind.startswith("multipart/form-data")
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked.body, policy=HTTP)
    found: dict[str, Any] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(name)] = content if part.get_filename() else content.decode()
    return found
