"""The tables of ``kubectl get`` for every kind that podlab simulates: columns and cells.

Models pkg/printers/internalversion/printers.go. A kind without columns of its own has NAME and AGE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from podlab.api.served import Resource
from podlab.kubectl.events import EVENT_HEADERS, EVENT_NARROW, event_row
from podlab.kubectl.printers import POD_HEADERS, plain_row, pod_row
from podlab.kubectl.rows_cluster import (
    configmap_row,
    endpoints_row,
    namespace_row,
    node_row,
    secret_row,
    service_row,
    slice_row,
)
from podlab.kubectl.rows_workloads import (
    autoscaler_row,
    budget_row,
    controller_revision_row,
    controller_row,
    cron_job_row,
    daemon_set_row,
    deployment_row,
    job_row,
    stateful_set_row,
)
from podlab.kubectl.tables import format_labels, label_header, table


@dataclass(frozen=True)
class Columns:
    """The headers of a kind, which of them are printed without ``-o wide``, and a row's cells under all of them."""

    headers: Sequence[str]
    narrow: Sequence[int]
    row: Callable[[Any, datetime], list[str]]


def columns_of(resource: Resource) -> Columns:
    """The columns of a resource."""
    return _COLUMNS.get(resource.plural, _PLAIN)


def objects_table(
    resource: Resource,
    objects: Iterable[Any],
    now: datetime,
    *,
    wide: bool = False,
    no_headers: bool = False,
    show_labels: bool = False,
    all_namespaces: bool = False,
    label_columns: Sequence[str] = (),
    with_kind: bool = False,
    remembered: list[int] | None = None,
) -> str:
    """The text of ``kubectl get`` for objects of one resource. ``with_kind`` prints names as ``pod/web``."""
    columns = columns_of(resource)
    shown = range(len(columns.headers)) if wide else columns.narrow
    headers = [columns.headers[index] for index in shown]
    name_at = headers.index("NAME") if "NAME" in headers else None
    rows = []
    for obj in objects:
        cells = columns.row(obj, now)
        row = [cells[index] for index in shown]
        if with_kind and name_at is not None:
            row[name_at] = f"{resource.prefix}/{row[name_at]}"
        labels = (obj.metadata.labels if obj.metadata else None) or {}
        if all_namespaces and resource.namespaced:
            row.insert(0, (obj.metadata.namespace if obj.metadata else None) or "")
        row += [labels.get(key, "") for key in label_columns]
        rows.append([*row, format_labels(labels)] if show_labels else row)
    if all_namespaces and resource.namespaced:
        headers.insert(0, "NAMESPACE")
    headers += [label_header(key) for key in label_columns]
    if show_labels:
        headers.append("LABELS")
    return table(rows, () if no_headers else headers, remembered=remembered)


_PLAIN = Columns(("NAME", "AGE"), range(2), plain_row)
_TEMPLATE = ("CONTAINERS", "IMAGES", "SELECTOR")
_CONTROLLER = Columns(("NAME", "DESIRED", "CURRENT", "READY", "AGE", *_TEMPLATE), range(5), controller_row)
_COLUMNS = {
    "pods": Columns(POD_HEADERS, range(5), pod_row),
    "events": Columns(EVENT_HEADERS, EVENT_NARROW, event_row),
    "nodes": Columns(
        (
            "NAME",
            "STATUS",
            "ROLES",
            "AGE",
            "VERSION",
            "INTERNAL-IP",
            "EXTERNAL-IP",
            "OS-IMAGE",
            "KERNEL-VERSION",
            "CONTAINER-RUNTIME",
        ),
        range(5),
        node_row,
    ),
    "replicationcontrollers": _CONTROLLER,
    "replicasets": _CONTROLLER,
    "deployments": Columns(("NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", *_TEMPLATE), range(5), deployment_row),
    "horizontalpodautoscalers": Columns(
        ("NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"), range(7), autoscaler_row
    ),
    "jobs": Columns(("NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE", *_TEMPLATE), range(5), job_row),
    "statefulsets": Columns(("NAME", "READY", "AGE", "CONTAINERS", "IMAGES"), range(3), stateful_set_row),
    "daemonsets": Columns(
        (
            *("NAME", "DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE"),
            *_TEMPLATE,
        ),
        range(8),
        daemon_set_row,
    ),
    "cronjobs": Columns(
        ("NAME", "SCHEDULE", "TIMEZONE", "SUSPEND", "ACTIVE", "LAST SCHEDULE", "AGE", *_TEMPLATE),
        range(7),
        cron_job_row,
    ),
    "controllerrevisions": Columns(("NAME", "CONTROLLER", "REVISION", "AGE"), range(4), controller_revision_row),
    "poddisruptionbudgets": Columns(
        ("NAME", "MIN AVAILABLE", "MAX UNAVAILABLE", "ALLOWED DISRUPTIONS", "AGE"), range(5), budget_row
    ),
    "services": Columns(
        ("NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR"), range(6), service_row
    ),
    "endpoints": Columns(("NAME", "ENDPOINTS", "AGE"), range(3), endpoints_row),
    "endpointslices": Columns(("NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"), range(5), slice_row),
    "configmaps": Columns(("NAME", "DATA", "AGE"), range(3), configmap_row),
    "secrets": Columns(("NAME", "TYPE", "DATA", "AGE"), range(4), secret_row),
    "namespaces": Columns(("NAME", "STATUS", "AGE"), range(3), namespace_row),
}
