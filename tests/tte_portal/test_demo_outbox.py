"""/kotak-keluar/ finds a person's mails by the address, however many went out since."""

import pytest
from django.test import Client

from enrollment.models import Application
from tests import cast
from tte_portal import demo_outbox
from tte_portal.models import OutboxMessage


def test_an_old_mail_is_found_behind_newer_ones(
    application: Application, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = cast.begin(application.institution, 1)
    monkeypatch.setattr(demo_outbox, "NEWEST", 1)
    newest = OutboxMessage.objects.latest("created_at")
    assert newest.subject == other.pk

    def found(address: str) -> list[str]:
        return [
            each["to"] for each in client.get("/kotak-keluar/", {"format": "json", "q": address}).json()["messages"]
        ]

    assert found("") == [other.mailbox]
    assert found(application.mailbox) == [application.mailbox]
    assert found("nobody@natunakab.example") == []


def test_the_page_composes_some_and_a_script_gets_them_all(
    application: Application, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = cast.begin(application.institution, 1)
    monkeypatch.setattr(demo_outbox, "PAGE", 1)

    first = client.get("/kotak-keluar/").content.decode()
    second = client.get("/kotak-keluar/", {"lewati": "1"}).content.decode()

    assert (other.mailbox in first, application.mailbox in first) == (True, False)
    assert "?lewati=1" in first
    assert (other.mailbox in second, application.mailbox in second) == (False, True)
    assert "Yang lebih lama" not in second
    assert len(client.get("/kotak-keluar/", {"format": "json"}).json()["messages"]) == 2
