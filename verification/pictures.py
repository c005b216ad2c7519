"""The pictures of a case for officers: each request is one look, and leaves one audit row."""

from django.http import Http404, HttpResponse

from enrollment.models import Application
from tte_portal import files
from tte_portal.encryption import Unreadable
from tte_portal.models import Account, SealedFile
from verification import actions, review


def picture(case: Application, field: str, officer: Account) -> HttpResponse:
    """One picture of a case that lies in the officer's scope; raises ``Http404``."""
    file: SealedFile | None = getattr(case, field) if field in review.PICTURES else None
    if file is None:
        raise Http404
    try:
        content = files.read(file)
    except (Unreadable, FileNotFoundError) as error:
        raise Http404 from error
    actions.note_photo_view(case, officer, field)
    return HttpResponse(content, content_type=file.content_type)
