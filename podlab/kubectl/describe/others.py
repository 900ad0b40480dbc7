"""``kubectl describe`` of the kinds that make no pods."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from lightkube.models.core_v1 import ConfigMap, Event, ResourceQuota, Secret
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.policy_v1 import PodDisruptionBudget

from podlab.api.decode import encode
from podlab.kubectl.describe.text import Description, annotation_block, events_block, label_lines
from podlab.kubectl.selectors import selector_of
from podlab.kubectl.tables import NONE


def describe_other(obj: Any, events: Sequence[Event], now: datetime) -> str:
    """The text about any object: for some kinds as kubectl lays it out, for others all fields one below the other."""
    out = Description()
    metadata = obj.metadata or ObjectMeta()
    out.line(0, "Name:", metadata.name or "")
    if metadata.namespace:
        out.line(0, "Namespace:", metadata.namespace)
    part = _PARTS.get(type(obj).__name__, _any)
    part(out, obj)
    if part is not _quota:
        events_block(out, events, now)
    return out.text()


def _labels(out: Description, obj: Any) -> None:
    out.block("Labels", label_lines(obj.metadata.labels))
    annotation_block(out, obj.metadata.annotations)


def _config_map(out: Description, obj: ConfigMap) -> None:
    _labels(out, obj)
    for line in ("", "Data", "===="):
        out.line(0, line)
    for key, value in sorted((obj.data or {}).items()):
        for line in (f"{key}:", "----", *value.split("\n"), ""):
            out.line(0, line)
    for line in ("", "BinaryData", "===="):
        out.line(0, line)
    for key, value in sorted((obj.binaryData or {}).items()):
        out.line(0, f"{key}: {_size(value)} bytes")
    out.line(0, "")


def _secret(out: Description, obj: Secret) -> None:
    _labels(out, obj)
    out.line(0, "")
    out.line(0, "Type:", obj.type or "")
    for line in ("", "Data", "===="):
        out.line(0, line)
    for key, value in sorted((obj.data or {}).items()):
        out.line(0, f"{key}:", f"{_size(value)} bytes")


def _size(value: str) -> int:
    return len(base64.b64decode(value))


def _quota(out: Description, obj: ResourceQuota) -> None:
    out.line(0, "Resource", "Used", "Hard")
    out.line(0, "--------", "----", "----")
    hard = (obj.status.hard if obj.status is not None else None) or (obj.spec.hard if obj.spec is not None else None)
    used = (obj.status.used if obj.status is not None else None) or {}
    for name, limit in sorted((hard or {}).items()):
        out.line(0, name, str(used.get(name, "0")), str(limit))


def _budget(out: Description, obj: PodDisruptionBudget) -> None:
    spec, status = obj.spec, obj.status
    if spec is not None and spec.minAvailable is not None:
        out.line(0, "Min available:", str(spec.minAvailable))
    elif spec is not None and spec.maxUnavailable is not None:
        out.line(0, "Max unavailable:", str(spec.maxUnavailable))
    out.line(0, "Selector:", str(selector_of(spec.selector if spec is not None else None)) or NONE)
    out.line(0, "Status:")
    for words, field in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        out.line(2, f"{words}:", str(getattr(status, field, None) or 0))


def _any(out: Description, obj: Any) -> None:
    """Models genericDescriber: labels, annotations, then every field under its name in words."""
    _labels(out, obj)
    data = encode(obj)
    out.line(0, "API Version:", str(data.pop("apiVersion", "")))
    out.line(0, "Kind:", str(data.pop("kind", type(obj).__name__)))
    data.pop("metadata", None)
    _fields(out, 0, data)


def _fields(out: Description, level: int, data: dict[str, Any]) -> None:
    for name, value in sorted(data.items()):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        title = f"{words[:1].upper()}{words[1:]}:"
        if isinstance(value, dict):
            out.line(level, title)
            _fields(out, level + 1, value)
        elif isinstance(value, list):
            out.line(level, title)
            for item in value:
                if isinstance(item, dict):
                    _fields(out, level + 1, item)
                else:
                    out.line(level + 1, str(item))
        else:
            out.line(level, title, str(value).lower() if isinstance(value, bool) else str(value))


_PARTS: dict[str, Callable[[Description, Any], None]] = {
    "ConfigMap": _config_map,
    "PodDisruptionBudget": _budget,
    "ResourceQuota": _quota,
    "Secret": _secret,
}
