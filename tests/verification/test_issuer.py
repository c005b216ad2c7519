"""The issuer's desk: the second check, by somebody else, before a certificate is made."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enrollment import lifecycle, photos
from enrollment.models import Application, Institution, Role
from passphrase import actions as passphrase
from passphrase.models import CertificateRequest, SigningKey
from tests import cast, procedures
from tte_portal import files
from tte_portal.models import Account, AuditRow, OutboxMessage
from verification import actions, checks, issuer, queue
from verification.models import Decision

LIST = "/admin/penerbitan/"
State = CertificateRequest.State


def waiting_for_issuer(institution: Institution, checker: Account, number: int = 0) -> Application:
    """Verified by ``checker``, passphrase made, in a procedure whose issuer agrees by hand."""
    application = cast.submitted(institution, number)
    procedures.ask(application, certificate__issuer="by-hand")
    checks.run(application.pk)
    actions.approve(application.pk, by=checker)
    link = cast.link_of(application, "passphrase")
    passphrase.set_passphrase(application.pk, link.pk, cast.GOOD_PASSPHRASE, by=application)
    return again(application)


def again(application: Application) -> Application:
    return Application.objects.select_related("institution").get(pk=application.pk)


def words(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def issuing_officer(natuna: Institution) -> Account:
    return cast.make_officer("isa", (natuna, Role.Kind.ISSUER))


@pytest.fixture
def held(natuna: Institution, verifier: Account) -> Application:
    return waiting_for_issuer(natuna, verifier)


@pytest.fixture
def browser(issuing_officer: Account) -> Client:
    return cast.sign_in(issuing_officer)


def case_url(application: Application) -> str:
    return reverse("admin:issuing-case", args=[application.pk])


def test_the_start_page_and_the_list_show_what_waits(browser: Client, held: Application) -> None:
    start = words(browser.get("/admin/"))
    listed = words(browser.get(LIST))

    assert "Sertifikat yang menunggu persetujuan penerbit" in start
    assert held.receipt in listed
    assert case_url(held) in listed


def test_the_oldest_comes_first_and_pages_follow_one_another(
    natuna: Institution, verifier: Account, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    cases = [waiting_for_issuer(natuna, verifier, number) for number in range(3)]

    first = browser.get(LIST).context["page"]
    second = browser.get(LIST, {"after": first.after}).context["page"]

    assert [case.pk for case in (*first.cases, *second.cases)] == [case.pk for case in cases]
    assert second.after == ""


def test_the_case_shows_what_the_first_checker_saw_and_decided(
    browser: Client, held: Application, verifier: Account
) -> None:
    page = words(browser.get(case_url(held)))

    assert held.nik in page
    assert "NIK dan NIP" in page, "the automatic checks"
    assert f"Disetujui</b> oleh {verifier.name}" in page
    assert "Setujui penerbitan" in page


def test_answers_that_came_from_a_profile_are_shown_as_well(browser: Client, held: Application) -> None:
    """Without a wizard there are no steps to take the questions from."""
    procedures.ask(
        held, way_in__kind="profile", way_in__sign_in="password", way_in__check=True, wizard__steps=[],
        subjects__account="Informasi Akun",
    )  # fmt: skip

    page = words(browser.get(case_url(held)))

    for answer in (held.nik, held.employee_number, held.position, held.mailbox):
        assert answer in page


def test_each_look_at_a_picture_is_on_record(browser: Client, held: Application, issuing_officer: Account) -> None:
    second = files.store(
        photos.encoded(photos.clean(cast.portrait())), owner=held.pk, kind="photo", content_type="image/jpeg"
    )
    Application.objects.filter(pk=held.pk).update(second_photo=second)

    for picture in browser.get(case_url(held)).context["pictures"]:
        assert browser.get(picture["url"]).headers["Content-Type"] == "image/jpeg"

    looks = AuditRow.objects.filter(event="view_photo", subject=held.pk)
    assert sorted(row.facts["field"] for row in looks) == ["photo", "second_photo"]
    assert browser.get(reverse("admin:issuing-picture", args=[held.pk, "nik"])).status_code == 404
    assert browser.get(reverse("admin:issuing-picture", args=[held.pk, "ktp_photo"])).status_code == 404


def test_approval_puts_the_request_before_the_authority(
    browser: Client, held: Application, issuing_officer: Account
) -> None:
    response = browser.post(case_url(held), {"decision": "approve"}, follow=True)

    assert f"{held.receipt} disetujui untuk diterbitkan" in words(response)
    assert lifecycle.state_of(again(held)) == lifecycle.ENROLLED
    assert CertificateRequest.objects.get(application=held).state == State.PENDING
    assert AuditRow.objects.filter(event="approve_issue", subject=held.pk).exists()
    assert Decision.objects.get(application=held, officer=issuing_officer).kind == "approve"


def test_a_refusal_is_shown_word_for_word_then_ends_case_and_key(browser: Client, held: Application) -> None:
    given = {"decision": "reject", "reject-ready": "", "reject-free": "Jabatan sudah berganti."}

    preview = words(browser.post(case_url(held), given))
    assert "Jabatan sudah berganti." in preview
    assert lifecycle.state_of(again(held)) == lifecycle.APPROVAL
    browser.post(case_url(held), {**given, "send": "1"})

    found = again(held)
    assert lifecycle.state_of(found) == lifecycle.REJECTED
    assert found.rejection_reason == "Jabatan sudah berganti."
    assert not SigningKey.objects.filter(application=held, destroyed_at=None).exists()
    assert OutboxMessage.objects.filter(subject=held.pk, template="rejected").exists()


def test_a_refusal_without_a_reason_stays(browser: Client, held: Application) -> None:
    response = browser.post(case_url(held), {"decision": "reject"})

    assert response.status_code == 422
    assert "Pilih atau tulis alasan penolakan." in words(response)
    assert lifecycle.state_of(again(held)) == lifecycle.APPROVAL


def test_who_made_the_first_check_sees_why_another_has_to(
    natuna: Institution, verifier: Account, held: Application
) -> None:
    Role.objects.create(account=verifier, institution=natuna, kind=Role.Kind.ISSUER)
    browser = cast.sign_in(verifier)

    page = words(browser.get(case_url(held)))
    assert "Anda sudah memeriksa pengajuan ini pada pemeriksaan pertama" in page
    assert 'value="approve"' not in page
    refusal = {"decision": "reject", "reject-free": "Tidak jadi.", "reject-ready": "", "send": "1"}
    for given in ({"decision": "approve"}, refusal):
        response = browser.post(case_url(held), given)
        assert response.status_code == 409
        assert "Anda sudah memeriksa pengajuan ini" in words(response)
    assert lifecycle.state_of(again(held)) == lifecycle.APPROVAL


def test_nobody_decides_their_own_case(natuna: Institution, held: Application) -> None:
    officer = cast.make_officer("sendiri", (natuna, Role.Kind.ISSUER), mailbox=held.mailbox.upper())
    browser = cast.sign_in(officer)

    assert "Ini pengajuan Anda sendiri" in words(browser.get(case_url(held)))
    assert browser.post(case_url(held), {"decision": "approve"}).status_code == 409
    with pytest.raises(lifecycle.NotAllowed):
        issuer.refuse(held.pk, "Tidak jadi.", by=officer)


def test_the_second_of_two_issuers_is_told(browser: Client, natuna: Institution, held: Application) -> None:
    issuer.approve(held.pk, by=cast.make_officer("rekan", (natuna, Role.Kind.ISSUER)))

    response = browser.post(case_url(held), {"decision": "approve"})

    assert response.status_code == 409
    assert "sudah diputuskan petugas lain" in words(response)


def test_an_issuer_of_another_institution_finds_nothing(sulteng: Institution, held: Application) -> None:
    browser = cast.sign_in(cast.make_officer("jauh", (sulteng, Role.Kind.ISSUER)))

    assert held.receipt not in words(browser.get(LIST))
    assert browser.get(case_url(held)).status_code == 404
    assert browser.post(case_url(held), {"decision": "approve"}).status_code == 404


# --- What the authority has refused --------------------------------------------------------------------------------
@pytest.fixture
def turned_down(natuna: Institution, verifier: Account) -> Application:
    """A certificate at once, but the authority refused the request."""
    application = cast.approved(natuna, verifier, 1)
    link = cast.link_of(application, "passphrase")
    passphrase.set_passphrase(application.pk, link.pk, cast.GOOD_PASSPHRASE, by=application)
    CertificateRequest.objects.filter(application=application).update(
        state=State.REJECTED, error="Nama terlalu panjang"
    )
    return again(application)


def test_a_request_that_the_authority_refused_can_be_put_before_it_again(
    browser: Client, turned_down: Application
) -> None:
    listed = words(browser.get(LIST))
    assert turned_down.receipt in listed
    assert "Nama terlalu panjang" in listed

    response = browser.post(reverse("admin:issuing-ask-again", args=[turned_down.pk]), follow=True)

    assert "diajukan lagi kepada otoritas" in words(response)
    assert CertificateRequest.objects.filter(application=turned_down, state=State.PENDING).count() == 1
    assert AuditRow.objects.filter(event="ask_again", subject=turned_down.pk).exists()
    assert response.context["refused"] == []
    assert browser.post(reverse("admin:issuing-ask-again", args=[turned_down.pk])).status_code == 404


def test_refused_requests_come_in_pages_too(
    browser: Client, natuna: Institution, verifier: Account, turned_down: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 1)
    other = cast.approved(natuna, verifier, 2)
    passphrase.set_passphrase(other.pk, cast.link_of(other, "passphrase").pk, cast.GOOD_PASSPHRASE, by=other)
    CertificateRequest.objects.filter(application=other).update(state=State.REJECTED)

    first = browser.get(LIST).context
    second = browser.get(LIST, {"lanjut": first["refused_after"]}).context

    assert (first["refused"], second["refused"]) == ([turned_down], [other])
    assert second["refused_after"] == ""


def test_another_institutions_issuer_cannot_ask_again(sulteng: Institution, turned_down: Application) -> None:
    browser = cast.sign_in(cast.make_officer("jauh", (sulteng, Role.Kind.ISSUER)))

    assert turned_down.receipt not in words(browser.get(LIST))
    assert browser.post(reverse("admin:issuing-ask-again", args=[turned_down.pk])).status_code == 404
