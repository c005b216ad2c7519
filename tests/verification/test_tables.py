"""The admin's tables: look-ups, actions, what is asked of the audit trail, and pages that count nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrollment.models import Application, Institution, PersonnelRecord
from tests import cast
from tte_portal.models import Account, AuditRow, OutboxMessage
from verification import actions
from verification.admin.base import ScopedAdmin


def listed(officer: Account, table: str, **query: str) -> str:
    return cast.sign_in(officer).get(reverse(f"admin:{table}_changelist"), query).content.decode()


def act(officer: Account, table: str, action: str, pk: Any) -> str:
    typed = {"action": action, "_selected_action": str(pk)}
    return cast.sign_in(officer).post(reverse(f"admin:{table}_changelist"), typed, follow=True).content.decode()


@pytest.mark.parametrize("term", ["receipt", "mailbox", "nik", "employee_number", "name"])
def test_the_help_desk_finds_an_application(case: Application, natuna: Institution, helper: Account, term: str) -> None:
    other = cast.submitted(natuna, 1)

    page = listed(helper, "enrollment_application", q=f" {str(getattr(case, term))[:60]} ")

    assert case.receipt in page
    assert other.receipt not in page


def test_the_help_desk_sends_a_link_again(case: Application, verifier: Account, helper: Account) -> None:
    actions.approve(case.pk, by=verifier)

    page = act(helper, "enrollment_application", "resend", case.pk)

    assert "Tautan baru dikirim ke 1 surel dinas." in page
    assert OutboxMessage.objects.filter(template="set_passphrase").count() == 2
    assert AuditRow.objects.filter(event="send_link_again", actor=f"account:{helper.pk}").exists()


def test_the_help_desk_sees_no_identity_number(case: Application, helper: Account) -> None:
    page = cast.sign_in(helper).get(reverse("admin:enrollment_application_change", args=[case.pk])).content.decode()

    assert case.receipt in page
    assert case.nik not in page
    assert case.employee_number not in page


def test_people_are_found_by_number_and_invited(natuna: Institution, administrator: Account) -> None:
    record = PersonnelRecord.objects.filter(institution=natuna, name="Citra Ujicoba").get()

    page = listed(administrator, "enrollment_personnelrecord", q=record.employee_number)
    assert record.mailbox in page
    assert page.count("natunakab.example") == 1

    answer = act(administrator, "enrollment_personnelrecord", "invite", record.pk)
    assert "Tautan aktivasi dikirim kepada 1 pegawai." in answer
    assert Application.objects.get(record=record).mailbox == record.mailbox


def test_nobody_is_invited_where_the_door_is_closed(sulteng: Institution) -> None:
    Institution.objects.update(procedure_slug="")
    officer = cast.make_officer("adm", (sulteng, "administrator"))  # type: ignore[arg-type]
    record = PersonnelRecord.objects.filter(institution=sulteng).first()
    assert record is not None

    assert "belum dibuka" in act(officer, "enrollment_personnelrecord", "invite", record.pk)
    assert not Application.objects.exists()


def test_a_failed_message_is_sent_again(case: Application, helper: Account) -> None:
    message = OutboxMessage.objects.get(template="submitted")
    OutboxMessage.objects.filter(pk=message.pk).update(state="failed", attempts=12, error="SMTPServerDisconnected")

    assert case.receipt in listed(helper, "tte_portal_outboxmessage")
    act(helper, "tte_portal_outboxmessage", "send_again", message.pk)

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_personal_detail_of_the_trail_shows_when_asked_for(
    case: Application, verifier: Account, administrator: Account
) -> None:
    actions.reject(case.pk, "Alasan pribadi.", by=verifier)
    row = AuditRow.objects.get(event="reject")
    client, url = cast.sign_in(administrator), reverse("admin:tte_portal_auditrow_change", args=[row.pk])

    assert "Alasan pribadi." not in client.get(url).content.decode()
    assert "Alasan pribadi." in client.get(url, {"pribadi": "1"}).content.decode()
    assert AuditRow.objects.filter(event="view_audit_detail", subject=case.pk).count() == 1


def test_a_change_in_the_admin_is_in_the_trail(natuna: Institution, administrator: Account) -> None:
    empty = {f"{each}-{part}": "0" for each in ("contacts", "known_problems", "reminders") for part in
             ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    typed = {
        "name": natuna.name, "short_name": "Natuna Baru",
        "mailbox_domains": "natunakab.example\n@asn.natunakab.example",
        "organization": natuna.organization, "province": natuna.province, "helpdesk_email": natuna.helpdesk_email,
        "lapses_after_days": "60",
    }  # fmt: skip

    response = cast.sign_in(administrator).post(
        reverse("admin:enrollment_institution_change", args=[natuna.pk]), {**typed, **empty}
    )

    natuna.refresh_from_db()
    assert response.status_code == 302
    assert natuna.mailbox_domains == ["natunakab.example", "asn.natunakab.example"]
    row = AuditRow.objects.get(event="change_institution")
    assert row.chain == natuna.audit_chain
    assert "Nama pendek" in row.facts["fields"]


def test_choices_end_at_the_own_institution(sulteng: Institution, administrator: Account) -> None:
    for name in ("enrollment_opd", "tte_portal_account"):
        page = cast.sign_in(administrator).get(reverse(f"admin:{name}_add")).content.decode()
        assert "Natuna" in page
        assert "Sulawesi Tengah" not in page


def test_a_list_goes_on_where_the_page_ended_and_counts_nothing(
    natuna: Institution, administrator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedAdmin, "list_per_page", 4)
    client, url = cast.sign_in(administrator), reverse("admin:enrollment_personnelrecord_changelist")
    names: list[str] = []

    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(3):
            page = client.get(url)
            found = page.context["cl"]
            names += [row.name for row in found.result_list]
            url = reverse("admin:enrollment_personnelrecord_changelist") + found.next_url

    everybody = PersonnelRecord.objects.filter(institution=natuna).order_by("name", "pk")
    assert names == [each.name for each in everybody]
    asked = [query["sql"] for query in queries if "personnelrecord" in query["sql"]]
    assert not [sql for sql in asked if "COUNT(" in sql or "OFFSET" in sql]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "bnVsbA", "WzEsMl0"])
def test_a_cursor_that_was_tampered_with_shows_the_first_page(
    natuna: Institution, administrator: Account, cursor: str
) -> None:
    assert "Ayu Contoh" in listed(administrator, "enrollment_personnelrecord", after=cursor)


def test_an_application_s_page_leads_nowhere_its_reader_may_not_go(case: Application, helper: Account) -> None:
    case.rejection_reason = "KTP tidak terbaca."
    case.save()
    page = cast.sign_in(helper).get(reverse("admin:enrollment_application_change", args=[case.pk])).content.decode()
    assert "alasan penolakan" in page.lower()
    assert "rejection reason" not in page.lower()
    assert reverse("admin:enrollment_institution_change", args=[case.institution_id]) not in page


def test_the_help_desk_is_told_when_only_a_status_link_could_go(case: Application, helper: Account) -> None:
    page = act(helper, "enrollment_application", "resend", case.pk)
    assert "yang dikirim tautan untuk melihat status" in page
    assert "Tautan baru dikirim" not in page
