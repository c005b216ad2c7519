"""The texts people agree to: read from ``enrollment/texts``, kept in the database as each person saw them."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from enrollment.models import Application, Consent, ConsentText, Holder
from enrollment.procedure import Wizard

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


POLICY = "kebijakan-privasi"


def before_upload(wizard: Wizard) -> list[Text]:
    """What is agreed to before the first upload (UU 27/2022).

    Where the policy itself is read at the end, for its least time, the same text is here the consent to the data being
    processed, and says so: people were asked the very same thing twice otherwise.
    """
    texts = [find(kind) for kind in wizard.consents]
    return [_as_consent(text) if wizard.reading_seconds and text.kind == POLICY else text for text in texts]


def _as_consent(policy: Text) -> Text:
    return replace(
        policy, title="Persetujuan Pemrosesan Data Pribadi",
        tick="Saya menyetujui data pribadi dan berkas saya diproses seperti dijelaskan di atas",
    )  # fmt: skip


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
