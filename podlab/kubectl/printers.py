"""The rows and the table of ``kubectl get pods``."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from lightkube.models.core_v1 import Pod
from lightkube.models.meta_v1 import ObjectMeta

from podlab.kubectl.durations import human_duration
from podlab.kubectl.podcolumns import ZERO_TIME, pod_ready, pod_restarts, pod_status
from podlab.kubectl.tables import NONE, format_labels, label_header, table

__all__ = [
    "POD_HEADERS",
    "age",
    "plain_row",
    "pod_ready",
    "pod_restarts",
    "pod_row",
    "pod_status",
    "pods_table",
    "table",
]

POD_HEADERS = ("NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES")
_NARROW = 5
"""How many of the columns are printed without ``-o wide``."""
_NO_METADATA = ObjectMeta()


def age(since: datetime | None, now: datetime) -> str:
    """The time from ``since`` until ``now`` as kubectl writes it; ``<unknown>`` when there is no such time."""
    if since is None or since == ZERO_TIME:
        return "<unknown>"
    return human_duration((now - since).total_seconds())


def plain_row(obj: Any, now: datetime) -> list[str]:
    """NAME and AGE, which every kind has."""
    metadata = obj.metadata
    return [(metadata and metadata.name) or "", age(metadata and metadata.creationTimestamp, now)]


def pod_row(pod: Pod, now: datetime) -> list[str]:
    """One line of ``kubectl get pods -o wide``: the nine cells under `POD_HEADERS`.

    Fields that are not set print as Kubernetes prints them (``<none>``, ``<unknown>`` or nothing). ``now`` must be
    timezone-aware, as the pod's own times are.
    """
    metadata = pod.metadata or _NO_METADATA
    ready, total = pod_ready(pod)
    return [
        metadata.name or "",
        f"{ready}/{total}",
        pod_status(pod),
        _restarts(pod, now),
        age(metadata.creationTimestamp, now),
        _pod_ip(pod),
        (pod.spec and pod.spec.nodeName) or NONE,
        (pod.status and pod.status.nominatedNodeName) or NONE,
        _readiness_gates(pod),
    ]


def pods_table(
    pods: Iterable[Pod],
    now: datetime,
    *,
    wide: bool = False,
    no_headers: bool = False,
    show_labels: bool = False,
    all_namespaces: bool = False,
    label_columns: Sequence[str] = (),
) -> str:
    """The whole text of ``kubectl get pods``, its rows in the given order; nothing at all when there are no pods."""
    columns = len(POD_HEADERS) if wide else _NARROW
    rows = []
    for pod in pods:
        metadata = pod.metadata or _NO_METADATA
        labels = metadata.labels or {}
        row = pod_row(pod, now)[:columns]
        if all_namespaces:
            row.insert(0, metadata.namespace or "")
        row += [labels.get(key, "") for key in label_columns]
        if show_labels:
            row.append(format_labels(labels))
        rows.append(row)
    if no_headers:
        return table(rows)
    headers = [*(["NAMESPACE"] if all_namespaces else []), *POD_HEADERS[:columns], *map(label_header, label_columns)]
    return table(rows, [*headers, "LABELS"] if show_labels else headers)


def _restarts(pod: Pod, now: datetime) -> str:
    count, last = pod_restarts(pod)
    return f"{count} ({age(last, now)} ago)" if count and last is not None else str(count)


def _pod_ip(pod: Pod) -> str:
    """``podIP`` counts where it differs from the first of ``podIPs``."""
    status = pod.status
    if status is None:
        return NONE
    return status.podIP or (status.podIPs and status.podIPs[0].ip) or NONE


def _readiness_gates(pod: Pod) -> str:
    gates = pod.spec.readinessGates if pod.spec is not None else None
    if not gates:
        return NONE
    # The first condition of a type counts, so earlier ones overwrite later ones.
    conditions = (pod.status.conditions if pod.status is not None else None) or ()
    held = {condition.type: condition.status == "True" for condition in reversed(conditions)}
    return f"{sum(held.get(gate.conditionType, False) for gate in gates)}/{len(gates)}"
