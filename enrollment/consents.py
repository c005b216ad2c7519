"""The texts people agree to: read from ``enrollment/texts``, kept in the database as each person saw them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from enrollment.models import Application, Consent, ConsentText, Holder

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Text:
    """One version of a text: paragraphs are (heading, text); ``tick`` stands beside the box that agrees to it."""

    kind: str
    title: str
    version: str
    paragraphs: tuple[tuple[str, str], ...]
    tick: str = ""

    def plain(self) -> str:
        return "\n\n".join([self.title, *(f"{heading}\n{text}" for heading, text in self.paragraphs)])


@cache
def find(kind: str) -> Text:
    """The text of that kind in force now; raises ``FileNotFoundError``."""
    found = tomllib.loads((FOLDER / f"{kind}.toml").read_text())
    paragraphs = tuple((each["heading"], each["text"].strip()) for each in found["paragraphs"])
    return Text(kind, found["title"], found["version"], paragraphs, found.get("tick", ""))


def give(person: Application | Holder, kind: str) -> None:
    """Record that the person agrees to the text as it stands now; a second time changes nothing."""
    text = find(kind)
    kept, _ = ConsentText.objects.get_or_create(kind=kind, version=text.version, defaults={"text": text.plain()})
    Consent.objects.get_or_create(**_of(person), text=kept)


def given(person: Application | Holder, kind: str) -> bool:
    """Whether the text's present version was agreed to."""
    return Consent.objects.filter(**_of(person), text__kind=kind, text__version=find(kind).version).exists()


def _of(person: Application | Holder) -> dict[str, Any]:
    return {"holder" if isinstance(person, Holder) else "application": person}
