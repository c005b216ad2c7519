"""An officer suspends for a reason that the holder reads; both count the days that are left in one way."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment import actions as invitations
from enrollment.models import Application
from passphrase import revocation, suspension
from passphrase.models import Certificate
from tests import cast
from tte_portal.models import Account

pytestmark = pytest.mark.django_db


def page_of(case: Application, act: str = "") -> str:
    return f"/admin/sertifikat/{case.pk}/{act}/" if act else f"/admin/sertifikat/{case.pk}/"


@pytest.mark.parametrize("typed", [{"comment": "x"}, {"reason": "useCheck"}, {"reason": "lain", "comment": "x"}])
def test_without_reason_or_note_nothing_is_suspended(
    active: Application, verifier: Account, typed: dict[str, str]
) -> None:
    answer = cast.sign_in(verifier).post(page_of(active, "tangguhkan"), typed)
    assert answer.status_code == 422
    active.refresh_from_db()
    assert active.status == "ACTIVE"


def test_officers_and_holder_read_the_same_reason(active: Application, verifier: Account) -> None:
    desk, words = cast.sign_in(verifier), suspension.REASONS["keyDoubt"]
    desk.post(page_of(active, "tangguhkan"), {"reason": "keyDoubt", "comment": "Tiket 9"})

    active.refresh_from_db()
    assert suspension.reason_of(active) == words
    page = desk.get(page_of(active)).content.decode()
    assert words in page
    assert "Tiket 9" in page


def test_nobody_else_is_told_a_reason(active: Application) -> None:
    revocation.suspend(active.pk, by=active, proof="link")
    active.refresh_from_db()
    assert suspension.reason_of(active) == ""


@pytest.mark.parametrize(("left", "told"), [(timedelta(days=12, hours=6), 13), (timedelta(hours=5), 1)])
def test_officers_and_holders_count_the_days_alike(
    active: Application, verifier: Account, left: timedelta, told: int
) -> None:
    Certificate.objects.filter(application=active).update(not_after=Now() + left)
    invitations.send_link_again(active, "status", by=None)
    holder: Client = cast.open_link(active, "status")

    assert f"Sisa {told} hari." in holder.get("/akun/sertifikat/").content.decode()
    assert f">{told} hari</td>" in cast.sign_in(verifier).get("/admin/sertifikat/akan-berakhir/").content.decode()
