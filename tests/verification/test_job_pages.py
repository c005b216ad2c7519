"""How far long work is: for its owner alone."""

import uuid

import pytest
from django.urls import reverse

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.models import Account, Job


@pytest.fixture
def job(verifier: Account) -> Job:
    return Job.objects.create(kind="test", owner=verifier, subject=uuid.uuid4(), total=8, done=2, state="running")


def test_its_owner_sees_how_far_it_is(verifier: Account, job: Job) -> None:
    answer = cast.sign_in(verifier).get(reverse("admin:job-state", args=[job.pk]))

    assert answer.json() == {"state": "running", "total": 8, "done": 2, "percent": 25, "over": False}


def test_nobody_else_sees_or_stops_it(natuna: Institution, job: Job) -> None:
    other = cast.sign_in(cast.make_officer("vivi", (natuna, Role.Kind.VERIFIER)))

    assert other.get(reverse("admin:job-state", args=[job.pk])).status_code == 404
    assert other.post(reverse("admin:job-cancel", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.state == "running"


def test_its_owner_stops_it_and_goes_back_to_the_page_that_shows_it(verifier: Account, job: Job) -> None:
    back = reverse("admin:queue")

    answer = cast.sign_in(verifier).post(reverse("admin:job-cancel", args=[job.pk]), {"next": back})

    job.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"], job.state) == (302, back, "cancelled")


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_the_way_back_leads_to_this_portal_only(verifier: Account, job: Job, elsewhere: str) -> None:
    answer = cast.sign_in(verifier).post(reverse("admin:job-again", args=[job.pk]), {"next": elsewhere})

    assert answer.headers["Location"] == reverse("admin:index")
