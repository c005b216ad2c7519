"""The forms of the page on which an institution picks its procedure and changes single values."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings

from enrollment import journey, procedure
from enrollment.coherence import PAPERS, Wrong
from enrollment.procedure import CHANGEABLE, Procedure, duration_text
from tte_portal import whatsapp
from tte_portal.forms import PortalForm
from verification.institution_actions import value_of

CLOSED = "Pendaftaran belum dibuka"
CHANNELS = {"email": "Surel", "whatsapp": "WhatsApp"}
NO_WHATSAPP = (
    "WhatsApp belum disiapkan pada portal ini, jadi tautan tidak dapat dikirim lewat sana. Pilih Surel, atau minta "
    "pengelola portal menyiapkan WhatsApp."
)


def value_text(key: str, value: Any) -> str:
    """A changeable value as people say it."""
    if value is None:
        return "–"
    if key == "way_in.papers":
        return journey.papers_text(tuple(value))
    if key == "passphrase.channel":
        return CHANNELS[value]
    return duration_text(value) if value else "tidak ada"


def field_of(key: str) -> str:
    return key.partition(".")[2]


class ChooseForm(PortalForm):
    """Which file."""

    prosedur = forms.ChoiceField(
        label="Prosedur",
        help_text="Setiap prosedur mengikuti satu panduan. Nilainya dapat disesuaikan di bawah ini.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(slug, procedure.find(slug).name) for slug in procedure.names()]
        self.fields["prosedur"].choices = [("", CLOSED), *named]  # type: ignore[attr-defined]


STANDARD = "standard"


class ChoiceOrStandard(forms.ChoiceField):
    """A choice of which one is "as the file has it": what is not sent counts as that."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or STANDARD)


class SecondsField(forms.IntegerField):
    """A length of time; empty: as the file has it."""

    def __init__(self, key: str, standard: int) -> None:
        told = f"Bawaan: {standard} detik ({value_text(key, standard)}). Kosongkan untuk memakai bawaan."
        widget = forms.TextInput({"inputmode": "numeric", "size": 8})
        errors = {"invalid": "Tulis jumlah detik dengan angka saja, misalnya 60."}
        super().__init__(label=CHANGEABLE[key], required=False, help_text=told, widget=widget, error_messages=errors)


class ValuesForm(PortalForm):
    """The values that may be changed, with the file's value beside each; what is emptied goes back to it."""

    SECONDS: ClassVar = ("wizard.reading_seconds", "passphrase.agreement_seconds", "certificate.pause_seconds")

    def __init__(self, *args: Any, standard: Procedure, changes: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial={"papers": STANDARD, "channel": STANDARD, **_typed(changes)}, **kwargs)
        self.standard, self.changes, self.result = standard, changes, standard
        papers = journey.papers_text(standard.way_in.papers)
        self.fields["papers"] = ChoiceOrStandard(
            label=CHANGEABLE["way_in.papers"], widget=forms.RadioSelect,
            choices=[
                (STANDARD, f"Seperti bawaan — {papers[:1].upper()}{papers[1:]}"),
                ("own", "Pilih sendiri — Centang di bawah ini"),
            ],
        )  # fmt: skip
        for paper in PAPERS:
            self.fields[f"paper-{paper}"] = forms.BooleanField(label=journey.PAPER_TITLES[paper], required=False)
        for key in self.SECONDS:
            self.fields[field_of(key)] = SecondsField(key, value_of(standard, key))
        channel = CHANNELS[standard.passphrase.channel]
        self.fields["channel"] = ChoiceOrStandard(
            label=CHANGEABLE["passphrase.channel"], help_text=f"Bawaan: {channel}.",
            choices=[(STANDARD, f"Seperti bawaan ({channel})"), *CHANNELS.items()],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        changes = self._changes(answers)
        self.changes = {key: each for key, each in changes.items() if each != value_of(self.standard, key)}
        self._check()
        return answers

    def _changes(self, answers: dict[str, Any]) -> dict[str, Any]:
        """What was filled in, by dotted key."""
        found = {key: answers[field_of(key)] for key in self.SECONDS if answers.get(field_of(key)) is not None}
        if answers.get("channel") in CHANNELS:
            found["passphrase.channel"] = answers["channel"]
        ticked = [paper for paper in self._paper_order() if answers.get(f"paper-{paper}")]
        if answers.get("papers") == "own":
            found["way_in.papers"] = ticked
        elif ticked:
            self.add_error(
                "papers", "Anda mencentang berkas, tetapi memilih bawaan. Pilih “Pilih sendiri”, atau hapus centangnya."
            )
        return found

    def _paper_order(self) -> list[str]:
        """As the file has them, then the others."""
        own = self.standard.way_in.papers
        return [*own, *(paper for paper in PAPERS if paper not in own)]

    def _check(self) -> None:
        """Every value that does not go with the others gets its sentence, not the first alone."""
        tried = dict(self.changes)
        while True:
            try:
                self.result = procedure.changed(self.standard, tried)
                break
            except Wrong as wrong:
                self.add_error(field_of(wrong.key), wrong.sentence)
                if tried.pop(wrong.key, None) is None:
                    return
        by_whatsapp = self.result.passphrase.channel == "whatsapp"
        if by_whatsapp and settings.MODE == "production" and not whatsapp.is_configured():
            self.add_error("channel", NO_WHATSAPP)


def _typed(changes: dict[str, Any]) -> dict[str, Any]:
    """The kept changes as the form shows them."""
    found = {field_of(key): value for key, value in changes.items() if key != "way_in.papers"}
    if "way_in.papers" in changes:
        found |= {"papers": "own", **{f"paper-{paper}": True for paper in changes["way_in.papers"]}}
    return found
