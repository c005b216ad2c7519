"""A wrong procedure file stops the start and says which file, which line, and what to do."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from enrollment import consents, procedure
from enrollment.coherence import Wrong

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
        assert all(consents.find(kind).paragraphs for kind in found.wizard.consents)
        assert consents.find(found.passphrase.agreement).paragraphs


@pytest.mark.parametrize("slug", ["", "belitung", "../natuna", "natuna.toml"])
def test_a_procedure_that_is_not_there_is_said_to_be_missing(slug: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="no procedure"):
        procedure.find(slug)


@pytest.mark.parametrize(("old", "new", "key", "remedy"), [
    ("version = 1", 'version = "1"', "version", "must be a whole number"),
    ("version = 1", "version = true", "version", "must be a whole number"),
    ('kind = "invitation"', "kind = 7", "kind", "must be a text in quotes"),
    ('kind = "invitation"', 'kind = "door"', "kind", "known are invitation"),
    ('kind = "invitation"', 'kind = "public-form"', "check", "no link goes to a stranger"),
    ('kind = "invitation"', 'kind = "profile"', "sign_in", "must be password or sso for a profile"),
    ('sign_in = ""', 'sign_in = "sso"', "sign_in", "empty otherwise"),
    ("check = false", "check = true", "check", "the one who invites has looked already"),
    ("hr_approval = false", "hr_approval = true", "hr_approval", "profiles and public forms"),
    ("proves_mailbox = false", "proves_mailbox = true", "proves_mailbox", "is for profiles"),
    ("collective_request = false", 'collective_request = "no"', "collective_request", "must be true or false"),
    ("papers = []", 'papers = ["ktp"]', "papers", "nobody is there yet"),
    ("papers = []", 'papers = ["ijazah"]', "papers", "'ijazah' is not known"),
    ("reading_seconds = 0", "reading_seconds = 601", "reading_seconds", "must be 0 to 600"),
    ("agreement_seconds = 0", "agreement_seconds = 15", "agreement_seconds", "nothing is opened"),
    ("agreement_seconds = 0", "agreement_seconds = -1", "agreement_seconds", "must be 0 to 600"),
    ('agreement_button = ""', 'agreement_button = "Kirim"', "agreement_button", "empty otherwise"),
    ('agreement_by = "tick"', 'agreement_by = "nod"', "agreement_by", "'nod' is not known"),
    ('channel = "email"', 'channel = "whatsapp"', "channel", "only where the number is proven"),
    ('channel = "email"', 'channel = "dove"', "channel", "'dove' is not known"),
    ('issuer = "automatic"', 'issuer = "nobody"', "issuer", "'nobody' is not known"),
    ("pause_seconds = 3600", "pause_seconds = 86401", "pause_seconds", "nor longer than a day"),
    ('steps = ["data-diri", ', 'steps = ["data-diri", "sidik-jari", ', "steps", "'sidik-jari' is not known"),
    ('steps = ["data-diri", ', 'steps = ["data-diri", "data-diri", ', "steps", "none twice"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', 'steps = ["data-diri"]', "steps", "stand before it"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', 'steps = ["foto-diri"]', "steps", "name and NIK"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', "steps = []", "steps", "at least one step"),
    ('steps = ["data-diri", "data-kedinasan", "foto-diri"]', "steps = [1]", "steps", "must be a list of texts"),
    ('consents = ["kebijakan-privasi"]', 'consents = ["tidak-ada"]', "consents", "'tidak-ada' is not known"),
    ('consents = ["kebijakan-privasi"]', "consents = []", "consents", "before the first upload"),
    ('agreement = "perjanjian', 'agreement = "x-perjanjian', "agreement = ", "is not known"),
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
    ('[certificate]\nissuer = "automatic"\npause_seconds = 3600\nvalidity_days = 730', "", "certificate: is missing"),
    ("version = 1", "version = 1 1", "contoh.toml: "),
])  # fmt: skip
def test_what_is_missing_unknown_or_no_toml_is_named(wrong: Any, old: str, new: str, said: str) -> None:
    assert said in wrong(old, new)


def test_a_section_that_is_a_value_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "contoh.toml"
    path.write_text('name = "X"\nversion = 1\nway_in = 3\nsubjects = 3\nwizard = 3\npassphrase = 3\ncertificate = 3\n')
    with pytest.raises(ImproperlyConfigured, match=r"line 3: way_in: must be a section \[way_in\]"):
        procedure.read(path)


def test_a_demonstration_may_shorten_the_pause(settings: Any) -> None:
    settings.DEMO_PAUSE_SECONDS = "5"
    assert procedure.find("natuna").pause_seconds == 5
    settings.DEMO_PAUSE_SECONDS = ""
    assert procedure.find("natuna").pause_seconds == 3600


def test_an_institution_changes_single_values_within_what_is_coherent() -> None:
    natuna = procedure.find("natuna")
    slower = procedure.changed(natuna, {"wizard.reading_seconds": 30, "certificate.pause_seconds": 60})
    assert (slower.wizard.reading_seconds, slower.certificate.pause_seconds) == (30, 60)
    assert natuna.wizard.reading_seconds == 0
    for key, value in (
        ("passphrase.channel", "whatsapp"), ("wizard.reading_seconds", -1), ("way_in.papers", ["ktp"]),
        ("certificate.validity_days", 100), ("passphrase.agreement_seconds", 15),
    ):  # fmt: skip
        with pytest.raises(Wrong) as refused:
            procedure.changed(natuna, {key: value})
        assert refused.value.key == key
        assert refused.value.sentence.endswith(".")


def test_kept_values_are_read_back_as_they_were() -> None:
    for slug in procedure.names():
        assert procedure.from_values(procedure.find(slug).values()) == procedure.find(slug)


def test_an_operator_adds_procedures_in_a_folder_of_their_own(tmp_path: Path, settings: Any) -> None:
    settings.PROCEDURES = str(tmp_path)
    (tmp_path / "belitung.toml").write_text(NATUNA.replace("Kabupaten Natuna", "Kabupaten Contoh"))
    forget()
    try:
        assert "belitung" in procedure.names()
        assert procedure.find("belitung").name == "Kabupaten Contoh"
        (tmp_path / "natuna.toml").write_text(NATUNA)
        forget()
        with pytest.raises(ImproperlyConfigured, match=r"natuna\.toml in TTE_PROCEDURES"):
            procedure.names()
    finally:
        settings.PROCEDURES = ""
        forget()


def forget() -> None:
    """As at the start of a process."""
    procedure._files.cache_clear()
    procedure.find.cache_clear()
