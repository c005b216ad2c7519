"""WhatsApp's Cloud API: what a message is, and the one request that hands it over."""

import json
import logging
import re
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlparse

import requests
import urllib3
from django.conf import settings
from django.core import checks

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
ANSWER_MAX_BYTES = 64 * 1024
NEEDED = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
# Errors that pass by themselves: rates, overload, maintenance. Every other error says that this message will not go.
PASSING = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004})
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class WhatsAppMessage:
    """A composed message. ``to`` as +62…; ``text`` is what the person reads; ``code`` or ``link`` is what it carries.

    ``template`` is the name of the template approved for the institution's account: WhatsApp joins its words with the
    code (as text and in a copy button) or with the last part of the link's path (in a button).
    """

    to: str = field(repr=False)
    template: str
    text: str = field(repr=False)
    code: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    language: str = "id"

    def __post_init__(self) -> None:
        if bool(self.code) == bool(self.link):
            raise ValueError("A WhatsApp message carries a code or a link.")

    def payload(self, reference: str) -> dict[str, Any]:
        """The request's body. ``reference`` comes back with each word about the message's delivery."""
        carried = self.code or self.link.rstrip("/").rpartition("/")[2]
        given = [{"type": "text", "text": carried}]
        button = {"type": "button", "sub_type": "url", "index": "0", "parameters": given}
        body = [{"type": "body", "parameters": given}] if self.code else []
        return {
            "messaging_product": "whatsapp",
            "to": self.to.lstrip("+"),
            "type": "template",
            "template": {
                "name": self.template, "language": {"code": self.language}, "components": [*body, button],
            },
            "biz_opaque_callback_data": reference,
        }  # fmt: skip


def code_message(to: str, text: str, code: str) -> WhatsAppMessage:
    """A one-time code, by the template that the settings name for codes."""
    return WhatsAppMessage(to, settings.WHATSAPP_CODE_TEMPLATE, text, code=code, language=settings.WHATSAPP_LANGUAGE)


def link_message(to: str, text: str, link: str) -> WhatsAppMessage:
    """A link, by the template that the settings name for links."""
    return WhatsAppMessage(to, settings.WHATSAPP_LINK_TEMPLATE, text, link=link, language=settings.WHATSAPP_LANGUAGE)


class Refused(Exception):
    """WhatsApp will not carry this message, today or tomorrow. ``code`` is its error's number, where it gave one."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


class NotConfigured(Refused):
    """This portal has no WhatsApp account."""


class Unreachable(Exception):
    """No answer that says whether the message will go: to be tried again."""


def missing_settings() -> list[str]:
    return [name for name in NEEDED if not getattr(settings, name)]


def is_configured() -> bool:
    """Whether messages go out by WhatsApp and words about their delivery can come back."""
    return not missing_settings()


def is_played() -> bool:
    """Whether the outbox page stands for WhatsApp: in the demo and the tests, as long as no account is configured."""
    return not is_configured() and settings.MODE != "production"


def send(message: WhatsAppMessage, reference: str) -> str:
    """Hand one message over; its id there, or "" when WhatsApp took it but gave none that can be read.

    Raises :class:`Refused` or :class:`Unreachable`. Being accepted is not being delivered.
    """
    if not is_configured():
        raise NotConfigured
    if not _NUMBER.fullmatch(message.to):
        raise Refused
    url = f"{settings.WHATSAPP_URL}/{settings.WHATSAPP_VERSION}/{settings.WHATSAPP_PHONE_NUMBER_ID}/messages"
    try:
        # Not followed anywhere: what is asked carries our token.
        with requests.post(
            url, json=message.payload(reference), auth=_sign, stream=True, allow_redirects=False,
            timeout=(CONNECT_SECONDS, settings.WHATSAPP_TIMEOUT),
        ) as response:  # fmt: skip
            return _receipt(response.status_code, _body(response))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        logger.warning("WhatsApp does not answer: %s", type(error).__name__)
        raise Unreachable from None


def _sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # As ``auth``, not as a header: a header would give way to a .netrc that lies on the machine.
    request.headers["Authorization"] = f"Bearer {settings.WHATSAPP_TOKEN}"
    return request


def _body(response: requests.Response) -> bytes:
    """What was answered, up to a size and in a time: the row waits locked meanwhile."""
    deadline, body = monotonic() + settings.WHATSAPP_TIMEOUT, b""
    while chunk := response.raw.read1(ANSWER_MAX_BYTES, decode_content=True):
        body += chunk
        if len(body) > ANSWER_MAX_BYTES or monotonic() > deadline:
            raise requests.Timeout
    return body


def _receipt(status: int, body: bytes) -> str:
    answer = _parsed(body)
    error = answer.get("error")
    if isinstance(error, dict) or status >= 300:
        raise _error(status, error if isinstance(error, dict) else None)
    try:
        wamid = answer["messages"][0]["id"]
    except (LookupError, TypeError):
        wamid = ""
    if not isinstance(wamid, str) or not wamid:
        # It may well be on its way: sent again it would come twice. Nobody will vouch for it, so the mail follows.
        logger.warning("WhatsApp took a message without a receipt")
        return ""
    return wamid


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _error(status: int, error: dict[str, Any] | None) -> Exception:
    code = error.get("code") if error else None
    code = code if isinstance(code, int) else None
    # The number alone: the words of an error often repeat whom it was for.
    logger.warning("WhatsApp answers %s, error %s", status, code)
    passing = error is None or status >= 500 or status == 429 or code in PASSING or error.get("is_transient") is True
    return Unreachable() if passing else Refused(code)


@checks.register
def check_settings(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """All settings of the account or none, and no token over an open line."""
    found: list[checks.CheckMessage] = []
    missing = missing_settings()
    if missing and len(missing) < len(NEEDED):
        found.append(checks.Error(f"WhatsApp is set up by half: {', '.join(missing)} missing.", id="whatsapp.E001"))
    url = urlparse(settings.WHATSAPP_URL)
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        found.append(checks.Error("WHATSAPP_URL must begin with https://.", id="whatsapp.E002"))
    return found
