"""One row of a list: every cell forgiven what can be forgiven, and every other fault told with its remedy."""

import re
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from enrollment import numbers
from enrollment.form_fields import one_line
from enrollment.holders.mailbox import domains_for
from enrollment.models import Employment, Institution, Opd
from enrollment.provinces import PROVINCES
from enrollment.roster import titles
from enrollment.roster.columns import COLUMNS, Column
from enrollment.roster.faults import Fault, Faulty

AS_TEXT = "Format kolom {} sebagai Teks di Excel, lalu isi kembali dari dokumen aslinya."
# What Excel writes into a list for a NIP that it took for a number, and for one that it took for a date.
_EXPONENT = re.compile(r"-?\d([.,]\d*)?[eE]\+?\d+")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d([ T]00:00(:00)?)?|\d{1,2}[/-]([A-Za-z]{3,}|\d{1,2})[/-]\d{2,4}|\d{1,2}-[A-Za-z]{3}"
)
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_NONE = frozenset(("-", "–", "—"))
_QUOTES = "'’`"
# A plain address, quickly; anything else is left to Django's own rule.
_ADDRESS = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


class Reader:
    """Reads the rows of one institution's list. What many rows have in common (units, provinces, OPDs) is read once."""

    def __init__(self, institution: Institution) -> None:
        self.institution = institution
        opds = Opd.objects.filter(institution=institution).values_list("code", "name")
        self.opds = {code: (code, name) for code, name in opds}
        self.opds_by_name = {_key(name): code for code, name in opds}
        self.domains = {kind: domains_for(institution, kind) for kind in ("", *Employment.values)}
        self.known: dict[tuple[str, str], str | Faulty] = {}
        self.mended_quotes = self.moved_titles = 0
        self._readers: dict[str, Callable[[str], str]] = {
            "employee_number": self._number,
            "name": _words,
            "mailbox": _mailbox,
            "employment": _employment,
            "province": self._province,
            "opd": self._opd,
        }

    def read(self, cells: Sequence[str]) -> tuple[dict[str, str], list[Fault]]:
        """Field → value of what can be read, and the faults of the rest; the texts stand in the order of COLUMNS."""
        fields: dict[str, str] = {}
        faults: list[Fault] = []
        for column, text in zip(COLUMNS, cells, strict=True):
            try:
                fields[column.field] = self._cell(column, text)
            except Faulty as fault:
                faults.append(Fault(column.name, fault.kind, fault.text))
        self._titles_apart(fields, faults)
        self._together(fields, faults)
        return fields, faults

    def settled(self, column: Column, text: str) -> str | None:
        """What a cell comes to, for a page that offers it among others; ``None`` when it cannot be read."""
        try:
            return self._cell(column, text)
        except Faulty:
            return None

    def _titles_apart(self, fields: dict[str, str], faults: list[Fault]) -> None:
        """Titles typed with the name go to their own columns, as where an OPD asks; a title that contradicts its
        column, and a comma that no title follows, are for the officer to sort out."""
        typed = fields.get("name", "")
        found = titles.apart(typed)
        if found.name == typed:
            return
        both = ((found.front, "front_title", "Gelar Depan"), (found.back, "back_title", "Gelar Belakang"))
        for title, field, column in both:
            kept = fields.get(field, "")
            if title and (not titles.is_plain(title) or (kept and not titles.same(kept, title))):
                del fields["name"]
                text = f"Tulis nama tanpa gelar: pindahkan gelar ({title}) ke kolom {column}."
                faults.append(Fault("Nama", "title", text))
                return
        if not found.name:
            del fields["name"]
            faults.append(Fault("Nama", "missing", "Hanya gelar yang tertulis; namanya belum diisi."))
            return
        for title, field, _ in both:
            fields[field] = fields.get(field) or title
        fields["name"] = found.name
        self.moved_titles += 1

    def _cell(self, column: Column, text: str) -> str:
        if column.field in ("employee_number", "mailbox", "name"):
            return self._read(column, text)
        # The same few words in thousands of rows.
        found = self.known.get((column.field, text))
        if found is None:
            try:
                found = self._read(column, text)
            except Faulty as fault:
                found = fault
            self.known[column.field, text] = found
        if isinstance(found, Faulty):
            raise found
        return found

    def _read(self, column: Column, text: str) -> str:
        if not (text.isascii() and text.isprintable() and "  " not in text and text.strip() == text):
            text = one_line(text)
        if text in _NONE:
            text = ""
        if not text:
            if column.needed:
                raise Faulty("missing", "Belum diisi.")
            return self._province("") if column.field == "province" else ""
        if text[0] == "'" and len(text) > 1 and text[1] in "=+@-":
            # As returned lists keep a formula from running.
            text = text[1:]
        if text[0] in "=+@-#":
            _refuse_formula(text)
        if len(text) > column.longest:
            raise Faulty("too-long", f"Terlalu panjang: {len(text)} huruf, padahal paling banyak {column.longest}.")
        return self._readers.get(column.field, _words)(text)

    def _number(self, text: str) -> str:
        """A NIP or NRP, unless Excel has spoiled it."""
        if text[0] in _QUOTES:
            # Somebody's way to keep Excel from counting: the digits are whole.
            text = text.strip(_QUOTES).strip()
            self.mended_quotes += 1
        if _EXPONENT.fullmatch(text):
            raise Faulty(
                "exponent", f"Excel mengubah NIP menjadi bilangan ({text}); angka belakangnya hilang. "
                + AS_TEXT.format("NIP"),
            )  # fmt: skip
        if _DATE.fullmatch(text):
            raise Faulty("date", f"Excel mengubah angka ini menjadi tanggal. {AS_TEXT.format('NIP')}")
        digits = numbers.squeeze(text)
        if not digits.isdigit():
            raise Faulty("number-signs", "NIP / NRP hanya terdiri atas angka. Hapus huruf atau tanda lainnya.")
        if len(digits) == 7:
            raise Faulty("lost-zeros", f"NRP 8 angka; nol di depannya mungkin hilang. {AS_TEXT.format('NIP')}")
        if len(digits) not in (8, 18):
            raise Faulty("number-length", f"NIP terdiri atas 18 angka dan NRP 8; di sini ada {len(digits)} angka.")
        # A NIP's serial begins at 001; Excel keeps 15 digits of a number and writes noughts for the rest.
        if len(digits) == 18 and digits.endswith("000"):
            raise Faulty("cut-digits", f"Excel mengubah tiga angka terakhirnya menjadi 000. {AS_TEXT.format('NIP')}")
        try:
            return numbers.employee_number(digits)
        except numbers.Malformed as error:
            raise Faulty("number-impossible", str(error)) from error

    def _province(self, text: str) -> str:
        wanted = text or self.institution.province
        found = _PROVINCES.get(_key(wanted))
        if found is None:
            raise Faulty("province", f"{wanted} bukan nama provinsi. Tulis nama resminya, misalnya Jawa Tengah.")
        return found

    def _opd(self, text: str) -> str:
        """The code; officers may write the name instead."""
        if text in self.opds:
            return text
        if code := self.opds_by_name.get(_key(text)):
            return code
        if _DATE.fullmatch(text):
            raise Faulty("date", f"Excel mengubah kode OPD menjadi tanggal ({text}). {AS_TEXT.format('Kode OPD')}")
        if code := next((each for each in self.opds if each.lstrip("0") == text.lstrip("0") != ""), None):
            raise Faulty("lost-zeros", f"Nol di depan hilang: mungkin maksudnya {code} ({self.opds[code][1]}).")
        some = "; ".join(f"{code} {name}" for code, name in list(self.opds.values())[:5])
        offered = f" Yang tercatat: {some}{' dan lainnya' if len(self.opds) > 5 else ''}." if some else ""
        raise Faulty("opd", f"OPD {text} tidak dikenal di instansi ini.{offered}")

    def _together(self, fields: dict[str, str], faults: list[Fault]) -> None:
        """What two cells must agree on."""
        number, kind, mailbox = fields.get("employee_number"), fields.get("employment"), fields.get("mailbox")
        if number and kind and (len(number) == 8) != (kind == Employment.POLRI):
            called = "NRP" if len(number) == 8 else "NIP"
            faults.append(Fault("NIP", "number-kind", f"Angka ini {called}, padahal jenis pegawainya {kind}."))
        if mailbox:
            domain = mailbox.rpartition("@")[2]
            wanted: list[str] = self.institution.mailbox_domains
            if domain not in wanted:
                text = f"Domain surel harus {' atau '.join(wanted)}."
                faults.append(Fault("Surel Dinas", "mailbox-domain", text))
            elif kind and domain not in self.domains[kind]:
                text = f"Untuk {kind} domain surelnya {' atau '.join(self.domains[kind])}."
                faults.append(Fault("Surel Dinas", "mailbox-kind", text))


def _key(text: str) -> str:
    return " ".join(text.lower().replace(".", " ").split())


# As officers write them, too.
_PROVINCES = {_key(name): name for name in PROVINCES}
_PROVINCES |= {
    "jakarta": "DKI Jakarta", "daerah khusus jakarta": "DKI Jakarta", "dki": "DKI Jakarta",
    "yogyakarta": "DI Yogyakarta", "daerah istimewa yogyakarta": "DI Yogyakarta", "diy": "DI Yogyakarta",
    "bangka belitung": "Kepulauan Bangka Belitung", "kep bangka belitung": "Kepulauan Bangka Belitung",
    "kep riau": "Kepulauan Riau", "ntb": "Nusa Tenggara Barat", "ntt": "Nusa Tenggara Timur",
}  # fmt: skip


def _refuse_formula(text: str) -> None:
    """ "=…" and its like run a program in some sheets; "#N/A" is what is left of a formula that failed."""
    if text[0] in "=+@" or _ERROR.match(text) or (text[0] == "-" and len(text) > 1 and not text[1].isspace()):
        raise Faulty("formula", "Isi ini rumus atau galat rumus. Ketik isinya sendiri.")


def _words(text: str) -> str:
    if "<" in text or ">" in text or "\ufffd" in text:
        raise Faulty("markup", "Ada tanda < atau > atau huruf yang rusak. Ketik ulang isinya.")
    return text


def _mailbox(text: str) -> str:
    mailbox = text.lower()
    if not _ADDRESS.fullmatch(mailbox):
        try:
            validate_email(mailbox)
        except ValidationError as error:
            raise Faulty("mailbox-form", "Alamat surel tidak lengkap. Contoh: nama@domain-instansi.go.id.") from error
    return mailbox


def _employment(text: str) -> str:
    kind = text.upper().replace("P3K", "PPPK").replace("ASN", "").strip(" -()") or "ASN"
    if kind not in Employment.values:
        raise Faulty("employment", f"{text} bukan jenis pegawai. Isi salah satu dari {', '.join(Employment.values)}.")
    return kind
