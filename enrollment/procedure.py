"""What an institution's procedure asks: one TOML file each, read once into a frozen :class:`Procedure`.

No line of code names a region: code asks the procedure, and another region is another file in ``procedures/``.
"""

import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enrollment import coherence
from enrollment.coherence import Wrong
from enrollment.procedure_values import build, line_of

FOLDER = Path(__file__).parent / "procedures"


@dataclass(frozen=True)
class WayIn:
    """How a person comes in, and what stands before the activation link.

    ``kind``: "invitation" (an officer or the registry begins), "self-service" (the person asks, with papers),
    "public-form" (a registration form for everybody) or "profile" (signed in, from one's own profile).
    ``title`` and ``button`` are the guide's words for the service and its button; ``confirm`` is asked before the
    button counts (empty: not asked). ``papers`` are handed in up front. ``sign_in``: "password" or "sso", for profiles.
    ``proves_mailbox``: the dinas mailbox is proven by mail first. ``hr_approval``: what a person changes about
    themselves waits for the HR officer. ``check``: a verifier agrees before any link goes out.
    """

    kind: str
    title: str
    button: str
    confirm: str
    papers: tuple[str, ...]
    sign_in: str
    proves_mailbox: bool
    hr_approval: bool
    check: bool
    collective_request: bool


@dataclass(frozen=True)
class Subjects:
    """Subjects of mails; ``{prefix}`` becomes the configured prefix. ``account`` is empty when no such mail goes."""

    activation: str
    account: str
    set_passphrase: str
    issued: str


@dataclass(frozen=True)
class Wizard:
    """The steps behind the activation link, and what their end asks.

    ``steps`` in their order (none: the profile has everything). ``consents`` stand before the first upload.
    ``proves_phone``: the number is proven by a WhatsApp code. ``reading_seconds``: least time with the privacy policy
    before "Submit" works (0: no such page). ``check``: "verifier" or "automatic" (verifier when in doubt).
    """

    steps: tuple[str, ...]
    consents: tuple[str, ...]
    proves_phone: bool
    reading_seconds: int
    check: str


@dataclass(frozen=True)
class PassphraseRule:
    """The way to the passphrase page, what it must contain, and how the agreement is given.

    ``channel`` of the link: "email" or "whatsapp". ``needs`` are kinds of characters, ``message`` the sentence that
    says so. ``agreement_by``: "tick" (a box on the page), "opened" (the text must be opened first) or "page" (a page
    of its own with ``agreement_button``); ``agreement_seconds``: least time with the opened text. ``reset_name``: what
    the guide calls the way back from a forgotten passphrase (empty: nothing else than the page does).
    """

    channel: str
    shows_profile: bool
    second_selfie: bool
    minimum_length: int
    needs: tuple[str, ...]
    blanks: bool
    shows_score: bool
    message: str
    agreement: str
    agreement_by: str
    agreement_seconds: int
    agreement_label: str
    agreement_button: str
    reset_name: str


@dataclass(frozen=True)
class CertificateRule:
    """Who lets a certificate be issued ("automatic" or "by-hand"), how long it pauses until partner systems know it,
    and how long it is valid."""

    issuer: str
    pause_seconds: int
    validity_days: int


@dataclass(frozen=True)
class Procedure:
    """One institution's procedure, as its guide has it (the source of every value: the guide's own wording)."""

    slug: str
    name: str
    version: int
    way_in: WayIn
    subjects: Subjects
    wizard: Wizard
    passphrase: PassphraseRule
    certificate: CertificateRule

    @property
    def contract_apart(self) -> bool:
        """Whether people with a work contract, who have no employee's account, come in another way than by it."""
        return self.way_in.kind == "profile" and "data-kedinasan" in self.wizard.steps

    @property
    def pause_seconds(self) -> int:
        """Seconds between ISSUE and ACTIVE; a demonstration may shorten them (TTE_DEMO_PAUSE_SECONDS)."""
        return int(settings.DEMO_PAUSE_SECONDS) if settings.DEMO_PAUSE_SECONDS else self.certificate.pause_seconds

    @property
    def pause_text(self) -> str:
        return duration_text(self.pause_seconds)

    def values(self) -> dict[str, Any]:
        """All of it as plain JSON values, to be kept: :func:`from_values` reads them back."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return found


def duration_text(seconds: int) -> str:
    """A length of time in words: "1 jam", "90 menit", "20 detik"."""
    for unit, name in ((3600, "jam"), (60, "menit")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} detik"


@cache
def find(slug: str) -> Procedure:
    """The procedure of that name, as its file has it; raises ``ImproperlyConfigured`` when there is no such file."""
    if slug not in _files():
        raise ImproperlyConfigured(f"There is no procedure {slug!r} in {FOLDER.name}/.")
    return read(_files()[slug])


def names() -> tuple[str, ...]:
    return tuple(_files())


@cache
def _files() -> dict[str, Path]:
    """The portal's own files, and those of the operator's folder (TTE_PROCEDURES), which may not replace them."""
    own = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    further = sorted(Path(settings.PROCEDURES).glob("*.toml")) if settings.PROCEDURES else []
    if twice := next((path for path in further if path.stem in own), None):
        raise ImproperlyConfigured(
            f"{twice.name} in TTE_PROCEDURES has the name of a procedure of the portal: rename it."
        )
    return own | {path.stem: path for path in further}


def read(path: Path) -> Procedure:
    """Read and check one file; what is wrong is named with file, line and remedy."""
    text = path.read_text()
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImproperlyConfigured(f"{path.name}: {error}") from error
    try:
        return from_values({"slug": path.stem, **found})
    except Wrong as wrong:
        raise ImproperlyConfigured(f"{path.name}, line {line_of(text, wrong.key)}: {wrong}") from wrong


def from_values(values: dict[str, Any]) -> Procedure:
    """A procedure from plain values; raises :class:`enrollment.coherence.Wrong` for what is unknown or incoherent."""
    procedure: Procedure = build(Procedure, values)
    coherence.check(procedure)
    return procedure


# The single values an institution may change for itself (docs/decisions/0016): dotted key → what it is called.
CHANGEABLE = {
    "way_in.papers": "Berkas yang diminta di awal",
    "wizard.reading_seconds": "Waktu baca kebijakan privasi (detik)",
    "passphrase.agreement_seconds": "Waktu baca perjanjian (detik)",
    "passphrase.channel": "Saluran tautan passphrase",
    "certificate.pause_seconds": "Jeda sampai aktif (detik)",
}


def changed(procedure: Procedure, changes: dict[str, Any]) -> Procedure:
    """The procedure with single values changed (keys of :data:`CHANGEABLE`); raises ``Wrong`` when incoherent."""
    values = procedure.values()
    for key, value in changes.items():
        if key not in CHANGEABLE:
            raise Wrong(key, "is not a value that an institution changes", "Nilai ini tidak dapat diubah di sini.")
        section, _, name = key.partition(".")
        values[section][name] = value
    return from_values(values)
