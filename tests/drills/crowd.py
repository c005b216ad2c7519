"""Applicants who go the whole way over HTTP, from the mail to the active certificate, several at a time."""

import json
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from threading import Event, Lock, Thread

from tests import cast
from tests.drills.browser import Browser
from tests.drills.postman import Postman
from tests.portal import Portal, wait_for
from tte_portal.environment import ROOT

# A request whose worker was killed again and again is tried again after minutes.
PATIENCE = 400.0
ACTIVATION, PASSPHRASE = "/email/aktivasi/akun/", "/email/set/passphrase/"


@dataclass
class Person:
    """Somebody of the registry, with what they type."""

    mailbox: str
    name: str
    nik: str
    nip: str
    phone: str
    unit: str
    position: str
    application: str
    passphrase: str = cast.GOOD_PASSPHRASE


class Registry:
    """Adds people and invites them, in a process of the portal's."""

    def __init__(self, portal: Portal) -> None:
        self.lock, self.numbers = Lock(), count(1)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.invite"], cwd=ROOT,
            env={**portal.environment, "DJANGO_SETTINGS_MODULE": "tte_portal.settings"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def invite(self) -> Person:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(f"{next(self.numbers)}\n")
            self.process.stdin.flush()
            return Person(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate()


class Verifier:
    """The officer who approves; signs in once."""

    def __init__(self, portal: Portal) -> None:
        self.lock, self.portal, self.browser = Lock(), portal, Browser(portal.url)
        account = portal.account("verifier")
        signed_in = self.browser.post(
            "/admin/login/?next=/admin/",
            {"username": account["login"], "password": account["password"], "code": portal.fresh_code(account)},
        )
        assert signed_in.path == "/admin/", signed_in

    def approve(self, application: str) -> None:
        with self.lock:
            self.browser.post(f"/admin/antrean/{application}/", {"decision": "approve", "unopened": "1"})


@dataclass
class Applicant:
    """One person with a browser, a mailbox and a file with a portrait."""

    person: Person
    portal: Portal
    postman: Postman
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.portal.url)

    def follow(self, kind: str) -> str:
        link = self.postman.wait_for_link(self.person.mailbox, kind, PATIENCE)
        self.browser.get(link)
        self.browser.post(link)
        return link

    def fill_in(self) -> None:
        self.follow(ACTIVATION)
        person = self.person
        self.browser.post("/pengajuan/data-diri/", {
            "name": person.name, "nik": person.nik, "front_title": "-", "back_title": "-", "phone": person.phone,
            "go": "next",
        })  # fmt: skip
        employment = {
            "kind": "asn", "employee_number": person.nip, "unit": person.unit, "position": person.position,
            "province": "Kepulauan Riau",
        }  # fmt: skip
        self.browser.post("/pengajuan/data-kedinasan/", {**employment, "go": "check"})
        self.browser.post("/pengajuan/data-kedinasan/", {**employment, "go": "next"})

    def photograph(self) -> None:
        photo = BytesIO(cast.portrait())
        photo.name = "foto.jpg"
        typed = {"photo": photo, "consent-kebijakan-privasi": "on", "go": "next"}
        sent = self.browser.post("/pengajuan/foto-diri/", typed)
        assert "Foto Anda sudah tersimpan" in sent.text or sent.path == "/pengajuan/periksa/", sent

    def submit(self) -> None:
        handed_in = self.browser.post("/pengajuan/periksa/")
        assert handed_in.path == "/pengajuan/selesai/", handed_in

    def make_passphrase(self) -> None:
        self.follow(PASSPHRASE)
        typed = {"passphrase": self.person.passphrase, "confirmation": self.person.passphrase, "agreement": "on"}
        made = self.browser.post("/passphrase/", typed)
        assert made.path == "/passphrase/selesai/", made

    def wait_until_active(self) -> None:
        """Until the certificate is active and all five mails are in the mailbox."""
        sql = "SELECT count(*) FROM tte_portal_outboxmessage WHERE subject = %s AND template = 'active'"
        wait_for(lambda: self.portal.query(sql, self.person.application)[0][0], "an active certificate", PATIENCE)
        wait_for(
            lambda: len({each.message_id for each in self.postman.to(self.person.mailbox)}) >= 5, "mails", PATIENCE
        )


class Crowd:
    """Some applicants at once, each followed by the next, until it is enough."""

    def __init__(self, portal: Portal, postman: Postman, registry: Registry, verifier: Verifier) -> None:
        self.portal, self.postman, self.registry, self.verifier = portal, postman, registry, verifier
        self.people: list[Person] = []
        self.invited: deque[Person] = deque()
        self.errors: list[BaseException] = []
        self.sorry = 0
        self.enough = Event()
        self.threads: list[Thread] = []

    def come(self, at_once: int = 3) -> None:
        self.enough.clear()
        self.threads = [Thread(target=self._one_after_another, daemon=True) for _ in range(at_once)]
        for thread in self.threads:
            thread.start()

    def finish(self) -> list[Person]:
        """Nobody new; who has begun goes on to the end. Returns everybody who came."""
        self.enough.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
        assert self.errors == []
        return self.people

    def _one_after_another(self) -> None:
        try:
            while (self.invited or not self.enough.is_set()) and not self.errors:
                self.go_through(self._next())
        except BaseException as error:
            self.errors.append(error)

    def _next(self) -> Person:
        """Who was invited by the test already comes first."""
        try:
            return self.invited.popleft()
        except IndexError:
            return self.registry.invite()

    def go_through(self, person: Person) -> Applicant:
        self.people.append(person)
        applicant = Applicant(person, self.portal, self.postman)
        applicant.fill_in()
        applicant.photograph()
        applicant.submit()
        self.verifier.approve(person.application)
        applicant.make_passphrase()
        applicant.wait_until_active()
        self.sorry += applicant.browser.sorry
        return applicant
