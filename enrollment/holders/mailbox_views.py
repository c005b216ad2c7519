"""/akun/surel-dinas/: the dinas mailbox is proven before a certificate is asked for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from enrollment.holders import changes, mailbox
from enrollment.holders.access import holders_only
from enrollment.holders.profile_forms import ContactForm
from enrollment.models import Holder
from tte_portal.throttles import Throttle

MAILS = Throttle("mailbox-proofs", limit=5, seconds=3600)


@holders_only
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, holder: Holder) -> HttpResponse:
    """ "Simpan dan Verifikasi", then "Apakah anda yakin?" on a page of its own, then the mail."""
    asked = changes.procedure_of(holder)
    if asked is None or not asked.way_in.proves_mailbox:
        raise Http404
    form = ContactForm(request.POST or None, holder=holder, initial=_present(holder))
    if request.method == "POST" and form.is_valid():
        go = request.POST.get("go", "")
        if go == "yes":
            MAILS.count(str(holder.pk))
            mailbox.ask(holder, form.cleaned_data)
            return redirect("account-mailbox-sent")
        if go != "change":
            rows = [(str(bound.label), bound.html_name, form.cleaned_data[bound.name]) for bound in form]
            return render(request, "holders/mailbox-sure.html", {"rows": rows})
    return render(request, "holders/mailbox.html", {"form": form}, status=422 if form.errors else 200)


def _present(holder: Holder) -> dict[str, str]:
    known = holder.record.mailbox if holder.record else ""
    return {
        "phone": holder.phone, "whatsapp": holder.whatsapp, "private_mailbox": holder.private_mailbox,
        "mailbox": holder.mailbox or holder.mailbox_asked or known,
    }  # fmt: skip


@holders_only
@require_safe
def sent(request: HttpRequest, holder: Holder) -> HttpResponse:
    return render(request, "holders/mailbox-sent.html", {"holder": holder})
