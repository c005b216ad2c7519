"""Registration: everybody once, every row as the single way leaves it, resumable, and stopped with the role."""

import pytest
from django.db import transaction

from enrollment import actions, lifecycle
from enrollment.models import Application, Institution, PersonnelRecord, Role, StatusPeriod
from tests import cast, rosters
from tests.rosters import as_csv, lines, person
from tte_portal import audit, jobs, links
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from verification.people import lists, registering
from verification.people.models import ListPart, PersonnelList

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PART", 3)


def checked(institution: Institution, by: Account, *people: dict[str, str], choice: str = "invite") -> PersonnelList:
    return rosters.uploaded(institution, as_csv(lines(*people)), by, choice)


def registered(made: PersonnelList, by: Account, choice: str = "invite") -> PersonnelList:
    assert lists.register(made, choice, by=by)
    assert rosters.work_off(made).state == "done"
    return made


SEVEN = [person(number) for number in range(7)]


def test_everybody_who_passed_is_registered_and_invited(natuna: Institution, boss: Account) -> None:
    made = registered(checked(natuna, boss, *SEVEN, person(8, NIP="1")), boss)
    assert (made.stored_new, made.invited, made.waiting, made.faulty.count()) == (7, 7, 0, 1)
    assert PersonnelRecord.objects.filter(mailbox__startswith="pegawai.").count() == 7
    assert Application.objects.filter(status="NEW", waiting_for="applicant").count() == 7
    assert cast.deliver_all() == ["activation"] * 7
    assert list(audit.verify()) == []


def test_the_bulk_way_leaves_what_the_single_way_leaves(natuna: Institution, boss: Account) -> None:
    registered(checked(natuna, boss, *SEVEN[:1]), boss)
    bulk = Application.objects.get()
    registered(checked(natuna, boss, SEVEN[1], choice="keep"), boss, "keep")
    single = actions.invite(PersonnelRecord.objects.get(mailbox=SEVEN[1]["Surel Dinas"]), by=boss)

    def trace(application: Application) -> list[object]:
        row = AuditRow.objects.get(subject=application.pk)
        link = Link.objects.get(subject=application.pk)
        mail = OutboxMessage.objects.get(subject=application.pk)
        period = StatusPeriod.objects.get(application=application)
        record = application.record
        assert record is not None
        assert links.find("activation", links.token_of(link.pk)) == link
        assert mail.ids == {"application": str(application.pk), "link": str(link.pk)}
        assert (application.name, application.mailbox, application.opd_id) == (
            record.name, record.mailbox, record.opd_id,
        )  # fmt: skip
        assert application.since == period.since
        return [
            row.event, row.actor, row.chain, row.facts, row.detail, mail.template, mail.state, mail.channel,
            link.purpose, round((link.expires_at - link.created_at).total_seconds()), period.status,
            period.waiting_for, period.until, period.institution_id, application.procedure_id, application.status,
            application.waiting_for, application.draft, application.nik, application.nik_index, application.phone,
            application.photo_findings, application.receipt[:4], len(application.receipt), application.kind,
        ]  # fmt: skip

    assert trace(bulk) == trace(single)


def test_the_same_file_twice_changes_nothing(natuna: Institution, boss: Account) -> None:
    registered(checked(natuna, boss, *SEVEN), boss)
    again = registered(checked(natuna, boss, *SEVEN), boss)
    assert (again.stored_new, again.stored_changed, again.stored_same) == (0, 0, 7)
    assert (again.invited, again.already_invited) == (0, 7)
    assert Application.objects.count() == 7
    assert OutboxMessage.objects.count() == 7


def test_a_killed_worker_loses_nobody_and_doubles_nobody(
    natuna: Institution, boss: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = checked(natuna, boss, *SEVEN)
    lists.register(made, "invite", by=boss)
    real, calls = registering._receipt, iter([False, True, False, False, False])

    def dies(*given: object) -> object:
        # After everything of the second part was written, before its transaction stands.
        if next(calls):
            raise KeyboardInterrupt
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(registering, "_receipt", dies)
    job = lists.job_of(made)
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk)
    made.refresh_from_db()
    assert (made.stored, Application.objects.count()) == (3, 3)

    assert rosters.work_off(made).state == "done"
    assert (made.stored, Application.objects.count(), OutboxMessage.objects.count()) == (7, 7, 7)
    assert list(audit.verify()) == []


def test_nothing_personal_is_left_of_who_was_registered(natuna: Institution, boss: Account) -> None:
    made = registered(checked(natuna, boss, *SEVEN), boss)
    for part in made.parts.all():
        assert part.stage == ListPart.Stage.DONE
        assert "Pegawai Contoh" not in str(part.content)


def test_only_keeping_invites_nobody(natuna: Institution, boss: Account) -> None:
    made = registered(checked(natuna, boss, *SEVEN), boss, "keep")
    assert (made.stored_new, made.invited, Application.objects.count()) == (7, 0, 0)


def test_whoever_was_registered_otherwise_meanwhile_becomes_a_fault(natuna: Institution, boss: Account) -> None:
    made = checked(natuna, boss, *SEVEN[:2])
    other = checked(natuna, boss, person(9, **{"Surel Dinas": SEVEN[0]["Surel Dinas"]}))
    registered(other, boss)
    registered(made, boss)
    assert (made.stored, made.waiting) == (1, 0)
    assert made.faulty.get().kinds == ["mailbox-taken"]


def test_an_officer_does_not_invite_herself(natuna: Institution, boss: Account) -> None:
    made = registered(checked(natuna, boss, person(1, **{"Surel Dinas": boss.mailbox})), boss)
    assert (made.stored_new, made.invited, Application.objects.count()) == (1, 0, 0)


def test_a_role_that_ends_stops_the_work(natuna: Institution, boss: Account) -> None:
    made = checked(natuna, boss, *SEVEN)
    lists.register(made, "invite", by=boss)
    Role.objects.filter(account=boss).delete()
    rosters.work_off(made)
    assert "sudah berakhir" in made.refusal
    assert (Application.objects.count(), made.waiting) == (0, 7)


def test_a_verifier_invites_people_of_the_registry(natuna: Institution, boss: Account, verifier: Account) -> None:
    registered(checked(natuna, boss, *SEVEN), boss, "keep")
    made = registered(checked(natuna, verifier, *SEVEN, person(8)), verifier)
    assert (made.stored_same, made.invited, made.faulty.count()) == (7, 7, 1)


def test_where_people_have_profiles_the_invitation_opens_their_account(
    institutions: dict[str, Institution], boss: Account
) -> None:
    place = institutions["kemenkeu"]
    boss.roles.create(institution=place, kind="administrator")
    people = [person(number, "kemenkeu.example") for number in (1, 2)]
    made = registered(checked(place, boss, *people), boss)
    assert (made.invited, Application.objects.count()) == (2, 0)
    assert cast.deliver_all() == ["account", "account"]
    assert registered(checked(place, boss, *people), boss).already_invited == 2


def test_where_enrolment_is_closed_people_are_only_kept(natuna: Institution, boss: Account) -> None:
    Institution.objects.filter(pk=natuna.pk).update(procedure_slug="")
    natuna.refresh_from_db()
    made = registered(checked(natuna, boss, *SEVEN), boss)
    assert (made.stored_new, made.invited) == (7, 0)


def test_audit_rows_written_together_are_chained_like_single_ones(natuna: Institution, verifier: Account) -> None:
    subjects = [application.pk for application in (cast.begin(natuna, 0), cast.begin(natuna, 1))]
    with transaction.atomic():
        audit.record_many("register", subjects, by=verifier, chain=natuna.audit_chain, facts={"a": [1]})
        audit.record("view_photo", by=verifier, chain=natuna.audit_chain)
    assert list(audit.verify()) == []
    AuditRow.objects.filter(subject=subjects[0], facts={"a": [1]}).update(facts={"a": [2]})
    assert [fault.what for fault in audit.verify()] == ["was changed"]


def test_a_stranger_may_begin_nobodys_application(natuna: Institution, outsider: Account) -> None:
    from enrollment import inviting

    with pytest.raises(lifecycle.NotAllowed):
        inviting.invite_many([], natuna, by=outsider)
