"""What validation says of one field, in Kubernetes' own words.

Models k8s.io/apimachinery/pkg/util/validation/field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ErrorType = Literal[
    "FieldValueNotFound",
    "FieldValueRequired",
    "FieldValueDuplicate",
    "FieldValueInvalid",
    "FieldValueNotSupported",
    "FieldValueForbidden",
    "FieldValueTooLong",
    "FieldValueTooMany",
]

_TITLES: dict[ErrorType, str] = {
    "FieldValueNotFound": "Not found",
    "FieldValueRequired": "Required value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One rule broken at one field. `error` is the full text as the API prints it."""

    field: str
    type: ErrorType
    detail: str
    error: str

    @property
    def hint(self) -> str:
        """One plain sentence of what would be right."""
        from podlab.api.validation.hints import hint_for  # here, since hints are only wanted for pods that are wrong

        return hint_for(self)


class ErrorList(list[FieldError]):
    """The errors found so far, in Kubernetes' order. One method for each way a field can be wrong.

    Once the texts have `MAX_TEXT` characters together no more is added: a huge manifest must not make a hugely larger
    answer.
    """

    MAX_TEXT = 4_000_000

    def __init__(self) -> None:
        super().__init__()
        self.length = 0

    def _add(self, field: str, error_type: ErrorType, detail: str, *values: object) -> None:
        if self.length > self.MAX_TEXT:
            return
        value = "".join(f": {shown(value)}" for value in values)
        text = f"{field}: {_TITLES[error_type]}{value}{f': {detail}' if detail else ''}"
        self.length += len(text)
        self.append(FieldError(field, error_type, detail, text))

    def take(self, others: ErrorList) -> None:
        """Add the errors that were gathered by themselves."""
        if self.length <= self.MAX_TEXT:
            self.extend(others)
            self.length += others.length

    def required(self, field: str, detail: str = "") -> None:
        """A value must be given."""
        self._add(field, "FieldValueRequired", detail)

    def forbidden(self, field: str, detail: str) -> None:
        """The value would be good elsewhere, but not here."""
        self._add(field, "FieldValueForbidden", detail)

    def invalid(self, field: str, value: object, detail: str) -> None:
        """The value breaks a rule of form."""
        self._add(field, "FieldValueInvalid", detail, value)

    def wrong(self, field: str, detail: str) -> None:
        """The value breaks a rule of form, and is too much to be shown."""
        self._add(field, "FieldValueInvalid", detail)

    def not_supported(self, field: str, value: object, supported: Iterable[str]) -> None:
        """The value is not one of a known few."""
        known = ", ".join(quoted(choice) for choice in supported)
        self._add(field, "FieldValueNotSupported", f"supported values: {known}", value)

    def duplicate(self, field: str, value: object) -> None:
        """Another entry has this value already."""
        self._add(field, "FieldValueDuplicate", "", value)

    def not_found(self, field: str, value: object, detail: str = "") -> None:
        """The value names something that is not there."""
        self._add(field, "FieldValueNotFound", detail, value)

    def too_many(self, field: str, actual: int, most: int) -> None:
        """A list is too long."""
        self._add(field, "FieldValueTooMany", f"must have at most {most} items", actual)

    def too_long(self, field: str, most: int) -> None:
        """A text is too long; the value itself is not shown."""
        self._add(field, "FieldValueTooLong", f"may not be more than {most} bytes")


def shown(value: object) -> str:
    """A value as Go prints it in an error: texts in quotes, lists and objects as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return re.sub(
        "[<>&]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    )


_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}


def quoted(text: str) -> str:
    """A text in quotes as Go's %q writes it: what cannot be printed is escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_quoted_character, text)) + '"'


def _quoted_character(character: str) -> str:
    code = ord(character)
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    if character in _ESCAPES:
        return _ESCAPES[character]
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
