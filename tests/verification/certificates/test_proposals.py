"""Somebody who seems to have left is proposed and never revoked by itself; an officer decides, once."""

import threading
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client

from enrollment import lifecycle, registries
from enrollment.models import Application, Institution, PersonnelRecord, Role
from enrollment.registries import Person, Unavailable
from enrollment.registries.imported import Imported
from passphrase.models import Certificate
from tests import cast
from tte_portal import audit
from tte_portal.encryption import blind_index
from tte_portal.models import Account, AuditRow
from verification.certificates import asking, listed, proposals
from verification.certificates.models import Asked, Proposal

LIST = "/admin/sertifikat/usulan/"
Finding, State = Proposal.Finding, Proposal.State


class Registry:
    """Answers as it was told to, and counts."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, 0

    def find(self, institution: Institution, employee_number: str) -> Person | None:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[no-any-return]


def person(standing: str) -> Person:
    return Person("199901012024012001", "AYU CONTOH", standing=standing)


def ask(registry: Any) -> int:
    with patch.object(registries, "personnel_registry", lambda: registry):
        return asking.sweep()


def week_passes() -> None:
    Asked.objects.all().delete()


def found() -> list[tuple[str, str]]:
    return list(Proposal.objects.values_list("finding", "state"))


def state_of(application: Application) -> str:
    return str(Application.objects.get(pk=application.pk).status)


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (person("Pensiun"), "left"), (person("Diberhentikan dengan hormat"), "left"),
        (person("Meninggal dunia"), "left"), (None, "absent"),
        (person("PNS"), None), (person("Aktif"), None), (person(""), None), (person("Masa Persiapan Pensiun"), None),
        (person("CPNS"), None), (Unavailable("SIASN tidak dapat dihubungi"), None),
    ],
)  # fmt: skip
def test_what_the_registry_says_is_proposed_and_nothing_else(
    active: Application, answer: Any, finding: str | None
) -> None:
    ask(Registry(answer))

    assert found() == ([(finding, "waiting")] if finding else [])
    assert state_of(active) == "ACTIVE"
    assert Certificate.objects.get(application=active).revoked_at is None


def test_each_person_is_asked_about_once_a_week(active: Application) -> None:
    registry = Registry(person("Aktif"))
    assert [ask(registry), ask(registry)] == [1, 0]
    week_passes()
    assert ask(registry) == 1
    assert registry.asked == 2


def test_a_silent_registry_is_asked_again_next_time(active: Application) -> None:
    assert ask(Registry(Unavailable("SIASN tidak menjawab"))) == 0
    assert ask(Registry(person("Pensiun"))) == 1


def test_the_same_finding_is_proposed_once(active: Application) -> None:
    for _ in range(3):
        ask(Registry(person("Pensiun")))
        week_passes()

    assert found() == [("left", "waiting")]
    assert AuditRow.objects.filter(event="propose_revocation").count() == 1


def test_a_mistake_of_the_registry_takes_the_proposal_back(active: Application) -> None:
    ask(Registry(person("Pensiun")))
    week_passes()
    ask(Registry(person("Aktif")))

    assert found() == [("left", "over")]


def test_the_imported_list_tells_who_was_taken_out_of_it(active: Application) -> None:
    ask(Imported())
    assert found() == []
    week_passes()
    PersonnelRecord.objects.filter(applications=active).delete()
    ask(Imported())

    assert found() == [("absent", "waiting")]


def test_whom_a_stranger_typed_the_imported_list_may_never_have_held(
    active: Application, institutions: dict[str, Institution]
) -> None:
    from enrollment import procedure, terms

    PersonnelRecord.objects.filter(applications=active).delete()
    Application.objects.filter(pk=active.pk).update(procedure=terms.keep(procedure.find("tangsel")))
    ask(Imported())

    assert found() == []


def test_who_stands_in_another_institutions_list_has_moved(active: Application, sulteng: Institution) -> None:
    assert active.record is not None
    PersonnelRecord.objects.create(
        institution=sulteng, employee_number=active.employee_number, name=active.name, unit="Dinas Lain",
        position="Staf", province="Sulawesi Tengah", mailbox="ayu.pindah@sultengprov.go.id", employment="PNS",
        imported_at=Now(),
    )  # fmt: skip
    ask(Imported())

    assert found() == [("elsewhere", "waiting")]
    told = Proposal.objects.get().told
    assert sulteng.name not in told


@pytest.fixture
def proposal(active: Application) -> Proposal:
    proposals.propose(active, Finding.LEFT, "Pensiun")
    return Proposal.objects.get()


def page_of(proposal: Proposal) -> str:
    return f"{LIST}{proposal.pk}/"


def test_an_officer_revokes(active: Application, proposal: Proposal, desk: Client) -> None:
    assert active.name in desk.get(LIST).content.decode()
    assert "Pensiun" in desk.get(page_of(proposal)).content.decode()

    answer = desk.post(page_of(proposal), {"decision": "revoke", "comment": "SK pensiun 4/2026"}, follow=True)

    assert "dicabut" in answer.content.decode()
    assert Certificate.objects.get(application=active).revocation_reason == "affiliationChanged"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.comment) == ("revoked", "SK pensiun 4/2026")
    assert cast.deliver_all() == ["revoked"]


def test_an_officer_keeps_it_with_a_reason_and_it_does_not_come_back(
    active: Application, proposal: Proposal, desk: Client
) -> None:
    assert desk.post(page_of(proposal), {"decision": "keep"}).status_code == 422
    desk.post(page_of(proposal), {"decision": "keep", "comment": "Diperbantukan, masih aktif"})

    assert state_of(active) == "ACTIVE"
    assert AuditRow.objects.filter(subject=active.pk, event="decide_proposal").count() == 1
    ask(Registry(person("Pensiun")))
    assert found() == [("left", "kept")]
    # Something else that is found is something else.
    week_passes()
    ask(Registry(person("Meninggal")))
    assert sorted(found()) == [("left", "kept"), ("left", "waiting")]


def test_two_officers_decide_once(
    active: Application, proposal: Proposal, verifier: Account, colleague: Account
) -> None:
    proposals.decide(proposal.pk, "Masih bekerja", revoke=False, by=verifier)

    with pytest.raises(proposals.AlreadyDecided):
        proposals.decide(proposal.pk, "SK pensiun", revoke=True, by=colleague)
    assert state_of(active) == "ACTIVE"


def test_one_that_ended_otherwise_waits_for_nobody(
    active: Application, proposal: Proposal, desk: Client, verifier: Account
) -> None:
    from passphrase import revocation

    revocation.revoke(active.pk, "keyCompromise", by=verifier)

    assert active.name not in desk.get(LIST).content.decode()
    answer = desk.post(page_of(proposal), {"decision": "revoke", "comment": "x"}, follow=True)
    assert "Tidak dilakukan" in answer.content.decode()
    assert proposals.close_ended() == 1


def test_neither_elsewhere_nor_ones_own(
    active: Application, proposal: Proposal, outsider: Account, natuna: Institution
) -> None:
    away = cast.sign_in(outsider)
    assert active.name not in away.get(LIST).content.decode()
    assert away.post(page_of(proposal), {"decision": "revoke", "comment": "x"}).status_code == 404
    own = cast.sign_in(cast.make_officer("saya", (natuna, Role.Kind.VERIFIER), mailbox=active.mailbox))
    own.post(page_of(proposal), {"decision": "keep", "comment": "x"})
    assert state_of(active) == "ACTIVE"
    assert found() == [("left", "waiting")]


def listing(institution: Institution, *, without: Application) -> str:
    rows = ["NIP;Nama;Unit Organisasi;Jabatan;Surel Dinas;Jenis Pegawai"]
    for each in PersonnelRecord.objects.filter(institution=institution):
        if each.pk != without.record_id:
            rows.append(
                f"{each.employee_number};{each.name};{each.unit};{each.position};{each.mailbox};{each.employment}"
            )
    return "\n".join(rows)


def upload(desk: Client, institution: Institution, text: str) -> Any:
    file = SimpleUploadedFile("pegawai.csv", BytesIO(text.encode()).read())
    return desk.post(f"{LIST}daftar/", {"institution": institution.pk, "file": file}, follow=True)


def test_a_complete_list_proposes_who_is_not_in_it(active: Application, desk: Client, natuna: Institution) -> None:
    page = upload(desk, natuna, listing(natuna, without=active)).content.decode()

    assert "1 pemegang sertifikat tidak ada di daftar; 1 usulan baru" in page
    assert found() == [("not-listed", "waiting")]
    assert state_of(active) == "ACTIVE"
    # What the registry does not know better stays: the list said it.
    ask(Registry(person("Aktif")))
    assert found() == [("not-listed", "waiting")]


def test_a_list_that_is_not_complete_says_nothing(active: Application, desk: Client, natuna: Institution) -> None:
    whole = listing(natuna, without=active).splitlines()

    assert "bukan daftar lengkap" in upload(desk, natuna, "\n".join(whole[:3])).content.decode()
    spoiled = "\n".join([*whole[:-1], "12345;Tanpa Nomor;Unit;Jabatan;x@natunakab.go.id;PNS"])
    assert "NIP tidak terbaca di 1 baris" in upload(desk, natuna, spoiled).content.decode()
    assert upload(desk, natuna, "bukan daftar").status_code == 422
    assert found() == []


def test_a_list_of_another_institution_is_not_taken(
    active: Application, desk: Client, natuna: Institution, sulteng: Institution
) -> None:
    assert upload(desk, sulteng, listing(natuna, without=active)).status_code == 422
    assert found() == []


def test_nothing_but_numbers_is_needed_for_a_complete_list(
    active: Application, desk: Client, natuna: Institution
) -> None:
    numbers = [line.split(";")[0] for line in listing(natuna, without=active).splitlines()]

    assert "1 usulan baru" in upload(desk, natuna, "\n".join(numbers)).content.decode()


def test_what_a_heading_lacks_is_told_at_once(active: Application, desk: Client, natuna: Institution) -> None:
    rows = listing(natuna, without=active).splitlines()[1:]
    told = upload(desk, natuna, "\n".join(["Nomor;Nama;Unit;Jabatan;Surel;Jenis", *rows])).content.decode()

    assert "Kolom ini tidak ditemukan: NIP. " in told
    assert "nama kolom: NIP." in upload(desk, natuna, "\n".join(rows)).content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_sample_is_read_as_it_is(desk: Client, natuna: Institution, kind: str) -> None:
    page = desk.get(f"{LIST}daftar/").content.decode()
    assert f"{LIST}daftar/contoh/{kind}/" in page

    assert all(row[0] in page for row in listed.SAMPLE)

    # CSV has numbers behind an apostrophe, so that Excel does not count with them.
    indexes = listed._numbers(natuna, desk.get(f"{LIST}daftar/contoh/{kind}/").content)

    assert indexes == {blind_index("employee-number", row[0]) for row in listed.SAMPLE[1:]}


def test_a_proposal_names_the_certificate_and_a_way_back(active: Application, proposal: Proposal, desk: Client) -> None:
    page = desk.get(page_of(proposal)).content.decode()

    assert Certificate.objects.get(application=active).serial in page
    assert f'<a href="{LIST}">Batal</a>' in page


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_the_application_keeps_no_proposal_waiting(natuna: Institution) -> None:
    # Somebody else holds the application and comes to the institution's audit chain only when this is written: were the
    # application's row closed to references as well, each would wait for the other.
    application = cast.begin(natuna)
    written: list[bool] = []

    def write() -> None:
        written.append(proposals.propose(application, Finding.LEFT, "Pensiun"))
        connection.close()

    with transaction.atomic():
        lifecycle.locked(application.pk)
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(20)
        assert written == [True]
        audit.record("view_photo", by=None, chain=natuna.audit_chain, subject=application.pk)


@pytest.mark.parametrize("act", ["", "cabut/", "tangguhkan/", "perbarui/"])
def test_whoever_opens_the_certificate_learns_of_the_proposal(active: Application, desk: Client, act: str) -> None:
    PersonnelRecord.objects.filter(applications=active).update(position="Kepala Bidang Contoh")
    address = f"/admin/sertifikat/{active.pk}/{act}"
    assert "Pencabutan sertifikat ini diusulkan" not in desk.get(address).content.decode()
    proposals.propose(active, Finding.LEFT, "Pensiun")
    proposal = Proposal.objects.get()

    page = desk.get(address).content.decode()

    assert "Pencabutan sertifikat ini diusulkan" in page
    assert f'href="{LIST}{proposal.pk}/"' in page
    Proposal.objects.update(state=State.KEPT)
    assert "Pencabutan sertifikat ini diusulkan" not in desk.get(address).content.decode()
