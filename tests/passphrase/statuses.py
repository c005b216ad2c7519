"""What the portal's status service and revocation list say of a serial number, asked as anybody asks."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.test import Client
from django.urls import reverse

from passphrase.models import Certificate, CertificateAuthority
from passphrase.pki import responder, upkeep


def online(authority: CertificateAuthority, certificate: Certificate) -> str:
    """ "good", "unknown", or the reason of the revocation as the status service has it."""
    if not responder._kept:
        upkeep.keep_up()
    asked = x509.load_der_x509_certificate(bytes(certificate.der))
    issuer = x509.load_der_x509_certificate(bytes(authority.der))
    request = ocsp.OCSPRequestBuilder().add_certificate(asked, issuer, hashes.SHA256()).build()
    content = request.public_bytes(Encoding.DER)
    answer = Client().post(reverse("pki-ocsp", args=[authority.slug]), content, content_type="application/ocsp-request")
    found = ocsp.load_der_ocsp_response(answer.content)
    if found.certificate_status != ocsp.OCSPCertStatus.REVOKED:
        return found.certificate_status.name.lower()
    return found.revocation_reason.value if found.revocation_reason else "unspecified"


def listed(authority: CertificateAuthority) -> dict[str, str]:
    """Serial number → reason, as the published list has them."""
    upkeep.keep_up()
    answer = Client().get(reverse("pki-list", args=[authority.slug]))
    found = {}
    for each in x509.load_der_x509_crl(answer.content):
        reason = each.extensions.get_extension_for_class(x509.CRLReason).value.reason
        found[f"{each.serial_number:X}"] = reason.value
    return found
