"""What pyHanko says of a signed PDF, offline: only the root is trusted, only what the file carries is known."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import DocumentSecurityStore, PdfSignatureStatus, ades, generic_cms, validate_pdf_signature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import OCSPContainer


def opened(pdf: bytes) -> Any:
    """The document's one signature."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return signature


def level(pdf: bytes, root: bytes) -> str:
    """ "B-LT" for a signature of that level that passes (ETSI EN 319 102-1, 5.5), else the sub-indication it fails
    with, or what it lacks of the level."""
    policy = CertValidationPolicySpec(
        SimpleTrustManager.build([x509.Certificate.load(root)]), CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    signature = opened(pdf)
    spec = SignatureValidationSpec(
        policy,
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=carried(signature.reader),
    )
    signature.compute_integrity_info()
    validating = ades.ades_with_time_validation(
        signature.signed_data,
        spec,
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    found = asyncio.run(validating)
    if found.ades_subindic != AdESPassed.OK:
        return str(found.ades_subindic.standard_name)
    stamped = found.api_status.timestamp_validity if found.api_status else None
    return "B-LT" if stamped is not None and stamped.valid and stamped.trusted else "no time stamp"


def carried(reader: PdfFileReader) -> LocalKnowledge:
    """The evidence inside the document, and nothing else."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    answers = [ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps]
    known = [container for each in answers for container in OCSPContainer.load_multi(each)]
    return LocalKnowledge(known_ocsps=known, known_certs=list(store.load_certs()))


def stamped_at(pdf: bytes) -> datetime:
    """What the time stamp says."""
    (token,) = generic_cms.extract_tst_data_iter(opened(pdf).signer_info, signed=False)
    found: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return found


def as_of_its_stamp(pdf: bytes, root: bytes) -> Any:
    """pyHanko's status when the document is opened long afterwards: judged at the time stamp, by what it carries."""
    signature = opened(pdf)
    asked = {
        "trust_roots": [x509.Certificate.load(root)], "moment": stamped_at(pdf), "revocation_mode": "require",
        "allow_fetching": False,
    }  # fmt: skip
    context = DocumentSecurityStore.read_dss(signature.reader).as_validation_context(asked)
    return validate_pdf_signature(signature, context, context)
