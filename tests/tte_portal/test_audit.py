"""P1: one audit row for each change, in its transaction; whatever SQL does to the rows afterwards is found."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max

from tests.hostile import dump, sql, together, undone
from tte_portal import audit, audit_head, data_keys
from tte_portal.encryption import Unreadable
from tte_portal.models import Account, AuditChain, AuditRow

pytestmark = pytest.mark.django_db

CHAIN = "institution:7"
ROWS = "tte_portal_auditrow"


def write(count: int = 1, *, chain: str = CHAIN, subject: UUID | None = None, **more: Any) -> AuditRow:
    for number in range(count):
        with transaction.atomic():
            row = audit.record(
                "approve", by=None, chain=chain, subject=subject or uuid4(), facts={"number": number}, **more
            )
    return row


def faults(kept: dict[str, tuple[int, str]] | None = None) -> list[str]:
    return [f"{each.chain} {each.sequence} {each.what}" for each in audit.verify(kept)]


def adjust_head(chain: str = CHAIN) -> None:
    """What a thorough forger does after cutting rows off: the head shall say what the rows say."""
    last = AuditRow.objects.filter(chain=chain).latest("sequence")
    AuditChain.objects.filter(name=chain).update(sequence=last.sequence, head=last.mac)


# --- Writing -----------------------------------------------------------------------------------------------------
def test_a_whole_chain_has_no_fault() -> None:
    write(5)
    write(3, chain="portal")
    assert faults() == []
    assert faults(audit.heads()) == []


def test_a_change_that_is_rolled_back_leaves_no_row() -> None:
    write()
    undone(write)
    assert AuditRow.objects.count() == 1
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_row_outside_the_transaction_of_its_event_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("approve", by=None)
    assert not AuditRow.objects.exists()


def test_a_row_tells_who_acted() -> None:
    officer = Account.objects.create_user("vera", name="Vera")
    with transaction.atomic():
        told = [audit.record("look", by=by).actor for by in (officer, None)]
    assert told == [f"account:{officer.pk}", "system"]


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_chains_without_gaps() -> None:
    together(8, lambda number: write(6, chain=CHAIN if number % 2 else "portal", detail={"alasan": "x"}))
    for chain in (CHAIN, "portal"):
        numbers = AuditRow.objects.filter(chain=chain).order_by("pk").values_list("sequence", flat=True)
        assert sorted(numbers) == list(range(1, 25))
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_one_writer_that_gives_up_leaves_no_gap_for_the_others() -> None:
    def half(number: int) -> None:
        with transaction.atomic():
            audit.record("approve", by=None, chain=CHAIN)
            if number % 2:
                raise RuntimeError

    together(10, half)
    assert list(AuditRow.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert faults() == []


# --- Changing ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "event = 'reject'",
        "actor = 'account:1'",
        "at = at + interval '1 microsecond'",
        "subject = gen_random_uuid()",
        "subject = NULL",
        "facts = '{\"number\": 7}'",
        "facts = facts || '{\"more\": null}'",
        "detail = NULL",
        "detail = detail || '\\x00'",
        "previous = sha256('x')",
        "mac = sha256('x')",
        "chain = 'institution:8'",
        "sequence = 40",
    ],
)
def test_a_changed_row_is_found(change: str) -> None:
    write(4, detail={"alasan": "Foto buram"})
    assert sql(f"UPDATE {ROWS} SET {change} WHERE sequence = 2") == 1  # noqa: S608
    assert faults()


def test_a_fault_names_chain_row_and_kind() -> None:
    write(4)
    sql(f"UPDATE {ROWS} SET event = 'reject' WHERE sequence = 3")  # noqa: S608
    assert faults() == [f"{CHAIN} 3 was changed"]


@pytest.mark.parametrize("which", ["sequence = 1", "sequence = 3", "sequence = 5", "sequence > 2", "true"])
def test_deleted_rows_are_found(which: str) -> None:
    write(5)
    assert sql(f"DELETE FROM {ROWS} WHERE {which}")  # noqa: S608
    assert faults()


def test_two_rows_that_changed_places_are_found() -> None:
    write(5)
    sql(f"UPDATE {ROWS} SET sequence = 99 WHERE sequence = 2")  # noqa: S608
    sql(f"UPDATE {ROWS} SET sequence = 2 WHERE sequence = 3")  # noqa: S608
    sql(f"UPDATE {ROWS} SET sequence = 3 WHERE sequence = 99")  # noqa: S608
    assert faults()


def test_rows_numbered_anew_after_a_deletion_are_found() -> None:
    write(5)
    sql(f"DELETE FROM {ROWS} WHERE sequence = 3")  # noqa: S608
    for number in (4, 5):
        sql(f"UPDATE {ROWS} SET sequence = %s WHERE sequence = %s", number - 1, number)  # noqa: S608
    adjust_head()
    assert faults()


def test_a_row_forged_without_the_key_is_found() -> None:
    last = write(3)
    forged = AuditRow.objects.create(
        chain=CHAIN, sequence=4, at=last.at, event="approve", actor="system", previous=bytes(last.mac),
        mac=hashlib.sha256(bytes(last.mac)).digest(),
    )  # fmt: skip
    adjust_head()
    assert faults() == [f"{CHAIN} {forged.sequence} was changed"]


def test_a_row_copied_into_another_chain_is_found() -> None:
    write(3)
    copied = AuditRow.objects.get(sequence=1)
    copied.pk, copied.chain = None, "portal"
    copied.save()
    AuditChain.objects.create(name="portal", sequence=1, head=copied.mac)
    assert faults() == ["portal 1 was changed"]


# --- Cutting off and putting back ----------------------------------------------------------------------------------
def test_a_cut_off_tail_is_found_by_its_head() -> None:
    write(5)
    sql(f"DELETE FROM {ROWS} WHERE sequence > 3")  # noqa: S608
    assert "cut off or added" in faults()[0]


def test_a_cut_off_tail_with_its_head_adjusted_is_found_by_the_head_that_was_sent_out() -> None:
    write(5)
    kept = audit.heads()
    sql(f"DELETE FROM {ROWS} WHERE sequence > 3")  # noqa: S608
    adjust_head()
    assert faults() == []
    assert "the head sent out stands at row 5" in faults(kept)[0]


def test_a_chain_that_vanished_as_a_whole_is_found_by_the_head_that_was_sent_out() -> None:
    write(2)
    kept = audit.heads()
    AuditRow.objects.all().delete()
    AuditChain.objects.all().delete()
    assert faults() == []
    assert faults(kept)


@pytest.fixture
def put_back() -> Callable[[], None]:
    """Takes a copy of the trail now; calling it puts that old copy back over whatever came since."""
    write(3)
    rows, chains = list(AuditRow.objects.all()), list(AuditChain.objects.all())

    def restore() -> None:
        AuditRow.objects.all().delete()
        AuditChain.objects.all().delete()
        AuditRow.objects.bulk_create(rows)
        AuditChain.objects.bulk_create(chains)

    return restore


def test_an_old_copy_put_back_is_found(put_back: Callable[[], None]) -> None:
    write(2)
    kept = audit.heads()
    put_back()
    assert faults() == []
    assert "an old copy put back" in faults(kept)[0]


def test_an_old_copy_that_has_grown_past_the_head_is_found(put_back: Callable[[], None]) -> None:
    write(2)
    kept = audit.heads()
    put_back()
    sql("SELECT setval('tte_portal_auditrow_id_seq', %s)", AuditRow.objects.aggregate(last=Max("pk"))["last"])
    write(6)
    assert faults() == []
    assert faults(kept) == [f"{CHAIN} 5 is not the row whose head was sent out"]


def test_a_chain_that_grew_honestly_agrees_with_an_old_head() -> None:
    write(3)
    kept = audit.heads()
    write(3)
    assert faults(kept) == []


# --- Personal detail -----------------------------------------------------------------------------------------------
def test_personal_detail_is_sealed_and_readable_for_its_person_alone() -> None:
    row = write(subject=uuid4(), detail={"alasan": "NIK 9901015705680100 keliru"})
    assert "9901015705680100" not in str(dump())
    assert audit.read_detail(AuditRow.objects.get(pk=row.pk)) == {"alasan": "NIK 9901015705680100 keliru"}


def test_detail_moved_to_another_person_is_not_read() -> None:
    mine, other = write(detail={"alasan": "a"}), write(detail={"alasan": "b"})
    mine.detail = other.detail
    with pytest.raises(Unreadable):
        audit.read_detail(mine)


def test_erasing_a_person_empties_the_detail_and_the_chain_stays_provable() -> None:
    subject = uuid4()
    row = write(3, subject=subject, detail={"alasan": "Foto buram"})
    kept = audit.heads()
    data_keys.destroy(subject)
    assert audit.read_detail(row) == {}
    assert faults(kept) == []


def test_a_row_without_detail_reads_as_empty() -> None:
    assert audit.read_detail(write()) == {}


# --- The command and the head on its way ---------------------------------------------------------------------------
def test_the_command_says_that_the_trail_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    call_command("audit", "verify")
    assert "whole" in capsys.readouterr().out


def test_the_command_fails_and_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    write(4)
    sql(f"UPDATE {ROWS} SET event = 'x' WHERE sequence IN (2, 4)")  # noqa: S608
    with pytest.raises(CommandError, match=r"2 fault\(s\)") as failed:
        call_command("audit", "verify")
    assert failed.value.returncode == 1
    said = capsys.readouterr().err
    assert f"{CHAIN}, row 2: was changed" in said
    assert f"{CHAIN}, row 4: was changed" in said


def test_the_command_compares_with_a_kept_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    call_command("audit", "head")
    kept = tmp_path / "head.txt"
    kept.write_text(capsys.readouterr().out)
    call_command("audit", "verify", head=kept)
    AuditRow.objects.filter(sequence=3).delete()
    adjust_head()
    with pytest.raises(CommandError):
        call_command("audit", "verify", head=kept)


@pytest.mark.parametrize("content", [None, "", "Heads of the audit chains.\n", '{"at": 1'])
def test_a_head_that_cannot_be_read_is_said_and_nothing_passes(tmp_path: Path, content: str | None) -> None:
    kept = tmp_path / "head.txt"
    if content is not None:
        kept.write_text(content)
    with pytest.raises(CommandError, match="kept head cannot be read"):
        call_command("audit", "verify", head=kept)


@pytest.mark.parametrize("chains", [1, 40])
def test_the_head_can_be_read_from_the_mail_as_it_was_saved(settings: Any, chains: int) -> None:
    settings.AUDIT_MAILBOX = "auditor@inspektorat.example"
    for number in range(chains):
        write(chain=f"institution:{number}")
    assert audit_head.send()
    assert mail.outbox[0].to == ["auditor@inspektorat.example"]
    assert audit_head.parse(mail.outbox[0].message().as_string()) == audit.heads()


def test_without_an_auditor_no_head_is_mailed(settings: Any) -> None:
    settings.AUDIT_MAILBOX = ""
    assert not audit_head.send()
    assert mail.outbox == []


def test_the_mailed_head_holds_nothing_personal(settings: Any) -> None:
    settings.AUDIT_MAILBOX = "auditor@inspektorat.example"
    subject = uuid4()
    write(subject=subject, detail={"alasan": "rahasia"})
    audit_head.send()
    assert str(subject) not in mail.outbox[0].body
    assert "rahasia" not in mail.outbox[0].body
