"""What stands in a holder's certificate: names, purposes, addresses. Nothing of it is taken from the request."""

import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.conf import settings

from passphrase.authority import Profile

# RFC 5280, upper bounds of X.520 names. Counted in bytes, which is never longer than counted in characters.
NAME_BYTES = 64
# RFC 9336: signing documents.
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ANY_POLICY = x509.ObjectIdentifier("2.5.29.32.0")
PILOT_NOTICE = (
    "Sertifikat percobaan dari otoritas tertanam TTE Portal: untuk uji coba, pelatihan, dan pemakaian internal. "
    "Bukan sertifikat PSrE menurut PP 71/2019."
)


def common_name(profile: Profile) -> str:
    """The longest form of the name that fits: with all titles, without some, the middle names as initials, cut."""
    forms = [_clean(name) for name in (profile.full_name, *profile.shorter_names)]
    for name in forms:
        if name and _fits(name):
            return name
    first, *middle = forms[-1].split(" ")
    last = middle.pop() if middle else ""
    for kept in range(len(middle), -1, -1):
        name = " ".join(filter(None, [first, *middle[:kept], *(f"{word[0]}." for word in middle[kept:]), last]))
        if _fits(name):
            return name
    return cut(forms[-1])


def cut(text: str) -> str:
    """The text's beginning that fits into a name of a certificate, without half a letter at its end."""
    return _clean(text).encode()[:NAME_BYTES].decode(errors="ignore").rstrip(" ,.-")


def _fits(name: str) -> bool:
    return len(name.encode()) <= NAME_BYTES


def _clean(text: str) -> str:
    printable = (c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(printable).split())


def subject(profile: Profile) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, profile.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, cut(profile.organization)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, profile.holder),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name(profile)),
        ]
    )


def address(name: str) -> str:
    """Of something under /pki/. Plain HTTP (RFC 5280, 4.2.1.13): fetching it over TLS would need itself first."""
    return f"http://{settings.BASE_URL.partition('://')[2]}/pki/{name}"


def holder_certificate(
    profile: Profile,
    public_key: CertificatePublicKeyTypes,
    issuer: x509.Certificate,
    slug: str,
    serial: int,
    not_before: datetime,
) -> x509.CertificateBuilder:
    """The certificate to sign, all but the signature."""
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer.subject)
        .subject_name(subject(profile))
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(not_before)
        # Both ends belong to the period (RFC 5280, 4.1.2.5): a day has its last second, not the next day's first.
        .not_valid_after(not_before + timedelta(days=profile.validity_days, seconds=-1))
    )
    for extension, critical in _extensions(profile, public_key, issuer, slug):
        builder = builder.add_extension(extension, critical)
    return builder


def _extensions(
    profile: Profile, public_key: CertificatePublicKeyTypes, issuer: x509.Certificate, slug: str
) -> list[tuple[x509.ExtensionType, bool]]:
    # Mail protection as well: readers older than RFC 9336 accept a signature on a document by it alone.
    purposes = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    return [
        (authority_key(issuer), False),
        (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (key_usage(digital_signature=True, content_commitment=True), True),
        (x509.ExtendedKeyUsage(purposes), False),
        (x509.SubjectAlternativeName([x509.RFC822Name(profile.mailbox)]), False),
        (policies(), False),
        *locations(slug),
    ]


@lru_cache(maxsize=16)
def authority_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)


def policies() -> x509.CertificatePolicies:
    """No policy of anybody's is claimed; the notice says in words what the certificate is good for."""
    notice = x509.UserNotice(notice_reference=None, explicit_text=PILOT_NOTICE)
    return x509.CertificatePolicies([x509.PolicyInformation(ANY_POLICY, [notice])])


def locations(slug: str) -> list[tuple[x509.ExtensionType, bool]]:
    """Where the issuer's revocation list, status service and certificate are found."""

    def at(name: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(address(name))

    lists = x509.DistributionPoint(full_name=[at(f"{slug}.crl")], relative_name=None, reasons=None, crl_issuer=None)
    access = [
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, at(f"ocsp/{slug}")),
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, at(f"{slug}.cer")),
    ]
    return [(x509.CRLDistributionPoints([lists]), False), (x509.AuthorityInformationAccess(access), False)]


def key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, content_commitment=content_commitment, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=key_cert_sign, crl_sign=crl_sign,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
