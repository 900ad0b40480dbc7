"""YAML text into plain JSON data, as `kubectl` reads it, with the line of every field.

The words yes, no, on, off, y and n are truth values, as are true and false; dates stay texts; keys become texts; of a
key given twice the last value counts, and a warning says so. What `<<` merges counts like keys that stand in its place:
more than those before it, less than those after it. The text is read event by event, so neither deep nesting nor
aliases that multiply can hang it. Models sigs.k8s.io/yaml (YAML 1.1 in, JSON out).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from podlab.api.faults import Fault

MAX_DEPTH = 100
MAX_VALUES = 100_000
"""How many values a text may hold once its aliases are written out."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TRUE = {"y", "yes", "true", "on"}
_FALSE = {"n", "no", "false", "off"}
_NULL = {"", "~", "null", "Null", "NULL"}
_INT = re.compile(r"[-+]?(0b_*[01][01_]*|0o?_*[0-7][0-7_]*|0x_*[0-9a-fA-F][0-9a-fA-F_]*|0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONG_TAG = "tag:yaml.org,2002:"


class YamlError(Exception):
    """The text cannot be read on. Holds the fault."""

    def __init__(self, message: str, hint: str, line: int | None) -> None:
        self.fault = Fault("", message, hint, "syntax", line)
        super().__init__(message)


@dataclass
class Document:
    """One YAML document: its data, and what the text said where."""

    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    """Path -> line, counted from 1."""
    words: dict[str, str] = field(default_factory=dict)
    """Path -> the bare word that was read as something else than a text."""
    warnings: list[Fault] = field(default_factory=list)


def read_yaml(text: str) -> list[Document]:
    """All documents of the text, empty ones included. Raises YamlError where the text stops being YAML."""
    documents: list[Document] = []
    try:
        for event in yaml.parse(str(text), Loader=_Loader):  # the parser in C takes no text of a class of its own
            if isinstance(event, yaml.DocumentStartEvent):
                composer = _Composer()
            elif isinstance(event, yaml.DocumentEndEvent):
                documents.append(composer.document)
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                composer.add(event)
    except yaml.MarkedYAMLError as error:
        raise YamlError(*_explained(error)) from None
    except yaml.YAMLError as error:
        raise YamlError("is not YAML: " + str(error).split("\n")[0], _NOT_TEXT, None) from None
    return documents


_NOT_TEXT = "A manifest is text: give a YAML or JSON file."


def _explained(error: yaml.MarkedYAMLError) -> tuple[str, str, int | None]:
    """The message, what would be right, and the line: of what was left open, if something was, else of the mistake."""
    problem, context = error.problem or "cannot be read", error.context or ""
    mark = error.problem_mark or error.context_mark
    hint = "Check the quotes, brackets and indentation on this line."
    if error.context_mark and ("flow" in context or "quoted" in context):
        mark = error.context_mark
        hint = "Check the quotes, or the commas and brackets, that begin on this line."
    elif "\\t" in problem or "tab" in problem:
        hint = "Indent with spaces, never with tabs."
    elif "mapping values are not allowed" in problem or "could not find expected ':'" in problem:
        hint = "Write `name: value`, with a blank after the colon, and indent evenly."
    elif "block mapping" in context or "block collection" in context:
        hint = "Check the indentation: entries of one object stand in one column."
    return f"is not YAML: {problem}", hint, mark.line + 1 if mark else None


@dataclass
class _Open:
    """An object or a list that is still being read."""

    value: Any
    path: str
    line: int
    anchor: str | None
    count_before: int
    key: str | None = None
    merged: set[str] = field(default_factory=set)
    key_line: int = 0


class _Merge(str):
    """The name `<<` that asks for a merge; in quotes it is a name like any other."""


class _Composer:
    """Builds the data of one document from its events."""

    def __init__(self) -> None:
        self.document = Document()
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0

    def add(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise YamlError(f"*{event.anchor} names nothing above", "Mark the value meant with an anchor.", line)
            value, size = self.anchors[event.anchor]
            self._counted(size, line)
            self._put(value, line)
        else:
            self._scalar(event, line)

    def _counted(self, size: int, line: int) -> None:
        self.count += size
        if self.count > MAX_VALUES:
            hint = f"A manifest may hold {MAX_VALUES:,} values, with its aliases written out."
            raise YamlError("is too large: its values, aliases written out, are too many", hint, line)

    def _scalar(self, event: Any, line: int) -> None:
        self._counted(1, line)
        text: str = event.value
        value: Any = text
        if event.tag is not None or event.implicit[0]:
            value = _resolved(text, event.tag, line)
            if text == "<<" and event.tag in (None, f"{_LONG_TAG}merge"):
                value = _Merge(text)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        path = self._put(value, line)
        if path is not None and not isinstance(value, str):
            self.document.words[path] = text
        elif path is not None:
            self.document.words.pop(path, None)  # of a key that was given before

    def _child_path(self) -> str:
        if not self.stack:
            return ""
        top = self.stack[-1]
        if isinstance(top.value, list):
            return f"{top.path}[{len(top.value)}]"
        return f"{top.path}.{top.key}" if top.path else str(top.key)

    def _open(self, value: Any, anchor: str | None, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise YamlError("is nested too deeply", f"A manifest may be nested {MAX_DEPTH} deep.", line)
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise YamlError("an object or a list cannot be a name", "Write a plain text before the colon.", line)
        self._counted(1, line)
        self.stack.append(_Open(value, self._child_path(), line, anchor, self.count - 1))

    def _close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = (done.value, self.count - done.count_before)
        self._put(done.value, done.line)

    def _put(self, value: Any, line: int) -> str | None:
        """Place a finished value; gives its path, or None for a name. A field's line is that of its name."""
        if not self.stack:
            self.document.data = value
            self.document.lines[""] = line
            return ""
        top = self.stack[-1]
        if isinstance(top.value, dict) and top.key is None:
            top.key, top.key_line = _name(value, line), line
            return None
        path = self._child_path()
        if isinstance(top.value, list):
            self.document.lines[path] = line
            top.value.append(value)
            return path
        name, key, top.key = top.key, str(top.key), None
        if isinstance(name, _Merge):
            merged = _merged(value, line)
            top.merged |= merged.keys()
            top.value.update(merged)
            return path
        if key in top.value and key not in top.merged:
            first = self.document.lines.get(path)
            hint = f"Keep one of them; the first is on line {first}." if first else "Keep one of them."
            warning = Fault(path, "is given twice; the last one counts", hint, "warning", top.key_line)
            self.document.warnings.append(warning)
        top.merged.discard(key)
        self.document.lines[path] = top.key_line
        top.value[key] = value
        return path


def _merged(value: Any, line: int) -> dict[str, Any]:
    """What a merge gives: of several objects the first that has a name counts."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in values):
        raise YamlError("<< takes an object", "Write `<<: *name`, where name marks an object above.", line)
    return {key: inner for item in reversed(values) for key, inner in item.items()}


def _name(value: Any, line: int) -> str:
    """Names are texts in JSON; YAML's other scalars become the text that JSON would show."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        raise YamlError("an object or a list cannot be a name", "Write a plain text before the colon.", line)
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def plain_scalar(text: str) -> Any:
    """What a word without quotes is read as: a text, or a truth value, a number, nothing."""
    return _resolved(text, None, 0)


def _resolved(text: str, tag: str | None, line: int) -> Any:
    if tag is not None:
        short = tag.removeprefix(_LONG_TAG)
        if short in ("str", "merge") or tag == "!":
            return text
        if short == "binary":
            return _from_base64(text, line)
        if short not in ("bool", "int", "float", "null", "timestamp"):
            raise YamlError(f"the tag {tag} means nothing here", "Leave the tag away.", line)
    if text in _NULL:
        return None
    lower = text.lower()
    if text in (lower, lower.capitalize(), lower.upper()):
        if lower in _TRUE:
            return True
        if lower in _FALSE:
            return False
    return _number(text)


def _from_base64(text: str, line: int) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        raise YamlError("!!binary is not a text in base64", "Encode a text in UTF-8 in base64.", line) from None


def _number(text: str) -> Any:
    if text[0] not in "+-.0123456789" or len(text) > 400:
        return text
    plain = text.replace("_", "")
    if _INT.fullmatch(text):
        sign = -1 if plain[0] == "-" else 1
        digits = plain.lstrip("+-")
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        return sign * int(digits, 8 if octal else 0)
    if _FLOAT.fullmatch(plain):
        number = float(plain)
        if number in (float("inf"), float("-inf")):
            return text
        return int(number) if number.is_integer() and abs(number) < 1e18 else number
    return text
