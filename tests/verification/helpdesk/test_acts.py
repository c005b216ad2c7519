"""What the desk does at once: links again, notes, stuck cases, typing errors; each guarded, told and on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from enrollment import actions as enrolment
from enrollment import lifecycle, terms
from enrollment.models import Application, Institution, PersonnelRecord, Role
from passphrase import actions as certificates
from passphrase.models import CertificateRequest
from tests import cast
from tte_portal import links
from tte_portal.links import LinkClosed
from tte_portal.models import Account, AuditRow, Link, OutboxMessage
from tte_portal.throttles import Throttled
from verification import actions
from verification.helpdesk import acts, dossier, problems, standstill
from verification.helpdesk.models import Note
from verification.helpdesk.people import Person, of_application
from verification.helpdesk.rules import Refused

pytestmark = pytest.mark.django_db
Browser = Callable[[Account], Client]


def solve(browser: Client, person: Person, slug: str) -> str:
    """Press the button of a known problem; the page one lands on."""
    answer = browser.post(reverse("admin:helpdesk-problem", args=[person.id, slug]), follow=True)
    return str(answer.content.decode())


def age_links(days: float = 2) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tte_portal_link SET expires_at = expires_at - %s * interval '1 day'", [days])


def found(person: Person, slug: str) -> problems.Finding:
    problem = problems.find(slug)
    assert problem is not None
    return problem.look(dossier.of(of_application(person.applications[0])), frozenset({"help-desk"}))


# --- Known problems -------------------------------------------------------------------------------------------------
def test_link_not_received_sends_a_fresh_one_that_replaces_the_old(
    ayu: Person, helper: Account, browser_of: Browser
) -> None:
    cast.deliver_all()
    before = cast.link_of(ayu.applications[0], "activation")

    page = solve(browser_of(helper), ayu, "tautan-tidak-masuk")

    assert f"tautan baru dikirim ke {ayu.mailbox}" in page
    with pytest.raises(LinkClosed):
        links.find("activation", links.token_of(before.pk))
    assert cast.deliver_all() == ["activation"]
    row = AuditRow.objects.get(event="help_with_problem")
    assert (row.actor, row.facts) == (f"account:{helper.pk}", {"problem": "tautan-tidak-masuk"})


def test_a_link_that_waits_to_go_out_is_not_sent_twice(ayu: Person, helper: Account, browser_of: Browser) -> None:
    page = solve(browser_of(helper), ayu, "tautan-tidak-masuk")

    assert "Tunggu sampai terkirim" in page
    assert Link.objects.filter(purpose="activation").count() == 1


def test_link_expired_has_its_button_only_when_it_is(ayu: Person, helper: Account, browser_of: Browser) -> None:
    assert "masih berlaku" in solve(browser_of(helper), ayu, "tautan-kedaluwarsa")
    age_links()

    assert "tautan baru dikirim" in solve(browser_of(helper), ayu, "tautan-kedaluwarsa")


def test_where_it_is_the_verifiers_turn_there_is_no_link_to_send(
    waiting: Person, helper: Account, browser_of: Browser
) -> None:
    for slug in ("tautan-tidak-masuk", "tautan-kedaluwarsa", "aktivasi-gagal", "passphrase-gagal"):
        assert "Tidak dilakukan" in solve(browser_of(helper), waiting, slug)
    assert not AuditRow.objects.filter(event="send_link_again").exists()


def test_a_taken_nik_is_named_within_the_institution_alone(
    natuna: Institution, sulteng: Institution, verifier: Account
) -> None:
    owner = cast.approved(natuna, verifier, 1)
    case = cast.begin(natuna)
    case.nik = owner.nik
    case.save()
    here = found(of_application(case), "nik")
    assert owner.receipt in here.told
    assert here.page is not None

    Application.objects.filter(pk=owner.pk).update(institution=sulteng)
    there = found(of_application(case), "nik")
    assert there.page is None
    assert [each for each in (owner.receipt, owner.name, "Sulteng") if each in there.told] == []
    assert "bukan di instansi ini" in there.told


def test_an_unknown_nip_leads_to_the_registry_or_to_whose_it_is(natuna: Institution) -> None:
    case = cast.fill(cast.begin(natuna))
    other = cast.begin(natuna, 1)
    assert other.record is not None
    assert "tercatat di data pegawai" in found(of_application(case), "nip").told

    case.employee_number = other.record.employee_number
    case.save()
    named = found(of_application(case), "nip")
    assert "Budi Percobaan" in named.told

    case.employee_number = "196805172026032999"
    case.save()
    assert "tidak tercatat" in found(of_application(case), "nip").told


def test_a_failed_passphrase_gets_a_fresh_link(
    natuna: Institution, verifier: Account, helper: Account, browser_of: Browser
) -> None:
    person = of_application(cast.approved(natuna, verifier))

    solve(browser_of(helper), person, "passphrase-gagal")

    assert cast.deliver_all().count("set_passphrase") == 1


# --- Guards ---------------------------------------------------------------------------------------------------------
def everything(person: Person, by: Account) -> list[Callable[[], Any]]:
    case = person.applications[0]
    return [
        lambda: acts.send_link(person, case, "status", by=by),
        lambda: acts.write_note(person, "catatan", by=by),
        lambda: acts.correct(person, case.pk, {"name": "Lain"}, "alasan", by=by),
        lambda: acts.release(person, case.pk, "lease", "alasan", by=by),
        lambda: acts.send_message_again(person, case.pk, by=by),
    ]


def test_nobody_does_anything_for_themselves(ayu: Person, helper: Account) -> None:
    Account.objects.filter(pk=helper.pk).update(mailbox=ayu.mailbox)
    helper.refresh_from_db()

    for act in everything(ayu, helper):
        with pytest.raises(Refused, match="Anda sendiri"):
            act()


def test_links_to_one_case_are_throttled_over_all_officers(ayu: Person, helper: Account, second: Account) -> None:
    for turn in range(acts.AGAIN.limit):
        acts.send_link(ayu, ayu.applications[0], "status", by=(helper, second)[turn % 2])

    with pytest.raises(Throttled):
        acts.send_link(ayu, ayu.applications[0], "status", by=helper)


def test_a_mailbox_that_a_stranger_typed_gets_no_link_before_somebody_has_looked(
    institutions: dict[str, Institution], helper: Account
) -> None:
    city = institutions["tangsel"]
    case = Application(
        institution=city, procedure=terms.keep(terms.in_force(city)), receipt=enrolment.new_receipt(),
        mailbox="siapa.saja@contoh.example", since=lifecycle.now(), name="Siapa Saja",
    )  # fmt: skip
    with transaction.atomic():
        lifecycle.begin("apply", case, by=None)

    with pytest.raises(Refused, match="belum diperiksa"):
        acts.send_link(of_application(case), case, "status", by=helper)
    assert not Link.objects.filter(subject=case.pk).exists()


def test_a_case_of_another_person_is_not_reached_through_this_one(
    ayu: Person, natuna: Institution, helper: Account, browser_of: Browser
) -> None:
    other = cast.begin(natuna, 1)
    address = reverse("admin:helpdesk-link", args=[ayu.id, other.pk, "activation"])

    assert browser_of(helper).post(address).status_code == 404


# --- Stuck ----------------------------------------------------------------------------------------------------------
def test_a_lease_left_hanging_is_released_with_a_reason(
    waiting: Person, verifier: Account, helper: Account, browser_of: Browser
) -> None:
    case = waiting.applications[0]
    actions.claim(case.pk, verifier)
    [row] = standstill.of(dossier.of(of_application(Application.objects.get(pk=case.pk))))
    assert "Vera" in row["told"]
    address = reverse("admin:helpdesk-release", args=[waiting.id, case.pk, "lease"])
    browser = browser_of(helper)
    assert browser.post(address, {"reason": " "}).status_code == 422

    answer = browser.post(address, {"reason": "Verifikator sakit."}, follow=True)

    assert "dikembalikan ke antrean" in answer.content.decode()
    assert Application.objects.get(pk=case.pk).claimed_by is None
    assert AuditRow.objects.get(event="release_stuck").facts == {"what": "lease"}
    with pytest.raises(Refused):
        acts.release(waiting, case.pk, "lease", "lagi", by=helper)


def test_matching_that_hangs_goes_to_the_verifier_and_one_that_runs_does_not(
    institutions: dict[str, Institution], helper: Account
) -> None:
    city = institutions["magelang"]
    case = matching(city)
    person = of_application(case)
    with pytest.raises(Refused):
        acts.release(person, case.pk, "matching", "lama", by=helper)
    Application.objects.filter(pk=case.pk).update(since=case.since - timedelta(minutes=10))

    acts.release(person, case.pk, "matching", "lama", by=helper)

    case.refresh_from_db()
    assert lifecycle.state_of(case) == lifecycle.REVIEW
    assert case.referral == [acts.REFERRED]
    assert AuditRow.objects.filter(event="refer").count() == 1


def matching(institution: Institution) -> Application:
    """An application whose registries are being asked."""
    record = PersonnelRecord.objects.select_related("institution").get(institution=institution, name="Ayu Contoh")
    case = Application(
        institution=institution, record=record, procedure=terms.keep(terms.in_force(institution)),
        receipt=enrolment.new_receipt(), mailbox=record.mailbox, since=lifecycle.now(), name=record.name,
    )  # fmt: skip
    with transaction.atomic():
        lifecycle.begin("register", case, by=None)
        stored = lifecycle.locked(case.pk)
        lifecycle.change("submit_for_matching", stored, by=stored)
    return stored


def test_a_request_that_the_authority_refused_is_put_before_it_again(
    natuna: Institution, verifier: Account, helper: Account
) -> None:
    case = cast.approved(natuna, verifier)
    link = cast.link_of(case, "passphrase")
    certificates.set_passphrase(case.pk, link.pk, cast.GOOD_PASSPHRASE, by=case)
    CertificateRequest.objects.update(state="rejected", error="Nama terlalu panjang")
    case.refresh_from_db()
    person = of_application(case)
    [row] = standstill.of(dossier.of(person))
    assert "Nama terlalu panjang" in row["told"]

    acts.release(person, case.pk, "authority", "sudah diperbaiki", by=helper)

    assert CertificateRequest.objects.filter(state="pending").count() == 1
    with pytest.raises(Refused):
        acts.release(person, case.pk, "authority", "lagi", by=helper)


def test_a_failed_message_goes_out_again(ayu: Person, helper: Account, browser_of: Browser) -> None:
    row = OutboxMessage.objects.get(subject=ayu.applications[0].pk)
    address = reverse("admin:helpdesk-message", args=[ayu.id, row.pk])
    browser = browser_of(helper)
    assert "tidak (lagi) gagal" in browser.post(address, follow=True).content.decode()
    OutboxMessage.objects.filter(pk=row.pk).update(state=OutboxMessage.State.FAILED, attempts=12)

    browser.post(address)

    assert cast.deliver_all() == ["activation"]
    assert AuditRow.objects.filter(event="send_message_again").count() == 1


# --- Notes and typing errors ----------------------------------------------------------------------------------------
def test_a_note_lies_sealed_and_is_read_by_colleagues_alone(
    ayu: Person, helper: Account, second: Account, stranger: Account, browser_of: Browser
) -> None:
    text = "Menelepon pukul sembilan, akan kirim surat OPD."
    browser_of(helper).post(reverse("admin:helpdesk-note", args=[ayu.id]), {"text": text})

    page = reverse("admin:helpdesk-person", args=[ayu.id])
    assert text in browser_of(second).get(page).content.decode()
    assert browser_of(stranger).get(page).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM helpdesk_note t")
        assert text not in cursor.fetchone()[0]
    assert Note.objects.get().by == helper


def test_a_typing_error_is_put_right_and_its_officer_approves_nothing_of_it(
    natuna: Institution, helper: Account, verifier: Account, browser_of: Browser
) -> None:
    Role.objects.create(account=helper, institution=natuna, kind=Role.Kind.VERIFIER)
    case = cast.fill(cast.begin(natuna))
    case.draft = {"data-diri": {"name": "Ayu Contho", "nik": "99"}}
    case.save()
    person = of_application(case)
    address = reverse("admin:helpdesk-correct", args=[person.id, case.pk])

    browser_of(helper).post(address, {"name": "Ayu Benar", "unit": case.unit, "position": case.position, "reason": "x"})

    case.refresh_from_db()
    assert (case.name, case.draft) == ("Ayu Benar", {"data-diri": {"nik": "99"}})
    row = AuditRow.objects.get(event=lifecycle.EDIT)
    assert row.facts == {"fields": ["name"]}
    assert not lifecycle.may_make("approve", case, helper)
    assert lifecycle.may_make("approve", case, verifier)


def test_what_was_handed_in_is_not_corrected_here(waiting: Person, helper: Account) -> None:
    with pytest.raises(Refused, match="hanya verifikator"):
        acts.correct(waiting, waiting.applications[0].pk, {"name": "Lain"}, "alasan", by=helper)
