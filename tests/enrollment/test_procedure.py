"""A wrong procedure file stops the start and says which file, which line, and what to do."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from enrollment import consents, procedure

NATUNA = (procedure.FOLDER / "natuna.toml").read_text()


@pytest.fixture
def wrong(tmp_path: Path) -> Any:
    """The sentence that a changed copy of Natuna's file is refused with."""

    def read(old: str, new: str) -> str:
        assert old in NATUNA
        path = tmp_path / "contoh.toml"
        path.write_text(NATUNA.replace(old, new, 1))
        with pytest.raises(ImproperlyConfigured) as refused:
            procedure.read(path)
        return str(refused.value)

    return read


def line_of(start: str) -> int:
    return next(n for n, line in enumerate(NATUNA.splitlines(), 1) if line.startswith(start))


def test_natunas_procedure_is_as_its_guide_has_it() -> None:
    natuna = procedure.find("natuna")
    assert natuna.wizard.steps == ("data-diri", "data-kedinasan", "foto-diri")
    assert natuna.passphrase.minimum_length == 8
    assert natuna.certificate.pause_seconds == 3600
    assert natuna.subjects.activation == "{prefix} Aktivasi Akun"


def test_every_file_in_the_folder_can_be_read() -> None:
    assert "natuna" in procedure.names()
    for slug in procedure.names():
        found = procedure.find(slug)
        assert found.slug == slug
        assert consents.find(found.wizard.consent).paragraphs
        assert consents.find(found.passphrase.agreement).paragraphs


@pytest.mark.parametrize("slug", ["", "sulteng", "../natuna", "natuna.toml"])
def test_a_procedure_that_is_not_there_is_said_to_be_missing(slug: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="no procedure"):
        procedure.find(slug)


@pytest.mark.parametrize(("old", "new", "key", "remedy"), [
    ("version = 1", 'version = "1"', "version", "must be a whole number"),
    ("version = 1", "version = true", "version", "must be a whole number"),
    ('way_in = "invitation"', "way_in = 7", "way_in", "must be a text in quotes"),
    ('way_in = "invitation"', 'way_in = "door"', "way_in", "known are invitation"),
    ('steps = ["data-diri", ', 'steps = ["data-diri", "sidik-jari", ', "steps", "'sidik-jari' is not known"),
    ('steps = ["data-diri", ', 'steps = ["data-diri", "data-diri", ', "steps", "none twice"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', "steps = []", "steps", "at least one step"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', "steps = [1]", "steps", "must be a list of texts"),
    ('consent = "kebijakan-privasi"', 'consent = "tidak-ada"', "consent", "'tidak-ada' is not known"),
    ('agreement = "perjanjian', 'agreement = "x-perjanjian', "agreement =", "is not known"),
    ('needs = ["upper", ', 'needs = ["emoji", ', "needs", "'emoji' is not known"),
    ("minimum_length = 8", "minimum_length = 7", "minimum_length", "at least 8 (BSSN 4/2021 art. 27)"),
    ("pause_seconds = 3600", "pause_seconds = -1", "pause_seconds", "must not be negative"),
    ("validity_days = 730", "validity_days = 731", "validity_days", "two years at most"),
    ("validity_days = 730", "validity_days = 0", "validity_days", "must be 1 to 730"),
    ('"{prefix} Aktivasi Akun"', '"{nama} Aktivasi Akun"', "activation", "no other braces"),
    ('"{prefix} Set Passphrase"', '"{prefix Set"', "set_passphrase", "no other braces"),
])  # fmt: skip
def test_a_wrong_value_is_named_with_file_line_and_remedy(
    wrong: Any, old: str, new: str, key: str, remedy: str
) -> None:
    said = wrong(old, new)
    assert said.startswith(f"contoh.toml, line {line_of(key)}: ")
    assert remedy in said


@pytest.mark.parametrize(("old", "new", "said"), [
    ("version = 1", "version = 1\ncolour = 7", "contoh.toml, line 4: colour: is not a known key here"),
    ("[wizard]", "[wizzard]", "wizzard: is not a known key here"),
    ("version = 1\n", "", "version: is missing; add it"),
    ("validity_days = 730\n", "", "certificate.validity_days: is missing; add it"),
    ("[certificate]\npause_seconds = 3600\nvalidity_days = 730", "", "certificate: is missing; add it"),
    ("version = 1", "version = 1 1", "contoh.toml: "),
])  # fmt: skip
def test_what_is_missing_unknown_or_no_toml_is_named(wrong: Any, old: str, new: str, said: str) -> None:
    assert said in wrong(old, new)


def test_a_section_that_is_a_value_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "contoh.toml"
    path.write_text('name = "X"\nversion = 1\nway_in = "invitation"\nsubjects = 3\n')
    with pytest.raises(ImproperlyConfigured, match=r"line 4: subjects: must be a section \[subjects\]|is missing"):
        procedure.read(path)


def test_a_demonstration_may_shorten_the_pause(settings: Any) -> None:
    settings.DEMO_PAUSE_SECONDS = "5"
    assert procedure.find("natuna").pause_seconds == 5
    settings.DEMO_PAUSE_SECONDS = ""
    assert procedure.find("natuna").pause_seconds == 3600
