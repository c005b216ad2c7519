"""The audit trail's page: every event in words, and found by a receipt or by those words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Institution
from tests import cast
from tte_portal.models import Account
from verification.admin import audit_words

pytestmark = pytest.mark.django_db
WRITERS = {"audit.record", "rules.note", "lifecycle.change", "lifecycle.begin", "accounts.note", "officers.note"}
PROJECT = Path(__file__).parents[2]
ROOMS = ("tte_portal", "enrollment", "passphrase", "verification")


def written() -> Iterator[str]:
    for room in ROOMS:
        for path in (PROJECT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS and node.args:
                    if isinstance(node.args[0], ast.Constant):
                        yield str(node.args[0].value)
                elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EVENT":
                    yield str(ast.literal_eval(node.value))


def test_every_event_has_words() -> None:
    events = {*written(), *(each.name for each in lifecycle.TRANSITIONS)}

    assert len(events) > 60
    assert sorted(events - audit_words.EVENTS.keys()) == []


def test_the_trail_tells_receipt_institution_and_event_in_words(
    natuna: Institution, sulteng: Institution, administrator: Account
) -> None:
    mine, other = cast.begin(natuna), cast.begin(sulteng)
    client, page = cast.sign_in(administrator), reverse("admin:tte_portal_auditrow_changelist")

    told = client.get(page, {"q": mine.receipt.lower()}).content.decode()

    assert mine.receipt in told
    assert natuna.short_name in told
    assert natuna.audit_chain not in told
    assert audit_words.EVENTS["register"] in told
    assert not client.get(page, {"q": other.receipt}).context["cl"].result_list
    assert mine.receipt in client.get(page, {"q": "pengajuan dibuat"}).content.decode()
    assert mine.receipt in client.get(page, {"q": "register"}).content.decode()
