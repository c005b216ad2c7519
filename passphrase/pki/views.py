"""The addresses that stand in every certificate: the authority's own certificate, its list, its answers."""

import base64
import binascii
import hashlib
from datetime import UTC
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_safe

from passphrase.authority import ceremony
from passphrase.authority.embedded import chain_of
from passphrase.models import CertificateAuthority, RevocationList
from passphrase.pki import ocsp
from passphrase.pki.service import retired

# Programs fetch these without asking anybody: what they hold is public, and signed where it matters.
BRIEFLY = "public, max-age=300"
_known: dict[str, CertificateAuthority] = {}


def _authority(slug: str) -> CertificateAuthority:
    """An authority never changes once it is made, so a process asks for it once."""
    found = _known.get(slug) or CertificateAuthority.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return _known.setdefault(slug, found)


@login_not_required
@require_safe
def certificate(request: HttpRequest, slug: str) -> HttpResponse:
    """One authority's certificate in DER, as RFC 5280 (4.2.2.1) wants it."""
    found = _authority(slug)
    return HttpResponse(bytes(found.der), content_type="application/pkix-cert", headers={"Cache-Control": BRIEFLY})


@login_not_required
@require_safe
def chain(request: HttpRequest) -> HttpResponse:
    """The certificates of the authority in office, from the issuing one to the root, as PEM.

    After them those of retired ones whose certificates still live: one file verifies old and new alike.
    """
    issuing = ceremony.in_office()
    if issuing is None:
        raise Http404
    ders = dict.fromkeys(der for each in (issuing, *retired()) for der in chain_of(each))
    text = "".join(_as_pem(der) for der in ders)
    response = HttpResponse(text, content_type="application/x-pem-file", headers={"Cache-Control": BRIEFLY})
    response.headers["Content-Disposition"] = 'attachment; filename="rantai-sertifikat.pem"'
    return response


def _as_pem(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


def _list(request: HttpRequest, slug: str) -> RevocationList | None:
    """The list to serve, read once a request."""
    kept: dict[str, Any] = request.__dict__
    if "_list" not in kept:
        kept["_list"] = RevocationList.objects.filter(authority=_authority(slug).pk).exclude(der=b"").first()
    found: RevocationList | None = kept["_list"]
    return found


def _etag(request: HttpRequest, slug: str) -> str | None:
    found = _list(request, slug)
    return f'"{hashlib.sha256(bytes(found.der)).hexdigest()[:32]}"' if found else None


def _modified(request: HttpRequest, slug: str) -> Any:
    found = _list(request, slug)
    return found.this_update.astimezone(UTC) if found and found.this_update else None


@login_not_required
@require_safe
@condition(etag_func=_etag, last_modified_func=_modified)
def revocation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest revocation list in DER, with the means to ask only whether it is a newer one."""
    found = _list(request, slug)
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.der), content_type="application/pkix-crl", headers={"Cache-Control": BRIEFLY})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def status_service(request: HttpRequest, slug: str, encoded: str = "") -> HttpResponse:
    """The request as the body of a POST, or in the address of a GET (RFC 6960, appendix A)."""
    if request.method == "POST":
        # Not a byte more is read than a request may have; the rest is the server's to throw away.
        return _answered(slug, request.read(ocsp.LONGEST_REQUEST + 1))
    try:
        asked = base64.b64decode(encoded.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        asked = b""
    return _answered(slug, asked)


def _answered(slug: str, asked: bytes) -> HttpResponse:
    """Kept by nobody on the way: a certificate revoked now is told so now."""
    content = ocsp.answer(_authority(slug), asked)
    return HttpResponse(content, content_type="application/ocsp-response", headers={"Cache-Control": "no-store"})
