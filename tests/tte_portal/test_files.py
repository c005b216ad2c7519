"""P6: each file has a data key of its own in a store of its own; destroying the key erases the file everywhere."""

import os
import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import storages
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from enrollment.models import Application
from enrollment.wizard import actions as wizard
from tests import cast
from tests.hostile import everything_written, files_under, guesses, spellings, together, undone
from tte_portal import data_keys, files
from tte_portal.data_keys import Erased
from tte_portal.encryption import Unreadable
from tte_portal.models import SealedFile

pytestmark = pytest.mark.django_db

FACE = b"\xff\xd8 a face \xff\xd9" * 20


def keep(content: bytes = FACE) -> SealedFile:
    return files.store(content, owner=uuid4(), kind="photo", content_type="image/jpeg")


def content_path(file: SealedFile, folders: Path) -> Path:
    return folders / "sealed_files" / file.id.hex[:2] / file.id.hex


@guesses
@given(content=some.binary(max_size=3000))
def test_a_file_comes_back_as_it_was(content: bytes) -> None:
    file = keep(content)
    assert files.read(SealedFile.objects.get(pk=file.pk)) == content
    assert file.size == len(content)


def test_neither_store_holds_the_content(folders: Path) -> None:
    keep()
    written = everything_written()
    assert (folders / "data_keys").exists()
    assert not [each for each in spellings(FACE[:24]) if each in written]


def test_content_of_another_file_is_refused(folders: Path) -> None:
    mine, other = keep(), keep(b"another")
    content_path(mine, folders).write_bytes(content_path(other, folders).read_bytes())
    with pytest.raises(Unreadable):
        files.read(mine)


def test_content_and_key_of_another_file_together_are_refused(folders: Path) -> None:
    mine, other = keep(), keep(b"another")
    for store in ("sealed_files", "data_keys"):
        paths = {file.id: next((folders / store).rglob(f"{file.id.hex}*")) for file in (mine, other)}
        paths[mine.id].write_bytes(paths[other.id].read_bytes())
    with pytest.raises(Unreadable):
        files.read(mine)


@pytest.mark.parametrize("place", [0, 11, 12, 100, -1])
def test_one_changed_byte_is_refused(folders: Path, place: int) -> None:
    file = keep()
    content = bytearray(content_path(file, folders).read_bytes())
    content[place] ^= 1
    content_path(file, folders).write_bytes(content)
    with pytest.raises(Unreadable):
        files.read(file)


# --- Erasure -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_an_erased_file_leaves_no_row_no_key_no_content(folders: Path) -> None:
    file = keep()
    files.erase(SealedFile.objects.get(pk=file.pk))
    assert not SealedFile.objects.exists()
    assert file.id.hex.encode() not in files_under(folders)


@pytest.mark.django_db(transaction=True)
def test_a_file_from_an_old_backup_is_unreadable_once_its_key_is_destroyed(folders: Path) -> None:
    file = keep()
    backup = content_path(file, folders).read_bytes()
    files.erase(SealedFile.objects.get(pk=file.pk))
    content_path(file, folders).write_bytes(backup)
    with pytest.raises(Erased):
        files.read(file)


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_erases_nothing() -> None:
    file = keep()
    undone(lambda: files.erase(SealedFile.objects.get(pk=file.pk)))
    assert files.read(SealedFile.objects.get(pk=file.pk)) == FACE


@pytest.mark.django_db(transaction=True)
def test_a_new_photo_erases_the_old_one_for_good(application: Application, folders: Path) -> None:
    wizard.keep_photo(application, cast.portrait())
    old = application.photo
    wizard.keep_photo(application, cast.portrait("PNG"))
    assert old is not None
    assert SealedFile.objects.get().pk == application.photo_id
    with pytest.raises(Erased):
        files.read(old)
    assert old.id.hex.encode() not in files_under(folders)


@pytest.mark.django_db(transaction=True)
def test_photos_that_arrive_at_once_leave_one_file_and_no_orphan(application: Application, folders: Path) -> None:
    def upload(_: int) -> None:
        wizard.keep_photo(Application.objects.get(pk=application.pk), cast.portrait())

    assert together(4, upload) == [None] * 4
    assert SealedFile.objects.count() == 1
    assert len([path for path in (folders / "sealed_files").rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_comes_after_the_submission_changes_nothing(application: Application) -> None:
    cast.fill(application)
    stale = Application.objects.get(pk=application.pk)
    wizard.submit(application.pk, cast.link_of(application, "activation").pk)
    with pytest.raises(wizard.AlreadyDone):
        wizard.keep_photo(stale, cast.portrait("PNG"))
    assert SealedFile.objects.count() == 1


# --- Keys ----------------------------------------------------------------------------------------------------------
def test_a_key_is_made_once_and_found_again() -> None:
    owner = uuid4()
    sealed = data_keys.seal(data_keys.find_or_make(owner), b"alasan", "here")
    assert data_keys.unseal(data_keys.find_or_make(owner), sealed, "here") == b"alasan"


def test_who_makes_a_key_second_gets_the_first(folders: Path) -> None:
    owner = uuid4()
    sealed = data_keys.seal(data_keys.make(owner), b"alasan", "here")
    assert data_keys.unseal(data_keys.make(owner), sealed, "here") == b"alasan"
    assert len(list((folders / "data_keys").rglob(f"{owner.hex}*"))) == 1


def test_keys_made_at_once_are_one(folders: Path) -> None:
    owner = uuid4()
    sealed = together(8, lambda _: data_keys.seal(data_keys.find_or_make(owner), b"alasan", "here"))
    assert [data_keys.unseal(data_keys.find(owner), each, "here") for each in sealed] == [b"alasan"] * 8


def test_nobody_has_a_key_that_was_never_made() -> None:
    with pytest.raises(Erased):
        data_keys.find(UUID(int=0))


def test_destroying_twice_is_no_error() -> None:
    owner = uuid4()
    data_keys.make(owner)
    data_keys.destroy(owner)
    data_keys.destroy(owner)
    with pytest.raises(Erased):
        data_keys.find(owner)


def test_a_wrapped_key_moved_to_another_owner_is_refused() -> None:
    mine, other = uuid4(), uuid4()
    for owner in (mine, other):
        data_keys.make(owner)
    store = storages["data_keys"]
    with store.open(data_keys._path(other, b"k1  ")) as found:
        wrapped = found.read()
    Path(store.path(data_keys._path(mine, b"k1  "))).write_bytes(wrapped)
    with pytest.raises(Unreadable):
        data_keys.find(mine)


# --- The way in ----------------------------------------------------------------------------------------------------
def test_no_address_serves_the_stores(application: Application, folders: Path) -> None:
    wizard.keep_photo(application, cast.portrait())
    name = f"{application.photo_id.hex[:2]}/{application.photo_id.hex}" if application.photo_id else ""
    for path in (f"/media/{name}", f"/static/{name}", f"/static/../media/{name}", f"/{name}"):
        assert Client().get(path).status_code == 404


def test_a_file_whose_transaction_was_undone_is_erased_after_a_day(folders: Path) -> None:
    kept, lost = keep(), UUID(int=0)

    def store_and_fail() -> None:
        nonlocal lost
        lost = keep().id

    undone(store_and_fail)
    path = folders / "sealed_files" / lost.hex[:2] / lost.hex
    hour = int(lost.hex[:2], 16) % 24
    assert files.erase_orphans(hour) == 0, "it may still belong to a transaction that runs"
    day_ago = time.time() - 90_000
    for each in (folders / "sealed_files").rglob("*"):
        os.utime(each, (day_ago, day_ago))
    assert files.erase_orphans((hour + 1) % 24) == 0
    assert sum(files.erase_orphans(each) for each in range(24)) == 1
    assert not path.exists()
    with pytest.raises(Erased):
        data_keys.find(lost)
    assert files.read(kept) == FACE


def test_a_key_that_is_being_written_is_waited_for(folders: Path) -> None:
    file = keep()
    path = next((folders / "data_keys").rglob(f"{file.id.hex}*"))
    whole = path.read_bytes()
    path.write_bytes(whole[:7])
    threading.Timer(0.05, path.write_bytes, [whole]).start()
    assert files.read(file) == FACE
