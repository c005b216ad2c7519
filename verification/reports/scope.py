"""What a report counts: whose institutions, which OPD, from which day to which; read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from enrollment import lifecycle
from enrollment.models import Application, Institution, Opd
from tte_portal.forms import PortalForm
from tte_portal.models import Account
from verification import roles

# Who reads reports at all; whoever may also see the people behind the numbers; who may see which officer decided.
READERS = (roles.REPORT_READER, roles.ADMINISTRATOR, roles.VERIFIER)
SEE_PEOPLE = (roles.VERIFIER, roles.HELP_DESK, roles.ADMINISTRATOR)
SEE_OFFICERS = (roles.ADMINISTRATOR,)
# Numbers about fewer people than this are about somebody, so a reader who may see no person gets none.
FEWEST = 5
PRESETS = {"bulan-ini": "Bulan ini", "bulan-lalu": "Bulan lalu", "tahun-ini": "Tahun ini"}
USUAL = "tahun-ini"
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Scope:
    """``everywhere``: all institutions there are, so the country's own counts may be read. Without an officer (a
    report made by the clock) nobody is named."""

    officer: Account | None
    institutions: tuple[int, ...]
    place: str
    opd: int | None
    first: date
    last: date
    zone: str
    everywhere: bool = False
    sees_people: bool = False
    sees_officers: bool = False

    @property
    def period(self) -> str:
        """ "1 Januari 2026 sampai 31 Januari 2026"."""
        return f"{date_format(self.first, 'j F Y')} sampai {date_format(self.last, 'j F Y')}"

    @property
    def is_one(self) -> bool:
        return len(self.institutions) == 1


def today_of(zone: str) -> date:
    today: date = lifecycle.now().astimezone(ZoneInfo(zone)).date()
    return today


def of_institution(institution: Institution, first: date, last: date) -> Scope:
    """All of one institution for a report that no officer asked for."""
    return Scope(None, (institution.pk,), institution.name, None, first, last, institution.time_zone)


class DayField(forms.DateField):
    def __init__(self, label: str, **kwargs: Any) -> None:
        wrong = f"{label}: tulis tanggal seperti 31/12/2026."
        super().__init__(
            label=label, required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), error_messages={"invalid": wrong}, **kwargs,
        )  # fmt: skip


class ScopeForm(PortalForm):
    """The filters above a report. ``periode`` in the address names a preset; dates of one's own go before it."""

    instansi = forms.ChoiceField(label="Instansi", required=False)
    opd = forms.ChoiceField(label="OPD", required=False)
    dari = DayField("Dari tanggal")
    sampai = DayField("Sampai tanggal")

    def __init__(self, data: Mapping[str, Any], *, officer: Account, kinds: tuple[str, ...] = READERS) -> None:
        self.officer = officer
        held = list(Institution.objects.for_officer(officer, *kinds).only("slug", "name", "time_zone"))
        self.chosen = _chosen(held, str(data.get("instansi") or ""))
        self.zone = self.chosen[0].time_zone if len(self.chosen) == 1 else settings.TIME_ZONE
        self.today = today_of(self.zone)
        typed = {name: str(data.get(name) or "").strip() for name in ("instansi", "opd", "dari", "sampai")}
        own_dates = bool(typed["dari"] or typed["sampai"])
        named = str(data.get("periode") or USUAL)
        self.preset = "" if own_dates else named if named in PRESETS else USUAL
        super().__init__(_with_dates(typed, self.preset, self.today))
        self.opds = list(Opd.objects.filter(institution=self.chosen[0])) if len(self.chosen) == 1 else []
        self._offer(held)

    def _offer(self, held: list[Institution]) -> None:
        asked, opds = self.fields["instansi"], self.fields["opd"]
        every = [("", "Semua instansi Anda")] if len(held) > 1 else []
        asked.choices = [*every, *((each.slug, each.name) for each in held)]  # type: ignore[attr-defined]
        opds.choices = [("", "Semua OPD"), *((str(each.pk), each.name) for each in self.opds)]  # type: ignore[attr-defined]
        if len(held) == 1:
            asked.widget = forms.HiddenInput()
        opds.error_messages["invalid_choice"] = "OPD ini tidak ada di instansi yang dipilih. Pilih OPD lagi."
        if len(self.chosen) > 1:
            opds.help_text = "Pilih instansi lebih dahulu."

    def clean_opd(self) -> int | None:
        typed: str = self.cleaned_data.get("opd", "")
        if not typed:
            return None
        if not self.sees(SEE_PEOPLE):
            count = Application.objects.filter(opd=int(typed))[:FEWEST].count()
            if count < FEWEST:
                raise ValidationError(f"OPD ini punya kurang dari {FEWEST} pengajuan, jadi angkanya tidak ditampilkan.")
        return int(typed)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = answers.get("dari"), answers.get("sampai")
        if first and first > self.today:
            self.add_error("dari", "Tanggal awal belum tiba. Pilih hari ini atau sebelumnya.")
        elif first and last and first > last:
            self.add_error("sampai", "Tanggal akhir mendahului tanggal awal. Tukar keduanya.")
        elif first and last and last - first > LONGEST:
            self.add_error("dari", "Periode paling panjang sepuluh tahun.")
        if last and last > self.today:
            self.add_error("sampai", "Tanggal akhir belum tiba. Pilih hari ini atau sebelumnya.")
        return answers

    def scope(self) -> Scope:
        """What the valid form asks for."""
        answers, chosen = self.cleaned_data, self.chosen
        opd = next((each for each in self.opds if each.pk == answers["opd"]), None)
        name = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} instansi"
        return Scope(
            officer=self.officer, institutions=tuple(sorted(each.pk for each in chosen)),
            place=f"{opd.name}, {name}" if opd else name, opd=answers["opd"], first=answers["dari"],
            last=answers["sampai"], zone=self.zone, everywhere=len(chosen) == Institution.objects.count(),
            sees_people=self.sees(SEE_PEOPLE), sees_officers=self.sees(SEE_OFFICERS),
        )  # fmt: skip

    def place_rows(self) -> SafeString:
        """Whose, without the dates: for pages that tell what is now."""
        return self._drawn(("instansi", "opd"))

    def address(self, more: str = "", period: str = "") -> str:
        """These filters as an address carries them, with others of ``more`` in their place, or of another preset."""
        named = period or self.preset
        typed = {name: self.data[name] for name in ("instansi", "opd") if self.data[name]}
        typed |= {"periode": named} if named else dict(self.kept_period())
        return urlencode(typed | dict(parse_qsl(more)))

    def kept_period(self) -> list[tuple[str, str]]:
        """The period as an address or a form carries it on."""
        return [("periode", self.preset)] if self.preset else [(name, self.data[name]) for name in ("dari", "sampai")]

    def periods(self) -> list[tuple[str, str, bool]]:
        """(words, address, chosen) of each preset."""
        return [(words, self.address(period=name), name == self.preset) for name, words in PRESETS.items()]

    def sees(self, kinds: tuple[str, ...]) -> bool:
        """Whether the officer holds one of these roles in every institution that is asked for."""
        held = Institution.objects.for_officer(self.officer, *kinds).values_list("pk", flat=True)
        return {each.pk for each in self.chosen} <= set(held)


def _chosen(held: list[Institution], slug: str) -> list[Institution]:
    """Raises Http404 for an institution that is not the officer's: it is not told whether it exists."""
    found = [each for each in held if each.slug == slug] if slug else held
    if not found:
        raise Http404
    return found


def _with_dates(typed: dict[str, str], named: str, today: date) -> dict[str, str]:
    """The dates of a preset; where only one was given, from the beginning of that year and until today."""
    if named:
        first, last = preset(named, today)
        return typed | {"dari": first.isoformat(), "sampai": last.isoformat()}
    year = typed["sampai"][:4] if typed["sampai"][:4].isdigit() else str(today.year)
    return typed | {"dari": typed["dari"] or f"{year}-01-01", "sampai": typed["sampai"] or today.isoformat()}


def preset(name: str, today: date) -> tuple[date, date]:
    month = today.replace(day=1)
    if name == "bulan-lalu":
        last = month - timedelta(days=1)
        return last.replace(day=1), last
    return (month if name == "bulan-ini" else month.replace(month=1)), today
