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
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from podlab.api.faults import Fault, ManifestError
from podlab.api.kinds import decode_any
from podlab.api.yaml_text import MAX_DEPTH, Document, YamlError, read_yaml

Source = str | os.PathLike[str] | dict[str, Any] | msgspec.Struct | Iterable["Source"]

MAX_BYTES = 3 * 1024 * 1024
"""The largest manifest that is read; a Kubernetes API server refuses larger requests too."""

_MAP_KEY = re.compile(r"\[(?![0-9]+\])([^\]]*)\]")
_TEXT_LIKE = re.compile(r"[\n\r]|^\s*[{\[]|:(\s|$)")


def load_objects(source: Source) -> list[msgspec.Struct]:
    """All objects of a manifest: YAML or JSON as text, file, or data, one or several documents, or lists of these.

    Raises ManifestError listing all that does not fit: no YAML, unknown fields, wrong types, unknown kinds.
    """
    objects: list[msgspec.Struct] = []
    faults: list[Fault] = []
    _load(source, objects, faults)
    if faults:
        raise ManifestError(faults)
    return objects


def _load(source: Source, objects: list[msgspec.Struct], faults: list[Fault]) -> None:
    if isinstance(source, msgspec.Struct):
        objects.append(source)
    elif isinstance(source, dict):
        _decode(Document(source), 0, "", objects, faults)
    elif isinstance(source, os.PathLike) or (isinstance(source, str) and not is_manifest_text(source)):
        name = os.fspath(source)
        try:
            text = _read_file(Path(name))
        except ManifestError as error:
            faults.extend(replace(fault, source=name) for fault in error.faults)
        else:
            _load_text(text, name, objects, faults)
    elif isinstance(source, str):
        _load_text(source, "", objects, faults)
    elif isinstance(source, Iterable) and not isinstance(source, bytes | bytearray):
        for item in source:
            _load(item, objects, faults)
    else:
        message = f"a {type(source).__name__} is not a manifest"
        faults.append(
            Fault("", message, "Give YAML or JSON as text, a file name, a dict, or a list of these.", "syntax")
        )


def is_manifest_text(text: str) -> bool:
    """Whether a text is a manifest rather than the name of a file."""
    return not text.strip() or _TEXT_LIKE.search(text) is not None


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


def _load_text(text: str, source: str, objects: list[msgspec.Struct], faults: list[Fault]) -> None:
    try:
        _check_size(len(text))
        documents = read_documents(text)
    except ManifestError as error:
        faults.extend(replace(fault, source=source) for fault in error.faults)
        return
    filled = [(index, document) for index, document in enumerate(documents) if document.data is not None]
    if not filled:
        faults.append(Fault("", "is empty", "Write a manifest, such as that of a Pod.", "syntax", source=source))
    for index, document in filled:
        _decode(document, index, source, objects, faults)


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
            raise _stop("is nested too deeply", f"A manifest may be nested {MAX_DEPTH} deep.") from None
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


def _decode(document: Document, index: int, source: str, objects: list[msgspec.Struct], faults: list[Fault]) -> None:
    found, wrong = decode_any(document.data)
    objects.extend(found)
    for fault in (*document.faults, *wrong):
        place = _MAP_KEY.sub(r".\1", fault.path)
        line = fault.line or _line_of(document, place)
        hint = _word_hint(document.words.get(place)) or fault.hint
        faults.append(replace(fault, line=line, hint=hint, source=source, document=index))


def _line_of(document: Document, path: str) -> int | None:
    """The line of a field, or of the nearest object around it that the text has."""
    while path and path not in document.lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return document.lines.get(path)


def _word_hint(word: str | None) -> str:
    """YAML 1.1 takes some bare words for truth values; say so, since the word itself shows no sign of it."""
    if word is None or word.lower() not in ("y", "n", "yes", "no", "on", "off"):
        return ""
    meant = "true" if word.lower() in ("y", "yes", "on") else "false"
    return f'YAML reads the bare word {word} as {meant}; put it in quotes: "{word}".'
