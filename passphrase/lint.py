"""pkilint in-process: the RFC 5280 validators, built once, some 4 ms a certificate."""

from functools import cache
from typing import Any


# Imported at the first certificate, not at the start: its modules cost a quarter of a second.
@cache
def _validator() -> Any:
    from pkilint.pkix import certificate, extension, name

    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def faults(der: bytes) -> list[str]:
    """The findings that forbid signing (fatal, error, warning), as "severity code"; none when the certificate is fit.

    Notices and remarks do not count: that a policy carries a notice in words, say, is on purpose.
    """
    from pkilint.loader import load_certificate
    from pkilint.validation import ValidationFindingSeverity

    try:
        results = _validator().validate(load_certificate(der, "certificate").root)
    except ValueError as error:
        return [f"FATAL {type(error).__name__}"]
    return [
        f"{found.finding.severity.name} {found.finding.code}"
        for result in results
        for found in result.finding_descriptions
        if found.finding.severity <= ValidationFindingSeverity.WARNING
    ]
