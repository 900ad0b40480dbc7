"""``kubectl describe pod``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lightkube.models.core_v1 import Event, Pod, PodSpec, PodStatus, Toleration
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.qos import qos_class
from podlab.kubectl.describe.containers import describe_containers
from podlab.kubectl.describe.text import Description, annotation_block, events_block, label_lines, moment
from podlab.kubectl.describe.volumes import describe_volumes
from podlab.kubectl.printers import age
from podlab.kubectl.tables import NONE


def describe_pod(pod: Pod, events: Sequence[Event], now: datetime) -> str:
    """The text of ``kubectl describe pod``. ``events`` are those about this pod."""
    metadata, spec, status = pod.metadata or ObjectMeta(), pod.spec or PodSpec(containers=[]), pod.status or PodStatus()
    out = Description()
    _head(out, metadata, spec, status, now)
    _addresses(out, metadata, status)
    if spec.initContainers:
        describe_containers(out, "Init Containers", spec.initContainers, status.initContainerStatuses, pod)
    describe_containers(out, "Containers", spec.containers, status.containerStatuses, pod)
    if spec.ephemeralContainers:
        statuses = status.ephemeralContainerStatuses
        describe_containers(out, "Ephemeral Containers", spec.ephemeralContainers, statuses, pod)
    _conditions(out, spec, status)
    describe_volumes(out, spec.volumes)
    out.line(0, "QoS Class:", status.qosClass or qos_class(pod))
    out.block("Node-Selectors", label_lines(spec.nodeSelector))
    tolerations = sorted(spec.tolerations or (), key=lambda toleration: toleration.key or "")
    out.block("Tolerations", map(toleration_text, tolerations))
    events_block(out, events, now)
    return out.text()


def toleration_text(toleration: Toleration) -> str:
    """``node.kubernetes.io/not-ready:NoExecute op=Exists for 300s``."""
    text = toleration.key or ""
    if toleration.value:
        text += f"={toleration.value}"
    if toleration.effect:
        text += f":{toleration.effect}"
    if toleration.operator == "Exists" and not toleration.value:
        text += " op=Exists" if text else "op=Exists"
    return text if toleration.tolerationSeconds is None else f"{text} for {toleration.tolerationSeconds}s"


def _head(out: Description, metadata: ObjectMeta, spec: PodSpec, status: PodStatus, now: datetime) -> None:
    out.line(0, "Name:", metadata.name or "")
    out.line(0, "Namespace:", metadata.namespace or "")
    if spec.priority is not None:
        out.line(0, "Priority:", str(spec.priority))
    for label, name in (
        ("Priority Class Name:", spec.priorityClassName),
        ("Runtime Class Name:", spec.runtimeClassName),
        ("Service Account:", spec.serviceAccountName),
    ):
        if name:
            out.line(0, label, name)
    out.line(0, "Node:", f"{spec.nodeName}/{status.hostIP or ''}" if spec.nodeName else NONE)
    if status.startTime is not None:
        out.line(0, "Start Time:", moment(status.startTime))
    out.block("Labels", label_lines(metadata.labels))
    annotation_block(out, metadata.annotations)
    if metadata.deletionTimestamp is not None and status.phase not in ("Failed", "Succeeded"):
        out.line(0, "Status:", f"Terminating (lasts {age(metadata.deletionTimestamp, now)})")
        out.line(0, "Termination Grace Period:", f"{metadata.deletionGracePeriodSeconds or 0}s")
    else:
        out.line(0, "Status:", status.phase or "")
    if status.reason:
        out.line(0, "Reason:", status.reason)
    if status.message:
        out.line(0, "Message:", status.message)
    seccomp = spec.securityContext.seccompProfile if spec.securityContext is not None else None
    if seccomp is not None:
        out.line(0, "SeccompProfile:", seccomp.type)
        if seccomp.type == "Localhost":
            out.line(0, "LocalhostProfile:", seccomp.localhostProfile or "")


def _addresses(out: Description, metadata: ObjectMeta, status: PodStatus) -> None:
    out.line(0, "IP:", status.podIP or "")
    if not status.podIPs:
        out.line(0, "IPs:", NONE)
    else:
        out.line(0, "IPs:")
        for address in status.podIPs:
            out.line(1, "IP:", address.ip or "")
    for owner in metadata.ownerReferences or ():
        if owner.controller:
            out.line(0, "Controlled By:", f"{owner.kind}/{owner.name}")
            break
    if status.nominatedNodeName:
        out.line(0, "NominatedNodeName:", status.nominatedNodeName)


def _conditions(out: Description, spec: PodSpec, status: PodStatus) -> None:
    # The first condition of a type counts, so earlier ones overwrite later ones.
    held = {condition.type: condition.status for condition in reversed(status.conditions or ())}
    if spec.readinessGates:
        out.line(0, "Readiness Gates:")
        out.line(1, "Type", "Status")
        for gate in spec.readinessGates:
            out.line(1, f"{gate.conditionType} ", f"{held.get(gate.conditionType, NONE)} ")
    if status.conditions:
        out.line(0, "Conditions:")
        out.line(1, "Type", "Status")
        for condition in status.conditions:
            out.line(1, f"{condition.type} ", f"{condition.status} ")
