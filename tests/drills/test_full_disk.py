"""P10: a disk that takes nothing more costs a photo one more try: a clear sentence, no half file, no answer lost."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enrollment.models import Application
from enrollment.wizard import actions as wizard
from tests import cast, stores
from tte_portal.models import SealedFile

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

ROOM = 16384
# What the disk holds already: of a photo a part finds room, of a key nothing.
FILLING = {"sealed_files": 4096, "data_keys": ROOM}


@contextmanager
def little_room(folder: Path) -> Iterator[None]:
    """A disk of a few kilobytes; for whoever may mount none, a plain file where the folder should be."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0:
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        folder.rmdir()
        folder.touch()
        yield
        folder.unlink()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def upload(client: Client) -> Any:
    photo = SimpleUploadedFile("foto.jpg", cast.portrait(), "image/jpeg")
    return client.post("/pengajuan/foto-diri/", {"photo": photo, "consent-kebijakan-privasi": "on", "go": "next"})


@pytest.mark.parametrize("full", ["sealed_files", "data_keys"])
def test_a_photo_on_a_full_disk_gets_a_sentence_and_leaves_nothing_behind(
    application: Application, settings: Any, tmp_path: Path, full: str
) -> None:
    stores.move(settings, tmp_path)
    client = cast.open_link(application, "activation")
    typed = cast.answers(application)
    client.post("/pengajuan/data-diri/", typed["data-diri"])
    client.post("/pengajuan/data-kedinasan/", typed["data-kedinasan"])

    with little_room(tmp_path / full):
        if (tmp_path / full).is_dir():
            (tmp_path / full / "filling").write_bytes(bytes(FILLING[full]))
        refused = upload(client)
        left = [path for path in files_in(tmp_path) if path.name not in ("filling", full)]

    assert refused.status_code == 200
    assert wizard.NOT_KEPT in refused.content.decode()
    assert left == []
    assert not SealedFile.objects.exists()
    application.refresh_from_db()
    assert (application.nik, application.phone, application.photo) == (typed["data-diri"]["nik"], cast.PHONE, None)

    # There is room again: the same person sends the same photo from the same page.
    assert upload(client).status_code == 302
    application.refresh_from_db()
    assert application.photo is not None


def test_an_earlier_photo_outlives_a_later_one_that_finds_no_room(
    application: Application, settings: Any, tmp_path: Path
) -> None:
    stores.move(settings, tmp_path)
    cast.fill(application)
    before = application.photo_id

    stores.move(settings, tmp_path / "full")
    (tmp_path / "full").mkdir()
    with little_room(tmp_path / "full" / "sealed_files"):
        assert wizard.NOT_KEPT in upload(cast.open_link(application, "activation")).content.decode()

    application.refresh_from_db()
    assert application.photo_id == before
    assert SealedFile.objects.get().pk == before
