"""A browser without a screen: one kept connection, its cookies, the form token."""

import http.client
import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlparse

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unexpected(Exception):
    """The portal answered otherwise than a journey expects."""


class Client:
    """One person's browser. Redirects are followed by whoever uses it, so that every request is counted."""

    def __init__(self, url: str) -> None:
        self.host = urlparse(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.cookies: dict[str, str] = {}
        self.text = ""
        self.location = ""
        self.requests = 0

    def get(self, path: str, expect: int = 200) -> str:
        return self._ask("GET", path, None, {}, expect)

    def post(self, path: str, fields: Mapping[str, str], expect: int = 302) -> str:
        """Send the form of the page that was got last; returns where it leads."""
        body = urlencode({"csrfmiddlewaretoken": self._form_token(), **fields}).encode()
        self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}, expect)
        return self.location

    def upload(self, path: str, fields: Mapping[str, str], name: str, content: bytes, expect: int = 302) -> str:
        """Send a form with one JPEG in it; returns where it leads."""
        boundary = secrets.token_hex(16)
        lines = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {"csrfmiddlewaretoken": self._form_token(), **fields}.items()
        ]
        lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="foto.jpg"\r\n')
        body = "".join(lines).encode() + b"Content-Type: image/jpeg\r\n\r\n" + content
        body += f"\r\n--{boundary}--\r\n".encode()
        self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}, expect)
        return self.location

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _form_token(self) -> str:
        found = TOKEN.search(self.text)
        if found is None:
            raise Unexpected("The page before holds no form.")
        return found[1]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], expect: int) -> str:
        self.requests += 1
        self.connection.request(method, path, body, {**headers, "Cookie": self.cookie_header()})
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.location = urlparse(answer.headers.get("Location", "")).path
        if answer.status != expect:
            raise Unexpected(f"{method} {path} answered {answer.status} instead of {expect}.")
        if answer.headers.get_content_maintype() == "text":
            self.text = content.decode()
        return self.text
