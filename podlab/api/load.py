"""Manifests from text, files and data into objects, strictly; everything wrong is said in one ManifestError.

A `str` is a manifest if it has a line break, begins with `{` or `[`, or has a colon followed by a blank; any other
`str` names a file. A `Path` always names a file. So no manifest is taken for a path, nor a path for a manifest.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from podlab.api.decode import well_formed
from podlab.api.faults import Fault, ManifestError
from podlab.api.kinds import CLUSTER_WIDE, Decoded, decode_any, plain_data
from podlab.api.mistakes import a_kind
from podlab.api.simulated import not_simulated
from podlab.api.yaml_text import MAX_DEPTH, Document, YamlError, read_yaml

Source = str | os.PathLike[str] | Mapping[str, Any] | msgspec.Struct | Iterable["Source"]

MAX_BYTES = 3 * 1024 * 1024
"""The largest manifest that is read; a Kubernetes API server refuses larger requests too."""

_TOO_DEEP = "is nested too deeply", f"A manifest may be nested {MAX_DEPTH} deep."
_MAP_KEY = re.compile(r"\[(?![0-9]+\])([^\]]*)\]")
_LONGEST_PATH = 4096
_TEXT_LIKE = re.compile(r"[\n\r]|^\s*[{\[]|:(\s|$)")


def load_objects(source: Source, *, validate: bool = True) -> list[msgspec.Struct]:
    """All objects of a manifest: YAML or JSON as text, file, or data, one or several documents, or lists of these.

    The objects stay as they were written; no defaults are filled in. Raises ManifestError listing all that is wrong:
    no YAML, unknown kinds and fields, wrong types, and, unless `validate` is false, whatever the API would refuse.
    """
    reading = read_manifest(source, validate=validate)
    if reading.faults:
        raise ManifestError(reading.faults)
    return list(reading.objects)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a manifest has: its objects, what is wrong with it, and what podlab keeps but does not simulate.

    `warnings` are of what is accepted and yet seldom meant: a key given twice, and what the API server warns of.
    """

    objects: tuple[msgspec.Struct, ...]
    faults: tuple[Fault, ...]
    not_simulated: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def read_manifest(source: Source, *, validate: bool = True) -> Reading:
    """As `load_objects`, but what is wrong is returned, not raised; and with it what a run makes nothing of."""
    loading = _Loading(validate)
    try:
        loading.load(source)
    except RecursionError:
        return Reading((), tuple(_stop(*_TOO_DEEP).faults), ())
    found = (loading.faults, loading.not_simulated, loading.warnings)
    return Reading(tuple(loading.objects), *(tuple(faults) for faults in found))


class _Loading:
    """The objects and faults of what has been read so far."""

    def __init__(self, validate: bool) -> None:
        self.validate = validate
        self.objects: list[msgspec.Struct] = []
        self.faults: list[Fault] = []
        self.not_simulated: list[Fault] = []
        self.warnings: list[Fault] = []
        self.names: set[tuple[str, str, str]] = set()

    def load(self, source: Source, place: str = "") -> None:
        """Read anything that is a source; `place` says which one of a list."""
        if isinstance(source, msgspec.Struct):
            self._struct(source, place)
        elif isinstance(source, Mapping):
            self._document(Document(dict(source)), 0, place)
        elif isinstance(source, os.PathLike) or (isinstance(source, str) and not is_manifest_text(source)):
            self._file(os.fspath(source))
        elif isinstance(source, str):
            self._text(well_formed(source), place)
        elif isinstance(source, Iterable) and not isinstance(source, bytes | bytearray):
            for index, item in enumerate(source):
                self.load(item, f"{place}[{index}]")
        else:
            self._refuse(f"{a_kind(source)} is not a manifest", place)

    def _refuse(self, message: str, place: str) -> None:
        hint = "Give YAML or JSON as text, a file name, a dict, an object of lightkube.models, or a list of these."
        self.faults.append(Fault("", message, hint, "syntax", source=place))

    def _struct(self, source: msgspec.Struct, place: str) -> None:
        try:
            data = plain_data(source)
        except (TypeError, ValueError) as error:
            self._refuse(f"the {type(source).__name__} cannot be read: {error}", place)
        else:
            self._document(Document(data), 0, place)

    def _file(self, name: str) -> None:
        try:
            text = _read_file(Path(name))
        except ManifestError as error:
            self.faults.extend(replace(fault, source=well_formed(name)) for fault in error.faults)
        else:
            self._text(text, well_formed(name))

    def _text(self, text: str, source: str) -> None:
        try:
            _check_size(len(text))
            documents = read_documents(text)
        except ManifestError as error:
            self.faults.extend(replace(fault, source=source) for fault in error.faults)
            return
        filled = [(index, document) for index, document in enumerate(documents) if document.data is not None]
        if not filled:
            hint = "Write a manifest, such as that of a Pod."
            self.faults.append(Fault("", "is empty", hint, "syntax", source=source))
        for index, document in filled:
            self._document(document, index, source)

    def _document(self, document: Document, index: int, source: str) -> None:
        found, wrong = decode_any(document.data)
        faults = list(wrong)
        warnings = list(document.warnings)
        wrong_places = _Places(fault.path for fault in faults)
        for decoded in found:
            self.objects.append(decoded.obj)
            if self.validate:
                broken = (*self._rules_broken(decoded), *self._name_taken(decoded))
                faults.extend(fault for fault in broken if not wrong_places.touch(fault.path))
                warnings.extend(_warned_of(decoded))
            aside = (_placed(fault, document, index, source) for fault in _not_simulated(decoded))
            self.not_simulated.extend(sorted(aside, key=lambda fault: fault.line or 0))
        for new, kept in ((faults, self.faults), (warnings, self.warnings)):
            placed = [_placed(fault, document, index, source) for fault in new]
            kept.extend(sorted(placed, key=lambda fault: fault.line or 0))

    def _rules_broken(self, decoded: Decoded) -> Iterator[Fault]:
        from podlab.api.objects import validate_object  # here, since `import podlab` must be quick and has no manifest

        for error in validate_object(decoded.obj):
            message = error.error.removeprefix(f"{error.field}: ")
            yield Fault(decoded.origin(error.field), message, error.hint)

    def _name_taken(self, decoded: Decoded) -> Iterator[Fault]:
        """Two objects of one kind and namespace cannot have one name."""
        metadata = getattr(decoded.obj, "metadata", None)
        if metadata is None or not metadata.name:
            return
        kind = type(decoded.obj).__name__
        namespace = "" if kind in CLUSTER_WIDE else metadata.namespace or "default"
        name = (kind, namespace, metadata.name)
        if name in self.names:
            hint = f"Give each {kind} a name of its own."
            yield Fault(decoded.origin("metadata.name"), f"there is a {kind} {metadata.name} already", hint)
        self.names.add(name)


def _warned_of(decoded: Decoded) -> Iterator[Fault]:
    """What the API server warns of when the object is created."""
    from podlab.api.objects import warnings_of  # here, as above

    for warning in warnings_of(decoded.obj):
        field, colon, message = warning.partition(": ")
        if not colon:
            field, message = "", warning
        yield Fault(decoded.origin(field) if field else "", message, kind="warning")


def _not_simulated(decoded: Decoded) -> Iterator[Fault]:
    """The fields of an object, or the object itself, that make no difference in a run."""
    kind = type(decoded.obj).__name__
    for path in not_simulated(decoded.obj):
        message = f"{kind} is kept, but not simulated" if path == "kind" else "is kept, but not simulated"
        yield Fault(decoded.origin(path), message, kind="not simulated")


class _Places:
    """Fields that are known to be wrong already."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.places = set(paths)
        self.around = {outer for path in self.places for outer in _around(path)}

    def touch(self, path: str) -> bool:
        """Whether the field is one of the places, or lies in or around one."""
        return path in self.places or path in self.around or not self.places.isdisjoint(_around(path))


def _around(path: str) -> Iterator[str]:
    """The fields that a field lies in, from inside to outside; the outermost is the whole document."""
    while path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
        yield path


def is_manifest_text(text: str) -> bool:
    """Whether a text is a manifest rather than the name of a file."""
    return len(text) > _LONGEST_PATH or not text.strip() or _TEXT_LIKE.search(text) is not None


def _stop(message: str, hint: str, line: int | None = None) -> ManifestError:
    return ManifestError([Fault("", message, hint, "syntax", line)])


def _read_file(path: Path) -> str:
    """The text of a regular file of bearable size."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _stop("is not a file", "Name a YAML or JSON file.")
        _check_size(status.st_size)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ManifestError):
            raise
        raise _stop(*_no_file(path, error)) from None
    _check_size(len(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _stop("is not text in UTF-8", "A manifest is text: give a YAML or JSON file.") from None
    return text


def _no_file(path: Path, error: Exception) -> tuple[str, str]:
    if not isinstance(error, FileNotFoundError):
        return f"cannot be read: {getattr(error, 'strerror', None) or error}", "Name a YAML or JSON file you may read."
    there: list[str] = []
    if path.parent.is_dir():
        there = [entry.name for entry in path.parent.iterdir() if entry.suffix in (".yaml", ".yml", ".json")]
    close = difflib.get_close_matches(path.name, there, n=1)
    hint = f"Did you mean {close[0]}?" if close else "Give the name of a file, or the manifest itself as text."
    return "no such file", hint


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        message = f"is too large: {size / 1e6:.1f} MB"
        raise _stop(message, f"A manifest may have {MAX_BYTES // 1024 // 1024} MiB; a pod needs some hundred bytes.")


def read_documents(text: str) -> list[Document]:
    """The documents of a JSON or YAML text as plain data with lines. Raises ManifestError if it is neither."""
    if "\0" in text:
        raise _stop("is not text", "A manifest is text: give a YAML or JSON file.")
    json_error: json.JSONDecodeError | None = None
    if text.lstrip().startswith(("{", "[")):
        try:
            return [_read_json(text)]
        except json.JSONDecodeError as error:
            json_error = error
        except RecursionError:
            raise _stop(*_TOO_DEEP) from None
    try:
        return read_yaml(text)
    except YamlError as error:
        if json_error and re.match(r'\s*[{\[]\s*["{\[]', text):
            hint = "Check commas, quotes and brackets just before this place."
            raise _stop(f"is not JSON: {json_error.msg}", hint, json_error.lineno) from None
        raise ManifestError([error.fault]) from None


def _read_json(text: str) -> Document:
    """JSON proper. Lines come from reading the text again as YAML, which JSON nearly is, and are for messages only."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            raise json.JSONDecodeError("a name is given twice", text, 0)
        return data

    def no_constant(name: str) -> Any:
        raise json.JSONDecodeError(f"{name} is not a JSON value", text, max(text.find(name), 0))

    data = json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    try:
        located = read_yaml(text)
    except YamlError:
        return Document(data)
    return Document(data, lines=located[0].lines) if len(located) == 1 else Document(data)


def _placed(fault: Fault, document: Document, index: int, source: str) -> Fault:
    """The fault with its line, and with a better hint if YAML took a bare word for something else."""
    place = _MAP_KEY.sub(r".\1", fault.path)
    hint = _word_hint(document.words.get(place)) or fault.hint
    return replace(fault, line=fault.line or _line_of(document, place), hint=hint, source=source, document=index)


def _line_of(document: Document, path: str) -> int | None:
    """The line of a field, or of the nearest object around it that the text has."""
    for place in (path, *_around(path)):
        if place in document.lines:
            return document.lines[place]
    return None


def _word_hint(word: str | None) -> str:
    """YAML 1.1 takes some bare words for truth values; say so, since the word itself shows no sign of it."""
    if word is None or word.lower() not in ("y", "n", "yes", "no", "on", "off"):
        return ""
    meant = "true" if word.lower() in ("y", "yes", "on") else "false"
    return f'YAML reads the bare word {word} as {meant}; put it in quotes: "{word}".'
