"""Fetched once, by its owner, within a day; encrypted until then."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from enrollment.models import Institution, Role
from tests import cast
from tests.verification.exports.conftest import Make, work
from tte_portal import data_keys, sealed_streams
from tte_portal.models import Account, AuditRow
from verification.exports import actions
from verification.exports.models import Export


@pytest.fixture
def export(made: Make, natuna: Institution) -> Export:
    cast.begin(natuna)
    return made(with_numbers=True, reason="uji coba unduh")


def fetched(client: object, export: Export) -> tuple[int, bytes]:
    answer = client.post(reverse("admin:export-fetch", args=[export.pk]))  # type: ignore[attr-defined]
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_second_fetch_gets_a_page_that_says_so(export: Export, administrator: Account) -> None:
    client = cast.sign_in(administrator)

    first, second = fetched(client, export), fetched(client, export)

    assert first[0] == 200
    assert first[1].startswith(b'\xef\xbb\xbf"Instansi";')
    assert second[0] == 409
    assert "Daftar ini sudah diunduh" in second[1].decode()
    assert AuditRow.objects.filter(event="fetch_export").count() == 1
    export.refresh_from_db()
    assert export.erased_at is not None


def test_nothing_is_left_of_it_after_the_fetch(export: Export, administrator: Account) -> None:
    fetched(cast.sign_in(administrator), export)

    with pytest.raises(data_keys.Erased):
        list(sealed_streams.read(export.stream, export.parts))
    assert not list((settings.VAR / "exports").rglob(export.stream.hex))


def test_a_line_that_breaks_leaves_the_fetch_undone(export: Export, administrator: Account) -> None:
    client = cast.sign_in(administrator)
    answer = client.post(reverse("admin:export-fetch", args=[export.pk]))
    assert answer.status_code == 200

    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()

    export.refresh_from_db()
    assert export.state == Export.State.READY
    assert fetched(client, export)[0] == 200


def test_what_lies_on_the_disk_tells_nobody_anything(export: Export, natuna: Institution) -> None:
    receipt = natuna.applications.get().receipt.encode()
    kept = [path.read_bytes() for path in (settings.VAR / "exports").rglob("*") if path.is_file()]

    assert kept
    assert not [each for each in kept if receipt in each or b"Nomor tanda terima" in each]


def test_after_a_day_it_is_gone(export: Export, administrator: Account) -> None:
    Export.objects.filter(pk=export.pk).update(expires_at=Now() - timedelta(seconds=1))
    status, body = fetched(cast.sign_in(administrator), export)
    assert status == 409

    assert actions.overdue() == 1

    body = cast.sign_in(administrator).get(reverse("admin:export", args=[export.pk])).content
    assert "Waktu unduh sudah lewat" in body.decode()
    with pytest.raises(data_keys.Erased):
        list(sealed_streams.read(export.stream, export.parts))


def test_it_lasts_a_day_in_the_databases_time(export: Export) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires_at - statement_timestamp() FROM exports_export WHERE id = %s", [export.pk])
        (left,) = cursor.fetchone()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_it_is_its_owners_alone(export: Export, natuna: Institution) -> None:
    other = cast.sign_in(cast.make_officer("ani", (natuna, Role.Kind.ADMINISTRATOR)))

    assert other.get(reverse("admin:export", args=[export.pk])).status_code == 404
    assert fetched(other, export)[0] == 404


def test_a_content_that_was_changed_is_not_handed_out(export: Export, administrator: Account) -> None:
    path = settings.VAR / "exports" / export.stream.hex[:2] / export.stream.hex / "000000"
    sealed = bytearray(path.read_bytes())
    sealed[40] ^= 1
    path.write_bytes(bytes(sealed))

    answer = cast.sign_in(administrator).post(reverse("admin:export-fetch", args=[export.pk]), follow=True)

    assert "Berkas tidak dapat dibaca" in answer.content.decode()
    export.refresh_from_db()
    assert export.state == Export.State.READY


def test_the_page_asks_for_it_and_shows_how_far_it_is(natuna: Institution, administrator: Account) -> None:
    cast.begin(natuna)
    client = cast.sign_in(administrator)
    typed = {"instansi": natuna.slug, "periode": "tahun-ini", "bentuk": "csv", "nomor": "on"}

    refused = client.post(reverse("admin:exports"), typed)
    asked = client.post(reverse("admin:exports"), {**typed, "alasan": "pencocokan data pegawai"})

    assert refused.status_code == 422
    assert "Tulis alasannya" in refused.content.decode()
    export = Export.objects.get()
    assert asked.headers["Location"] == reverse("admin:export", args=[export.pk])
    assert "Menunggu giliran" in client.get(asked.headers["Location"]).content.decode()
    work(export)
    assert "Siap diunduh" in client.get(asked.headers["Location"]).content.decode()


def test_a_period_from_later_to_earlier_is_refused_with_a_sentence(natuna: Institution, administrator: Account) -> None:
    typed = {"periode": "", "dari": "2026-03-01", "sampai": "2026-02-01", "bentuk": "csv"}

    answer = cast.sign_in(administrator).post(reverse("admin:exports"), typed)

    assert answer.status_code == 422
    assert "mendahului" in answer.content.decode()
    assert not Export.objects.exists()


def test_a_verifier_is_offered_no_numbers(verifier: Account, natuna: Institution) -> None:
    client = cast.sign_in(verifier)

    assert "nomor telepon" not in client.get(reverse("admin:exports")).content.decode()
    client.post(reverse("admin:exports"), {"bentuk": "csv", "nomor": "on", "alasan": "ingin tahu saja"})
    assert not Export.objects.get().with_numbers
