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
