"""How each kind of field is drawn.

In Python, not in a template: Django's template language took 0.25 ms for the six fields of a wizard page, a quarter of
all the page's work; this takes a tenth of that. Every text that is not our own goes through ``escape``.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import TypedDict

from django.utils.safestring import SafeString


class Option(TypedDict):
    """One radio button."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool


class Row(TypedDict):
    """What is to be drawn of one field."""

    kind: str
    name: str
    id: str
    label: str
    hint: str
    error: str
    correction: str
    optional: bool
    prefix: str
    value: str
    attributes: SafeString
    described_by: str
    # Of a select: its options as markup.
    options: list[Option] | SafeString
    button: tuple[str, str] | None
    shown_when: tuple[str, str] | None


def draw(row: Row) -> str:
    """Label, hint, the verifier's note, error, the control and its button."""
    if row["kind"] == "hidden":
        return _box(row)
    field_id = row["id"]
    wrong = " field-wrong" if row["error"] else ""
    pieces = [f'<div class="field{wrong}" id="field-{row["name"]}"{_shown_when(row)}>\n', _name(row)]
    if row["hint"]:
        pieces.append(f'<p class="hint" id="{field_id}-hint">{escape(row["hint"])}</p>\n')
    if row["correction"]:
        note = f"<b>Catatan verifikator:</b> {escape(row['correction'])}"
        pieces.append(f'<p class="correction" id="{field_id}-note">{note}</p>\n')
    if row["error"]:
        sentence = f'<span class="unseen">Kesalahan: </span>{escape(row["error"])}'
        pieces.append(f'<p class="error" id="{field_id}-error">{sentence}</p>\n')
    pieces.append(_CONTROLS[row["kind"]](row))
    if row["button"]:
        value, text = row["button"]
        pieces.append(f'<button class="button secondary" name="go" value="{escape(value)}">{escape(text)}</button>\n')
    pieces.append("</div>\n")
    return "".join(pieces)


def _shown_when(row: Row) -> str:
    return f' data-shown-when="{"=".join(map(escape, row["shown_when"]))}"' if row["shown_when"] else ""


def _name(row: Row) -> str:
    """What people call the field, in the element that fits its control; a checkbox has its label behind it."""
    label = escape(row["label"])
    optional = ' <span class="optional">(boleh dikosongkan)</span>' if row["optional"] else ""
    match row["kind"]:
        case "checkbox":
            return ""
        case "fixed":
            return f'<p class="label" id="{row["id"]}-label">{label}</p>\n'
        case "radios":
            described = f' aria-describedby="{row["described_by"]}"' if row["described_by"] else ""
            return f'<fieldset{described}><legend class="label">{label}{optional}</legend>\n'
        case _:
            return f'<label class="label" for="{row["id"]}">{label}{optional}</label>\n'


def _head(row: Row) -> str:
    """The attributes that every control has."""
    return f'name="{row["name"]}" id="{row["id"]}"'


def _box(row: Row) -> str:
    return f'<input {_head(row)} value="{escape(row["value"])}"{row["attributes"]}>\n'


def _input(row: Row) -> str:
    if not row["prefix"]:
        return _box(row)
    prefix = f'<span class="prefix" aria-hidden="true">{escape(row["prefix"])}</span>'
    return f'<div class="prefixed">{prefix}{_box(row).rstrip()}</div>\n'


def _fixed(row: Row) -> str:
    return f'<p class="fixed" id="{row["id"]}" tabindex="-1">{escape(row["value"]) or "–"}</p>\n'


def _select(row: Row) -> str:
    return f"<select {_head(row)}{row['attributes']}>{row['options']}</select>\n"


def _radios(row: Row) -> str:
    buttons = [_radio(row["name"], option) for option in row["options"] if not isinstance(option, str)]
    return f"{''.join(buttons)}</fieldset>\n"


def _radio(name: str, option: Option) -> str:
    button_id, hint = option["id"], escape(option["hint"])
    state = " checked" if option["chosen"] else ""
    if hint:
        state += f' aria-describedby="{button_id}-hint"'
    button = f'<input type="radio" name="{name}" id="{button_id}" value="{escape(option["value"])}"{state}>'
    label = f'<label for="{button_id}">{escape(option["label"])}</label>'
    explained = f'<p class="hint" id="{button_id}-hint">{hint}</p>' if hint else ""
    return f'<div class="choice">{button}{label}{explained}</div>\n'


def _password(row: Row) -> str:
    box = f'<input type="password" {_head(row)}{row["attributes"]}>'
    word = f'Tampilkan<span class="unseen"> {escape(row["label"])}</span>'
    reveal = f'<button type="button" class="reveal" data-reveal="{row["id"]}" hidden>{word}</button>'
    return f'<div class="secret">{box}{reveal}</div>\n'


def _file(row: Row) -> str:
    return f'<input type="file" class="file" {_head(row)}{row["attributes"]}>\n'


def _checkbox(row: Row) -> str:
    box = f'<input type="checkbox" {_head(row)}{row["attributes"]}>'
    return f'<div class="choice">{box}<label for="{row["id"]}">{escape(row["label"])}</label></div>\n'


def _textarea(row: Row) -> str:
    return f"<textarea {_head(row)}{row['attributes']}>{escape(row['value'])}</textarea>\n"


_CONTROLS: Mapping[str, Callable[[Row], str]] = {
    "input": _input,
    "fixed": _fixed,
    "select": _select,
    "radios": _radios,
    "password": _password,
    "file": _file,
    "checkbox": _checkbox,
    "textarea": _textarea,
}
