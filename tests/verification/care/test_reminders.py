"""Mails about what waits: at the institution's own hour, once a day; at once, once a stage; never a person in them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from tests import cast, collective, holders
from tte_portal import outbox
from tte_portal.models import Account, OutboxMessage
from verification.care import absences, people, reminders, waiting
from verification.care.models import Digest, LongWait, Reminders


@pytest.fixture(autouse=True)
def mailboxes(request: pytest.FixtureRequest) -> None:
    """Officers of the tests have no mailbox of their own."""
    if "verifier" in request.fixturenames:
        verifier = request.getfixturevalue("verifier")
        verifier.mailbox = "vera@kantor.example"
        verifier.save()


def at_hour(institution: Institution, hour: int, urgent: int = 48) -> None:
    Reminders.objects.update_or_create(
        institution=institution, defaults={"digest_hour": hour % 24, "urgent_after_hours": urgent}
    )


def only(institution: Institution) -> None:
    """The other institutions have had their day."""
    for other in Institution.objects.exclude(pk=institution.pk):
        at_hour(other, 23)
        for zone_day in (-1, 0, 1):
            day = (lifecycle.now() + timedelta(days=zone_day)).date()
            Digest.objects.get_or_create(institution=other, day=day)


def mails(template: str) -> list[Any]:
    return [outbox.compose(row) for row in OutboxMessage.objects.filter(template=template).order_by("created_at")]


def wait(case: Application, **past: float) -> None:
    Application.objects.filter(pk=case.pk).update(since=Now() - timedelta(**past))


def test_once_a_day_from_the_institution_s_hour_on(natuna: Institution, case: Application, verifier: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)

    for _ in range(3):
        reminders.send_digests()

    (mail,) = mails("waiting_digest")
    assert mail.to == verifier.mailbox
    assert "Pengajuan yang menunggu pemeriksaan: 1" in mail.text
    assert reverse("admin:queue") in mail.text


@pytest.mark.parametrize(
    ("zone", "utc", "due"),
    [
        ("Asia/Jakarta", "2026-03-01T23:59:59", False),
        ("Asia/Jakarta", "2026-03-02T00:00:00", True),
        ("Asia/Makassar", "2026-03-01T22:59:59", False),
        ("Asia/Makassar", "2026-03-01T23:00:00", True),
        ("Asia/Jayapura", "2026-03-01T21:59:59", False),
        ("Asia/Jayapura", "2026-03-01T22:00:00", True),
        ("Asia/Jayapura", "2026-03-02T14:59:59", True),
        ("Asia/Jayapura", "2026-03-02T15:00:00", False),
    ],
)
def test_the_hour_is_the_institution_s_own(natuna: Institution, zone: str, utc: str, due: bool) -> None:
    natuna.time_zone = zone
    natuna.save()

    found = dict(reminders.due(datetime.fromisoformat(f"{utc}+00:00")))

    assert (natuna.pk in found) is due
    if due:
        assert found[natuna.pk] == date(2026, 3, 2)


def test_another_hour_counts_from_then_on(natuna: Institution) -> None:
    natuna.time_zone = "Asia/Jakarta"
    natuna.save()
    at_hour(natuna, 15)

    assert natuna.pk not in dict(reminders.due(datetime(2026, 3, 2, 7, 59, tzinfo=UTC)))
    assert natuna.pk in dict(reminders.due(datetime(2026, 3, 2, 8, 0, tzinfo=UTC)))


def test_no_person_is_named(natuna: Institution, case: Application, verifier: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)
    wait(case, days=3)
    reminders.send_digests()
    reminders.send_urgent()

    for mail in [*mails("waiting_digest"), *mails("waiting_long")]:
        for secret in (case.name, case.receipt, case.mailbox, case.nik, case.employee_number, str(case.pk)):
            assert secret not in mail.text + mail.html + mail.subject
    assert len(mails("waiting_long")) == 1


def test_nothing_waits_nothing_goes(natuna: Institution, verifier: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)

    assert reminders.send_digests() == 0


def test_what_was_decided_before_the_mail_went_is_not_told(
    natuna: Institution, case: Application, verifier: Account
) -> None:
    only(natuna)
    at_hour(natuna, 0)
    reminders.send_digests()
    Application.objects.filter(pk=case.pk).update(waiting_for="nobody")

    with pytest.raises(outbox.Unneeded):
        mails("waiting_digest")


def test_each_hears_of_the_own_desk_alone(natuna: Institution, case: Application, verifier: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)
    holders.waiting_paper(natuna)
    clerk = cast.make_officer("hera", (natuna, Role.Kind.HR), mailbox="hera@kantor.example")

    reminders.send_digests()

    told = {mail.to: mail.text for mail in mails("waiting_digest")}
    assert set(told) == {verifier.mailbox, clerk.mailbox}
    assert "Perubahan profil" in told[clerk.mailbox]
    assert "Perubahan profil" not in told[verifier.mailbox]


def test_officers_of_elsewhere_hear_nothing(natuna: Institution, case: Application, outsider: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)
    outsider.mailbox = "sulis@kantor.example"
    outsider.save()

    assert reminders.send_digests() == 0


def test_the_daily_mail_can_be_turned_off_the_urgent_one_not(
    natuna: Institution, case: Application, verifier: Account
) -> None:
    only(natuna)
    at_hour(natuna, 0)
    wait(case, days=3)
    client = cast.sign_in(verifier)
    client.post(reverse("admin:digest-switch"))

    assert reminders.send_digests() == 0
    assert reminders.send_urgent() == 1

    client.post(reverse("admin:digest-switch"), {"daily": "on"})
    Digest.objects.filter(institution=natuna).delete()
    assert reminders.send_digests() == 1


def test_the_stand_in_hears_instead_of_the_absent(natuna: Institution, case: Application, verifier: Account) -> None:
    only(natuna)
    at_hour(natuna, 0)
    stand_in = cast.make_officer("gani", (natuna, Role.Kind.ISSUER), mailbox="gani@kantor.example")
    now = lifecycle.now()
    absences.begin(verifier, natuna, stand_in, begins=now, ends=now + timedelta(days=1), by=verifier)

    reminders.send_digests()

    assert [mail.to for mail in mails("waiting_digest")] == [stand_in.mailbox]


def test_who_waits_too_long_is_told_of_once_a_stage(natuna: Institution, case: Application, verifier: Account) -> None:
    at_hour(natuna, 0, urgent=10)
    wait(case, hours=9)
    assert reminders.send_urgent() == 0

    wait(case, hours=11)
    assert [reminders.send_urgent() for _ in range(3)] == [1, 0, 0]
    assert "lebih dari 10 jam" in mails("waiting_long")[0].text

    wait(case, hours=20)
    assert reminders.send_urgent() == 1
    assert LongWait.objects.filter(application=case).count() == 2


def test_many_at_once_make_one_mail(natuna: Institution, case: Application, verifier: Account) -> None:
    second = cast.submitted(natuna, 1)
    for each in (case, second):
        wait(each, days=5)

    assert reminders.send_urgent() == 1
    assert "menunggu pemeriksaan: 2" in mails("waiting_long")[0].text


def test_the_applicant_s_own_turn_is_nobody_s_debt(natuna: Institution, verifier: Account) -> None:
    wait(cast.begin(natuna), days=30)

    assert reminders.send_urgent() == 0


def test_every_turn_of_an_officer_is_watched() -> None:
    officers = {"pre-check", "verifier", "hr", "issuer"}
    assert set(waiting.OFFICERS_TURNS) == officers


@pytest.mark.parametrize(("number", "told"), [(0, "belum memiliki"), (1, "hanya memiliki satu"), (4, "4 verifikator")])
def test_too_many_and_too_few_verifiers_are_told(
    natuna: Institution, administrator: Account, number: int, told: str
) -> None:
    for each in range(number):
        cast.make_officer(f"v{each}", (natuna, Role.Kind.VERIFIER))

    for page in ("/admin/", f"/admin/enrollment/institution/{natuna.pk}/change/", "/admin/tte_portal/account/"):
        assert told in cast.sign_in(administrator).get(page).content.decode()


@pytest.mark.parametrize("number", [2, 3])
def test_two_or_three_are_right(natuna: Institution, administrator: Account, number: int) -> None:
    for each in range(number):
        cast.make_officer(f"v{each}", (natuna, Role.Kind.VERIFIER))

    assert people.warnings(administrator) == []


def test_stand_ins_and_the_dismissed_do_not_count(
    natuna: Institution, administrator: Account, verifier: Account
) -> None:
    stand_in = cast.make_officer("gani", (natuna, Role.Kind.HR))
    now = lifecycle.now()
    absences.begin(verifier, natuna, stand_in, begins=now, ends=now + timedelta(days=1), by=verifier)
    gone = cast.make_officer("pergi", (natuna, Role.Kind.VERIFIER))
    gone.is_active = False
    gone.save()

    assert [each.verifiers for each in people.warnings(administrator)] == [1]


def test_others_are_not_warned(verifier: Account) -> None:
    assert people.warnings(verifier) == []


def test_the_administrator_sets_the_hours_and_the_days(natuna: Institution, administrator: Account) -> None:
    client = cast.sign_in(administrator)
    page = f"/admin/enrollment/institution/{natuna.pk}/change/"
    form = {
        "name": natuna.name, "short_name": natuna.short_name, "mailbox_domains": "natunakab.go.id",
        "organization": natuna.organization, "province": natuna.province, "helpdesk_email": natuna.helpdesk_email,
        "lapses_after_days": "45", "reminders-0-digest_hour": "8", "reminders-0-urgent_after_hours": "24",
        "reminders-0-institution": natuna.pk,
    }  # fmt: skip
    for prefix, number in (("reminders", 1), ("contacts", 0), ("known_problems", 0)):
        form |= {f"{prefix}-TOTAL_FORMS": number, f"{prefix}-INITIAL_FORMS": 0}

    assert client.post(page, form).status_code == 302
    natuna.refresh_from_db()
    assert natuna.lapses_after_days == 45
    assert natuna.reminders.urgent_after_hours == 24

    for wrong in ("5", "91"):
        answer = client.post(page, {**form, "lapses_after_days": wrong, "reminders-INITIAL_FORMS": 1})
        assert "Isi 0 (tidak pernah), atau 14 sampai 90 hari." in answer.content.decode()


def test_an_agency_s_request_waits_for_the_administrators(sulteng: Institution) -> None:
    only(sulteng)
    at_hour(sulteng, 0)
    office = collective.office(sulteng)
    office.administrator.mailbox = "admin@kantor.example"
    office.administrator.save()
    office.submitted()

    reminders.send_digests()

    (mail,) = mails("waiting_digest")
    assert mail.to == "admin@kantor.example"
    assert "Permohonan OPD yang menunggu keputusan: 1" in mail.text
    assert reverse("admin:collective") in mail.text
