"""Objects as the YAML of a manifest: what `load_objects` reads back as the very same objects.

The fields stand in the order in which people write them, and every text is written so that Kubernetes' reader of YAML
(1.1: `y`, `on`, `0o17` and `1_000` are no texts there) takes it for a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import yaml

from podlab.api.kinds import plain_data
from podlab.api.yaml_text import plain_scalar

_FIRST = (
    *("apiVersion", "kind", "metadata", "name", "generateName", "namespace", "labels", "annotations"),
    *("image", "imagePullPolicy", "command", "args", "workingDir", "ports", "envFrom", "env"),
    *("type", "schedule", "replicas", "parallelism", "completions", "backoffLimit", "selector", "strategy"),
    *("serviceName", "restartPolicy", "initContainers", "containers", "mountPath"),
    *("httpGet", "tcpSocket", "exec", "grpc", "path", "port", "targetPort"),
)
_LAST = (
    *("resources", "startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "securityContext"),
    *("volumeMounts", "volumes", "template", "volumeClaimTemplates", "status"),
)
_RANKS = {name: rank - len(_FIRST) for rank, name in enumerate(_FIRST)} | {
    name: rank for rank, name in enumerate(_LAST, 1)
}


def manifest_text(objects: Iterable[msgspec.Struct]) -> str:
    """The YAML of the objects, a document each. Errors: TypeError for an object that holds no data."""
    text: str = yaml.dump_all(
        (ordered(obj) for obj in objects),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        default_flow_style=False,
    )
    return text


def ordered(obj: msgspec.Struct) -> dict[str, Any]:
    """The plain data of an object with its kind, the fields in the order in which people write them."""
    named = plain_data(obj)
    assert isinstance(named, dict)
    first = {name: named[name] for name in ("apiVersion", "kind")}
    return first | {name: value for name, value in _fields(obj).items() if name not in first}


def _fields(obj: msgspec.Struct) -> dict[str, Any]:
    """The fields that are set; the API's own order for those whose place does not matter."""
    held = [
        (json_name, getattr(obj, name))
        for name, json_name in zip(obj.__struct_fields__, obj.__struct_encode_fields__, strict=True)
    ]
    held.sort(key=lambda field: _RANKS.get(field[0], 0))
    return {name: _plain(value) for name, value in held if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _fields(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return msgspec.to_builtins(value) if isinstance(value, datetime) else value


class _Dumper(yaml.SafeDumper):
    """Writes values where they are used, never as an anchor and an alias; and tabs as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        analysis = super().analyze_scalar(scalar)
        analysis.allow_block = _fits_after_a_bar(scalar)
        return analysis


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """A text of several lines after a bar; another one in quotes if it would be read as something else."""
    style = None
    if "\n" in text:
        style = "|" if _fits_after_a_bar(text) else '"'
    elif plain_scalar(text) != text or text == "=" or not text.isprintable():
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fits_after_a_bar(text: str) -> bool:
    """Whether its lines can stand as they are: no blank begins the text or ends it, no sign needs an escape."""
    if text[:1] in ("", " ", "\t", "\n") or text[-1] in " \t" or "\ufeff" in text:
        return False
    return all(line.replace("\t", "").isprintable() for line in text.split("\n"))


_Dumper.add_representer(str, _text)
