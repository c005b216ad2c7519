"""Plain values into frozen dataclasses: every key known, none missing, each of its kind."""

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from enrollment.coherence import Wrong

KINDS = {int: "a whole number", bool: "true or false", str: "a text in quotes"}


def build(kind: type[Any], found: dict[str, Any], inside: str = "") -> Any:
    """An instance of the dataclass ``kind``; raises :class:`Wrong` with the dotted key of what does not fit."""
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind)]
    for key in found:
        if key not in known:
            raise Wrong(f"{inside}{key}", f"is not a known key here; known are {', '.join(known)}")
    for key in known:
        if key not in found:
            raise Wrong(f"{inside}{key}", "is missing; add it")
    return kind(**{key: _value(hints[key], found[key], f"{inside}{key}") for key in known})


def _value(kind: Any, value: Any, key: str) -> Any:
    if is_dataclass(kind):
        if not isinstance(value, dict):
            raise Wrong(key, f"must be a section [{key}]")
        return build(kind, value, f"{key}.")  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(each, get_args(kind)[0]) for each in value):
            raise Wrong(key, "must be a list of texts")
        return tuple(value)
    if type(value) is not kind:
        raise Wrong(key, f"must be {KINDS[kind]}")
    return value


def line_of(text: str, dotted: str) -> int:
    """The line of a TOML text on which that key stands, or its section when the key is missing."""
    section, _, name = dotted.rpartition(".")
    inside, header = not section, 1
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("["):
            inside = line.strip() == f"[{section}]"
            if line.strip() == f"[{dotted}]":
                return number
            header = number if inside else header
        elif inside and line.split("=")[0].strip() == name:
            return number
    return header
