"""The time stamps (RFC 3161) beside a signature, as far as their own bytes tell: read in the process apart.

A stamp stands where anybody may put one, so each is looked at by itself and a spoiled one says nothing about the
signature. Whose certificate it is under, and whether that counts, is judged elsewhere (`trust.py`).
"""

import base64
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import extract_signer_info, find_cms_attribute_iter
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    get_signing_cert_attr,
    message_imprint_checker,
    validate_sig_integrity,
)
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from passphrase.asn1 import cms, core, tsp

# One is usual; each costs a check of its own.
MOST = 3
TORN = {"fault": "torn", "certificate": "", "time": ""}


def told(signer: cms.SignerInfo) -> list[dict[str, str]]:
    """The stamps beside this signature: ``fault`` (none, "torn", "moved" or "forged"), ``certificate``, ``time``."""
    try:
        tokens = list(islice(find_cms_attribute_iter(signer["unsigned_attrs"], "signature_time_stamp_token"), MOST))
    except MemoryError:
        raise
    except Exception:  # something stands where stamps would, and nobody can read it
        return [TORN]
    return [_told(signer, each) for each in tokens]


def _told(signer: cms.SignerInfo, token: Any) -> dict[str, str]:
    try:
        return _read(signer, token["content"])
    except MemoryError:
        raise
    except Exception:  # whatever a spoiled one brings about
        return TORN


def _read(signer: cms.SignerInfo, token: cms.SignedData) -> dict[str, str]:
    content = token["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        return TORN
    certificate = extract_certs_for_validation(token).signer_cert
    found = {
        "fault": "", "certificate": base64.b64encode(certificate.dump()).decode(),
        "time": info["gen_time"].native.isoformat(),
    }  # fmt: skip
    imprint = info["message_imprint"]
    about = message_imprint_checker(signer)(imprint["hash_algorithm"]["algorithm"].native)
    if about != imprint["hashed_message"].native:
        return found | {"fault": "moved"}
    return found if _genuine(token, bytes(content), certificate) else found | {"fault": "forged"}


def _genuine(token: cms.SignedData, content: bytes, certificate: Any) -> bool:
    """Its own signature. RFC 3161, 2.4.2 wants the certificate named under it, so that no other takes its place."""
    signer = extract_signer_info(token)
    attributes = signer["signed_attrs"]
    if attributes is core.VOID or get_signing_cert_attr(attributes) is None:
        return False
    digest = hashes.Hash(get_pyca_cryptography_hash(signer["digest_algorithm"]["algorithm"].native))
    digest.update(content)
    try:
        whole: tuple[bool, bool] = validate_sig_integrity(
            signer, certificate, expected_content_type="tst_info", actual_digest=digest.finalize()
        )
    except SignatureValidationError:
        return False
    return all(whole)
