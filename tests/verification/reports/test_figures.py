"""Every report against numbers counted by hand, from the kept counts and, for one OPD, from the rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from enrollment.models import Institution, Opd, Role
from passphrase.models import Certificate
from tests import cast
from tests.passphrase.conftest import certificate_authority  # noqa: F401 (a fixture)
from tests.verification.reports.conftest import Registry, Stay, at, days_ago, scope_of
from tte_portal.models import Account, Link, OutboxMessage
from verification import actions
from verification.models import Reason
from verification.reports import figures, sizes, tally
from verification.reports.growth import line_through
from verification.reports.measures import GROWTH
from verification.reports.reasons import sort_reasons
from verification.reports.tables import REPORTS, Table

MARCH = {"dari": "2026-03-01", "sampai": "2026-03-31"}


def table_of(slug: str, officer: Account, **asked: Any) -> dict[str, Any]:
    """First cell of each row → the others."""
    return {str(row[0]): row[1:] for row in REPORTS[slug](scope_of(officer, **asked)).rows}


@pytest.fixture(params=["noted", "added up"])
def march(request: pytest.FixtureRequest, registry: Registry, natuna: Institution, sulteng: Institution) -> list[Opd]:
    """Three people of one OPD, one of another, one of nowhere, and one of Sulteng."""
    one, other = Opd.objects.filter(institution=natuna).order_by("pk")[:2]
    fill = Stay("NEW", "applicant", at("2026-03-02 02:00"), 2)
    look = Stay("NEW", "verifier", at("2026-03-02 04:00"), 10)
    registry.add(natuna, fill, look, Stay("REJECTED", "nobody", at("2026-03-02 14:00")), opd=one)
    registry.add(
        natuna, fill, Stay("NEW", "verifier", at("2026-03-02 04:00"), 20),
        Stay("ON_SET_PASSPHRASE", "applicant", at("2026-03-03 00:00"), 24),
        Stay("ISSUE", "nobody", at("2026-03-04 00:00"), 1), Stay("ACTIVE", "nobody", at("2026-03-04 01:00")), opd=one,
    )  # fmt: skip
    registry.add(natuna, Stay("NEW", "applicant", at("2026-02-20 00:00")), opd=one)
    registry.add(natuna, fill, Stay("NEW", "verifier", at("2026-03-02 04:00"), 30),
                 Stay("NEW", "applicant", at("2026-03-03 10:00")), opd=other)  # fmt: skip
    registry.add(natuna, Stay("NEW", "applicant", at("2026-03-31 20:00")))
    registry.add(sulteng, fill, look, Stay("ACTIVE", "nobody", at("2026-03-02 14:00")))
    if request.param == "added up":
        tally.fold_all()
    return [one, other]


def test_the_funnel_tells_who_stands_where_and_who_came(march: list[Opd], manager: Account) -> None:
    rows = table_of("tahapan", manager, **MARCH)

    # 31 March 20:00 UTC is 1 April where Natuna lies, so that one has not come in March.
    assert rows["Isian pengajuan"] == (3, 3 / 5, 4)
    assert rows["Pemeriksaan verifikator"] == (0, 0.0, 3)
    assert rows["Pembuatan passphrase"] == (0, 0.0, 1)
    assert rows["Sertifikat aktif"] == (1, 1 / 5, 1)
    assert rows["Pengajuan ditolak"] == (1, 1 / 5, 1)
    assert "Persetujuan penerbit" not in rows


def test_the_funnel_of_one_opd(march: list[Opd], manager: Account) -> None:
    rows = table_of("tahapan", manager, opd=march[0].pk, **MARCH)

    assert rows["Isian pengajuan"] == (1, 1 / 3, 2)
    assert rows["Sertifikat aktif"] == (1, 1 / 3, 1)


def test_times_in_each_stage(march: list[Opd], manager: Account) -> None:
    rows = table_of("waktu", manager, **MARCH)

    count, median, most = rows["Pemeriksaan verifikator"]
    assert (count, median, most) == (3, 20 * 3600, pytest.approx(28 * 3600))
    assert rows["Isian pengajuan"][:2] == (3, 2 * 3600)
    # Only what was left is counted, in the period it was left in.
    assert "Sertifikat aktif" not in rows
    assert table_of("waktu", manager, dari="2026-02-01", sampai="2026-02-28") == {}


def test_times_of_all_institutions_come_near_those_of_the_rows(
    march: list[Opd], institutions: dict[str, Institution]
) -> None:
    everywhere = cast.make_officer("semua", *((each, Role.Kind.ADMINISTRATOR) for each in institutions.values()))
    assert scope_of(everywhere).everywhere

    count, median, most = table_of("waktu", everywhere, **MARCH)["Pemeriksaan verifikator"]

    assert count == 4
    assert 10 * 3600 / GROWTH <= median <= 20 * 3600 * GROWTH
    assert most == pytest.approx(30 * 3600, rel=0.1)
    assert table_of("tahapan", everywhere, **MARCH)["Sertifikat aktif"] == (2, 2 / 6, 2)


def test_groups_stand_side_by_side(march: list[Opd], manager: Account, institutions: dict[str, Institution]) -> None:
    by_opd = table_of("opd", manager, **MARCH)
    #                          all, under way, active, share, over, begun, issued
    assert by_opd[march[0].name] == (3, 1, 1, 1 / 3, 1, 2, 1)
    assert by_opd[march[1].name] == (1, 1, 0, 0.0, 0, 1, 0)
    assert by_opd["Tanpa OPD"] == (1, 1, 0, 0.0, 0, 0, 0)
    natuna = institutions["natuna"]
    assert table_of("instansi", manager, **MARCH) == {natuna.name: (5, 3, 1, 1 / 5, 1, 3, 1)}
    assert table_of("prosedur", manager, **MARCH) == {"Prosedur Kabupaten Natuna": (5, 3, 1, 1 / 5, 1, 3, 1)}

    both = cast.make_officer("dua", *((institutions[slug], Role.Kind.ADMINISTRATOR) for slug in ("natuna", "sulteng")))
    assert table_of("instansi", both, **MARCH)[institutions["sulteng"].name] == (1, 0, 1, 1.0, 0, 1, 0)


def test_decisions_and_their_reasons(natuna: Institution, verifier: Account, manager: Account) -> None:
    actions.approve(cast.submitted(natuna, 0).pk, by=verifier)
    ready = "Anda tidak tercatat sebagai pegawai instansi ini."
    actions.reject(cast.submitted(natuna, 1).pk, f"{ready} Hubungi Pak Budi Rahasia.", by=verifier)
    own = "Nama memuat pangkat. Tulis nama saja."
    Reason.objects.create(institution=natuna, kind=Reason.Kind.CORRECTION, field="name", text=own, active=False)
    reasons = {"name": own, "nik": "NIK milik Bu Ani Rahasia."}
    actions.ask_correction(cast.submitted(natuna, 2).pk, reasons, by=verifier)
    assert sort_reasons() == 2
    assert sort_reasons() == 0

    decided = table_of("petugas", manager)
    assert decided["Vera"][:4] == (3, 1, 1, 1)
    assert decided["Vera"][4] == pytest.approx(0, abs=60)

    rows = {row[:3]: row[3:] for row in REPORTS["alasan"](scope_of(manager)).rows}
    assert rows == {
        ("Ditolak", "Seluruh pengajuan", ready): (1, 1 / 3),
        ("Perlu perbaikan", "Nama Lengkap", own): (1, 1 / 3),
        ("Perlu perbaikan", "NIK", "Kata-kata petugas sendiri"): (1, 1 / 3),
    }


def test_messages_by_channel_and_links(natuna: Institution, manager: Account) -> None:
    people = [cast.begin(natuna, number) for number in range(4)]
    cast.deliver_all()
    # Asked once: the order may be another when a row has been changed.
    messages = list(OutboxMessage.objects.filter(subject__in=[each.pk for each in people]))
    OutboxMessage.objects.filter(pk=messages[0].pk).update(state="failed")
    OutboxMessage.objects.filter(pk=messages[1].pk).update(state="fell_back", channel="whatsapp")
    links = list(Link.objects.filter(subject__in=[each.pk for each in people]))
    now = timezone.now()
    Link.objects.filter(pk=links[0].pk).update(finished_at=now)
    Link.objects.filter(pk=links[1].pk).update(replaced_at=now)
    Link.objects.filter(pk=links[2].pk).update(expires_at=now - timedelta(minutes=1))

    channels = table_of("saluran", manager)
    #                            written, sent, by mail instead, failed, waiting, dropped, share that failed
    assert channels == {"Surel": (3, 2, 0, 1, 0, 0, 1 / 3), "WhatsApp": (1, 0, 1, 0, 0, 0, 0.0)}
    #                                        sent, used, replaced, expired, open, share used
    assert table_of("tautan", manager) == {"Tautan aktivasi": (4, 1, 1, 1, 1, 1 / 4)}
    opd = people[0].opd_id
    assert sum(row[0] for row in table_of("tautan", manager, opd=opd).values()) == len(
        [each for each in people if each.opd_id == opd]
    )


def test_certificates_that_end_soon(
    natuna: Institution, verifier: Account, manager: Account, certificate_authority: Any  # noqa: F811
) -> None:  # fmt: skip
    from passphrase import actions as certificates

    approved = cast.approved(natuna, verifier)
    link = cast.link_of(approved, "passphrase")
    certificates.set_passphrase(approved.pk, link.pk, cast.GOOD_PASSPHRASE, by=approved)
    certificates.issue_certificate(approved.pk)
    ending = Certificate.objects.filter(application=approved)

    def soon() -> list[int]:
        rows = table_of("sertifikat", manager)
        return [rows[f"Berakhir paling lambat {days} hari lagi"][0] for days in (30, 60, 90)]

    assert soon() == [0, 0, 0]
    ending.update(not_after=timezone.now() + timedelta(days=59))
    assert soon() == [0, 1, 1]
    assert table_of("sertifikat", manager)["Terbit dalam periode"] == (1,)
    ending.update(revoked_at=timezone.now())
    assert soon() == [0, 0, 0]


def test_growth_foresees_only_from_three_full_months(registry: Registry, natuna: Institution, manager: Account) -> None:
    def issued(moment: str) -> None:
        registry.add(natuna, Stay("ISSUE", "nobody", at(moment), 1), Stay("ACTIVE", "nobody", at(moment)))

    for month, count in ((1, 2), (2, 4)):
        for day in range(count):
            issued(f"2026-{month:02}-{day + 5:02} 05:00")
    two = REPORTS["pertumbuhan"](scope_of(manager, dari="2026-01-01", sampai="2026-02-28"))
    assert [row[:3] for row in two.rows] == [("Januari 2026", 2, 2), ("Februari 2026", 4, 4)]
    assert two.notes == ("Perkiraan dibuat bila ada 3 bulan penuh; sekarang ada 2.",)

    for day in range(6):
        issued(f"2026-03-{day + 5:02} 05:00")
    three = REPORTS["pertumbuhan"](scope_of(manager, dari="2026-01-01", sampai="2026-03-31"))
    assert three.rows[3:] == (
        ("April 2026 (perkiraan)", None, None, 8), ("Mei 2026 (perkiraan)", None, None, 10),
        ("Juni 2026 (perkiraan)", None, None, 12),
    )  # fmt: skip
    assert "garis lurus" in three.notes[0]
    # A month that is not over has what it has and what it is to have, and bends nothing.
    fourth = REPORTS["pertumbuhan"](scope_of(manager, dari="2026-01-01", sampai="2026-04-10"))
    assert fourth.rows[3:] == (
        ("April 2026 (belum penuh)", 0, 0, 8), ("Mei 2026 (perkiraan)", None, None, 10),
        ("Juni 2026 (perkiraan)", None, None, 12),
    )  # fmt: skip
    cut = REPORTS["pertumbuhan"](scope_of(manager, dari="2026-01-01", sampai="2026-03-20"))
    assert cut.rows[2][0] == "Maret 2026 (belum penuh)"
    assert len(cut.rows) == 3


def test_the_line_is_the_nearest_and_never_below_nothing() -> None:
    assert [line_through([9, 5, 1])(place) for place in (0, 2, 3, 9)] == [9, 1, 0, 0]
    assert line_through([1, 2, 2, 3])(4) == 4


def test_percentiles_of_sizes() -> None:
    assert sizes.percentile([], 0.5) is None
    assert sizes.percentile([(10, 4)], 0.5) == pytest.approx(GROWTH**10 * 1.05)
    assert sizes.percentile([(3, 9), (50, 1)], 0.9) == pytest.approx(GROWTH**4)
    assert sizes.percentile([(3, 9), (50, 1)], 0.95) == pytest.approx(GROWTH**50 * 1.05)


def test_every_report_of_nothing_is_an_empty_table(natuna: Institution, manager: Account) -> None:
    tables = [make(scope_of(manager)) for make in REPORTS.values()]

    assert [table.rows for table in tables] == [()] * len(tables)
    assert [table.title for table in tables] == list(figures.TITLES.values())


def test_every_row_fits_its_columns(march: list[Opd], manager: Account) -> None:
    def fits(table: Table) -> bool:
        chart = table.columns[table.chart]
        rows = all(len(row) == len(table.columns) for row in table.rows)
        return rows and chart.kind in ("number", "duration") and len(table.drill) in (0, len(table.rows))

    assert [slug for slug, make in REPORTS.items() if not fits(make(scope_of(manager, **MARCH)))] == []


@pytest.mark.parametrize("zone_day", [("natuna", "2026-03-31"), ("magelang", "2026-03-31")])
def test_a_day_is_the_institutions_own(
    registry: Registry, institutions: dict[str, Institution], zone_day: tuple[str, str]
) -> None:
    slug, day = zone_day
    there = institutions[slug]
    Institution.objects.filter(pk=there.pk).update(time_zone="Asia/Jayapura")
    officer = cast.make_officer("jauh", (there, Role.Kind.ADMINISTRATOR))
    # 14:59 UTC is 23:59 in Jayapura; two minutes later it is the next day there, though not yet in Jakarta.
    registry.add(there, Stay("NEW", "applicant", at(f"{day} 14:59")))
    registry.add(there, Stay("NEW", "applicant", at(f"{day} 15:01")))

    assert table_of("tahapan", officer, dari=day, sampai=day)["Isian pengajuan"][2] == 1
    assert days_ago(0).tzinfo is not None
