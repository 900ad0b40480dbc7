"""Events as ``kubectl get events``, ``kubectl events`` and ``kubectl describe`` list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from lightkube.models.core_v1 import Event, EventSource

from podlab.kubectl.podcolumns import ZERO_TIME
from podlab.kubectl.printers import age
from podlab.kubectl.tables import table

EVENT_HEADERS = (
    "LAST SEEN",
    "TYPE",
    "REASON",
    "OBJECT",
    "SUBOBJECT",
    "SOURCE",
    "MESSAGE",
    "FIRST SEEN",
    "COUNT",
    "NAME",
)
EVENT_NARROW = (0, 1, 2, 3, 6)
"""The columns without ``-o wide``."""


def event_row(event: Event, now: datetime) -> list[str]:
    """One line of ``kubectl get events -o wide``, the cells under `EVENT_HEADERS`."""
    first = age(event.firstTimestamp or event.eventTime, now)
    last, count = age(event.lastTimestamp, now) if event.lastTimestamp else first, event.count or 1
    if event.series is not None:
        last, count = age(event.series.lastObservedTime, now), event.series.count or 0
    about = event.involvedObject
    kind = (about.kind or "").lower()
    return [
        last,
        event.type or "",
        event.reason or "",
        f"{kind}/{about.name}" if about.name else kind,
        about.fieldPath or "",
        _source(event.source, event.reportingComponent, event.reportingInstance),
        (event.message or "").strip(),
        first,
        str(count),
        (event.metadata.name if event.metadata else None) or "",
    ]


def repeated_age(event: Event, now: datetime) -> str:
    """How old an event is: ``5s``, or ``12s (x2 over 19s)`` when it came more than once."""
    first = age(event.eventTime or event.firstTimestamp, now)
    if event.series is not None:
        return f"{age(event.series.lastObservedTime, now)} (x{event.series.count or 0} over {first})"
    if (event.count or 0) > 1:
        return f"{age(event.lastTimestamp, now)} (x{event.count} over {first})"
    return first


def sorted_by_time(events: Iterable[Event]) -> list[Event]:
    """Events by when they were last seen."""
    return sorted(events, key=lambda event: event.lastTimestamp or ZERO_TIME)


def events_table(
    events: Sequence[Event],
    now: datetime,
    *,
    all_namespaces: bool = False,
    no_headers: bool = False,
    remembered: list[int] | None = None,
) -> str:
    """The text of ``kubectl events``, oldest first. ``remembered``: the columns' widths of the rows before."""
    rows = []
    for event in sorted_by_time(events):
        about = event.involvedObject
        row = [
            repeated_age(event, now),
            event.type or "",
            event.reason or "",
            f"{about.kind or ''}/{about.name or ''}",
            (event.message or "").strip(),
        ]
        rows.append([event.metadata.namespace or "", *row] if all_namespaces else row)
    headers = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    headers = ["NAMESPACE", *headers] if all_namespaces else headers
    return table(rows, () if no_headers else headers, remembered=remembered)


def about(events: Iterable[Event], kind: str, name: str, uid: str | None) -> list[Event]:
    """The events about one object. Without a uid on either side the name decides."""
    return [
        event
        for event in events
        if (event.involvedObject.kind, event.involvedObject.name) == (kind, name)
        and (not uid or not event.involvedObject.uid or event.involvedObject.uid in (uid, name))
    ]


def _source(source: EventSource | None, component: str | None, instance: str | None) -> str:
    """``kubelet, node-1``."""
    if source is not None and source.component:
        component, instance = source.component, source.host
    return f"{component}, {instance}" if component and instance else component or ""
