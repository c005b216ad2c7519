"""That a certificate was good, from the portal's own status service and without a call over the network."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from passphrase.models import CertificateAuthority
from passphrase.pki import ocsp as status_service


class NoAnswer(Exception):
    """The status service has no word now, for want of a responder."""


def answer_about(certificate: bytes, issuer: CertificateAuthority) -> bytes:
    """The signed answer about one certificate (both DER), whatever it says. Raises :class:`NoAnswer`."""
    subject = x509.load_der_x509_certificate(certificate)
    above = x509.load_der_x509_certificate(bytes(issuer.der))
    request = ocsp.OCSPRequestBuilder().add_certificate(subject, above, hashes.SHA256()).build()
    answer = status_service.answer(issuer, request.public_bytes(Encoding.DER))
    if ocsp.load_der_ocsp_response(answer).response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise NoAnswer(str(issuer))
    return answer
