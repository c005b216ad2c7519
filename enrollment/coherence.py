"""What goes together in a procedure: a table of rules, each with its remedy for whoever writes the file and its
sentence for whoever changes a value on a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrollment.procedure import Procedure

TEXTS = Path(__file__).parent / "texts"
WAYS_IN = ("invitation", "self-service", "public-form", "profile")
STEPS = ("data-diri", "data-kedinasan", "data-pendaftaran", "foto-ktp", "foto-diri")
PAPERS = ("statement-letter", "ktp", "signature-specimen", "recommendation-letter")
CHARACTER_KINDS = ("upper", "lower", "digit", "symbol")
LONGEST_READING = 600


class Wrong(Exception):
    """A value that is not allowed. ``key`` is its dotted name; the text is the remedy, ``sentence`` the same for the
    administrator's page."""

    def __init__(self, key: str, remedy: str, sentence: str = "Nilai ini tidak dapat dipakai.") -> None:
        super().__init__(f"{key}: {remedy}")
        self.key, self.sentence = key, sentence


@dataclass(frozen=True)
class Rule:
    """``holds`` for every coherent procedure; else the value of ``key`` is refused."""

    key: str
    holds: Callable[["Procedure"], bool]
    remedy: str
    sentence: str


def _from_the_guide(key: str, holds: Callable[["Procedure"], bool], remedy: str) -> Rule:
    """A rule about values that only the file has."""
    return Rule(key, holds, remedy, "Prosedur ini tidak utuh; hubungi pengelola portal.")


RULES = (
    _from_the_guide(
        "wizard.steps",
        lambda p: len(set(p.wizard.steps)) == len(p.wizard.steps),
        "must name none twice",
    ),
    _from_the_guide(
        "wizard.steps",
        lambda p: bool(p.wizard.steps) or (p.way_in.kind == "profile" and p.way_in.check),
        "must name at least one step, unless a profile has the answers and a verifier checks them (way_in.check)",
    ),
    _from_the_guide(
        "wizard.steps",
        lambda p: not p.wizard.steps or bool({"data-diri", "data-pendaftaran"} & set(p.wizard.steps)),
        "must have data-diri or data-pendaftaran: a certificate needs name and NIK",
    ),
    _from_the_guide(
        "wizard.steps",
        lambda p: not p.wizard.steps or bool({"foto-ktp", "foto-diri"} & set(p.wizard.steps)),
        "must have foto-ktp or foto-diri: a verifier compares it, and the consents stand before it",
    ),
    _from_the_guide(
        "wizard.consents",
        lambda p: "kebijakan-privasi" in p.wizard.consents,
        "must name kebijakan-privasi: consent stands before the first upload (UU 27/2022)",
    ),
    _from_the_guide(
        "way_in.check",
        lambda p: p.way_in.check or p.way_in.kind != "public-form",
        "must be true for a public form: no link goes to a stranger before a verifier has looked",
    ),
    _from_the_guide(
        "way_in.check",
        lambda p: not p.way_in.check or p.way_in.kind != "invitation",
        "must be false for an invitation: the one who invites has looked already",
    ),
    _from_the_guide(
        "way_in.hr_approval",
        lambda p: not p.way_in.hr_approval or p.way_in.kind in ("profile", "public-form"),
        "is for profiles and public forms, where people state what the registry has not",
    ),
    _from_the_guide(
        "way_in.proves_mailbox",
        lambda p: not p.way_in.proves_mailbox or p.way_in.kind == "profile",
        "is for profiles; everybody else proves the mailbox by opening the link",
    ),
    _from_the_guide(
        "way_in.sign_in",
        lambda p: bool(p.way_in.sign_in) == (p.way_in.kind == "profile"),
        "must be password or sso for a profile, and empty otherwise",
    ),
    Rule(
        "way_in.papers",
        lambda p: not p.way_in.papers or p.way_in.kind != "invitation",
        "must be empty for an invitation: nobody is there yet to hand them in",
        "Pada undangan, berkas tidak dapat diminta di awal.",
    ),
    Rule(
        "way_in.papers",
        lambda p: len(set(p.way_in.papers)) == len(p.way_in.papers),
        "must name none twice",
        "Satu berkas cukup diminta satu kali.",
    ),
    Rule(
        "wizard.reading_seconds",
        lambda p: 0 <= p.wizard.reading_seconds <= LONGEST_READING,
        f"must be 0 to {LONGEST_READING}",
        f"Isi 0 sampai {LONGEST_READING} detik.",
    ),
    Rule(
        "wizard.reading_seconds",
        lambda p: p.wizard.reading_seconds == 0 or bool(p.wizard.steps),
        "must be 0 without steps: there is no Submit to wait for",
        "Prosedur ini tanpa formulir pengajuan, jadi kebijakan tidak dibaca di sana: isi 0.",
    ),
    _from_the_guide(
        "wizard.proves_phone",
        lambda p: not p.wizard.proves_phone or bool({"data-diri", "data-pendaftaran"} & set(p.wizard.steps)),
        "needs a step in which the phone number is typed",
    ),
    _from_the_guide(
        "wizard.check",
        lambda p: p.wizard.check != "automatic" or {"data-diri", "data-kedinasan", "foto-diri"} <= set(p.wizard.steps),
        "can be automatic only with data-diri, data-kedinasan and foto-diri to compare",
    ),
    Rule(
        "passphrase.channel",
        lambda p: p.passphrase.channel != "whatsapp" or p.wizard.proves_phone,
        "can be whatsapp only where the number is proven (wizard.proves_phone)",
        "WhatsApp hanya dapat dipakai bila nomor pemohon sudah dibuktikan dengan kode; prosedur ini tidak memintanya.",
    ),
    _from_the_guide(
        "passphrase.minimum_length",
        lambda p: p.passphrase.minimum_length >= 8,
        "must be at least 8 (BSSN 4/2021 art. 27)",
    ),
    Rule(
        "passphrase.agreement_seconds",
        lambda p: 0 <= p.passphrase.agreement_seconds <= LONGEST_READING,
        f"must be 0 to {LONGEST_READING}",
        f"Isi 0 sampai {LONGEST_READING} detik.",
    ),
    Rule(
        "passphrase.agreement_seconds",
        lambda p: p.passphrase.agreement_seconds == 0 or p.passphrase.agreement_by != "tick",
        'must be 0 with agreement_by = "tick": nothing is opened that could be timed',
        "Pada prosedur ini perjanjian disetujui dengan centang saja, tanpa dibuka, jadi waktunya tidak dapat diukur: "
        "isi 0.",
    ),
    _from_the_guide(
        "passphrase.agreement_button",
        lambda p: bool(p.passphrase.agreement_button) == (p.passphrase.agreement_by == "page"),
        'is the button of the page: needed with agreement_by = "page", empty otherwise',
    ),
    Rule(
        "certificate.pause_seconds",
        lambda p: 0 <= p.certificate.pause_seconds <= 86400,
        "must not be negative, nor longer than a day",
        "Isi 0 sampai 86400 detik (satu hari).",
    ),
    _from_the_guide(
        "certificate.validity_days",
        lambda p: 1 <= p.certificate.validity_days <= 730,
        "must be 1 to 730: a holder's certificate lives two years at most",
    ),
)


def check(procedure: "Procedure") -> None:
    """Raises :class:`Wrong` for the first value that is unknown or does not go with the others."""
    _among("way_in.kind", [procedure.way_in.kind], WAYS_IN)
    _among("way_in.papers", procedure.way_in.papers, PAPERS)
    _among("way_in.sign_in", [procedure.way_in.sign_in], ("", "password", "sso"))
    _among("wizard.steps", procedure.wizard.steps, STEPS)
    _among("wizard.check", [procedure.wizard.check], ("verifier", "automatic"))
    _among("passphrase.channel", [procedure.passphrase.channel], ("email", "whatsapp"))
    _among("passphrase.needs", procedure.passphrase.needs, CHARACTER_KINDS)
    _among("passphrase.agreement_by", [procedure.passphrase.agreement_by], ("tick", "opened", "page"))
    _among("certificate.issuer", [procedure.certificate.issuer], ("automatic", "by-hand"))
    texts = sorted(path.stem for path in TEXTS.glob("*.toml"))
    _among("wizard.consents", procedure.wizard.consents, texts)
    _among("passphrase.agreement", [procedure.passphrase.agreement], texts)
    _check_subjects(procedure)
    for rule in RULES:
        if not rule.holds(procedure):
            raise Wrong(rule.key, rule.remedy, rule.sentence)


def _check_subjects(procedure: "Procedure") -> None:
    for field in fields(procedure.subjects):
        try:
            getattr(procedure.subjects, field.name).format(prefix="")
        except (LookupError, ValueError) as error:
            raise Wrong(f"subjects.{field.name}", "may hold {prefix} and no other braces") from error


def _among(key: str, given: Iterable[str], known: Iterable[str]) -> None:
    for value in given:
        if value not in known:
            raise Wrong(key, f"{value!r} is not known; known are {', '.join(known)}", "Pilihan ini tidak dikenal.")
