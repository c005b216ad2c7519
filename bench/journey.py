"""One whole journey through HTTP, request by request as browsers make it, and the verifier who approves."""

import threading
import time
from base64 import b32decode
from collections.abc import Callable
from typing import Any

from django_otp.oath import totp

from bench.client import Client, Unexpected
from bench.portrait import portrait

PASSPHRASE = "Laut-Biru 27 Kapal"


def wizard(url: str, person: dict[str, Any]) -> Client:
    """A browser that has opened the person's activation link."""
    browser = Client(url)
    link = f"/email/aktivasi/akun/{person['activation']}/"
    browser.get(link)
    browser.get(browser.post(link, {}))
    return browser


def apply(url: str, person: dict[str, Any]) -> Client:
    """From the activation link to the receipt."""
    browser = wizard(url, person)
    browser.get("/pengajuan/data-diri/")
    personal = {
        "name": person["name"], "nik": person["nik"], "front_title": "-", "back_title": "-",
        "phone": "0812 3456 7890", "go": "next",
    }  # fmt: skip
    browser.get(browser.post("/pengajuan/data-diri/", personal))
    employment = {
        "kind": "asn", "employee_number": person["nip"], "unit": person["unit"], "position": person["position"],
        "province": person["province"], "go": "next",
    }  # fmt: skip
    browser.get(browser.post("/pengajuan/data-kedinasan/", employment))
    consent = {"consent-kebijakan-privasi": "on", "go": "next"}
    browser.get(browser.upload("/pengajuan/foto-diri/", consent, "photo", portrait()))
    _arrive(browser.post("/pengajuan/periksa/", {}), "/pengajuan/selesai/")
    browser.get("/pengajuan/selesai/")
    return browser


def make_passphrase(browser: Client, token: str) -> None:
    """From the passphrase link to "passphrase made"; the certificate then comes by itself."""
    link = f"/email/set/passphrase/{token}/"
    browser.get(link)
    browser.get(browser.post(link, {}))
    fields = {"passphrase": PASSPHRASE, "confirmation": PASSPHRASE, "agreement": "on"}
    _arrive(browser.post("/passphrase/", fields), "/passphrase/selesai/")
    browser.get("/passphrase/selesai/")


def _arrive(at: str, expected: str) -> None:
    if at != expected:
        raise Unexpected(f"The way led to {at}, not to {expected}.")


def sign_in(url: str, account: dict[str, str]) -> Client:
    """An officer's browser, past password and second factor."""
    browser = Client(url)
    browser.get("/admin/login/")
    code = f"{totp(b32decode(account['totp_secret'])):06}"
    fields = {"username": account["login"], "password": account["password"], "code": code, "next": "/admin/"}
    _arrive(browser.post("/admin/login/", fields), "/admin/")
    browser.get("/admin/")
    return browser


class Verifier(threading.Thread):
    """Takes the next case, opens page and photo, approves, until told that all are done."""

    def __init__(self, browser: Client, approved: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self.browser, self.approved = browser, approved
        self.enough = threading.Event()
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self.failure = error

    def _work(self) -> None:
        self.browser.get("/admin/antrean/")
        while not self.enough.is_set():
            case = self.browser.post("/admin/antrean/ambil/", {})
            if case == "/admin/antrean/":
                time.sleep(0.05)
            while case != "/admin/antrean/":
                case = self._approve(case)
            self.browser.get("/admin/antrean/")

    def _approve(self, case: str) -> str:
        """Approve one case; returns where the portal leads next."""
        self.browser.get(case)
        self.browser.get(f"{case}foto/")
        leads_to = self.browser.post(case, {"decision": "approve"})
        self.approved(case.split("/")[-2])
        return leads_to
