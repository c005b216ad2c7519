"""The queue: oldest first, one holder at a time, a lease that ends."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution
from tests import cast
from tte_portal.models import Account
from verification import actions, queue
from verification.models import Decision


def test_the_oldest_free_case_is_taken(natuna: Institution, verifier: Account, colleague: Account) -> None:
    first, second = cast.submitted(natuna, 0), cast.submitted(natuna, 1)

    assert actions.claim_next(verifier) == first
    assert actions.claim_next(colleague) == second
    assert actions.claim_next(verifier) == first, "an unfinished case comes first"


def test_a_lease_ends_by_itself(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, verifier)
    Application.objects.filter(pk=case.pk).update(claimed_until=Now() - timedelta(seconds=1))

    assert actions.claim_next(colleague) == case


def test_a_case_can_be_given_back(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, verifier)

    response = cast.sign_in(verifier).post(reverse("admin:review-release", args=[case.pk]), follow=True)

    assert f"{case.receipt} dikembalikan" in response.content.decode()
    assert actions.claim_next(colleague) == case


def test_only_the_holder_gives_a_case_back(case: Application, verifier: Account, colleague: Account) -> None:
    actions.claim(case.pk, verifier)

    assert not actions.release(case.pk, colleague)

    with pytest.raises(actions.Held):
        actions.claim(case.pk, colleague)


def test_the_own_case_is_never_taken(case: Application, verifier: Account) -> None:
    verifier.mailbox = case.mailbox
    verifier.save()

    assert actions.claim_next(verifier) is None
    with pytest.raises(lifecycle.NotAllowed):
        actions.claim(case.pk, verifier)


def test_an_officer_of_another_institution_takes_nothing(case: Application, outsider: Account) -> None:
    assert actions.claim_next(outsider) is None
    with pytest.raises(lifecycle.NotAllowed):
        actions.claim(case.pk, outsider)
    with pytest.raises(lifecycle.NotAllowed):
        actions.approve(case.pk, by=outsider)


def test_an_empty_queue_says_so(natuna: Institution, verifier: Account) -> None:
    response = cast.sign_in(verifier).post(reverse("admin:queue-take-next"), follow=True)

    assert "Tidak ada kasus yang dapat Anda ambil" in response.content.decode()


def test_pages_follow_one_another(natuna: Institution, verifier: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    cases = [cast.submitted(natuna, number) for number in range(3)]

    first = queue.page(verifier)
    second = queue.page(verifier, first.after)

    assert [case.pk for case in (*first.cases, *second.cases)] == [case.pk for case in cases]
    assert second.after == ""
    assert queue.page(verifier, "rubbish_x").cases == first.cases


def together(*acts: object) -> list[object]:
    """Run all at one barrier, each in its own thread and connection; results or exceptions, in order."""
    barrier = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(place: int, act: object) -> None:
        barrier.wait()
        try:
            found[place] = act()  # type: ignore[operator]
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_two_cases(natuna: Institution, verifier: Account, colleague: Account) -> None:
    cases = {cast.submitted(natuna, number).pk for number in range(2)}

    taken = together(lambda: actions.claim_next(verifier), lambda: actions.claim_next(colleague))

    assert {each.pk for each in taken} == cases  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_two_decide_at_once_and_one_wins(natuna: Institution, verifier: Account, colleague: Account) -> None:
    case = cast.submitted(natuna)

    found = together(
        lambda: actions.approve(case.pk, by=verifier), lambda: actions.reject(case.pk, "Bukan Anda.", by=colleague)
    )

    assert sum(isinstance(each, Application) for each in found) == 1
    assert sum(isinstance(each, lifecycle.NotPossible) for each in found) == 1
    assert Decision.objects.count() == 1
