"""A browser without a screen: cookies, forms, redirects, and patience with an error page of ours."""

import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

SORRY = "Ada gangguan di pihak kami"
TRIES = 40


@dataclass(frozen=True)
class Page:
    """What came in the end, after all redirects."""

    status: int
    path: str
    text: str


class Browser:
    """Somebody who presses the button again when the page says that something is wrong."""

    def __init__(self, url: str) -> None:
        self.url, self.cookies, self.sorry = url, CookieJar(), 0
        self.trouble = ""
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Page:
        return self._open(path, None, {})

    def post(self, path: str, fields: dict[str, Any] | None = None) -> Page:
        token = next((each.value for each in self.cookies if each.name == "csrftoken"), None)
        if token is None:
            self.get(path)
            return self.post(path, fields)
        body = encode_multipart(BOUNDARY, fields or {})
        headers = {"Content-Type": MULTIPART_CONTENT, "X-CSRFToken": token, "Referer": self.url}
        return self._open(path, body, headers)

    def _open(self, path: str, body: bytes | None, headers: dict[str, str]) -> Page:
        for _ in range(TRIES):
            page = self._once(urllib.request.Request(self.url + path, body, headers))  # noqa: S310 - our own address
            if page is not None and page.status < 500:
                return page
            self.sorry += 1
            time.sleep(0.5)
        raise AssertionError(f"{path} never answered: {page or self.trouble}")

    def _once(self, request: urllib.request.Request) -> Page | None:
        try:
            with self.opener.open(request, timeout=120) as answer:
                return self._page(answer.status, answer)
        except HTTPError as error:
            with error:
                page = self._page(error.code, error)
            assert page.status < 500 or SORRY in page.text, page
            return page
        except (URLError, HTTPException, OSError) as error:
            # The server ended the connection: the browser shows its own error page, and the person tries again.
            self.trouble = repr(error)
            return None

    def _page(self, status: int, answer: Any) -> Page:
        path = answer.geturl().removeprefix(self.url).partition("?")[0]
        return Page(status, path, answer.read().decode(errors="replace"))
