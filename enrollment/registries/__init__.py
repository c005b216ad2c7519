"""What the portal asks the personnel and the civil registry, and which adapter answers.

An adapter is named in the settings by a short name of the tables below or by the dotted path of a class that can be
made without arguments. It keeps no more than it must, writes nothing personal into a log, and holds no transaction.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from enrollment.models import Institution
from enrollment.numbers import Birth
from tte_portal import data_keys, encryption, files
from tte_portal.models import SealedFile

PERSONNEL = {
    "imported": "enrollment.registries.imported.Imported",
    "siasn": "enrollment.registries.siasn.Siasn",
}
CIVIL = {
    "unknown": "enrollment.registries.civil.Unknown",
    "loopback": "enrollment.registries.loopback.Loopback",
    "demo": "enrollment.demo.civil.Cast",
}


class Unavailable(Exception):
    """A registry is down, late or answers wrongly; ``reason`` is an Indonesian sentence without its full stop.

    It is shown to verifiers and logged, so it names the registry and what went wrong, never a person or a number.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Neither of these has a repr that tells anything: they would stand in tracebacks.
@dataclass(frozen=True, repr=False)
class Person:
    """What a personnel registry knows of one employee; what it does not know is empty or None.

    ``name`` is without titles. ``birth`` carries the sex too. ``mailboxes`` are in lower case, official or not.
    """

    employee_number: str
    name: str
    nik: str = ""
    birth: Birth | None = None
    mailboxes: frozenset[str] = frozenset()
    unit: str = ""
    position: str = ""
    # What the registry calls their employment, in its own words; see enrollment/registries/standing.py.
    standing: str = ""


@dataclass(frozen=True, repr=False)
class Face:
    """The portrait of a claim, opened only by an adapter that sends it on, and what the photo check found in it."""

    file: SealedFile
    findings: tuple[str, ...] = ()

    def jpeg(self) -> bytes:
        """The picture; raises :class:`Unavailable` when it was erased or cannot be opened."""
        try:
            return files.read(self.file)
        except (data_keys.Erased, encryption.Unreadable):
            raise Unavailable("Foto tidak dapat dibuka") from None


@dataclass(frozen=True, repr=False)
class Claim:
    """Who somebody says to be. ``nik`` has 16 digits; ``birth`` is None when no number tells the whole date."""

    nik: str
    name: str
    birth: date | None = None
    face: Face | None = None


class Answer(StrEnum):
    """What the civil registry says of one field of a claim."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answers:
    """The civil registry's answer, field by field; what was not asked is unknown."""

    nik: Answer = field(default=Answer.UNKNOWN)
    name: Answer = field(default=Answer.UNKNOWN)
    birth: Answer = field(default=Answer.UNKNOWN)
    face: Answer = field(default=Answer.UNKNOWN)


class PersonnelRegistry(Protocol):
    """Who works where (source: the list an institution imports, or SIASN of BKN)."""

    def find(self, institution: Institution, employee_number: str) -> Person | None:
        """The bearer of a NIP (18 digits) or NRP (8); None when there is nobody. Raises :class:`Unavailable`."""


class CivilRegistry(Protocol):
    """Who somebody is (Dukcapil publishes no interface: agreement field by field is all the portal relies on)."""

    def compare(self, claim: Claim) -> Answers:
        """Whether the claim fits the registry's record of its NIK. Raises :class:`Unavailable`."""


def personnel_registry() -> PersonnelRegistry:
    """The adapter of TTE_PERSONNEL_REGISTRY; raises ``ImproperlyConfigured`` when it lacks a setting."""
    return cast(PersonnelRegistry, made("TTE_PERSONNEL_REGISTRY", settings.PERSONNEL_REGISTRY))


def civil_registry() -> CivilRegistry:
    """The adapter of TTE_CIVIL_REGISTRY; raises ``ImproperlyConfigured`` when it lacks a setting."""
    return cast(CivilRegistry, made("TTE_CIVIL_REGISTRY", settings.CIVIL_REGISTRY))


@cache
def made(setting: str, name: str) -> Any:
    """One adapter for the whole process: tokens, breaker and cache are of use only when they are shared."""
    known = PERSONNEL if setting == "TTE_PERSONNEL_REGISTRY" else CIVIL
    path = known.get(name, name)
    if "." not in path:
        raise ImproperlyConfigured(f"{setting}: {name!r} is not known; known are {', '.join(known)}, or a dotted path.")
    try:
        adapter = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"{setting}: {error}.") from error
    return adapter()
