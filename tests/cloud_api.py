"""A Cloud API on the loopback that answers as it is told, and messages of the tests' own that go through it."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.hostile import sql
from tte_portal import links, outbox, outbox_messages, whatsapp
from tte_portal.models import OutboxMessage

NUMBER = "+6280010000177"
CODE = "604182"
TOKEN, SECRET, VERIFY = "token-akun-uji", "rahasia-aplikasi-uji", "kata-verifikasi-uji"
PHONE_NUMBER_ID = "100200300400500"
MAILBOX = "ayu.contoh@natunakab.example"
REFUSAL = {"error": {"code": 131026, "message": f"Undeliverable to {NUMBER}", "error_data": {"details": NUMBER}}}


class CloudApi:
    """What it was asked, and how it is to answer: ``status`` and ``body`` (``None``: a receipt), ``seconds`` late."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.wamids: list[str] = []
        self.status, self.body = 200, None  # type: tuple[int, bytes | None]
        self.seconds, self.drips = 0.0, 0
        self.before_answer: Any = None
        self.stopped = threading.Event()
        self.url = ""

    def says(self, status: int, body: Any) -> None:
        self.status, self.body = status, body if isinstance(body, bytes) else json.dumps(body).encode()

    def accepts(self) -> None:
        self.status, self.body, self.seconds = 200, None, 0.0

    def receipt(self) -> bytes:
        """As the real one: the recipient's number is a part of the id."""
        number = self.requests[-1]["to"].encode()
        wamid = "wamid." + base64.b64encode(b"\x1c\x18" + bytes([len(number)]) + number + uuid4().bytes).decode()
        self.wamids.append(wamid)
        return json.dumps({"messaging_product": "whatsapp", "messages": [{"id": wamid}]}).encode()


@contextmanager
def running(settings: Any) -> Iterator[CloudApi]:
    api = CloudApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            api.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            api.headers.append(dict(self.headers))
            api.paths.append(self.path)
            body = api.receipt() if api.body is None else api.body
            if api.before_answer:
                api.before_answer()
            api.stopped.wait(api.seconds)
            try:
                self.answer(body)
            except OSError:
                # The portal has hung up: what a slow server finds.
                self.close_connection = True

        def answer(self, body: bytes) -> None:
            self.send_response(api.status)
            self.send_header("Content-Length", str(len(body) + api.drips))
            self.send_header("Location", f"{api.url}/elsewhere")
            self.end_headers()
            for _ in range(api.drips):
                self.wfile.write(b" ")
                api.stopped.wait(0.1)
            self.wfile.write(body)

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    configure(settings, f"http://127.0.0.1:{server.server_port}")
    api.url = settings.WHATSAPP_URL
    try:
        yield api
    finally:
        api.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def configure(settings: Any, url: str) -> None:
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_NUMBER_ID = TOKEN, PHONE_NUMBER_ID
    settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_VERIFY_TOKEN = SECRET, VERIFY
    settings.WHATSAPP_URL, settings.WHATSAPP_TIMEOUT = url, 1


@contextmanager
def messages() -> Iterator[None]:
    """Messages of the tests' own: a code and a link by WhatsApp, and the mails that take over."""

    def code(ids: dict[str, str]) -> outbox.Content:
        if "no_number" in ids:
            return mail(ids)
        return whatsapp.code_message(ids.get("wrong_number", NUMBER), f"Kode Anda {CODE}", CODE)

    def link(ids: dict[str, str]) -> outbox.Content:
        return whatsapp.link_message(NUMBER, f"Buat passphrase: {address(ids)}", address(ids))

    def mail(ids: dict[str, str]) -> outbox.Mail:
        if "gone" in ids:
            raise outbox.Unneeded
        words = address(ids) if "link" in ids else CODE
        return outbox.Mail(MAILBOX, "[BSrE] Uji", f"Ganti: {words}", "<p>Ganti</p>")

    registered = {
        "test_code": outbox.message("test_code", instead="test_mail", silence=timedelta(seconds=60)),
        "test_link": outbox.message("test_link", instead="test_mail"),
        "test_mail": outbox.message("test_mail"),
    }
    for name, register in registered.items():
        register({"test_code": code, "test_link": link, "test_mail": mail}[name])
    try:
        yield
    finally:
        for name in registered:
            del outbox_messages._composers[name]


def address(ids: dict[str, str]) -> str:
    token = links.token_of(UUID(ids["link"]))
    return f"{configured.BASE_URL}{reverse('link-passphrase', args=[token])}"


def write_link(subject: UUID | None = None) -> OutboxMessage:
    subject = subject or uuid4()
    return outbox.write("test_link", subject=subject, link=links.make("passphrase", subject).pk)


def again(row: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=row.pk)


def mails_instead(row: OutboxMessage) -> int:
    return OutboxMessage.objects.filter(instead_of=row).count()


def silence_over(row: OutboxMessage) -> None:
    sql("UPDATE tte_portal_outboxmessage SET answer_due_at = now() - interval '1 second' WHERE id = %s", row.pk)


def told(api: CloudApi, stage: str, *, number: int = -1, **more: Any) -> dict[str, Any]:
    """What WhatsApp says of the message it took, in its own shape."""
    status = {
        "id": api.wamids[number], "status": stage, "timestamp": "1795000000", "recipient_id": NUMBER[1:],
        "biz_opaque_callback_data": api.requests[number].get("biz_opaque_callback_data"), **more,
    }  # fmt: skip
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": PHONE_NUMBER_ID}, "statuses": [status]}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def call(said: Any, *, signed: str | None = None, client: Client | None = None) -> HttpResponse:
    """One call of the webhook, rightly signed unless told otherwise."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"X-Hub-Signature-256": signature(body) if signed is None else signed}
    if signed == "":
        headers = {}
    client = client or Client(enforce_csrf_checks=True)
    return client.post("/api/whatsapp/", body, content_type="application/json", headers=headers)  # type: ignore[return-value]
