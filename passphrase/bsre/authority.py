"""BSrE as the authority: it makes keys and certificates with the person, and shows the portal neither."""

from uuid import UUID

from passphrase.authority import Answer, Profile, Unavailable
from passphrase.authority.embedded import EmbeddedAuthority


class BsreAuthority:
    """Nothing is submitted to it: people are registered, and their status is mirrored (passphrase/bsre/actions.py).

    Certificates in the portal's own tables are those that the embedded authority issued before: taking one back is
    written in its ledger as ever.
    """

    name = "Balai Sertifikasi Elektronik (BSrE)"
    holds_keys = False

    def submit(self, csr: bytes, profile: Profile, idempotency_key: UUID) -> Answer:
        raise Unavailable("BSrE makes the key itself: this request of the embedded authority's time stays unanswered.")

    def poll(self, idempotency_key: UUID) -> Answer | None:
        return None

    def revoke(self, serial: str, reason: str) -> bool:
        return EmbeddedAuthority().revoke(serial, reason)

    def resume(self, serial: str) -> bool:
        return EmbeddedAuthority().resume(serial)
