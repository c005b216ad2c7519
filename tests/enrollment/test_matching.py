"""The automatic verification: agreement in everything or a verifier, with the reason in plain words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from enrollment import comparisons, lifecycle, matching, registries
from enrollment.demo.civil import Cast
from enrollment.matching import Verdict, match
from enrollment.models import Application, Correction, Institution, Status
from enrollment.numbers import Birth
from enrollment.registries import Answer, Answers, Claim, Person, Unavailable
from enrollment.registries.imported import Imported
from enrollment.registries.siasn import Siasn
from tests import cast
from tests.enrollment.registries.servers import LIMITS, Served, says, serving
from tests.enrollment.registries.test_siasn import DATA, Bkn, access
from tests.hostile import everything_written, guesses

NOT_AN_EMPLOYEE = "Pemohon bukan ASN atau anggota POLRI; selalu diperiksa oleh verifikator."


class Stub:
    """Either registry, answering what a test says and remembering what it was asked."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def find(self, institution: Institution, employee_number: str) -> Any:
        self.asked.append(employee_number)
        return self.answer(employee_number)

    def compare(self, claim: Claim) -> Any:
        self.asked.append(claim)
        return self.answer(claim)


@pytest.fixture
def case(natuna: Institution) -> Application:
    """Ayu has handed in; her photo is without findings."""
    application = cast.submitted(natuna)
    return changed(application, photo_findings=[])


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Imported(), Cast())


def use(monkeypatch: pytest.MonkeyPatch, personnel: Any, civil: Any) -> None:
    monkeypatch.setattr(registries, "personnel_registry", lambda: personnel)
    monkeypatch.setattr(registries, "civil_registry", lambda: civil)


def changed(case: Application, **fields: Any) -> Application:
    for field, value in fields.items():
        setattr(case, field, value)
    case.save()
    return case


def agreeing(claim: Claim) -> Answers:
    return Answers(*[Answer.AGREE] * 4)


# --- All agree -----------------------------------------------------------------------------------------------------
def test_a_demo_person_passes(case: Application) -> None:
    assert match(case) == Verdict(True, ())


def test_the_whole_cast_passes(institutions: dict[str, Institution]) -> None:
    for institution in institutions.values():
        institution.procedure_slug = "natuna"
        institution.save()
        for number in (2, 4, 5):
            case = changed(cast.submitted(institution, number), photo_findings=[])
            assert match(case) == Verdict(True, ()), case.mailbox


def test_accents_and_case_are_no_difference(case: Application) -> None:
    assert match(changed(case, name="ÁYU  contoh")).agreed


def test_unit_position_and_titles_decide_nothing(case: Application) -> None:
    assert match(changed(case, unit="Lain", position="Lain", province="Bali", back_title="M.T.")).agreed


def test_it_changes_nothing_and_the_answers_are_written_nowhere(case: Application) -> None:
    before = Application.objects.get(pk=case.pk)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        match(changed_name(case))

    written = [each["sql"] for each in captured if not each["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert written == []
    after = Application.objects.get(pk=case.pk)
    assert lifecycle.state_of(after) == lifecycle.state_of(before)
    assert b"Lain" not in everything_written()


def changed_name(case: Application) -> Application:
    case.name = "Ayu Lain"
    return case


# --- What the portal knows itself ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"nik": "9901011705680100"}, "Tanggal lahir atau jenis kelamin pada NIK dan NIP / NRP berbeda."),
        ({"employee_number": "199001302026032109"}, "NIP / NRP tidak ditemukan di data pegawai."),
        ({"name": "Ayu Lain"}, "Nama berbeda dari data pegawai."),
        ({"name": "Ayu Lain"}, "Berbeda dari data kependudukan: nama."),
        ({"nik": "9901015705689999"}, "Berbeda dari data kependudukan: NIK."),
        ({"mailbox": "ayu@gmail.example"}, "Surel dinas tidak memakai domain instansi."),
        (
            {"mailbox": "orang.lain@natunakab.example"},
            "Surel dinas ini tidak tercatat sebagai milik pemegang NIP / NRP.",
        ),
        ({"photo_findings": ["dark"]}, "Foto diri: Foto terlalu gelap. Cari tempat yang lebih terang."),
        ({"photo_findings": ["dark"]}, "Belum dapat dicocokkan dengan data kependudukan: wajah."),
        ({"photo": None}, "Tidak ada foto diri."),
    ],
)
def test_each_doubt_is_a_reason(case: Application, fields: dict[str, Any], reason: str) -> None:
    found = match(changed(case, **fields))

    assert not found.agreed
    assert reason in found.reasons


def test_a_case_that_came_back_is_looked_at(case: Application) -> None:
    Correction.objects.create(application=case, field="name", reason="Ejaan", answered_at=lifecycle.now())

    assert match(case).reasons == ("Pengajuan ini pernah dikembalikan untuk diperbaiki.",)


def test_another_living_case_with_the_nik_is_a_reason_wherever_it_is(
    natuna: Institution, sulteng: Institution, case: Application
) -> None:
    other = changed(cast.submitted(natuna, 1), nik=case.nik, institution=sulteng)

    assert match(case).reasons == ("NIK yang sama dipakai pengajuan lain.",)

    changed(other, employee_number=case.employee_number)
    assert match(case).reasons[1] == "NIP / NRP yang sama dipakai pengajuan lain."
    for status in comparisons.ENDED:
        changed(other, status=status)
        assert match(case).agreed
    changed(other, status=Status.SUSPENDED, nik_taken=True)
    assert not match(case).agreed


def test_a_draft_with_somebody_elses_nik_holds_nobody_up(natuna: Institution, case: Application) -> None:
    changed(cast.begin(natuna, 1), nik=case.nik)

    assert match(case).agreed


@pytest.mark.parametrize(
    "fields", [{"kind": "other"}, {"kind": "other", "employee_number": ""}, {"employee_number": ""}]
)
def test_who_is_no_employee_goes_to_a_verifier_and_nobody_is_asked(
    case: Application, fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    personnel, civil = Stub(lambda number: None), Stub(agreeing)
    use(monkeypatch, personnel, civil)

    assert match(changed(case, **fields)) == Verdict(False, (NOT_AN_EMPLOYEE,))
    assert personnel.asked == civil.asked == []


# --- What the registries say ---------------------------------------------------------------------------------------
def person(case: Application) -> Person:
    return Person(
        case.employee_number, "AYU CONTOH", case.nik, Birth(17, 5, 1968, "P"), frozenset({case.mailbox}), "Lain", "Lain"
    )


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({}, None),
        ({"nik": "", "birth": None}, None),
        ({"birth": Birth(17, 5, 1968, None)}, None),
        ({"name": "AYU CONTOH PUTRI"}, "Nama berbeda dari data pegawai."),
        ({"nik": "9901015705680999"}, "NIK berbeda dari data pegawai."),
        ({"nik": "bukan nik"}, "NIK berbeda dari data pegawai."),
        ({"birth": Birth(18, 5, 1968, "P")}, "Tanggal lahir atau jenis kelamin pada NIK berbeda dari data pegawai."),
        ({"standing": "PNS"}, None),
        ({"standing": "Pensiun"}, "Data pegawai mencatat orang ini sudah tidak bekerja."),
        ({"birth": Birth(17, 5, 1968, "L")}, "Tanggal lahir atau jenis kelamin pada NIK berbeda dari data pegawai."),
    ],
)
def test_the_personnel_registry_has_to_agree(
    case: Application, monkeypatch: pytest.MonkeyPatch, differs: dict[str, Any], reason: str | None
) -> None:
    use(monkeypatch, Stub(lambda number: replace(person(case), **differs)), Stub(agreeing))

    assert match(case).reasons == ((reason,) if reason else ())


def test_the_institutions_list_may_vouch_for_the_mailbox(case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Stub(lambda number: replace(person(case), mailboxes=frozenset())), Stub(agreeing))
    assert match(case).agreed

    case.record = None
    case.institution.personnel.all().delete()
    assert match(case).reasons == ("Surel dinas ini tidak tercatat sebagai milik pemegang NIP / NRP.",)


ANSWERS = some.sampled_from(list(Answer))


@guesses
@given(nik=ANSWERS, name=ANSWERS, birth=ANSWERS, face=ANSWERS)
def test_only_agreement_in_all_agrees(
    case: Application, nik: Answer, name: Answer, birth: Answer, face: Answer
) -> None:
    answers = Answers(nik, name, birth, face)
    with pytest.MonkeyPatch.context() as patch:
        use(patch, Imported(), Stub(lambda claim: answers))
        found = match(case)

    assert found.agreed == ({nik, name, birth, face} == {Answer.AGREE})
    told = " ".join(found.reasons)
    for answer, word in ((nik, "NIK"), (name, "nama"), (birth, "tanggal lahir"), (face, "wajah")):
        assert (word in told) == (answer != Answer.AGREE)


@pytest.mark.parametrize("birth", list(Answer))
def test_a_policemans_number_claims_no_birth(case: Application, monkeypatch: pytest.MonkeyPatch, birth: Answer) -> None:
    changed(case, employee_number="68050001")
    civil = Stub(lambda claim: replace(agreeing(claim), birth=birth))
    use(monkeypatch, Stub(lambda number: replace(person(case), employee_number=number, birth=None)), civil)

    found = match(case)

    assert civil.asked[0].birth is None
    assert found.agreed == (birth != Answer.DISAGREE)


def test_the_claim_is_what_was_typed(case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    civil = Stub(agreeing)
    use(monkeypatch, Imported(), civil)

    match(case)

    claim = civil.asked[0]
    assert (claim.nik, claim.name, claim.birth) == (case.nik, case.name, date(1968, 5, 17))
    assert claim.face.jpeg().startswith(b"\xff\xd8")


def down(*args: Any) -> Any:
    raise Unavailable("SIASN tidak menjawab dalam 10 detik")


def test_a_registry_that_is_down_is_the_reason_and_the_other_is_asked_all_the_same(
    case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Stub(down), Stub(agreeing))
    assert match(case).reasons == ("Data pegawai belum dapat diperiksa: SIASN tidak menjawab dalam 10 detik.",)

    civil = Stub(down)
    use(monkeypatch, Stub(lambda number: None), civil)
    assert match(case).reasons == (
        "NIP / NRP tidak ditemukan di data pegawai.",
        "Data kependudukan belum dapat diperiksa: SIASN tidak menjawab dalam 10 detik.",
    )


def test_without_a_civil_registry_nobody_passes(
    case: Application, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    registries.made.cache_clear()
    settings.CIVIL_REGISTRY = "unknown"

    assert match(case).reasons == ("Belum dapat dicocokkan dengan data kependudukan: NIK, nama, tanggal lahir, wajah.",)


# --- Over HTTP -----------------------------------------------------------------------------------------------------
@pytest.fixture
def served() -> Iterator[Served]:
    with serving(Bkn()) as served:
        yield served


def test_siasn_agrees_or_tells_why_not(case: Application, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    bkn = served.answer
    assert isinstance(bkn, Bkn)
    right = {**DATA, "nama": case.name, "nik": case.nik, "emailGov": case.mailbox, "nipBaru": case.employee_number}
    bkn.data = lambda nip: says({"code": 1, "data": right})
    use(monkeypatch, Siasn(access(served.url), LIMITS), Cast())
    assert match(case).agreed

    bkn.data = lambda nip: says({}, 500)
    use(monkeypatch, Siasn(access(served.url), LIMITS), Cast())
    assert match(case).reasons == ("Data pegawai belum dapat diperiksa: SIASN menjawab dengan kesalahan 500.",)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_registry_is_asked(case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(claim: Claim) -> Answers:
        seen.append(connection.in_atomic_block)
        return agreeing(claim)

    use(monkeypatch, Imported(), Stub(look))
    match(case)
    assert seen == [False]

    with pytest.raises(RuntimeError), transaction.atomic():
        match(case)
    assert seen == [False]


# --- What reasons may say ------------------------------------------------------------------------------------------
def test_reasons_hold_neither_names_nor_numbers(natuna: Institution, case: Application) -> None:
    other = cast.begin(natuna, 1)
    assert other.record is not None
    changed(case, name="Rahasia Sekali", employee_number=other.record.employee_number, nik="9901011705680100")

    told = " ".join(match(case).reasons)

    assert len(told) > 100
    assert not any(part in told for part in ("Rahasia", other.name, "9901", "1979"))
    assert matching.match(case) == match(case)
