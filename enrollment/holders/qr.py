"""An authenticator's secret, as a picture to scan and as text to type."""

import base64
from typing import Any

import segno
from django.utils.safestring import mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice


def context(device: TOTPDevice) -> dict[str, Any]:
    """``qr`` as inline SVG, ``key`` in base32 in groups of four, ``device`` with its address for the same phone."""
    drawn = segno.make(device.config_url, error="m").svg_inline(scale=5, border=4, light="#fff", title="Kode QR")
    named = drawn.replace("<svg ", '<svg role="img" aria-label="Kode QR untuk autentikator" ', 1)
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    key = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    return {"device": device, "qr": mark_safe(named), "key": key}  # noqa: S308 - drawn by segno from our own text
