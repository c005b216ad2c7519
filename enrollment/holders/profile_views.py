"""/akun/: the holder's own page, and one page for each item of "Status Validitas Data"."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from enrollment import actions, beside, channels, comparisons, consents, lifecycle, status, terms, withdrawal
from enrollment.consents import Text
from enrollment.holders import access, changes, papers, profile
from enrollment.holders.access import holders_only
from enrollment.holders.profile_forms import ItemForm, form_for
from enrollment.models import Application, Holder, Paper
from enrollment.photos import Refused
from enrollment.procedure import Procedure
from tte_portal import files
from tte_portal.throttles import Throttle

UPLOADS = Throttle("profile-uploads", limit=40, seconds=3600)
# Whose turn it is to open a link, and which.
LINKS = {
    lifecycle.DRAFT: ("activation", "Kirim tautan pengisian ke surel saya"),
    lifecycle.PASSPHRASE: ("passphrase", "Kirim tautan passphrase lagi"),
}


@holders_only
@require_safe
def account(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Everything follows from what the institution's procedure asks."""
    asked = changes.procedure_of(holder)
    everything = profile.applications_of(holder)
    application = beside.foremost(everything)
    word, meaning = profile.status_word(application)
    context: dict[str, Any] = {
        "holder": holder,
        "asked": asked,
        "from_profile": asked is not None and asked.way_in.kind == "profile",
        "application": application,
        "nik": holder.nik or (application.nik if application else ""),
        "items": profile.items(holder, asked) if asked else [],
        "sentence": profile.sentence(application),
        "word": word,
        "meaning": meaning,
        "may_register": asked is not None and profile.may_register(holder, asked, application),
        "is_running": application is not None and application.status not in comparisons.ENDED,
        "by_provider": request.session.get(access.BY_PROVIDER),
    }
    if application is not None:
        context |= {
            "turn": status.turn_of(application),
            "reason": status.reason_of(application),
            "others": beside.told(beside.others(application, everything)),
            **_send(everything),
            "issued_at": profile.issued_at(application),
            "can_withdraw": any(withdrawal.can_withdraw(each) for each in everything),
            "days": terms.of(application).certificate.validity_days,
        }
    return render(request, "holders/account.html", context)


def _send(everything: list[Application]) -> dict[str, str]:
    """What the button says, and of which of them, by its receipt, it sends the link."""
    waiting = beside.with_turn(everything, LINKS)
    return {"send_label": LINKS[lifecycle.state_of(waiting)][1], "send_for": waiting.receipt} if waiting else {}


@holders_only
@require_http_methods(["POST"])
def send_link(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Mail the link that the holder's turn needs, to the application's own mailbox."""
    application = beside.with_turn(profile.applications_of(holder), LINKS)
    if application is not None:
        purpose, _ = LINKS[lifecycle.state_of(application)]
        UPLOADS.count(f"link:{holder.pk}")
        actions.send_link_again(application, purpose, by=application)
        by_whatsapp = purpose == "passphrase" and channels.passphrase_by_whatsapp(application)
        by = "lewat WhatsApp" if by_whatsapp else f"ke {application.mailbox}"
        messages.success(request, f"Tautan baru sudah dikirim {by}. Tautan yang lama tidak berlaku lagi.")
    return redirect("account")


@holders_only
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, holder: Holder, field: str) -> HttpResponse:
    """One item: shown with what is in force and what waits; its new value waits for HR where that is asked."""
    asked = changes.procedure_of(holder)
    if asked is None or field not in profile.fields(asked) or (field == "mailbox" and asked.way_in.proves_mailbox):
        raise Http404
    form = _form(request, holder, asked, field)
    if request.method == "POST":
        UPLOADS.count(str(holder.pk))
        if form.is_valid():
            try:
                waits = _save(holder, asked, field, form)
            except Refused as refused:
                form.add_error("evidence" if "evidence" in form.fields else "value", str(refused))
            else:
                return _saved(request, field, waits)
        else:
            _look_at_evidence(form)
    shown = next(each for each in profile.items(holder, asked) if each.field == field)
    context = {"form": form, "item": shown, "hr": asked.way_in.hr_approval, "consent_texts": form.consents}
    return render(request, "holders/item.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, holder: Holder, asked: Procedure, field: str) -> ItemForm:
    texts: list[Text] = [text for text in consents.before_upload(asked.wizard) if not consents.given(holder, text.kind)]
    if request.method == "POST":
        return form_for(field, holder, texts, request.POST, request.FILES)
    if field in changes.KINDS:
        return form_for(field, holder, texts)
    return form_for(field, holder, texts, initial={"value": getattr(holder, field)})


def _save(holder: Holder, asked: Procedure, field: str, form: ItemForm) -> bool:
    """Record the consents, keep the papers, ask for the change. Raises :class:`enrollment.photos.Refused`."""
    for text in form.consents:
        consents.give(holder, text.kind)
    if field in changes.KINDS:
        paper = papers.keep(holder, field, form.cleaned_data["value"].read())
        return changes.ask(holder, asked, field, str(paper.pk), evidence=paper)
    if upload := form.cleaned_data.get("evidence"):
        paper = papers.keep(holder, Paper.Kind.KTP.value, upload.read())
        changes.ask(holder, asked, Paper.Kind.KTP.value, str(paper.pk), evidence=paper)
    evidence = papers.newest(holder, Paper.Kind.KTP.value) if field == "nik" else None
    return changes.ask(holder, asked, field, form.cleaned_data["value"], evidence=evidence)


def _look_at_evidence(form: ItemForm) -> None:
    """What is wrong with the scan is said together with what is wrong beside it, not on the next try."""
    if upload := form.cleaned_data.get("evidence"):
        try:
            papers.check(Paper.Kind.KTP.value, upload.read())
        except Refused as refused:
            form.add_error("evidence", str(refused))


def _saved(request: HttpRequest, field: str, waits: bool) -> HttpResponse:
    label = changes.label_of(field)
    text = f"{label} sudah dikirim dan menunggu persetujuan bagian kepegawaian." if waits else f"{label} tersimpan."
    messages.success(request, text)
    return redirect("account")


@holders_only
@require_GET
def paper(request: HttpRequest, holder: Holder, paper_id: UUID) -> HttpResponse:
    """The holder's own paper, as officers see it."""
    found = Paper.objects.filter(pk=paper_id, holder=holder).select_related("copy").first()
    if found is None:
        raise Http404
    return HttpResponse(files.read(found.copy), content_type=found.copy.content_type)
