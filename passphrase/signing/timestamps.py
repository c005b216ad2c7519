"""Time stamps (RFC 3161) made in the process that asks for them: no address, nobody else's word."""

import secrets
from datetime import UTC, datetime

from pyhanko.sign.timestamps import TimeStamper

from passphrase.asn1 import cms, core, tsp
from passphrase.authority.profile import ANY_POLICY
from passphrase.signing.keys import DIGEST, KeySigner


class OwnTimestamper(TimeStamper):
    """Answers each request at once, with the clock of this machine."""

    def __init__(self, signer: KeySigner) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._signer = signer

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        told = {
            "version": "v1",
            # No policy of anybody's is claimed, as in the certificates.
            "policy": ANY_POLICY.dotted_string,
            "message_imprint": req["message_imprint"],
            "serial_number": secrets.randbits(127) + 1,
            "gen_time": datetime.now(UTC).replace(microsecond=0),
            "nonce": req["nonce"],
        }
        content = core.ParsableOctetString(tsp.TSTInfo(told).dump())
        wrapped = cms.EncapsulatedContentInfo({"content_type": "tst_info", "content": content})
        token = await self._signer.async_sign_general_data(wrapped, DIGEST, detached=False)
        granted = tsp.PKIStatusInfo({"status": "granted"})
        return tsp.TimeStampResp({"status": granted, "time_stamp_token": token})
