"""From approval to ACTIVE and on to the end, by the portal's own tasks, with nothing of a key on the way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application, Institution, StatusPeriod
from passphrase import actions as certificates
from passphrase import authority, custody
from passphrase import tasks as passphrase_tasks
from passphrase.bsre import tasks
from passphrase.bsre.models import BsreAccount
from passphrase.models import (
    Certificate,
    CertificateAuthority,
    CertificateRequest,
    Issuance,
    ResponderKey,
    RevocationList,
    SigningKey,
)  # fmt: skip
from passphrase.signing import tasks as signing_tasks
from tests import cast
from tests.enrollment.registries.servers import Served
from tests.hostile import dump
from tests.passphrase.bsre.conftest import due_now, fresh, mirror_of
from tests.passphrase.bsre.stub import Stub
from tte_portal import audit
from tte_portal.models import Account, AuditRow, Link, OutboxMessage

pytestmark = pytest.mark.django_db
State = BsreAccount.State


def swept(application: Application) -> Application:
    due_now(application)
    tasks.sweep()
    passphrase_tasks.sweep()
    return fresh(application)


def events(application: Application) -> list[str]:
    return list(AuditRow.objects.filter(subject=application.pk).order_by("pk").values_list("event", flat=True))


def let_the_pause_pass(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(since="2026-01-01T00:00:00Z")


def active(application: Application, stub: Stub) -> Application:
    swept(application)
    stub.people[application.nik] = "ISSUE"
    swept(application)
    let_the_pause_pass(application)
    assert swept(application).status == "ACTIVE"
    return fresh(application)


def test_new_to_active(bsre: Served, stub: Stub, natuna: Institution, verifier: Account) -> None:
    application = cast.submitted(natuna)
    assert application.status == "NEW"
    assert bsre.asked == []
    with_officer = cast.approved(natuna, verifier, 1)
    assert with_officer.status == "ON_SET_PASSPHRASE"
    assert bsre.asked == []

    assert swept(with_officer).status == "ON_SET_PASSPHRASE"
    assert stub.mailed == [with_officer.mailbox]
    assert mirror_of(with_officer).state == State.REGISTERED

    stub.people[with_officer.nik] = "NO_CERTIFICATE"
    assert swept(with_officer).status == "ON_SET_PASSPHRASE"
    stub.people[with_officer.nik] = "WAITING_FOR_VERIFICATION"
    assert swept(with_officer).status == "ENROLL"
    stub.people[with_officer.nik] = "ISSUE"
    assert swept(with_officer).status == "ISSUE"
    assert swept(with_officer).status == "ISSUE"
    let_the_pause_pass(with_officer)
    assert swept(with_officer).status == "ACTIVE"

    assert events(with_officer)[-5:] == ["approve", "register_at_bsre", "enroll_at_bsre", "issue", "activate"]
    told = [(each.status, each.waiting_for) for each in StatusPeriod.objects.filter(application=with_officer)]
    assert told[-4:] == [
        ("ON_SET_PASSPHRASE", "applicant"), ("ENROLL", "nobody"), ("ISSUE", "nobody"), ("ACTIVE", "nobody"),
    ]  # fmt: skip
    assert list(audit.verify()) == []
    # Whoever is still with the verifier was never told to BSrE.
    assert application.mailbox not in b"".join(each.body for each in bsre.asked).decode()
    assert not BsreAccount.objects.filter(application=application).exists()


def test_each_step_is_mailed_and_none_has_a_link_of_ours(approved: Application, stub: Stub) -> None:
    cast.deliver_all()
    active(approved, stub)
    cast.deliver_all()

    sent = OutboxMessage.objects.filter(subject=approved.pk, state="sent").order_by("created_at")
    assert [each.template for each in sent][-3:] == ["bsre_registered", "bsre_issued", "bsre_active"]
    assert not Link.objects.filter(subject=approved.pk, purpose="passphrase").exists()
    assert not OutboxMessage.objects.filter(template="set_passphrase").exists()


def test_the_end_comes_from_bsre_as_well(approved: Application, stub: Stub) -> None:
    active(approved, stub)
    cast.deliver_all()
    for word, status in [("SUSPEND", "SUSPENDED"), ("ISSUE", "ACTIVE"), ("RENEW", "ACTIVE"), ("REVOKE", "REVOKED")]:
        stub.people[approved.nik] = word
        assert swept(approved).status == status
    assert mirror_of(approved).state == State.ENDED
    assert events(approved)[-3:] == ["suspend_at_bsre", "resume_at_bsre", "revoke_at_bsre"]
    assert cast.deliver_all().count("bsre_news") == 3


def test_the_calendar_of_bsre_ends_it(approved: Application, stub: Stub, served: Served) -> None:
    active(approved, stub)
    stub.people[approved.nik] = "EXPIRED"
    assert swept(approved).status == "EXPIRED"
    asked = len(served.asked)
    assert swept(approved).status == "EXPIRED"
    assert len(served.asked) == asked


def test_the_questions_become_rarer(approved: Application, stub: Stub) -> None:
    swept(approved)
    stub.people[approved.nik] = "NO_CERTIFICATE"
    waits = []
    for days in (0, 0.1, 1, 30):
        Application.objects.filter(pk=approved.pk).update(since=Now() - timedelta(days=days))
        swept(approved)
        row = BsreAccount.objects.annotate(now=Now()).get(application=approved)
        waits.append(round((row.due_at - row.now).total_seconds() / 60))
    assert waits == [1, 14, 144, 360]


def test_no_key_is_ever_made(
    approved: Application, stub: Stub, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    def never(*given: Any, **more: Any) -> Any:
        raise AssertionError("A key in a portal that holds none.")

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    monkeypatch.setattr(ec, "generate_private_key", never)
    monkeypatch.setattr(rsa, "generate_private_key", never)
    # A folder of its own: in the usual one, tests beside this one put their keys.
    settings.VAR = tmp_path

    active(approved, stub)
    passphrase_tasks.sweep_pki()
    signing_tasks.sweep()

    for kind in (
        SigningKey, CertificateRequest, Certificate, CertificateAuthority, Issuance, ResponderKey, RevocationList,
    ):  # fmt: skip
        assert not kind.objects.exists(), kind
    assert not (tmp_path / "authority").exists()
    rows = "\n".join(row for table in dump().values() for row in table)
    assert "PRIVATE KEY" not in rows
    assert not authority.current().holds_keys


def test_nobody_makes_a_passphrase_here(approved: Application) -> None:
    """Not even somebody who has kept an old link, nor a program that calls the action."""
    from enrollment import lifecycle
    from tte_portal import links

    link = links.make("passphrase", approved.pk)
    browser = cast.open_link(approved, "passphrase", Client())
    for path in ("", "profil/", "foto/", "foto/gambar/", "perjanjian/", "selesai/"):
        answer = browser.get(f"/passphrase/{path}")
        assert answer.status_code == 403
        assert "dibuat di BSrE" in answer.content.decode()
    answer = browser.post("/passphrase/", {"passphrase": cast.GOOD_PASSPHRASE, "confirmation": cast.GOOD_PASSPHRASE})
    assert answer.status_code == 403

    with pytest.raises(lifecycle.NotPossible):
        certificates.set_passphrase(approved.pk, link.pk, cast.GOOD_PASSPHRASE, by=approved)
    assert not SigningKey.objects.exists()
    with pytest.raises(custody.NoKey):
        custody.open_key(approved.pk, cast.GOOD_PASSPHRASE)


def test_approval_tells_a_worker_and_the_broker_nothing_of_the_person(
    bsre: Served, natuna: Institution, verifier: Account, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    from tte_portal.celery import app

    sent: list[Any] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, given: sent.append((name, given)))
    with django_capture_on_commit_callbacks(execute=True):
        application = cast.approved(natuna, verifier)

    assert ("passphrase.bsre.tasks.ask", [str(application.pk)]) in sent
    assert application.nik not in str(sent)
    app.loader.import_default_modules()
    assert {"passphrase.bsre.tasks.ask", "passphrase.bsre.tasks.sweep"} <= set(app.tasks)
    due_now(application)
    tasks.ask(str(application.pk))
    assert mirror_of(application).state == State.REGISTERED


def test_the_embedded_authority_asks_nobody(natuna: Institution, verifier: Account) -> None:
    application = cast.approved(natuna, verifier)
    tasks.sweep()
    assert not BsreAccount.objects.exists()
    assert cast.link_of(application, "passphrase")
    assert "set_passphrase" in cast.deliver_all()
