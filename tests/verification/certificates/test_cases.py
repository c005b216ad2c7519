"""Officers find a certificate, revoke, suspend and resume it, and begin a reissue: each act audited, none twice."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from enrollment.models import Application, Institution, PersonnelRecord, Role
from passphrase import revocation
from passphrase.models import Certificate, Issuance
from tests import cast
from tte_portal.models import Account, AuditRow

FIND = "/admin/sertifikat/"


def page_of(application: Application, act: str = "") -> str:
    return f"{FIND}{application.pk}/{act and act + '/'}"


def certificate_of(application: Application) -> Certificate:
    return Certificate.objects.get(application=application)


def state_of(application: Application) -> str:
    return str(Application.objects.get(pk=application.pk).status)


def spaced(serial: str) -> str:
    return ":".join(serial[at : at + 2] for at in range(0, len(serial), 2))


def known_by(application: Application) -> list[str]:
    serial = certificate_of(application).serial
    return [serial, serial.lower(), spaced(serial.zfill(40)), application.nik, application.employee_number,
            application.mailbox, application.receipt]  # fmt: skip


def test_a_certificate_is_found_by_all_that_is_known_of_it(active: Application, desk: Client) -> None:
    for term in known_by(active):
        answer = desk.post(FIND, {"q": term})
        assert (answer.status_code, answer["Location"]) == (302, page_of(active)), term
    assert active.name in desk.post(FIND, {"q": active.name[:5]}).content.decode()
    rows = AuditRow.objects.filter(event="search_certificate")
    assert rows.count() == len(known_by(active)) + 1
    assert active.nik not in str(list(rows.values()))


def test_elsewhere_nothing_of_it_exists(active: Application, outsider: Account) -> None:
    away = cast.sign_in(outsider)
    for term in (*known_by(active), active.name[:5]):
        answer = away.post(FIND, {"q": term})
        assert answer.status_code == 200
        assert active.mailbox not in answer.content.decode().replace(f'value="{term}"', "")
    for act in ("", "cabut", "tangguhkan"):
        assert away.get(page_of(active, act)).status_code == 404
    assert away.post(page_of(active, "cabut"), {"reason": "keyCompromise", "comment": "x"}).status_code == 404
    assert state_of(active) == "ACTIVE"


@pytest.mark.parametrize("kind", [Role.Kind.HELP_DESK, Role.Kind.ADMINISTRATOR, Role.Kind.HR])
def test_other_roles_have_no_business_here(active: Application, natuna: Institution, kind: Role.Kind) -> None:
    other = cast.sign_in(cast.make_officer("lain", (natuna, kind)))

    assert other.get(page_of(active)).status_code == 404
    assert other.post(page_of(active, "tangguhkan"), {"comment": "x"}).status_code == 404
    assert state_of(active) == "ACTIVE"


@pytest.mark.parametrize("code", [each.code for each in revocation.REASONS])
def test_an_officer_revokes_with_any_reason_and_a_note(active: Application, desk: Client, code: str) -> None:
    page = desk.get(page_of(active, "cabut")).content.decode()
    assert revocation.words_of(code) in page

    answer = desk.post(page_of(active, "cabut"), {"reason": code, "comment": "Surat OPD 12/2026"}, follow=True)

    assert "Sertifikat dicabut." in answer.content.decode()
    assert certificate_of(active).revocation_reason == code
    assert Issuance.objects.get(serial=certificate_of(active).serial).revocation_reason == code
    assert cast.deliver_all() == ["revoked"]
    row = AuditRow.objects.get(subject=active.pk, event="revoke")
    assert row.actor.startswith("account:")
    # The note is personal: sealed, not in the clear.
    assert "Surat OPD" not in str(row.facts)


@pytest.mark.parametrize("typed", [{}, {"reason": "keyCompromise"}, {"comment": "x"}, {"reason": "?", "comment": "x"}])
def test_without_reason_or_note_nothing_happens(active: Application, desk: Client, typed: dict[str, str]) -> None:
    assert desk.post(page_of(active, "cabut"), typed).status_code == 422
    assert state_of(active) == "ACTIVE"


def test_a_second_revocation_changes_nothing_and_says_so(active: Application, desk: Client, issuer: Account) -> None:
    typed = {"reason": "keyCompromise", "comment": "Telepon, tiket 7"}
    desk.post(page_of(active, "cabut"), typed)

    again = cast.sign_in(issuer).post(page_of(active, "cabut"), {**typed, "reason": "superseded"}, follow=True)

    assert "sudah dicabut sebelumnya" in again.content.decode()
    assert certificate_of(active).revocation_reason == "keyCompromise"
    assert AuditRow.objects.filter(subject=active.pk, event="revoke").count() == 1


def test_suspended_and_resumed(active: Application, desk: Client, issuer: Account) -> None:
    desk.post(page_of(active, "tangguhkan"), {"reason": "deviceLost", "comment": "Ponsel hilang, tiket 8"})
    assert state_of(active) == "SUSPENDED"
    page = desk.get(page_of(active)).content.decode()
    assert "Aktifkan lagi" in page
    assert ">Tangguhkan<" not in page

    assert "Ponsel hilang, tiket 8" in page

    cast.sign_in(issuer).post(page_of(active, "aktifkan"), {"comment": "Sudah ditemukan"})

    assert state_of(active) == "ACTIVE"
    assert cast.deliver_all() == ["suspended", "resumed"]


def test_officers_read_how_a_holder_proved_it(active: Application, desk: Client) -> None:
    revocation.suspend(active.pk, by=active, proof="link")

    assert "pemegangnya sendiri, lewat tautan surel dinas" in desk.get(page_of(active)).content.decode()


def test_nobody_touches_the_own_certificate(active: Application, natuna: Institution) -> None:
    own = cast.sign_in(cast.make_officer("saya", (natuna, Role.Kind.VERIFIER), mailbox=active.mailbox))

    assert "sertifikat Anda sendiri" in own.get(page_of(active)).content.decode()
    answer = own.post(page_of(active, "cabut"), {"reason": "keyCompromise", "comment": "x"}, follow=True)

    assert "Tidak dilakukan" in answer.content.decode()
    assert state_of(active) == "ACTIVE"


def test_a_changed_record_is_shown_and_taken_over(active: Application, desk: Client) -> None:
    assert "Perbarui data" not in desk.get(page_of(active)).content.decode()
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")
    page = desk.get(page_of(active)).content.decode()
    assert "Kepala Bidang Contoh" in page

    desk.post(page_of(active, "perbarui"))

    new = Application.objects.get(predecessor=active)
    assert (new.purpose, new.position) == ("reissue", "Kepala Bidang Contoh")
    assert cast.deliver_all() == ["set_passphrase"]
    assert AuditRow.objects.get(subject=new.pk, event="succeed").actor.startswith("account:")


def test_what_ends_within_a_month_is_listed(active: Application, desk: Client, outsider: Account) -> None:
    assert active.name not in desk.get(f"{FIND}akan-berakhir/").content.decode()
    Certificate.objects.filter(application=active).update(not_after=Now() + timedelta(days=12.5), reminded_days=14)

    page = desk.get(f"{FIND}akan-berakhir/").content.decode()

    assert active.name in page
    assert "13 hari" in page
    assert "14 hari sebelumnya" in page
    assert active.name not in cast.sign_in(outsider).get(f"{FIND}akan-berakhir/").content.decode()


@pytest.mark.parametrize("act", ["cabut", "tangguhkan", "aktifkan", "perbarui"])
def test_before_anything_is_done_the_certificate_is_named_and_there_is_a_way_back(
    active: Application, desk: Client, verifier: Account, act: str
) -> None:
    if act == "aktifkan":
        revocation.suspend(active.pk, by=verifier)
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")

    page = desk.get(page_of(active, act)).content.decode()

    assert certificate_of(active).serial in page
    assert f'<a href="{page_of(active)}">Batal</a>' in page
    assert not Application.objects.filter(predecessor=active).exists()


def test_a_revoked_certificate_says_so_in_place_of_the_form(
    active: Application, desk: Client, verifier: Account
) -> None:
    revocation.revoke(active.pk, "keyCompromise", by=verifier, comment="Tiket 9")

    for act in ("cabut", "tangguhkan", "aktifkan"):
        answer = desk.get(page_of(active, act))
        page = answer.content.decode()
        assert (answer.status_code, "<textarea" in page) == (200, False), act
        assert "Sertifikat ini sudah dicabut, sejak" in page
        assert revocation.words_of("keyCompromise") in page
        assert f'<a href="{page_of(active)}">Kembali ke sertifikat ini</a>' in page
        assert certificate_of(active).serial in page


def test_what_does_not_fit_offers_what_does(active: Application, desk: Client, verifier: Account) -> None:
    resumes = desk.get(page_of(active, "aktifkan")).content.decode()
    assert "Sertifikat ini aktif, sejak" in resumes
    assert page_of(active, "tangguhkan") in resumes

    revocation.suspend(active.pk, "deviceLost", by=verifier, comment="Tiket 8")
    suspends = desk.get(page_of(active, "tangguhkan")).content.decode()

    assert "Sertifikat ini sudah ditangguhkan, sejak" in suspends
    assert "Ponsel atau komputer Anda hilang" in suspends
    assert page_of(active, "aktifkan") in suspends
    assert "<textarea" in desk.get(page_of(active, "cabut")).content.decode()


def test_a_reissue_that_is_not_due_is_not_offered(active: Application, desk: Client) -> None:
    answer = desk.get(page_of(active, "perbarui"))

    assert (answer.status_code, answer["Location"]) == (302, page_of(active))
