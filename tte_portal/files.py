"""Scans and photos at rest: each file encrypted with a data key of its own."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.db import transaction
from django.utils import timezone

from tte_portal import data_keys
from tte_portal.models import SealedFile


def store(content: bytes, *, owner: UUID, kind: str, content_type: str) -> SealedFile:
    """Encrypt and keep ``content`` for ``owner``; the row is written last, so no row points to a missing file.

    Raises :class:`OSError` when the store takes nothing (a full disk, say); nothing is left of the file then.
    """
    file = SealedFile(owner=owner, kind=kind, content_type=content_type, size=len(content))
    try:
        key = data_keys.make(file.id)
        storages["sealed_files"].save(_path(file.id), ContentFile(data_keys.seal(key, content, _place(file.id))))
        file.save(force_insert=True)
    except Exception:
        # What was written before the disk was full belongs to no row: nothing would ever erase it.
        _erase_content(file.id)
        raise
    return file


def read(file: SealedFile) -> bytes:
    """The content; raises :class:`tte_portal.data_keys.Erased` after erasure and ``Unreadable`` when it was changed."""
    key = data_keys.find(file.id)
    try:
        with storages["sealed_files"].open(_path(file.id)) as stored:
            return data_keys.unseal(key, stored.read(), _place(file.id))
    except FileNotFoundError as error:
        raise data_keys.Erased(f"The content of {file.id} is gone.") from error


def erase(file: SealedFile) -> None:
    """Remove row, key and content, in that order and only once the transaction stands."""
    file_id = file.id
    file.delete()
    transaction.on_commit(lambda: _erase_content(file_id))


def _erase_content(file_id: UUID) -> None:
    data_keys.destroy(file_id)
    storages["sealed_files"].delete(_path(file_id))


def erase_orphans(hour: int) -> int:
    """Erase contents without a row: what was stored in a transaction that did not come to its end.

    Each folder of the store is walked once a day, at its ``hour`` (0–23); only what is a day old counts, for a younger
    one may belong to a transaction that still runs. Returns how many were erased.
    """
    store, before = storages["sealed_files"], timezone.now() - timedelta(days=1)
    folders = store.listdir("")[0] if store.exists("") else []
    erased = 0
    for folder in (each for each in folders if int(each, 16) % 24 == hour):
        kept = {_id_of(name) for name in store.listdir(folder)[1]}
        orphans = kept - set(SealedFile.objects.filter(pk__in=kept).values_list("pk", flat=True))
        for file_id in orphans:
            if store.get_modified_time(_path(file_id)) < before:
                _erase_content(file_id)
                erased += 1
    return erased


def _id_of(name: str) -> UUID:
    return UUID(name.rpartition("/")[2])


def _path(file_id: UUID) -> str:
    return f"{file_id.hex[:2]}/{file_id.hex}"


def _place(file_id: UUID) -> str:
    return f"sealed_files.{file_id.hex}"


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Keeps uploads in memory and stops reading past the limit; the form then says the file is too large."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.buffer = BytesIO()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        # One byte over the limit is kept: enough for the form to see that it was passed.
        room = settings.PHOTO_MAX_BYTES + 1 - self.buffer.tell()
        self.buffer.write(raw_data[: max(room, 0)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.buffer.tell()
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            self.buffer,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            size,
            self.charset,
            self.content_type_extra,
        )
