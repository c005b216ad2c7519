"""P6: keys change while the portal runs; afterwards everything opens with the new key alone, and nothing is lost."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from enrollment.models import Application, PersonnelRecord
from tests import cast
from tests.hostile import dump, together
from tte_portal import audit, data_keys, files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable, ring

pytestmark = pytest.mark.django_db(transaction=True)

NEW = f"k9:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@pytest.fixture
def filled(application: Application) -> Application:
    return cast.fill(application)


@contextmanager
def others_at_work(application: Application) -> Iterator[list[int]]:
    """Somebody reads and writes the row, its drafts and its photo all the while; gives how often, and its faults."""
    stop, written, faults = Event(), [0], list[Exception]()

    def work() -> None:
        while not stop.is_set() and not faults:
            try:
                row = Application.objects.get(pk=application.pk)
                row.draft = {"data-diri": {"count": str(written[0])}}
                row.save()
                if row.photo:
                    files.read(row.photo)
                written[0] += 1
            except Exception as error:
                faults.append(error)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()
    assert faults == []


def put_new_key_first(settings: Any) -> None:
    old = settings.DATA_KEYS
    settings.DATA_KEYS = f"{NEW},{old if ':' in old else 'k1:' + old}"


def rotate(settings: Any) -> None:
    put_new_key_first(settings)
    call_command("rotate_keys")


def test_everything_opens_with_the_new_key_alone(settings: Any, filled: Application) -> None:
    nik = filled.nik
    rotate(settings)
    settings.DATA_KEYS = NEW
    found = Application.objects.get(pk=filled.pk)
    assert (found.nik, found.phone) == (nik, cast.PHONE)
    assert found.photo is not None
    assert files.read(found.photo)[:2] == b"\xff\xd8"
    assert [each.employee_number for each in PersonnelRecord.objects.all()]


def test_without_rotation_the_new_key_alone_opens_nothing(settings: Any, filled: Application) -> None:
    settings.DATA_KEYS = NEW
    with pytest.raises(Unreadable):
        _ = Application.objects.get(pk=filled.pk).nik


def test_a_rotation_under_load_loses_nothing(settings: Any, filled: Application) -> None:
    with others_at_work(filled) as written:
        rotate(settings)
        done_then = written[0]
        while written[0] < done_then + 3:
            pass
    settings.DATA_KEYS = NEW
    found = Application.objects.get(pk=filled.pk)
    assert found.nik == filled.nik
    assert found.draft == {"data-diri": {"count": str(written[0] - 1)}}


def test_a_row_loaded_before_and_saved_after_outlives_its_old_key(settings: Any, filled: Application) -> None:
    loaded = Application.objects.get(pk=filled.pk)
    rotate(settings)
    loaded.save()
    settings.DATA_KEYS = NEW
    assert Application.objects.get(pk=filled.pk).nik == filled.nik


def test_a_second_rotation_finds_nothing_to_do(
    settings: Any, filled: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate(settings)
    before = dump()["enrollment_application"]
    capsys.readouterr()
    call_command("rotate_keys")
    assert {line.split(": ")[1] for line in capsys.readouterr().out.splitlines()} == {"0 values", "0"}
    assert dump()["enrollment_application"] == before


def test_the_command_says_how_many_it_sealed_anew(
    settings: Any, filled: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate(settings)
    said = capsys.readouterr().out
    assert "enrollment_application: 5 values" in said
    assert f"enrollment_personnelrecord: {PersonnelRecord.objects.count()} values" in said
    assert "data keys: 1" in said


def test_an_empty_portal_can_be_rotated(settings: Any) -> None:
    rotate(settings)


def test_a_spoiled_value_stops_the_rotation_loudly(settings: Any, filled: Application) -> None:
    Application.objects.filter(pk=filled.pk).update(nik=Application.objects.values_list("phone", flat=True)[0])
    with pytest.raises(Unreadable):
        rotate(settings)


def test_audit_detail_stays_readable_and_the_chain_provable(settings: Any) -> None:
    with transaction.atomic():
        row = audit.record("look", by=None, subject=uuid4(), detail={"alasan": "uji"})
    rotate(settings)
    settings.DATA_KEYS = NEW
    assert audit.read_detail(row) == {"alasan": "uji"}
    assert list(audit.verify()) == []


# --- Data keys -----------------------------------------------------------------------------------------------------
def test_a_destroyed_key_does_not_come_back(settings: Any, monkeypatch: pytest.MonkeyPatch, folders: Path) -> None:
    owner = uuid4()
    data_keys.make(owner)
    write = data_keys._write

    def destroyed_meanwhile(who: Any, key: bytes) -> bool:
        data_keys.destroy(who)
        return write(who, key)

    monkeypatch.setattr(data_keys, "_write", destroyed_meanwhile)
    rotate(settings)
    assert list((folders / "data_keys").rglob(f"{owner.hex}*")) == []
    with pytest.raises(Erased):
        data_keys.find(owner)


def test_a_key_destroyed_in_the_middle_of_its_rotation_goes_under_both_names(settings: Any, folders: Path) -> None:
    owner = uuid4()
    data_keys.make(owner)
    put_new_key_first(settings)
    data_keys._write(owner, data_keys._read(owner))
    assert len(list((folders / "data_keys").rglob(f"{owner.hex}*"))) == 2
    data_keys.destroy(owner)
    assert list((folders / "data_keys").rglob(f"{owner.hex}*")) == []


def test_a_rotation_that_was_killed_in_the_middle_is_finished_by_the_next(settings: Any, filled: Application) -> None:
    put_new_key_first(settings)
    assert filled.photo_id
    data_keys._write(filled.photo_id, data_keys._read(filled.photo_id))
    assert data_keys.rotate_all() == 1
    settings.DATA_KEYS = NEW
    assert files.read(Application.objects.get(pk=filled.pk).photo)[:2] == b"\xff\xd8"  # type: ignore[arg-type]


def test_two_rotations_at_once_lose_no_key(settings: Any) -> None:
    owners = [uuid4() for _ in range(20)]
    sealed = {owner: data_keys.seal(data_keys.make(owner), b"isi", "here") for owner in owners}
    put_new_key_first(settings)
    assert sum(together(2, lambda _: data_keys.rotate_all())) == 20
    settings.DATA_KEYS = NEW
    assert all(data_keys.unseal(data_keys.find(owner), sealed[owner], "here") == b"isi" for owner in owners)


def test_the_ring_knows_which_values_are_old(settings: Any) -> None:
    sealed = ring().seal(b"x", "here")
    assert ring().is_current(sealed)
    settings.DATA_KEYS = NEW
    assert not ring().is_current(sealed)
