"""What can be said of one signature on a document without asking whose it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Integrity:
    """``unchanged``: what was signed still stands so; ``genuine``: it was signed with the certificate's key; ``added``:
    "nothing", "allowed" (another signature, filled-in fields), "changed" or "unknown" came after it."""

    unchanged: bool
    genuine: bool
    added: str

    @property
    def stands(self) -> bool:
        return self.unchanged and self.genuine and self.added in ("nothing", "allowed")


# Of an unusual or spoiled signature: it proves nothing.
UNREADABLE = Integrity(False, False, "unknown")
