"""Holding a case at every desk: the lease, its end, the hand-over, and what a claim never gives."""

import threading
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from enrollment import lifecycle, withdrawal
from enrollment.models import Application, Institution, Role
from tests import cast
from tests.verification.test_claims import together
from tests.verification.test_issuer import waiting_for_issuer
from tests.verification.test_pre_check import registered
from tte_portal import audit
from tte_portal.models import Account, AuditRow
from verification import actions, claims, desks, hr_check, issuer, pre_check, queue
from verification.models import Decision

HR, VERIFIER, ISSUER = Role.Kind.HR, Role.Kind.VERIFIER, Role.Kind.ISSUER


def words(response: Any) -> str:
    return unescape(response.content.decode())


def again(case: Application) -> Application:
    return Application.objects.select_related("institution", "claimed_by").get(pk=case.pk)


def lapsed(case: Application) -> None:
    Application.objects.filter(pk=case.pk).update(claimed_until=Now() - timedelta(seconds=1))


def edited(case: Application, by: Account) -> None:
    """That officer has written into the application."""
    chain = case.institution.audit_chain
    with transaction.atomic():
        audit.record(lifecycle.EDIT, by=by, chain=chain, subject=case.pk, facts={"fields": ["unit"]})


def put(case: Application, state: lifecycle.State) -> Application:
    """The same case as it waits at another desk."""
    Application.objects.filter(pk=case.pk).update(status=state[0], waiting_for=state[1])
    return again(case)


@pytest.fixture
def everything(natuna: Institution) -> Account:
    return cast.make_officer("serba", (natuna, HR), (natuna, VERIFIER), (natuna, ISSUER))


@pytest.fixture
def second(natuna: Institution) -> Account:
    return cast.make_officer("kedua", (natuna, HR), (natuna, VERIFIER), (natuna, ISSUER))


def at_desk(desk: desks.Desk, natuna: Institution) -> Application:
    """A case that waits at this desk."""
    case = cast.submitted(natuna)
    return case if desk.queue == queue.REVIEW else put(case, desk.queue.state)


# --- One way at every desk -----------------------------------------------------------------------------------------
@pytest.fixture(params=desks.ALL, ids=lambda desk: desk.slug)
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> desks.Desk:
    # The desks before and after the review are not in this institution's procedure; holding asks only who may agree.
    monkeypatch.setattr(queue.Queue, "may_decide", _may_decide)
    found: desks.Desk = request.param
    return found


def _may_decide(self: queue.Queue, application: Application, officer: Account) -> bool:
    return lifecycle.may_make(self.decisions[0], application, officer)


def test_next_is_taken_shown_as_held_and_given_back(
    desk: desks.Desk, natuna: Institution, everything: Account, second: Account
) -> None:
    case = at_desk(desk, natuna)
    mine, other = cast.sign_in(everything), cast.sign_in(second)

    assert mine.post(desk.next_url).headers["Location"] == desk.page_of(case.pk)
    assert "Anda memegang kasus ini sampai" in words(mine.get(desk.page_of(case.pk)))
    assert f"Sedang diperiksa oleh <b>{everything.name}</b>" in words(other.get(desk.page_of(case.pk)))
    assert f"{everything.name}, sampai" in words(other.get(desk.url))
    assert other.post(desk.next_url).headers["Location"] == desk.url
    assert other.post(desk.page_of(case.pk, "take")).status_code == 409

    mine.post(desk.page_of(case.pk, "release"))
    assert other.post(desk.next_url).headers["Location"] == desk.page_of(case.pk)


def test_skipping_gives_the_case_back_and_opens_the_one_after_it(
    desk: desks.Desk, natuna: Institution, everything: Account
) -> None:
    cases = [cast.submitted(natuna, number) for number in range(3)]
    cases = [put(case, desk.queue.state) for case in cases]
    client = cast.sign_in(everything)
    client.post(desk.next_url)

    answer = client.post(desk.page_of(cases[0].pk, "release"), {"next": "1"})

    assert answer.headers["Location"] == desk.page_of(cases[1].pk)
    assert (again(cases[0]).claimed_by, again(cases[1]).claimed_by) == (None, everything)


def test_what_the_officer_wrote_into_is_never_given(
    desk: desks.Desk, natuna: Institution, everything: Account, second: Account
) -> None:
    case = at_desk(desk, natuna)
    edited(case, everything)

    assert claims.claim_next(everything, desk.queue) is None
    with pytest.raises(lifecycle.NotAllowed):
        claims.claim(case.pk, everything, desk.queue)
    assert claims.claim_next(second, desk.queue) == case


# --- Leases --------------------------------------------------------------------------------------------------------
def test_each_look_of_the_holder_prolongs_the_lease(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, verifier)
    soon = Application.objects.filter(pk=case.pk)
    soon.update(claimed_until=Now() + timedelta(minutes=1))
    page = reverse("admin:review", args=[case.pk])

    cast.sign_in(colleague).get(page)
    assert again(case).claimed_until < lifecycle.now() + timedelta(minutes=2)
    cast.sign_in(verifier).get(page)

    assert again(case).claimed_until > lifecycle.now() + timedelta(minutes=19)


def test_a_look_does_not_take_up_a_lease_that_has_ended(case: Application, verifier: Account) -> None:
    actions.claim(case.pk, verifier)
    lapsed(case)

    page = words(cast.sign_in(verifier).get(reverse("admin:review", args=[case.pk])))

    assert "Belum ada yang memegang kasus ini" in page
    assert not claims.is_held(again(case))


def test_a_lease_that_ended_while_deciding_does_no_harm(case: Application, verifier: Account) -> None:
    actions.claim(case.pk, verifier)
    lapsed(case)

    assert (
        cast.sign_in(verifier).post(reverse("admin:review", args=[case.pk]), {"decision": "approve"}).status_code == 302
    )
    assert lifecycle.state_of(again(case)) == lifecycle.PASSPHRASE


def test_taken_by_another_meanwhile_the_words_are_kept(
    case: Application, verifier: Account, colleague: Account
) -> None:
    client, page = cast.sign_in(verifier), reverse("admin:review", args=[case.pk])
    actions.claim(case.pk, verifier)
    lapsed(case)
    actions.claim(case.pk, colleague)
    typed = {"decision": "correct", "correct-nik_free": "Angka <b>terakhir</b> salah.", "send": "1"}

    answer = client.post(page, typed)

    assert answer.status_code == 409
    assert f"<b>{colleague.name}</b> sedang memegang" in words(answer)
    assert "Angka <b>terakhir</b> salah." in words(answer)
    assert "<b>terakhir</b>" not in answer.content.decode()
    actions.release(case.pk, colleague)
    assert client.post(page, typed).status_code == 302, "sent once more from that page"


def test_a_case_withdrawn_meanwhile_is_told(case: Application, verifier: Account) -> None:
    actions.claim(case.pk, verifier)
    withdrawal.withdraw(case.pk)

    answer = cast.sign_in(verifier).post(
        reverse("admin:review", args=[case.pk]), {"decision": "reject", "reject-free": "Bukan Anda.", "send": "1"}
    )

    assert answer.status_code == 409
    assert f"Pemohon sudah menarik {case.receipt}" in words(answer)
    assert "Bukan Anda." in words(answer)
    assert not Decision.objects.exists()


# --- Hand-over -----------------------------------------------------------------------------------------------------
def test_the_holder_hands_a_case_over_and_the_other_sees_it_first(
    natuna: Institution, verifier: Account, colleague: Account
) -> None:
    older, newer = cast.submitted(natuna, 0), cast.submitted(natuna, 1)
    actions.claim(newer.pk, verifier)
    client = cast.sign_in(verifier)
    assert colleague.name in words(client.get(reverse("admin:review", args=[newer.pk])))

    answer = client.post(reverse("admin:hand-over", args=[newer.pk]), {"to": colleague.pk}, follow=True)

    assert f"diserahkan kepada {colleague.name}" in words(answer)
    assert newer.receipt in words(cast.sign_in(colleague).get(reverse("admin:index")))
    assert claims.claim_next(colleague) == newer
    assert claims.claim_next(verifier) == older
    row = AuditRow.objects.get(event="hand_over", subject=newer.pk)
    assert (row.actor, row.facts["from"], row.facts["to"]) == (f"account:{verifier.pk}", verifier.pk, colleague.pk)


def test_an_administrator_hands_over_what_somebody_holds(
    case: Application, verifier: Account, colleague: Account, administrator: Account
) -> None:
    actions.claim(case.pk, verifier)
    client = cast.sign_in(administrator)
    listed = words(client.get(reverse("admin:held")))

    client.post(reverse("admin:hand-over", args=[case.pk]), {"to": colleague.pk})

    assert case.receipt in listed
    assert case.name not in listed
    assert again(case).claimed_by == colleague


def test_nobody_else_hands_over_and_only_to_who_may_decide(
    case: Application, verifier: Account, colleague: Account, outsider: Account, helper: Account
) -> None:
    actions.claim(case.pk, verifier)
    page = reverse("admin:hand-over", args=[case.pk])

    assert cast.sign_in(colleague).post(page, {"to": colleague.pk}).status_code == 404
    for to in (outsider, helper, verifier):
        assert "tidak diserahkan" in words(cast.sign_in(verifier).post(page, {"to": to.pk}, follow=True))
    with pytest.raises(lifecycle.NotAllowed):
        claims.hand_over(case.pk, outsider, by=verifier)
    with pytest.raises(lifecycle.NotAllowed):
        claims.hand_over(case.pk, colleague, by=colleague)
    assert again(case).claimed_by == verifier
    assert not AuditRow.objects.filter(event="hand_over").exists()


def test_nobody_chooses_who_decides_about_them(
    natuna: Institution, case: Application, verifier: Account, colleague: Account
) -> None:
    own = cast.make_officer("diri", (natuna, Role.Kind.ADMINISTRATOR), mailbox=case.mailbox)
    actions.claim(case.pk, verifier)

    with pytest.raises(lifecycle.NotAllowed):
        claims.hand_over(case.pk, colleague, by=own)


# --- Refusing asks for what agreeing asks for ----------------------------------------------------------------------
def test_who_may_not_agree_may_not_refuse(institutions: dict[str, Institution], verifier: Account) -> None:
    place = institutions["tangsel"]
    officer = cast.make_officer("tara", (place, VERIFIER), (place, HR))
    case = registered(place)
    edited(case, officer)
    for state, act in ((lifecycle.PRE_CHECK, pre_check.reject), (lifecycle.HR_CHECK, hr_check.refuse)):
        put(case, state)
        with pytest.raises((lifecycle.NotAllowed, lifecycle.NotPossible)):
            act(case.pk, "Tidak.", by=officer)
    assert not Decision.objects.exists()


def test_a_verifier_who_wrote_into_a_case_decides_nothing_about_it(case: Application, verifier: Account) -> None:
    edited(case, verifier)
    client, page = cast.sign_in(verifier), reverse("admin:review", args=[case.pk])

    assert "Anda sudah mengubah data pengajuan ini" in words(client.get(page))
    for decision in ({"decision": "approve"}, {"decision": "reject", "reject-free": "Tidak.", "send": "1"}):
        answer = client.post(page, decision)
        assert answer.status_code == 409
        assert "Anda sudah mengubah data pengajuan ini" in words(answer)
    assert lifecycle.state_of(again(case)) == lifecycle.REVIEW


def test_the_issuer_respects_who_holds_it(natuna: Institution, verifier: Account) -> None:
    held = waiting_for_issuer(natuna, verifier)
    first, other = (cast.make_officer(name, (natuna, ISSUER)) for name in ("isa", "rekan"))
    claims.claim(held.pk, first, queue.ISSUE)

    with pytest.raises(claims.Held):
        issuer.approve(held.pk, by=other)
    issuer.approve(held.pk, by=first)


# --- Fifty at once -------------------------------------------------------------------------------------------------
def cases_of(first: Application, number: int) -> None:
    """So many more cases that wait like the first one."""
    with connection.cursor() as cursor:
        names = [field.column for field in Application._meta.concrete_fields if field.column]
        other = {"id": "gen_random_uuid()", "receipt": "'TTE-UJI-' || n", "since": "since + n * interval '1 second'"}
        cursor.execute(
            f"INSERT INTO enrollment_application ({', '.join(names)}) "  # noqa: S608 (columns of our own)
            f"SELECT {', '.join(other.get(name, name) for name in names)} "
            "FROM enrollment_application, generate_series(1, %s) n WHERE id = %s",
            [number, first.pk],
        )


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_never_get_the_same_case(natuna: Institution) -> None:
    cases_of(cast.submitted(natuna), 39)
    officers = [cast.make_officer(f"petugas-{number}", (natuna, VERIFIER)) for number in range(50)]
    barrier = threading.Barrier(len(officers))

    def claiming(officer: Account) -> Callable[[], Application | None]:
        def act() -> Application | None:
            connection.ensure_connection()
            barrier.wait(60)
            return claims.claim_next(officer)

        return act

    taken = together(*(claiming(officer) for officer in officers))

    assert [each for each in taken if isinstance(each, Exception)] == []
    got = [each.pk for each in taken if each is not None]  # type: ignore[attr-defined]
    assert len(got) == len(set(got)) == 40, "everybody gets one of their own while there are any"
    assert Application.objects.exclude(claimed_by=None).values("claimed_by").distinct().count() == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["nik", "employee_number"])
def test_of_two_duplicates_admitted_at_once_one_goes_on(institutions: dict[str, Institution], same: str) -> None:
    place = institutions["tangsel"]
    one = registered(place, 0)
    other = registered(place, 1, **({"nik": one.nik} if same == "nik" else {"employee_number": one.employee_number}))
    officers = [cast.make_officer(name, (place, VERIFIER)) for name in ("tara", "tari")]

    found = together(lambda: pre_check.admit(one.pk, by=officers[0]), lambda: pre_check.admit(other.pk, by=officers[1]))

    admitted = [each for each in found if isinstance(each, Application)]
    refused = [each for each in found if isinstance(each, pre_check.Refused)]
    assert (len(admitted), len(refused)) == (1, 1), found
