"""What an institution's procedure asks: one TOML file each, read once into a frozen :class:`Procedure`.

No line of code names a region: code asks the procedure, and another region is another file in ``procedures/``.
"""

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FOLDER = Path(__file__).parent / "procedures"
TEXTS = Path(__file__).parent / "texts"
STEPS = {"data-diri", "data-kedinasan", "foto-diri"}
CHARACTER_KINDS = {"upper", "lower", "digit", "symbol"}
WAYS_IN = {"invitation"}


@dataclass(frozen=True)
class Subjects:
    """Subjects of mails; ``{prefix}`` becomes the configured prefix."""

    activation: str
    set_passphrase: str
    issued: str


@dataclass(frozen=True)
class Wizard:
    """The wizard's steps in their order, and the consent that must stand before the first upload."""

    steps: tuple[str, ...]
    consent: str


@dataclass(frozen=True)
class PassphraseRule:
    """What a passphrase must contain, and the sentence that says so."""

    minimum_length: int
    needs: tuple[str, ...]
    message: str
    agreement: str
    agreement_label: str


@dataclass(frozen=True)
class CertificateRule:
    """How long an issued certificate pauses before partner systems know it, and how long it is valid."""

    pause_seconds: int
    validity_days: int


@dataclass(frozen=True)
class Procedure:
    """One institution's procedure, as its guide has it (the source of every value: the guide's own wording)."""

    slug: str
    name: str
    version: int
    way_in: str
    subjects: Subjects
    wizard: Wizard
    passphrase: PassphraseRule
    certificate: CertificateRule

    @property
    def pause_seconds(self) -> int:
        """Seconds between ISSUE and ACTIVE; a demonstration may shorten them (TTE_DEMO_PAUSE_SECONDS)."""
        return int(settings.DEMO_PAUSE_SECONDS) if settings.DEMO_PAUSE_SECONDS else self.certificate.pause_seconds

    @property
    def pause_text(self) -> str:
        """The pause in words: "1 jam", "90 menit", "20 detik"."""
        for unit, name in ((3600, "jam"), (60, "menit")):
            if self.pause_seconds >= unit and self.pause_seconds % unit == 0:
                return f"{self.pause_seconds // unit} {name}"
        return f"{self.pause_seconds} detik"


@cache
def find(slug: str) -> Procedure:
    """The procedure of that name; raises ``ImproperlyConfigured`` when there is no such file."""
    if slug not in names():
        raise ImproperlyConfigured(f"There is no procedure {slug!r} in {FOLDER.name}/.")
    return read(FOLDER / f"{slug}.toml")


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def read(path: Path) -> Procedure:
    """Read and check one file; what is wrong is named with file, line and remedy."""
    text = path.read_text()
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImproperlyConfigured(f"{path.name}: {error}") from error
    try:
        procedure: Procedure = _build(Procedure, {"slug": path.stem, **found}, "")
        _check(procedure)
    except _Wrong as wrong:
        line = _line_of(text, wrong.key)
        raise ImproperlyConfigured(f"{path.name}, line {line}: {wrong}") from wrong
    return procedure


class _Wrong(Exception):
    def __init__(self, key: str, remedy: str) -> None:
        super().__init__(f"{key}: {remedy}")
        self.key = key


def _line_of(text: str, key: str) -> int:
    section, _, name = key.rpartition(".")
    inside = not section
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("["):
            inside = line.strip() == f"[{section}]"
            if line.strip() == f"[{key}]":
                return number
        elif inside and line.split("=")[0].strip() == name:
            return number
    return 1


def _build(kind: type[Any], found: dict[str, Any], inside: str) -> Any:
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind)]
    for key in found:
        if key not in known:
            raise _Wrong(f"{inside}{key}", f"is not a known key here; known are {', '.join(known)}")
    for key in known:
        if key not in found:
            raise _Wrong(f"{inside}{key}", "is missing; add it")
    return kind(**{key: _value(hints[key], found[key], f"{inside}{key}") for key in known})


def _value(kind: Any, value: Any, key: str) -> Any:
    if is_dataclass(kind):
        if not isinstance(value, dict):
            raise _Wrong(key, f"must be a section [{key}]")
        return _build(kind, value, f"{key}.")  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(each, get_args(kind)[0]) for each in value):
            raise _Wrong(key, "must be a list of texts")
        return tuple(value)
    if type(value) is not kind:
        raise _Wrong(key, f"must be {'a whole number' if kind is int else 'a text in quotes'}")
    return value


def _check(procedure: Procedure) -> None:
    _among("way_in", [procedure.way_in], WAYS_IN)
    _among("wizard.steps", procedure.wizard.steps, STEPS)
    if not procedure.wizard.steps or len(set(procedure.wizard.steps)) < len(procedure.wizard.steps):
        raise _Wrong("wizard.steps", "must name at least one step, and none twice")
    _check_subjects(procedure.subjects)
    texts = {path.stem for path in TEXTS.glob("*.toml")}
    _among("wizard.consent", [procedure.wizard.consent], texts)
    _among("passphrase.agreement", [procedure.passphrase.agreement], texts)
    _among("passphrase.needs", procedure.passphrase.needs, CHARACTER_KINDS)
    if procedure.passphrase.minimum_length < 8:
        raise _Wrong("passphrase.minimum_length", "must be at least 8 (BSSN 4/2021 art. 27)")
    if procedure.certificate.pause_seconds < 0:
        raise _Wrong("certificate.pause_seconds", "must not be negative")
    if not 1 <= procedure.certificate.validity_days <= 730:
        raise _Wrong("certificate.validity_days", "must be 1 to 730: a holder's certificate lives two years at most")


def _check_subjects(subjects: Subjects) -> None:
    for field in fields(subjects):
        try:
            getattr(subjects, field.name).format(prefix="")
        except (LookupError, ValueError) as error:
            raise _Wrong(f"subjects.{field.name}", "may hold {prefix} and no other braces") from error


def _among(key: str, given: Any, known: set[str]) -> None:
    for value in given:
        if value not in known:
            raise _Wrong(key, f"{value!r} is not known; known are {', '.join(sorted(known))}")
