"""The base of every form: standard Django fields, drawn by tte_portal/field_markup.py.

Declare a form with Django's own fields; everything a page shows comes from their usual attributes:

    class PersonalForm(PortalForm):
        name = forms.CharField(label="Nama Lengkap", help_text="Seperti pada KTP.",
                               widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false"}))
        email = forms.EmailField(label="Email", disabled=True)           # shown, not editable
        phone = forms.CharField(label="Nomor Telepon", widget=forms.TextInput({"type": "tel", "inputmode": "tel"}))
        kind = forms.ChoiceField(label="Status", widget=forms.RadioSelect,
                                 choices=[("asn", "ASN — Terintegrasi dengan SI ASN"), ("other", "Lainnya")])

- `help_text` is the hint; words after " — " in a radio's label are the hint of that choice.
- An optional field says so by itself, but for uploads and fields that depend on another.
- `attrs={"prefix": "+62"}` draws a prefix; `attrs={"size": 18}` makes the box about that many characters wide.
- `field_buttons = {"employee_number": ("check", "Cek NIP / NRP")}` puts a submit button (name="go") under a field.
- `shown_when = {"employee_number": ("kind", "asn")}` hides a field until another has that value (with JavaScript only).
- `form.corrections = {"name": "…"}`, set by the view, shows the verifier's words at the field.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Any, ClassVar, TypedDict

from django import forms
from django.utils.safestring import SafeString

from tte_portal.field_markup import Option, Row, draw


class Problem(TypedDict):
    """One line of the error summary; `target` is empty when no single field is to blame."""

    target: str
    text: str


class PortalForm(forms.Form):
    """A form that describes its fields as plain rows instead of rendering a widget template for each."""

    use_required_attribute = False
    field_buttons: Mapping[str, tuple[str, str]] = {}
    shown_when: ClassVar[Mapping[str, tuple[str, str]]] = {}
    corrections: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Django's own sentence names no field; identity shows that the form gave no sentence of its own.
            if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _required_sentence(field)

    def __getitem__(self, name: str) -> forms.BoundField:
        """Templates ask here first for whatever they name (``form.errors``): Django's own answer sorts all fields."""
        if name not in self.fields:
            raise KeyError(name)
        return super().__getitem__(name)

    def rows(self) -> SafeString:
        """Every field in order, drawn."""
        return self._drawn(self.fields)

    def file_rows(self) -> SafeString:
        """The uploads alone, for pages that explain them apart from the answers."""
        return self._drawn(name for name, field in self.fields.items() if _kind(field) == "file")

    def answer_rows(self) -> SafeString:
        """Everything but the uploads."""
        return self._drawn(name for name, field in self.fields.items() if _kind(field) != "file")

    def _drawn(self, names: Iterable[str]) -> SafeString:
        # Text that has gone through escape(), field by field.
        return SafeString("".join([draw(self._row(name)) for name in names]))

    def problems(self) -> list[Problem]:
        """The error summary: fields in page order, then what concerns the form as a whole."""
        lines: list[Problem] = [
            {"target": f"id_{name}", "text": str(text)} for name in self.fields for text in self.errors.get(name, ())
        ]
        return lines + [{"target": "", "text": str(text)} for text in self.non_field_errors()]

    def keeps_the_rest(self) -> bool:
        """Whether something else was typed that still stands there: secrets and files have to be given again."""
        kinds = [_kind(field) for field in self.fields.values()]
        return len(kinds) > 1 and not {"password", "file"} & set(kinds)

    def _row(self, name: str) -> Row:
        field = self.fields[name]
        bound = self[name]
        kind = _kind(field)
        field_id = f"id_{bound.html_name}"
        error = " ".join(map(str, self.errors[name])) if name in self.errors else ""
        correction = self.corrections.get(name, "")
        hint = str(field.help_text)
        value = "" if kind in ("file", "password") else bound.value()
        described_by = " ".join(
            [f"{field_id}-{part}" for part, text in (("hint", hint), ("note", correction), ("error", error)) if text]
        )
        return {
            "kind": kind,
            "name": bound.html_name,
            "id": field_id,
            "label": str(bound.label),
            "hint": hint,
            "error": error,
            "correction": correction,
            "optional": not (field.required or field.disabled or kind == "file" or name in self.shown_when),
            "prefix": str(field.widget.attrs.get("prefix", "")),
            "value": _text(field, value),
            "attributes": _attributes(field, kind, value, described_by, error),
            "described_by": described_by,
            "options": _OPTIONS[kind](field, field_id, value) if kind in _OPTIONS else [],
            "button": self.field_buttons.get(name),
            "shown_when": self.shown_when.get(name),
        }


def _required_sentence(field: forms.Field) -> str:
    match _kind(field):
        case "checkbox":
            return "Centang kotak persetujuan untuk melanjutkan."
        case "radios" | "select" | "file":
            return f"Pilih {field.label} terlebih dahulu." if field.label else "Pilih salah satu."
        case _:
            return f"{field.label} belum diisi." if field.label else "Bagian ini belum diisi."


def _kind(field: forms.Field) -> str:
    """How the template draws this field. Raises TypeError for a widget it does not know, rather than dropping it."""
    widget = field.widget
    if widget.is_hidden:
        return "hidden"
    if field.disabled:
        return "fixed"
    for widget_class, kind in _KINDS:
        if isinstance(widget, widget_class) and not getattr(widget, "allow_multiple_selected", False):
            return kind
    raise TypeError(f"No form of the portal draws {type(widget).__name__}")


_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
    (forms.CheckboxInput, "checkbox"),
    (forms.widgets.Input, "input"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
)


def _text(field: forms.Field, value: Any) -> str:
    """The value as shown: of a fixed choice its label, of anything else what its widget would write."""
    if isinstance(field, forms.ChoiceField):
        flat = {str(key): str(label) for key, label in _choices(field)}
        return flat.get(str(value), "" if value is None else str(value))
    formatted = field.widget.format_value(value)
    return "" if formatted is None else str(formatted)


def _choices(field: forms.Field) -> Iterator[tuple[Any, Any]]:
    yield from getattr(field.widget, "choices", ())


def _attributes(field: forms.Field, kind: str, value: Any, described_by: str, error: str) -> SafeString:
    attributes = dict(field.widget.attrs)
    attributes.pop("prefix", None)
    if attributes.get("inputmode") in ("numeric", "tel"):
        # People paste numbers with blanks in them; a browser would cut the last digits off in silence.
        attributes.pop("maxlength", None)
    if described_by and kind != "radios":
        attributes["aria-describedby"] = described_by
    if error and kind != "radios":
        attributes["aria-invalid"] = "true"
    if kind == "checkbox" and value:
        attributes["checked"] = True
    if kind in ("input", "hidden"):
        attributes.setdefault("type", getattr(field.widget, "input_type", "text"))
    pieces = [
        f" {name}" if content is True else f' {name}="{escape(str(content))}"'
        for name, content in attributes.items()
        if content is not False and content is not None
    ]
    return SafeString("".join(pieces))  # every value went through escape(); names are ours


def _radio_options(field: forms.Field, field_id: str, value: Any) -> list[Option]:
    options: list[Option] = []
    for number, (key, text) in enumerate(_choices(field)):
        label, _, hint = str(text).partition(" — ")
        # The first carries the field's own id, so that the error summary's link lands on it.
        option_id = f"{field_id}_{number}" if number else field_id
        options.append(
            {"id": option_id, "value": str(key), "label": label, "hint": hint, "chosen": str(key) == str(value)}
        )
    return options


def _select_options(field: forms.Field, field_id: str, value: Any) -> SafeString:
    """The options as markup: a loop in the template costs as much as all other fields of a page together."""
    chosen = "" if value is None else str(value)
    pieces = [
        f'<option value="{escape(str(key))}"{" selected" if str(key) == chosen else ""}>{escape(str(label))}</option>'
        for key, label in _choices(field)
    ]
    return SafeString("".join(pieces))  # keys and labels went through escape()


_OPTIONS: Mapping[str, Callable[[forms.Field, str, Any], list[Option] | SafeString]] = {
    "radios": _radio_options,
    "select": _select_options,
}
