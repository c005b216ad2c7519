"""The buttons beside the phone number: "Kirim Kode OTP" and "Verifikasi OTP"."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from enrollment.models import Application
from enrollment.wizard import actions, phone_codes
from enrollment.wizard.step_forms import PhoneForm
from enrollment.wizard.steps import Step

BUTTONS = ("send-code", "verify-code")
TOLD = {
    "terkirim": "Kode 6 angka sudah dikirim lewat WhatsApp ke nomor Anda. Isi kodenya, lalu tekan “Verifikasi OTP”.",
    "benar": "Nomor terverifikasi.",
}


def prove(application: Application, step: Step, form: PhoneForm, go: str) -> HttpResponse | None:
    """Keep what was typed and do what the button says; ``None`` when the form has something to say."""
    form.is_valid()
    number, typed = form.number, form.data.get("code", "")
    actions.keep_draft(application, step, form.typed())
    if not number:
        form.say("phone", " ".join(map(str, form.errors.get("phone", ["Nomor telepon belum diisi."]))))
        return None
    try:
        if go == "send-code":
            phone_codes.send(application, number)
        else:
            phone_codes.verify(application, number, typed)
    except phone_codes.Refused as refused:
        form.ask_again()
        form.say(refused.field, refused.sentence)
        return None
    done = "benar" if application.phone_proven_at else "terkirim"
    return redirect(f"{step.url}?kode={done}#field-phone")


def context_of(request: HttpRequest, form: PhoneForm) -> dict[str, Any]:
    """What the page adds to the form: how it went, and when another code may be asked for."""
    context: dict[str, Any] = {"wait": phone_codes.seconds_to_wait(form.application)}
    told = request.GET.get("kode", "")
    if told in TOLD and (told == "benar") == form.is_proven():
        context["notice"] = TOLD[told]
    return context
