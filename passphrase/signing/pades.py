"""Signing a page as PAdES B-LT: visible, stamped with the time, with what is needed to check it for good inside."""

import asyncio
import logging
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from passphrase.authority.embedded import chain_of
from passphrase.models import CertificateAuthority
from passphrase.signing import evidence, timestamp_keys
from passphrase.signing.keys import DIGEST, KeySigner, PrivateKey, parsed
from passphrase.signing.timestamps import OwnTimestamper

# It warns at each signature that nothing is fetched: nothing needs to be, all of it is handed over.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)

FIELD = "TandaTangan"


class CannotSign(Exception):
    """Nothing was signed: the certificate is not good now, or what a lasting signature needs is not there (yet)."""


@dataclass(frozen=True)
class Evidence:
    """What goes along with a signature (DER): the certificates above, who says the time, the answers about them all."""

    above: tuple[bytes, ...]
    stamping: timestamp_keys.Stamping
    answers: tuple[bytes, ...]


def collected(certificate: bytes, authority: CertificateAuthority) -> Evidence:
    """Everything a signature with this certificate needs, as of now. Raises :class:`CannotSign`."""
    stamping, root = timestamp_keys.of(authority.pk), authority.parent
    if stamping is None or root is None:
        raise CannotSign("No key for time stamps.")
    above = chain_of(authority)
    asked = ((certificate, authority), (stamping.certificate, authority), (above[0], root))
    try:
        answers = tuple(evidence.answer_about(subject, issuer) for subject, issuer in asked)
    except evidence.NoAnswer as error:
        raise CannotSign("No status answer.") from error
    return Evidence(above, stamping, answers)


def sign(
    page: bytes, stamp: bytes, at: tuple[float, float, float, float], certificate: bytes, key: PrivateKey,
    found: Evidence,
) -> bytes:  # fmt: skip
    """The page signed with the holder's open key, ``stamp`` (a PDF) at left, bottom, width, height.

    The certificates are checked first, so a revoked one signs nothing. Raises :class:`CannotSign`.
    """
    left, bottom, width, height = at
    box = (round(left), round(bottom), round(left + width), round(bottom + height))
    signer = signers.PdfSigner(
        _metadata(found),
        KeySigner(certificate, key, found.above),
        timestamper=OwnTimestamper(KeySigner(found.stamping.certificate, found.stamping.key, found.above)),
        stamp_style=_style(stamp),
        new_field_spec=fields.SigFieldSpec(FIELD, on_page=0, box=box),
    )
    try:
        # A loop of its own: the page's thread has none, and nothing in here waits for anybody.
        made = asyncio.run(signer.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(page)), in_place=False))
    except (SigningError, PathBuildingError, PathValidationError) as error:
        raise CannotSign(str(error)) from error
    return bytes(made.getvalue())


def _metadata(found: Evidence) -> signers.PdfSignatureMetadata:
    context = ValidationContext(
        trust_roots=[parsed(found.above[-1])], other_certs=[parsed(der) for der in found.above[:-1]],
        ocsps=list(found.answers), revocation_mode="require", allow_fetching=False,
    )  # fmt: skip
    return signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=DIGEST, subfilter=fields.SigSeedSubFilter.PADES,
        reason="Percobaan passphrase", validation_context=context, embed_validation_info=True,
        # In the signed part itself: the document is one piece, and no reader takes the evidence for a later change.
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    )  # fmt: skip


def _style(stamp: bytes) -> StaticStampStyle:
    edge_to_edge = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID,
        margins=layout.Margins(),
    )  # fmt: skip
    return StaticStampStyle(border_width=0, background=_Drawn(stamp), background_layout=edge_to_edge)


class _Drawn(PdfContent):
    """The first page of a PDF as a stamp's picture; pyHanko's own class for it wants a file on the disk."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        picture = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Stempel"] = picture
        left, bottom, right, top = picture.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stempel Do"
