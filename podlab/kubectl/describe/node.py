"""``kubectl describe node``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lightkube.models.coordination_v1 import Lease
from lightkube.models.core_v1 import Event, Node, NodeSpec, NodeStatus, NodeSystemInfo, Pod, Taint
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.quantity import Quantity, parse_quantity
from podlab.kubectl.describe.amounts import ZERO, pod_amounts, share, total_amounts
from podlab.kubectl.describe.text import Description, annotation_block, events_block, label_lines, moment
from podlab.kubectl.printers import age
from podlab.kubectl.rows_cluster import node_roles

_STANDARD = ("cpu", "memory", "ephemeral-storage")


def describe_node(
    node: Node, pods: Sequence[Pod], events: Sequence[Event], now: datetime, *, lease: Lease | None = None
) -> str:
    """The text of ``kubectl describe node``.

    ``pods`` are those that were assigned to it (finished ones are left out here), ``events`` those about it, ``lease``
    the one it renews in kube-node-lease.
    """
    metadata, spec, status = node.metadata or ObjectMeta(), node.spec or NodeSpec(), node.status or NodeStatus()
    out = Description()
    name = metadata.name or ""
    out.line(0, "Name:", name)
    out.line(0, "Roles:", node_roles(node))
    out.block("Labels", label_lines(metadata.labels))
    annotation_block(out, metadata.annotations)
    out.line(0, "CreationTimestamp:", moment(metadata.creationTimestamp))
    taints = sorted(spec.taints or (), key=lambda taint: (taint.effect, taint.key))
    out.block("Taints", map(taint_text, taints))
    out.line(0, "Unschedulable:", "true" if spec.unschedulable else "false")
    _lease(out, lease, name)
    _conditions(out, status)
    out.line(0, "Addresses:")
    for address in status.addresses or ():
        out.line(1, f"{address.type}:", address.address)
    for title, amounts in (("Capacity:", status.capacity), ("Allocatable:", status.allocatable)):
        if amounts:
            out.line(0, title)
            for resource in sorted(amounts):
                out.line(1, f"{resource}:", str(parse_quantity(amounts[resource])))
    _system(out, status.nodeInfo)
    if spec.podCIDR:
        out.line(0, "PodCIDR:", spec.podCIDR)
    if spec.podCIDRs:
        out.line(0, "PodCIDRs:", ",".join(spec.podCIDRs))
    if spec.providerID:
        out.line(0, "ProviderID:", spec.providerID)
    allocatable = {key: parse_quantity(value) for key, value in (status.allocatable or status.capacity or {}).items()}
    running = [pod for pod in pods if (pod.status and pod.status.phase) not in ("Succeeded", "Failed")]
    _pods(out, running, allocatable, now)
    _allocated(out, running, allocatable)
    events_block(out, events, now)
    return out.text()


def taint_text(taint: Taint) -> str:
    """``key=value:NoSchedule``."""
    return f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"


def _lease(out: Description, lease: Lease | None, node: str) -> None:
    if lease is None:
        out.line(0, "Lease:", f'Failed to get lease: leases.coordination.k8s.io "{node}" not found')
        return
    spec = lease.spec
    out.line(0, "Lease:")
    out.line(1, "HolderIdentity:", (spec and spec.holderIdentity) or "<unset>")
    out.line(1, "AcquireTime:", moment(spec.acquireTime) if spec and spec.acquireTime else "<unset>")
    out.line(1, "RenewTime:", moment(spec.renewTime) if spec and spec.renewTime else "<unset>")


def _conditions(out: Description, status: NodeStatus) -> None:
    if not status.conditions:
        return
    out.line(0, "Conditions:")
    out.line(1, "Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    out.line(1, "----", "------", "-----------------", "------------------", "------", "-------")
    for condition in status.conditions:
        out.line(
            1,
            f"{condition.type} ",
            f"{condition.status} ",
            f"{moment(condition.lastHeartbeatTime)} ",
            f"{moment(condition.lastTransitionTime)} ",
            f"{condition.reason or ''} ",
            condition.message or "",
        )


def _system(out: Description, info: NodeSystemInfo | None) -> None:
    out.line(0, "System Info:")
    for label, field in (
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ):
        out.line(1, f"{label}:", getattr(info, field, None) or "")


def _pods(out: Description, pods: Sequence[Pod], allocatable: Mapping[str, Quantity], now: datetime) -> None:
    out.line(0, "Non-terminated Pods:", f"({len(pods)} in total)")
    columns = ("CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits")
    out.line(1, "Namespace", "Name", "", *columns, "Age")
    out.line(1, "---------", "----", "", *("-" * len(column) for column in columns), "---")
    for pod in pods:
        metadata = pod.metadata or ObjectMeta()
        asked, limited = pod_amounts(pod, "requests"), pod_amounts(pod, "limits")
        cells = [
            share(amounts.get(resource, ZERO), allocatable.get(resource, ZERO))
            for resource in ("cpu", "memory")
            for amounts in (asked, limited)
        ]
        created = age(metadata.creationTimestamp, now)
        out.line(1, metadata.namespace or "", metadata.name or "", "", *cells, created)


def _allocated(out: Description, pods: Sequence[Pod], allocatable: Mapping[str, Quantity]) -> None:
    out.line(0, "Allocated resources:")
    out.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    out.line(1, "Resource", "Requests", "Limits")
    out.line(1, "--------", "--------", "------")
    asked, limited = total_amounts(pods, "requests"), total_amounts(pods, "limits")
    huge = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for name in (*_STANDARD, *huge):
        of = allocatable.get(name, ZERO)
        out.line(1, name, share(asked.get(name, ZERO), of), share(limited.get(name, ZERO), of))
    for name in sorted(set(allocatable) - {*_STANDARD, *huge, "pods"}):
        out.line(1, name, str(asked.get(name, ZERO)), str(limited.get(name, ZERO)))
