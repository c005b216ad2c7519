"""The way of the automatic verification: registries, then the passphrase link or a verifier, once, whatever breaks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from enrollment import automatic, lifecycle, matching, registries, tasks
from enrollment.demo.civil import Cast
from enrollment.matching import Verdict
from enrollment.models import Application, Correction, Institution, PhoneCode, StatusPeriod
from enrollment.registries.imported import Imported
from enrollment.registries.loopback import Loopback
from enrollment.wizard import actions as wizard
from enrollment.wizard import phone_codes
from tests import cast, procedures
from tests.enrollment.registries.servers import HASTY, Served, says, serving
from tte_portal.models import Account, AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

DONE = "/pengajuan/selesai/"


@pytest.fixture(autouse=True)
def _registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "personnel_registry", Imported)
    monkeypatch.setattr(registries, "civil_registry", Cast)


@pytest.fixture
def asked(application: Application) -> Application:
    """Ayu has everything filled in, with a photo nobody complains about; her procedure asks the registries."""
    cast.fill(procedures.ask(application, wizard__check="automatic"))
    application.photo_findings = []
    application.save()
    return application


def hand_in(application: Application) -> Application:
    return wizard.submit(application.pk, cast.link_of(application, "activation").pk)


def state(application: Application) -> lifecycle.State:
    application.refresh_from_db()
    return lifecycle.state_of(application)


def count(application: Application, event: str) -> int:
    return AuditRow.objects.filter(subject=application.pk, event=event).count()


def passphrase_messages(application: Application) -> int:
    rows = OutboxMessage.objects.filter(subject=application.pk)
    return rows.filter(template__in=("set_passphrase", "set_passphrase_whatsapp")).count()


# --- The row of the table ------------------------------------------------------------------------------------------
def test_where_a_verifier_checks_nobody_asks_a_registry(application: Application) -> None:
    hand_in(cast.fill(application))
    assert state(application) == lifecycle.REVIEW
    assert count(application, "submit_for_matching") == 0


def test_agreement_in_all_leads_straight_to_the_passphrase_link(asked: Application) -> None:
    hand_in(asked)
    assert state(asked) == lifecycle.MATCHING

    tasks.match_application(str(asked.pk))

    assert state(asked) == lifecycle.PASSPHRASE
    assert asked.nik_taken
    assert asked.referral == []
    assert passphrase_messages(asked) == 1


def test_a_difference_leads_to_a_verifier_who_sees_the_reasons(asked: Application, verifier: Account) -> None:
    Application.objects.filter(pk=asked.pk).update(name="Ayu Lain")
    hand_in(asked)
    tasks.match_application(str(asked.pk))

    assert state(asked) == lifecycle.REVIEW
    assert not asked.nik_taken
    assert passphrase_messages(asked) == 0
    assert "Nama berbeda dari data pegawai." in asked.referral
    page = cast.sign_in(verifier).get(f"/admin/antrean/{asked.pk}/").content.decode()
    assert "Nama berbeda dari data pegawai." in page


def test_others_than_asn_always_have_a_verifier(asked: Application) -> None:
    cast.hand_in_letter(asked)
    Application.objects.filter(pk=asked.pk).update(kind="other")
    asked.refresh_from_db()
    assert automatic.transition_of(asked) == "submit"


def test_a_case_that_came_back_once_has_a_verifier(asked: Application) -> None:
    Correction.objects.create(application=asked, field="name", reason="Ejaan", answered_at=Now())
    hand_in(asked)
    assert state(asked) == lifecycle.REVIEW


# --- What the person sees ------------------------------------------------------------------------------------------
@pytest.fixture
def client(asked: Application) -> Client:
    return cast.open_link(asked, "activation")


def test_the_receipt_tells_what_goes_on_and_then_what_came_of_it(client: Client, asked: Application) -> None:
    assert client.post("/pengajuan/periksa/")["Location"] == DONE
    asking = client.get(DONE).content.decode()
    assert "sedang dicocokkan" in asking
    assert 'http-equiv="refresh"' in asking
    tasks.match_application(str(asked.pk))
    agreed = client.get(DONE).content.decode()
    assert "Aktivasi Berhasil!" in agreed
    assert "Silakan cek email Anda untuk mengatur Passphrase" in agreed
    assert "WhatsApp" not in agreed
    assert 'http-equiv="refresh"' not in agreed


def test_where_the_link_comes_by_whatsapp_the_receipt_says_so(asked: Application) -> None:
    procedures.ask(asked, passphrase__channel="whatsapp", wizard__proves_phone=True)
    Application.objects.filter(pk=asked.pk).update(phone_proven_at=Now())
    client = cast.open_link(asked, "activation")
    client.post("/pengajuan/periksa/")
    tasks.match_application(str(asked.pk))
    page = client.get(DONE).content.decode()
    assert "Aktivasi Berhasil!" in page
    assert "WhatsApp" in page


def test_a_referred_case_hears_that_a_verifier_looks(client: Client, asked: Application) -> None:
    Application.objects.filter(pk=asked.pk).update(name="Ayu Lain")
    client.post("/pengajuan/periksa/")
    tasks.match_application(str(asked.pk))
    page = client.get(DONE).content.decode()
    assert "Verifikator akan memeriksa" in page
    assert "Aktivasi Berhasil" not in page
    assert "Nama berbeda" not in page


# --- A registry that answers late, wrongly, or 500 -----------------------------------------------------------------
@pytest.fixture
def served() -> Iterator[Served]:
    with serving(lambda request: says({}, 500)) as served:
        yield served


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: says({}, 500),
        lambda request: says({"request": "another", "nik": "agree"}),
        lambda request: says("no object"),
        lambda request: says({"nik": "agree"}, late=3),
    ],
    ids=["500", "of another", "nonsense", "late"],
)
def test_a_broken_civil_registry_leaves_it_to_a_verifier(
    asked: Application, served: Served, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    served.answer = answer
    monkeypatch.setattr(registries, "civil_registry", lambda: Loopback(served.url, "kunci", HASTY))
    hand_in(asked)
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.REVIEW
    assert any("Data kependudukan" in each for each in asked.referral)


def breaks(kind: type[BaseException]) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise kind

    return fail


def test_whatever_breaks_nobody_is_left_waiting(asked: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "match", breaks(ValueError))
    hand_in(asked)
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.REVIEW
    assert asked.referral == [automatic.BROKEN]


# --- Once ----------------------------------------------------------------------------------------------------------
def test_many_workers_at_once_decide_once(asked: Application) -> None:
    hand_in(asked)

    def settle(_: int) -> None:
        try:
            tasks.match_application(str(asked.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(settle, range(4)))
    assert (count(asked, "match"), passphrase_messages(asked)) == (1, 1)


def test_a_worker_killed_while_it_asks_leaves_it_to_the_sweep(
    asked: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(asked)
    with monkeypatch.context() as patch:
        patch.setattr(matching, "match", breaks(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.MATCHING
    assert automatic.lost() == []
    Application.objects.filter(pk=asked.pk).update(since=Now() - timedelta(seconds=91))
    assert automatic.lost() == [asked.pk]
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.PASSPHRASE
    assert passphrase_messages(asked) == 1


def test_a_worker_killed_before_its_commit_has_done_nothing(
    asked: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(asked)
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "send", breaks(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.MATCHING
    assert not asked.nik_taken
    assert passphrase_messages(asked) == 0


def test_an_answer_that_comes_after_a_withdrawal_changes_nothing(
    asked: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    from enrollment import withdrawal

    def withdraw_meanwhile(application: Application) -> Verdict:
        withdrawal.withdraw(application.pk)
        return Verdict(True, ())

    hand_in(asked)
    monkeypatch.setattr(matching, "match", withdraw_meanwhile)
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.REJECTED
    assert passphrase_messages(asked) == 0


def test_a_nik_that_another_took_meanwhile_is_left_to_a_verifier(
    asked: Application, natuna: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_meanwhile(application: Application) -> Verdict:
        other = cast.begin(natuna, 1)
        other.nik, other.nik_taken = application.nik, True
        other.save()
        return Verdict(True, ())

    hand_in(asked)
    monkeypatch.setattr(matching, "match", taken_meanwhile)
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.REVIEW
    assert asked.referral == [automatic.TAKEN]
    assert not asked.nik_taken
    assert StatusPeriod.objects.filter(application=asked, until=None).count() == 1


def test_a_phone_code_that_went_by_mail_needs_a_verifier(asked: Application) -> None:
    procedures.ask(asked, wizard__proves_phone=True)
    phone_codes.send(asked, "+6281234567890")
    row = OutboxMessage.objects.get(template="phone_code")
    phone_codes.verify(asked, "+6281234567890", phone_codes.code_of(PhoneCode.objects.get().pk))
    OutboxMessage.objects.filter(pk=row.pk).update(fell_back_at=Now(), fell_back_reason="silent")
    hand_in(Application.objects.get(pk=asked.pk))
    tasks.match_application(str(asked.pk))
    assert state(asked) == lifecycle.REVIEW
    assert automatic.BY_MAIL in asked.referral
