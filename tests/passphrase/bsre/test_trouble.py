"""BSrE slow, down or wrong: nobody is lost, nobody is doubled, nothing personal is told to a log."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from enrollment.models import Application, Institution, Role
from passphrase.bsre import actions, client, registering, tasks
from passphrase.bsre.models import BsreAccount, Stop
from tests import cast
from tests.enrollment.registries.servers import Answered, Asked, Served, says
from tests.hostile import console_log, dump, spellings, together
from tests.passphrase.bsre.conftest import due_now, forget_services, fresh, mirror_of
from tests.passphrase.bsre.stub import PASSWORD, USER, Stub, gateway, refusal
from tte_portal.models import Account, AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db
State = BsreAccount.State

BROKEN: dict[str, Callable[[Asked], Answered]] = {
    "late": lambda asked: Answered(200, b"{}", late=3),
    "drip": lambda asked: Answered(200, b'{"status": "ISSUE", "message": "x"}', drip=0.2),
    "500": lambda asked: says({"error": "Internal Server Error"}, 500),
    "502 in HTML": lambda asked: gateway(),
    "200 in HTML": lambda asked: gateway(200),
    "a page to sign in": lambda asked: Answered(302, b"", headers={"Location": "/login"}),
    "404 of another server": lambda asked: says({"status": 404, "error": "Not Found", "path": asked.path}, 404),
    "a list": lambda asked: says([1, 2]),
    "half of it": lambda asked: Answered(200, b'{"status": "ISS'),
    "endless": lambda asked: Answered(200, b"[" * 400_000),
}


def sweep(application: Application) -> Application:
    due_now(application)
    tasks.sweep()
    return fresh(application)


@pytest.fixture
def registered(approved: Application, stub: Stub) -> Application:
    sweep(approved)
    stub.people[approved.nik] = "NO_CERTIFICATE"
    assert mirror_of(approved).state == State.REGISTERED
    return approved


@pytest.mark.parametrize("api", ["v2"], indirect=True)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_service_loses_nobody(
    registered: Application, stub: Stub, served: Served, kind: str, verifier: Account, natuna: Institution
) -> None:
    other = cast.approved(natuna, verifier, 1)
    stub.instead = BROKEN[kind]
    begun = time.monotonic()

    for each in (registered, other):
        assert sweep(each).status == "ON_SET_PASSPHRASE"

    assert time.monotonic() - begun < 15
    assert mirror_of(registered).attempts >= 1
    assert mirror_of(registered).error
    assert mirror_of(other).state == State.WAITING
    assert not Stop.objects.exists()

    stub.instead = lambda asked: None
    forget_services()
    stub.people[registered.nik] = "ISSUE"
    assert sweep(registered).status == "ISSUE"
    sweep(other)
    assert (mirror_of(other).state, mirror_of(other).attempts, mirror_of(other).error) == (State.REGISTERED, 0, "")


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_a_service_that_is_gone_is_left_in_peace(registered: Application, stub: Stub, served: Served) -> None:
    stub.instead = BROKEN["500"]
    for _ in range(3):
        sweep(registered)
    asked, tried = len(served.asked), mirror_of(registered).attempts

    sweep(registered)

    # The circuit is open: nothing was asked, and that is no try.
    assert len(served.asked) == asked
    assert mirror_of(registered).attempts == tried


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
def test_a_worker_that_died_after_registering(approved: Application, stub: Stub) -> None:
    """The service has the person, the portal does not know it: the second try hears 4024, and that is success."""
    service = client.of("natuna")
    assert service is not None
    person = registering.person_of(approved, with_scans=False)
    assert service.register(person) is True
    stub.people[approved.nik] = "ISSUE"

    sweep(approved)

    assert mirror_of(approved).state == State.REGISTERED
    row = AuditRow.objects.get(subject=approved.pk, event="register_at_bsre")
    assert row.facts == {"new": False}
    assert stub.mailed == [approved.mailbox]
    assert sweep(approved).status == "ISSUE"


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_a_row_in_work_is_not_taken_twice(approved: Application, stub: Stub, served: Served) -> None:
    """A second sweep comes while the first waits for an answer."""
    asked = []

    def second_sweep_meanwhile(request: Asked) -> Answered | None:
        asked.append(request.path)
        return None

    stub.instead = second_sweep_meanwhile
    due_now(approved)
    rows = actions._due()
    first = actions._claim(rows)
    assert first is not None
    tasks.sweep()
    assert asked == []
    assert actions._claim(rows) is None


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
@pytest.mark.parametrize("answer", [lambda a: refusal(a.path), lambda a: gateway(401), lambda a: refusal(a.path, 403)])
def test_refused_credentials_end_the_questions_and_administrators_hear(
    registered: Application, stub: Stub, served: Served, natuna: Institution, answer: Any, verifier: Account
) -> None:
    admin = cast.make_officer("adi", (natuna, Role.Kind.ADMINISTRATOR), mailbox="adi@natunakab.example")
    stub.instead = answer
    sweep(registered)
    asked = len(served.asked)
    for _ in range(3):
        sweep(registered)

    assert len(served.asked) == asked
    assert Stop.objects.get().reason == Stop.Reason.NOT_ADMITTED
    mail = OutboxMessage.objects.get(template="bsre_attention")
    assert mail.ids["account"] == str(admin.pk)
    assert "bsre_attention" in cast.deliver_all()
    assert mirror_of(registered).attempts == 0
    assert fresh(registered).status == "ON_SET_PASSPHRASE"

    stub.instead = lambda request: None
    call_command("bsre", "resume", "natuna")
    stub.people[registered.nik] = "ISSUE"
    assert sweep(registered).status == "ISSUE"
    with pytest.raises(CommandError):
        call_command("bsre", "resume", "natuna")


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_another_password_ends_the_stop_by_itself(registered: Application, stub: Stub, settings: Any) -> None:
    stub.password = "sudah-diganti"
    sweep(registered)
    assert Stop.objects.exists()

    settings.BSRE = {**settings.BSRE, "TTE_BSRE_PASSWORD": "sudah-diganti"}
    forget_services()
    stub.people[registered.nik] = "ISSUE"

    assert sweep(registered).status == "ISSUE"
    assert not Stop.objects.exists()
    assert set(AuditRow.objects.filter(event__endswith="_bsre", subject=None).values_list("event", flat=True)) == {
        "stop_bsre", "resume_bsre",
    }  # fmt: skip


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_an_institution_without_a_service_waits_and_says_so(
    approved: Application, settings: Any, served: Served
) -> None:
    own = f'{{"sulteng": {{"url": "{served.url}", "user": "x", "password": "y"}}}}'
    common = dict.fromkeys(("TTE_BSRE_URL", "TTE_BSRE_USER", "TTE_BSRE_PASSWORD"), "")
    settings.BSRE = {**settings.BSRE, **common, "TTE_BSRE_INSTITUTIONS": own}
    forget_services()

    sweep(approved)

    assert Stop.objects.get().reason == Stop.Reason.NO_SERVICE
    assert served.asked == []


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_a_slow_institution_keeps_no_other_waiting(
    approved: Application, sulteng: Institution, outsider: Account, stub: Stub, served: Served, settings: Any
) -> None:
    other = cast.approved(sulteng, outsider)
    own = {"natuna": {"url": f"{served.url}/natuna", "user": USER, "password": PASSWORD}}
    settings.BSRE = {**settings.BSRE, "TTE_BSRE_INSTITUTIONS": json.dumps(own)}
    forget_services()
    stub.instead = lambda asked: Answered(late=3) if asked.path.startswith("/natuna") else None
    for each in (other, approved):
        due_now(each)

    tasks.sweep()

    assert mirror_of(other).state == State.REGISTERED
    assert (mirror_of(approved).state, mirror_of(approved).attempts) == (State.WAITING, 1)


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
def test_a_refused_person_waits_for_somebody(
    approved: Application, stub: Stub, served: Served, natuna: Institution
) -> None:
    cast.make_officer("adi", (natuna, Role.Kind.ADMINISTRATOR), mailbox="adi@natunakab.example")
    said = f"Format NIK {approved.nik} salah"
    stub.instead = lambda asked: says({"status_code": "4015", "message": said}, 400)
    sweep(approved)
    asked = len(served.asked)
    sweep(approved)

    assert len(served.asked) == asked
    found = mirror_of(approved)
    assert (found.state, found.error) == (State.REFUSED, "4015: Format NIK [nomor] salah")
    assert cast.deliver_all().count("bsre_attention") == 1

    stub.instead = lambda asked: None
    call_command("bsre", "again", approved.receipt)
    sweep(approved)
    assert mirror_of(approved).state == State.REGISTERED


@pytest.mark.parametrize("api", ["v1"], indirect=True)
def test_whom_bsre_has_forgotten_is_registered_anew(registered: Application, stub: Stub) -> None:
    del stub.people[registered.nik]
    for _ in range(3):
        assert sweep(registered).status == "ON_SET_PASSPHRASE"
    assert mirror_of(registered).state == State.WAITING
    sweep(registered)
    assert mirror_of(registered).state == State.REGISTERED
    assert registered.nik in stub.people


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
@pytest.mark.parametrize("word", ["NOT_REGISTERED", "NO_CERTIFICATE", "NEW", "WAITING_FOR_VERIFICATION"])
def test_a_word_that_contradicts_takes_nothing_away(registered: Application, stub: Stub, word: str) -> None:
    stub.people[registered.nik] = "ISSUE"
    sweep(registered)
    stub.people[registered.nik] = word

    for _ in range(4):
        assert sweep(registered).status == "ISSUE"

    assert mirror_of(registered).state == State.REGISTERED
    assert word in mirror_of(registered).error


@pytest.mark.parametrize("api", ["v2"], indirect=True)
@pytest.mark.parametrize("said", ["ACTIVE", "", None, 5, ["ISSUE"], "ISSUE; DROP TABLE"])
def test_a_word_nobody_knows_changes_nothing(registered: Application, stub: Stub, said: Any) -> None:
    stub.instead = lambda asked: says({"status_code": 1111, "status": said, "message": "ISSUE"})
    assert sweep(registered).status == "ON_SET_PASSPHRASE"
    assert mirror_of(registered).error


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
def test_who_has_left_meanwhile_is_not_told_to_bsre(approved: Application, served: Served) -> None:
    Application.objects.filter(pk=approved.pk).update(status="REJECTED", waiting_for="nobody")
    sweep(approved)
    assert served.asked == []
    assert mirror_of(approved).state == State.ENDED


@pytest.mark.parametrize("api", ["v2"], indirect=True)
def test_approved_before_this_authority_or_with_the_row_lost(approved: Application, stub: Stub) -> None:
    BsreAccount.objects.all().delete()
    tasks.sweep()
    assert mirror_of(approved).state == State.REGISTERED


@pytest.mark.parametrize("api", ["v1", "v2"], indirect=True)
def test_no_log_and_no_table_holds_numbers_or_the_password(
    registered: Application, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    with console_log() as log, caplog.at_level("DEBUG"):
        for broken in BROKEN.values():
            if broken is not BROKEN["late"]:
                stub.instead = broken
                forget_services()
                sweep(registered)
        stub.instead = lambda asked: refusal(asked.path)
        forget_services()
        sweep(registered)

    rows = "\n".join(row for table in dump().values() for row in table)
    credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    written = log.getvalue() + caplog.text
    for secret in (PASSWORD, credentials):
        assert secret not in written
        assert secret not in rows
        assert not any(each.decode("latin-1") in rows for each in spellings(secret.encode()))
    for number in (registered.nik, registered.employee_number):
        assert number not in log.getvalue()


@pytest.mark.parametrize("api", ["v2"], indirect=True)
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_register_each_person_once(
    bsre: Served, natuna: Institution, verifier: Account, stub: Stub
) -> None:
    people = [cast.approved(natuna, verifier, number) for number in range(3)]

    assert together(4, lambda number: tasks.sweep()) == [None] * 4

    assert sorted(stub.mailed) == sorted(each.mailbox for each in people)
    assert len(stub.forms) == 3
    assert AuditRow.objects.filter(event="register_at_bsre").count() == 3
