"""Self-service: two pages, a letter filled in, and a worker who looks who it is."""

from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enrollment import actions, lifecycle, receipts, tasks
from enrollment.demo import seed
from enrollment.models import (
    Application,
    Consent,
    Institution,
    MergedReceipt,
    Paper,
    PersonnelRecord,
    Registration,
    Role,
)
from tests import cast
from tests.hostile import shapes, sql
from tests.ways_in import letter, send
from tte_portal import outbox
from tte_portal.models import OutboxMessage, SealedFile
from verification.helpdesk import search

pytestmark = pytest.mark.django_db

PATH, PAPERS = "/sulteng/pengajuan-tte/", "/sulteng/pengajuan-tte/surat/"
AGREED = {"consent-kebijakan-privasi": "on"}


def person(institution: Institution, number: int = 0, **other: str) -> dict[str, str]:
    found = seed.people(institution)[number]
    return {
        "name": found["name"], "front_title": "-", "back_title": "S.H.", "employee_number": found["nip"],
        "position": "Analis Hukum", "unit": "Biro Hukum", "mailbox": found["mailbox"], **other,
    }  # fmt: skip


def asked(institution: Institution, number: int = 0, *, work: bool = True, **other: Any) -> Any:
    """Somebody goes through both pages, and the worker does its part."""
    client = Client()
    assert client.post(PATH, person(institution, number, **other)).headers["Location"] == PAPERS
    answer = send(PAPERS, AGREED, client=client, files={"statement-letter": letter()}, only=True, follow=True)
    if work:
        tasks_done()
    return answer


def tasks_done() -> None:
    for registration_id in list(Registration.objects.values_list("pk", flat=True)):
        tasks.take_registration(str(registration_id))


def mails() -> list[tuple[str, str]]:
    return [(row.template, outbox.compose(row).to) for row in OutboxMessage.objects.order_by("created_at")]


def text_of(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return b"".join(page.Contents.read_bytes() for page in opened.pages)


# --- The pages -----------------------------------------------------------------------------------------------------
def test_the_letter_comes_filled_in_and_the_page_has_the_guide_s_words(sulteng: Institution) -> None:
    client = Client()
    client.post(PATH, person(sulteng))
    page = client.get(PAPERS).content.decode()
    for words in ("Surat Pernyataan Penggunaan Data Pribadi Untuk Penerbitan Tanda Tangan Elektronik",
                  "Kirim Pengajuan", "Biro Hukum", "Pengajuan TTE"):  # fmt: skip
        assert words in page
    filled = client.get("/sulteng/formulir/statement-letter.pdf")
    assert filled.headers["Content-Type"] == "application/pdf"
    blank = Client().get("/sulteng/formulir/statement-letter.pdf")
    assert text_of(filled.content) != text_of(blank.content)


def test_nothing_is_stored_before_it_is_sent_and_the_work_can_be_resumed(sulteng: Institution) -> None:
    client = Client()
    client.post(PATH, person(sulteng))
    assert not Registration.objects.exists()
    assert person(sulteng)["employee_number"] not in str(client.cookies)
    assert "Biro Hukum" in client.get(PATH).content.decode()
    assert "Biro Hukum" in client.get(PAPERS).content.decode()


def test_without_the_first_page_the_second_leads_back(sulteng: Institution) -> None:
    assert Client().get(PAPERS).headers["Location"] == PATH
    assert Client().get(f"{PATH}terkirim/").headers["Location"] == PATH


def test_a_cookie_that_was_changed_or_is_of_another_institution_opens_nothing(
    sulteng: Institution, institutions: dict[str, Institution]
) -> None:
    client = Client()
    client.post(PATH, person(sulteng))
    Institution.objects.filter(slug="natuna").update(procedure_slug="sulteng")
    assert client.get("/natuna/pengajuan-tte/surat/").headers["Location"] == "/natuna/pengajuan-tte/"
    client.cookies["tte_isian"] = client.cookies["tte_isian"].value[:-8] + "AAAAAAA="
    assert client.get(PAPERS).headers["Location"] == PATH


def test_a_letter_that_this_procedure_does_not_ask_is_not_offered(institutions: dict[str, Institution]) -> None:
    assert Client().get("/sulteng/formulir/recommendation-letter.pdf").status_code == 404
    assert Client().get("/natuna/formulir/statement-letter.pdf").status_code == 404
    assert Client().get("/tangsel/formulir/recommendation-letter.pdf").status_code == 200


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(sulteng: Institution) -> None:
    page = Client().post(PATH, person(sulteng, mailbox="orang@gmail.example", employee_number="12")).content.decode()
    assert "Surel pribadi tidak dapat dipakai" in page
    assert "Biro Hukum" in page
    assert 'value="12"' in page


def test_a_letter_that_is_no_pdf_is_refused_in_words(sulteng: Institution) -> None:
    client = Client()
    client.post(PATH, person(sulteng))
    wrong = {"statement-letter": SimpleUploadedFile("surat.pdf", b"halo", "application/pdf")}
    page = send(PAPERS, AGREED, client=client, files=wrong, only=True).content.decode()
    assert "bukan PDF" in page
    assert "Biro Hukum" in page
    assert not Registration.objects.exists()


# --- Who it is -----------------------------------------------------------------------------------------------------
def test_somebody_of_the_registry_gets_the_link_and_the_letter_is_with_the_application(sulteng: Institution) -> None:
    answer = asked(sulteng)
    application = Application.objects.get()
    record = PersonnelRecord.objects.get(mailbox=application.mailbox)
    assert application.receipt in answer.content.decode()
    assert lifecycle.state_of(application) == lifecycle.DRAFT
    assert (application.record, application.unit) == (record, record.unit)
    assert mails() == [("activation", record.mailbox)]
    assert Paper.objects.get().application == application
    assert Consent.objects.get().application == application


def test_sent_again_the_running_draft_gets_the_letter_and_a_fresh_link(sulteng: Institution) -> None:
    asked(sulteng)
    asked(sulteng)
    assert Application.objects.count() == 1
    assert Paper.objects.count() == 2
    assert [template for template, _ in mails()] == ["activation", "activation"]


@pytest.mark.parametrize("further", [False, True])
def test_the_number_given_for_a_sending_that_was_added_leads_to_the_real_application(
    sulteng: Institution, further: bool
) -> None:
    if further:
        running = cast.submitted(sulteng)
    else:
        asked(sulteng)
        running = Application.objects.get()
    page = asked(sulteng).content.decode()
    given = MergedReceipt.objects.get()
    assert given.application == running
    assert given.receipt in page
    assert running.receipt not in page, "a stranger would learn that this person is known"
    mail = outbox.compose(OutboxMessage.objects.order_by("created_at").last())  # type: ignore[arg-type]
    for words in (running.receipt, given.receipt, "gabungkan"):
        assert words in mail.text
        assert words in mail.html
    helper = cast.make_officer("hana", (sulteng, Role.Kind.HELP_DESK))
    [hit] = search.look(search.read(given.receipt.lower()), helper)
    assert hit.id == running.record_id
    assert list(Application.objects.filter(receipts.named(given.receipt))) == [running]
    actions.send_link_again(running, "status", by=None)
    assert given.receipt in cast.open_link(running, "status").get("/status/pengajuan/").content.decode()


def test_who_is_further_on_gets_the_status_and_the_letter_is_not_kept(sulteng: Institution) -> None:
    case = cast.submitted(sulteng)
    OutboxMessage.objects.all().delete()
    kept = SealedFile.objects.count()
    asked(sulteng)
    assert mails() == [("status_link", case.mailbox)]
    assert Paper.objects.count() == 0
    assert SealedFile.objects.count() == kept


@pytest.mark.parametrize("number", ["", "198001012005011999"])
def test_somebody_without_a_record_is_looked_at_first(sulteng: Institution, number: str) -> None:
    mailbox = f"orang.baru@{sulteng.mailbox_domains[0]}"
    asked(sulteng, mailbox=mailbox, employee_number=number)
    application = Application.objects.get()
    assert lifecycle.state_of(application) == lifecycle.PRE_CHECK
    assert application.papers.count() == 1
    assert mails() == []


@pytest.mark.parametrize("theirs", ["mailbox", "employee_number"])
def test_a_stranger_with_somebody_s_mailbox_or_number_brings_them_no_mail(sulteng: Institution, theirs: str) -> None:
    victim = person(sulteng, 1)[theirs]
    mine: dict[str, Any] = {"mailbox": f"saya@{sulteng.mailbox_domains[0]}", "employee_number": "198001012005011999"}
    asked(sulteng, **{**mine, theirs: victim})
    assert lifecycle.state_of(Application.objects.get()) == lifecycle.PRE_CHECK
    assert mails() == []


def test_a_stranger_s_registration_stands_in_nobody_s_way(sulteng: Institution) -> None:
    mailbox = person(sulteng)["mailbox"]
    asked(sulteng, employee_number="198001012005011999")
    actions.answer_mailbox_request(None, mailbox, "status")
    asked(sulteng)
    assert {lifecycle.state_of(each) for each in Application.objects.all()} == {lifecycle.PRE_CHECK, lifecycle.DRAFT}
    assert ("activation", mailbox) in mails()


def test_no_status_link_goes_to_a_mailbox_that_a_stranger_typed(sulteng: Institution) -> None:
    mailbox = f"orang.baru@{sulteng.mailbox_domains[0]}"
    asked(sulteng, mailbox=mailbox, employee_number="")
    actions.answer_mailbox_request(None, mailbox, "status")
    assert mails() == []


def test_a_procedure_with_a_check_lets_nobody_past_it(sulteng: Institution, monkeypatch: Any) -> None:
    from enrollment import procedure
    from tests import procedures

    checked = procedures.changed(procedure.find("sulteng"), {"way_in.check": True})
    monkeypatch.setattr(procedure, "find", lambda slug: checked)
    asked(sulteng)
    assert lifecycle.state_of(Application.objects.get()) == lifecycle.PRE_CHECK
    assert mails() == []


def test_one_mailbox_gets_five_mails_an_hour(sulteng: Institution) -> None:
    for _ in range(7):
        asked(sulteng)
    assert len(mails()) == 5


# --- Nobody can tell -----------------------------------------------------------------------------------------------
STRANGER: dict[str, Any] = {"mailbox": "tak.dikenal@sultengprov.example", "employee_number": "198001012005011999"}
PEOPLE: tuple[dict[str, Any], ...] = ({}, STRANGER)


def test_known_and_unknown_people_cost_the_same_statements_and_get_the_same_page(sulteng: Institution) -> None:
    told, pages = [], []
    for other in PEOPLE:
        with CaptureQueriesContext(connection) as statements:
            pages.append(asked(sulteng, work=False, **other))
        told.append(shapes(statements))
    assert told[0] == told[1]
    receipts = list(Registration.objects.values_list("receipt", flat=True))
    bodies = [page.content.decode() for page in pages]
    for receipt in receipts:
        bodies = [body.replace(receipt, "") for body in bodies]
    assert bodies[0] == bodies[1]


def test_the_time_taken_tells_nothing(sulteng: Institution) -> None:
    taken: list[list[float]] = [[], []]
    for _ in range(5):
        for times, other in zip(taken, PEOPLE, strict=True):
            begun = perf_counter()
            asked(sulteng, work=False, **other)
            times.append(perf_counter() - begun)
    assert 0.5 < median(taken[0]) / median(taken[1]) < 2


# --- Lost and broken -----------------------------------------------------------------------------------------------
def test_a_registration_whose_task_was_lost_is_swept(sulteng: Institution) -> None:
    asked(sulteng, work=False)
    tasks.sweep_registrations()
    assert not Application.objects.exists()
    sql("UPDATE enrollment_registration SET created_at = now() - interval '21 seconds'")
    tasks.sweep_registrations()
    assert Application.objects.count() == 1


def test_one_that_fails_keeps_no_other_waiting(sulteng: Institution) -> None:
    asked(sulteng, 0, work=False)
    broken = Registration.objects.get().pk
    asked(sulteng, 1, work=False)
    sql("UPDATE enrollment_registration SET created_at = now() - interval '21 seconds'")
    sql("UPDATE enrollment_registration SET answers = 'spoiled' WHERE id = %s", broken)
    tasks.sweep_registrations()
    assert list(Registration.objects.values_list("pk", flat=True)) == [broken]
    assert Application.objects.count() == 1


def test_a_worker_that_died_half_way_leaves_all_or_nothing(sulteng: Institution, monkeypatch: Any) -> None:
    from enrollment.ways_in import take

    asked(sulteng, work=False)
    with monkeypatch.context() as broken:
        broken.setattr(take, "_erase_unused", lambda registration: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks_done()
    assert (Application.objects.count(), Registration.objects.count(), len(mails())) == (0, 1, 0)
    tasks_done()
    assert (Application.objects.count(), Registration.objects.count(), len(mails())) == (1, 0, 1)
