"""/kotak-keluar/akun/: the demo's officers with password and the code their authenticator would show now."""

import json
from base64 import b32decode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_otp.oath import totp


@login_not_required
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Officers and sample people of the demo, so that nobody needs an authenticator app to try it."""
    try:
        demo: dict[str, Any] = json.loads((Path(settings.VAR) / "demo.json").read_text())
    except (OSError, ValueError) as error:
        raise Http404 from error
    accounts = [{**each, "code": f"{totp(b32decode(each['totp_secret'])):06}"} for each in demo["accounts"]]
    context = {
        "officers": [each for each in accounts if each["role"] != "holder"],
        "holders": [each for each in accounts if each["role"] == "holder"],
        "people": demo["people"],
        "certified": demo.get("certified", []),
        # A file of an older demonstration has none.
        "clients": demo.get("clients", []),
        "base_url": settings.BASE_URL,
        "passphrase": demo["passphrase"],
    }
    return render(request, "demo/accounts.html", context)
