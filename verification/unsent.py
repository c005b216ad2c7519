"""Words that were typed about a case and not sent: whoever leaves the case with them is asked first."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from enrollment.models import Application
from verification.desks import Desk
from verification.forms import CorrectionForm, RejectionForm
from verification.pages import page

PREFIXES = (f"{CorrectionForm.prefix}-", f"{RejectionForm.prefix}-")
# The page takes the words along by script (static/js/admin-review.js); without scripts it says that they are lost.
DROP = "drop"


def unsent(request: HttpRequest, case: Application, desk: Desk) -> HttpResponse | None:
    """The question, when words came along that would be lost; ``None`` when there are none, or they may be dropped."""
    kept = [(name, value) for name, value in request.POST.items() if name.startswith(PREFIXES) and str(value).strip()]
    if not kept or DROP in request.POST:
        return None
    rest = [(k, v) for k, v in request.POST.items() if not k.startswith((*PREFIXES, "csrf"))]
    context: dict[str, Any] = {
        "application": case,
        "desk": desk,
        "kept": kept,
        "decision": "reject" if any(name.startswith(PREFIXES[1]) for name, _ in kept) else "correct",
        "rest": rest,
    }
    return page(request, "verification/review-unsent.html", "Tulisan Anda belum dikirim", 409, **context)
