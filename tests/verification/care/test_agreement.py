"""Nobody decides before having agreed: the page asks first and leads back, once for each version, on record."""

import dataclasses
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account, AuditRow
from verification.care import agreement
from verification.care.models import Agreement

ACCEPT = {"agreed": "1"}


def test_a_case_leads_to_the_agreement_and_back(case: Application, verifier: Account) -> None:
    client, page = cast.sign_in(verifier, agreed=False), reverse("admin:review", args=[case.pk])

    asked = client.get(page)
    assert asked.headers["Location"] == f"{reverse('admin:agreement')}?next={page.replace('/', '%2F')}"
    shown = client.get(asked.headers["Location"])
    back = client.post(reverse("admin:agreement"), {**ACCEPT, "next": page})

    assert f'value="{page}"' in shown.content.decode()
    assert back.headers["Location"] == page
    assert client.get(page).status_code == 200


def test_what_was_agreed_to_is_kept_and_on_record_once(verifier: Account, natuna: Institution) -> None:
    client = cast.sign_in(verifier, agreed=False)
    for _ in range(2):
        client.post(reverse("admin:agreement"), ACCEPT)

    kept = Agreement.objects.get(account=verifier)
    assert kept.text.version == agreement.text().version
    assert "satu per satu maupun massal, saya ambil dan pertanggungjawabkan sendiri" in kept.text.text
    row = AuditRow.objects.get(event="accept_verifier_agreement")
    assert (row.chain, row.actor) == (natuna.audit_chain, f"account:{verifier.pk}")
    assert row.facts == {"account": verifier.pk, "version": agreement.text().version}


def test_no_decision_goes_past_it(case: Application, verifier: Account) -> None:
    client = cast.sign_in(verifier, agreed=False)

    answer = client.post(reverse("admin:review", args=[case.pk]), {"decision": "approve"})

    case.refresh_from_db()
    assert answer.headers["Location"].startswith(reverse("admin:agreement"))
    assert lifecycle.state_of(case) == lifecycle.REVIEW


@pytest.mark.parametrize("kind", [Role.Kind.ISSUER, Role.Kind.HR])
def test_it_holds_at_every_desk(natuna: Institution, case: Application, kind: Role.Kind) -> None:
    desk = {Role.Kind.ISSUER: "issuing", Role.Kind.HR: "hr-check"}[kind]
    client = cast.sign_in(cast.make_officer("meja", (natuna, kind)), agreed=False)

    answer = client.get(reverse(f"admin:{desk}-case", args=[case.pk]))

    assert answer.headers["Location"].startswith(reverse("admin:agreement"))


def test_a_new_version_is_asked_for_again(
    case: Application, verifier: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = cast.sign_in(verifier), reverse("admin:review", args=[case.pk])
    assert client.get(page).status_code == 200
    newer = dataclasses.replace(agreement.text(), version="2030-01-01")
    monkeypatch.setattr(agreement, "text", lambda: newer)

    assert client.get(page).status_code == 302
    client.post(reverse("admin:agreement"), ACCEPT)

    assert client.get(page).status_code == 200
    assert Agreement.objects.filter(account=verifier).count() == 2


def test_without_the_tick_nothing_is_agreed(verifier: Account) -> None:
    answer = cast.sign_in(verifier, agreed=False).post(reverse("admin:agreement"), {})

    assert answer.status_code == 422
    assert not Agreement.objects.exists()


def test_it_leads_on_to_the_case_that_was_asked_for(case: Application, verifier: Account) -> None:
    client = cast.sign_in(verifier, agreed=False)
    page = reverse("admin:review", args=[case.pk])

    taking = client.post(reverse("admin:review-take", args=[case.pk]))
    assert parse_qs(urlsplit(taking.headers["Location"]).query) == {"next": [page]}

    answer = client.post(reverse("admin:queue-take-next"))
    wanted = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    answer = client.post(reverse("admin:agreement"), {**ACCEPT, "next": wanted})
    case.refresh_from_db()
    assert (answer.headers["Location"], case.claimed_by) == (page, verifier)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_it_leads_back_to_this_portal_only(verifier: Account, elsewhere: str) -> None:
    client = cast.sign_in(verifier, agreed=False)

    answer = client.post(reverse("admin:agreement"), {**ACCEPT, "next": elsewhere})

    assert answer.headers["Location"] == reverse("admin:care")


def test_who_decides_nothing_is_not_asked(helper: Account, case: Application) -> None:
    assert cast.sign_in(helper, agreed=False).get(reverse("admin:review", args=[case.pk])).status_code == 404
