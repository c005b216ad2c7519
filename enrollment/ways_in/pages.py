"""What the pages for strangers share: the institution behind an address, the trap for bots, the receipt."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from enrollment import consents, letters, terms
from enrollment.branding import show_as
from enrollment.letters import Person
from enrollment.models import Institution, Paper
from enrollment.procedure import Procedure
from enrollment.ways_in import drafts, effort, entry, sealed
from enrollment.ways_in.forms import SendingForm
from tte_portal.throttles import Throttle, client_address

# An office behind one address may hold a day of registrations; every try costs a look at some files.
TRIES = Throttle("registration-tries", limit=120, seconds=3600)
LETTERS = Throttle("letters", limit=120, seconds=3600)
RECEIPT, TYPED = "tte_tanda_terima", "tte_isian"
DAY = 24 * 3600


class Elsewhere(Exception):
    """This is not the institution's way in: ``url`` is."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def institution_of(request: HttpRequest, slug: str, kind: str) -> tuple[Institution, Procedure]:
    """The institution and its procedure. Raises :class:`Elsewhere` when people come in another way, ``Http404``."""
    institution = get_object_or_404(Institution, slug=slug)
    show_as(request, institution)
    if not institution.is_open:
        raise Elsewhere(f"/{slug}/")
    asked = terms.in_force(institution)
    if asked.way_in.kind != kind:
        raise Elsewhere(entry.of(institution, asked).url)
    return institution, asked


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field that no person sees was filled in."""
    return bool(request.POST.get("situs", ""))


def context_of(form: SendingForm, institution: Institution, asked: Procedure) -> dict[str, Any]:
    """What a page with papers and consents shows."""
    return {
        "form": form,
        "way": asked.way_in,
        "draft": drafts.write(form.draft, institution),
        "challenge": form.draft.id,
        "bits": effort.BITS,
        # A second more than is asked, for clocks that tell whole seconds.
        "least": effort.LEAST_SECONDS + 1,
        "consent_texts": form.consents,
        "letters": [kind for kind in asked.way_in.papers if kind in LETTERS_BY_KIND],
    }


def texts_of(asked: Procedure) -> list[consents.Text]:
    return consents.before_upload(asked.wizard)


def sent(request: HttpRequest, institution: Institution, receipt: str, page: str) -> HttpResponse:
    """Go to the receipt: the same for everybody, whoever was meant."""
    response = redirect(page, institution.slug)
    keep_cookie(response, RECEIPT, sealed.seal({"receipt": receipt}, _place(RECEIPT, institution)))
    return response


def receipt_page(request: HttpRequest, institution: Institution, asked: Procedure) -> HttpResponse | None:
    """The page with the receipt; nothing when this browser has sent nothing lately."""
    found = kept(request, RECEIPT, institution)
    if found is None:
        return None
    context = {"receipt": found["receipt"], "way": asked.way_in}
    return render(request, "ways_in/sent.html", context)


def keep_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=DAY, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def kept(request: HttpRequest, name: str, institution: Institution) -> dict[str, Any] | None:
    """What a cookie of ours holds for that institution."""
    return sealed.unseal(request.COOKIES.get(name, ""), _place(name, institution), DAY)


def keep_typed(response: HttpResponse, institution: Institution, typed: dict[str, str]) -> None:
    keep_cookie(response, TYPED, sealed.seal(typed, _place(TYPED, institution)))


def _place(name: str, institution: Institution) -> str:
    return f"ways-in.{name}.{institution.pk}"


LETTERS_BY_KIND = {
    Paper.Kind.STATEMENT.value: letters.statement_letter,
    Paper.Kind.RECOMMENDATION.value: letters.recommendation_letter,
}

# What the downloaded letter is called on the person's device.
FILE_NAMES = {Paper.Kind.STATEMENT.value: "surat-pernyataan", Paper.Kind.RECOMMENDATION.value: "surat-rekomendasi"}


def letter(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A letter to print and sign, filled in with what this browser has typed; blank otherwise."""
    institution = get_object_or_404(Institution, slug=slug)
    if kind not in LETTERS_BY_KIND or not institution.is_open:
        raise Http404
    if kind not in terms.in_force(institution).way_in.papers:
        raise Http404
    LETTERS.count(client_address(request))
    typed = kept(request, TYPED, institution) or {}
    person = Person(
        name=_with_titles(typed), nip=typed.get("employee_number", ""), position=typed.get("position", ""),
        unit=typed.get("unit", ""), institution=institution.name, mailbox=typed.get("mailbox", ""),
    )  # fmt: skip
    response = HttpResponse(LETTERS_BY_KIND[kind](person), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAMES[kind]}.pdf"'
    return response


def _with_titles(typed: dict[str, Any]) -> str:
    named = " ".join(filter(None, (typed.get("front_title"), typed.get("name"))))
    return ", ".join(filter(None, (named, typed.get("back_title"))))
