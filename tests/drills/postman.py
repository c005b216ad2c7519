"""A real SMTP server on loopback: counts what arrives, refuses or dawdles when told, and holds a mail at its step."""

import asyncio
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope

from tests.drills.background import Background
from tests.portal import wait_for
from tests.ports import free_port

Moment = Literal["before", "after"]
REFUSAL = "451 4.3.0 Try again later"


@dataclass(frozen=True)
class Delivery:
    """One mail that was accepted."""

    message_id: str
    to: str
    text: str


class Postman:
    """Accepts mails as long as ``refuses`` is not set, each after ``seconds``."""

    def __init__(self, background: Background) -> None:
        self.background, self.port = background, free_port()
        self.deliveries: list[Delivery] = []
        self.refuses, self.refused, self.seconds = False, 0, 0.0
        self.held: Moment | None = None
        self.holds = Event()
        self.server = background.run(self._listen())

    async def _listen(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True), "127.0.0.1", self.port
        )

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def hold(self, moment: Moment) -> None:
        """Let the next mail's sender wait for its answer, ``before`` or ``after`` the mail is accepted."""
        self.holds.clear()
        self.held = moment

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        if self.refuses:
            self.refused += 1
            return REFUSAL
        moment, self.held = self.held, None
        if moment == "before":
            await self._never()
        await asyncio.sleep(self.seconds)
        self.deliveries += _deliveries(envelope)
        if moment == "after":
            await self._never()
        return "250 OK"

    async def _never(self) -> None:
        """Until the sender has gone, which cancels this."""
        self.holds.set()
        await asyncio.Event().wait()

    def to(self, mailbox: str) -> list[Delivery]:
        return [each for each in list(self.deliveries) if each.to == mailbox]

    def wait_for_link(self, mailbox: str, path: str, seconds: float) -> str:
        """The path of the newest link of that kind among the mails to an address."""
        pattern = re.compile(rf"https?://[^/\s]+({path}[\w-]+/)")

        def look() -> str | None:
            found = [each for mail in self.to(mailbox) for each in pattern.findall(mail.text)]
            return found[-1] if found else None

        link: str = wait_for(look, f"a mail to {mailbox} with {path}", seconds)
        return link

    def close(self) -> None:
        self.background.loop.call_soon_threadsafe(self.server.close)


def _deliveries(envelope: Envelope) -> list[Delivery]:
    mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return [Delivery(str(mail["Message-ID"]), to, text) for to in envelope.rcpt_tos]
