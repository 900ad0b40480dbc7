"""The parts that all of ``kubectl describe`` is made of: indented lines, labels, annotations, events.

Models k8s.io/kubectl/pkg/describe/describe.go, as does all of this folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from lightkube.models.core_v1 import Event

from podlab.kubectl.events import repeated_age, sorted_by_time
from podlab.kubectl.podcolumns import ZERO_TIME
from podlab.kubectl.tables import NONE
from podlab.kubectl.tabwriter import align

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST_ANNOTATION = 140


class Description:
    """Lines of text, indented by two blanks a level, whose tab-separated cells are aligned at the end."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def line(self, level: int, *cells: str) -> None:
        """Add a line."""
        self._lines.append("  " * level + "\t".join(cells))

    def block(self, title: str, lines: Iterable[str]) -> None:
        """Add a title and lines beside it, one below the other; ``<none>`` if there are none."""
        first, *others = list(lines) or [NONE]
        self.line(0, f"{title}:", first)
        for other in others:
            self.line(0, "", other)

    def inside(self, other: Description) -> None:
        """Add another description's lines, one level deeper."""
        self._lines += [f"  {line}" for line in other._lines]

    def text(self) -> str:
        """All lines, aligned."""
        return align(self._lines, minwidth=0, padding=2)


def moment(time: datetime | None) -> str:
    """``Tue, 24 Nov 2026 04:42:00 +0000``."""
    time = time or ZERO_TIME
    text = time.astimezone(UTC) if time != ZERO_TIME else time
    return f"{text:%a, %d %b} {text.year:04} {text:%H:%M:%S %z}"


def label_lines(labels: Mapping[str, str] | None) -> list[str]:
    """``key=value``, by key."""
    return [f"{key}={value}" for key, value in sorted((labels or {}).items())]


def annotation_block(out: Description, values: Mapping[str, str] | None) -> None:
    """Annotations, without what ``kubectl apply`` noted; long ones on lines of their own, cut at 140 letters."""
    lines: list[str] = []
    for key, value in sorted((values or {}).items()):
        if key == _LAST_APPLIED:
            continue
        value = value.removesuffix("\n")
        if len(value) + len(key) + 2 <= _LONGEST_ANNOTATION and "\n" not in value:
            lines.append(f"{key}: {value}")
            continue
        limit = _LONGEST_ANNOTATION - 2
        lines.append(f"{key}:")
        lines += [f"  {part[:limit]}..." if len(part) > limit else f"  {part}" for part in value.split("\n")]
    out.block("Annotations", lines)


def events_block(out: Description, events: Sequence[Event], now: datetime) -> None:
    """The events about the object, oldest first."""
    if not events:
        out.line(0, "Events:", NONE)
        return
    out.line(0, "Events:")
    out.line(1, "Type", "Reason", "Age", "From", "Message")
    out.line(1, "----", "------", "----", "----", "-------")
    for event in sorted_by_time(events):
        source = (event.source and event.source.component) or event.reportingComponent or ""
        message = (event.message or "").strip()
        out.line(1, event.type or "", event.reason or "", repeated_age(event, now), source, message)
