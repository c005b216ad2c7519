"""The second selfie, taken when the passphrase is made, where the procedure asks for it."""

import logging
from uuid import UUID

from django.db import transaction

from enrollment import lifecycle, photos
from enrollment.models import Application
from enrollment.wizard import actions as wizard
from tte_portal import audit, files, links
from tte_portal.links import LinkClosed

logger = logging.getLogger(__name__)


def keep(application: Application, link_id: UUID, content: bytes) -> photos.Photo:
    """Record the consents of the procedure, make the photo safe, and keep it in place of an earlier one.

    Raises :class:`enrollment.photos.Refused`, or :class:`tte_portal.links.LinkClosed` when the passphrase was made
    meanwhile.
    """
    wizard.agree(application)
    photo = photos.take(content)
    try:
        _put(application.pk, link_id, photo)
    except OSError as error:
        logger.error("A photo was not kept, for its store takes nothing: %s", error.strerror)
        raise photos.Refused(wizard.NOT_KEPT) from error
    return photo


def _put(application_id: UUID, link_id: UUID, photo: photos.Photo) -> None:
    with transaction.atomic():
        application = lifecycle.locked(application_id)
        if lifecycle.state_of(application) != lifecycle.PASSPHRASE or not links.usable(link_id).exists():
            raise LinkClosed("used")
        old = application.second_photo
        application.second_photo = files.store(
            photo.jpeg, owner=application.pk, kind="photo", content_type="image/jpeg"
        )
        application.save(update_fields=["second_photo"])
        if old:
            files.erase(old)
        audit.record(
            "second_photo", by=application, chain=application.institution.audit_chain, subject=application.pk,
            facts={"findings": list(photo.findings)},
        )  # fmt: skip
