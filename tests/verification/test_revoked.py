"""An officer who is one no longer loses everything at once, in the middle of a session."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account, AuditRow
from verification import actions, claims
from verification.models import Decision


def role_removed(officer: Account) -> None:
    Role.objects.filter(account=officer).delete()


def role_ended(officer: Account) -> None:
    Role.objects.filter(account=officer).update(ends=Now() - timedelta(seconds=1))


def account_closed(officer: Account) -> None:
    Account.objects.filter(pk=officer.pk).update(is_active=False)


def moved_elsewhere(officer: Account) -> None:
    """Still a verifier, but of another institution."""
    Role.objects.filter(account=officer).update(institution=Institution.objects.get(slug="sulteng"))


@pytest.fixture
def client(case: Application, verifier: Account) -> Client:
    """In the middle of the work: the case is held and its page open."""
    actions.claim(case.pk, verifier)
    found = cast.sign_in(verifier)
    assert found.get(reverse("admin:review", args=[case.pk])).status_code == 200
    return found


@pytest.mark.parametrize("revoke", [role_removed, role_ended, account_closed, moved_elsewhere])
def test_page_picture_and_decision_are_gone_at_once(
    client: Client, case: Application, verifier: Account, revoke: Callable[[Account], None]
) -> None:
    revoke(verifier)

    page = reverse("admin:review", args=[case.pk])
    picture = reverse("admin:review-picture", args=[case.pk, "photo"])
    answers = [client.get(page), client.get(picture), client.post(page, {"decision": "approve"}), client.get("/admin/")]
    answers.append(client.post(reverse("admin:hand-over", args=[case.pk]), {"to": verifier.pk}))

    assert [each.status_code for each in answers if each.status_code not in (302, 404)] in ([], [200])
    assert all(case.receipt not in each.content.decode() for each in answers)
    case.refresh_from_db()
    assert lifecycle.state_of(case) == lifecycle.REVIEW
    assert not Decision.objects.exists()
    assert not AuditRow.objects.filter(event="view_photo").exists()


@pytest.mark.parametrize("revoke", [role_removed, role_ended, account_closed, moved_elsewhere])
def test_the_actions_themselves_refuse_too(
    case: Application, verifier: Account, colleague: Account, revoke: Callable[[Account], None]
) -> None:
    actions.claim(case.pk, verifier)
    revoke(verifier)
    verifier = Account.objects.get(pk=verifier.pk)

    assert claims.claim_next(verifier) is None
    with pytest.raises(lifecycle.NotAllowed):
        actions.approve(case.pk, by=verifier)
    with pytest.raises(lifecycle.NotAllowed):
        actions.reject(case.pk, "Tidak.", by=verifier)
