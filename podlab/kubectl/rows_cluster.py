"""The cells of ``kubectl get`` for what is around the pods: nodes, Services, endpoints, settings, namespaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lightkube.models.core_v1 import ConfigMap, Endpoints, Namespace, Node, Secret, Service
from lightkube.models.discovery_v1 import EndpointSlice

from podlab.kubectl.printers import plain_row
from podlab.kubectl.tables import NONE, format_labels

_ROLE_PREFIX = "node-role.kubernetes.io/"
_MOST_ENDPOINTS = 3


def node_roles(node: Node) -> str:
    """The roles that a node's labels give it."""
    labels = (node.metadata.labels if node.metadata else None) or {}
    roles = {key.removeprefix(_ROLE_PREFIX) for key in labels if key.startswith(_ROLE_PREFIX)} - {""}
    roles |= {labels["kubernetes.io/role"]} - {""} if "kubernetes.io/role" in labels else set()
    return ",".join(sorted(roles)) or NONE


def node_row(node: Node, now: datetime) -> list[str]:
    """A Node."""
    name, old = plain_row(node, now)
    status, spec = node.status, node.spec
    ready = [c.status for c in (status and status.conditions) or () if c.type == "Ready"]
    state = ("Ready" if ready[-1] == "True" else "NotReady") if ready else "Unknown"
    if spec is not None and spec.unschedulable:
        state += ",SchedulingDisabled"
    addresses: dict[str, str] = {}
    for address in (status and status.addresses) or ():
        addresses.setdefault(address.type, address.address)
    info = status.nodeInfo if status is not None else None
    system = [getattr(info, field, None) or "<unknown>" for field in ("osImage", "kernelVersion")]
    architecture = getattr(info, "architecture", None)
    if architecture and system[1] != "<unknown>":
        system[1] += f" ({architecture})"
    runtime = getattr(info, "containerRuntimeVersion", None) or "<unknown>"
    return [
        name,
        state,
        node_roles(node),
        old,
        getattr(info, "kubeletVersion", None) or "",
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        *system,
        runtime,
    ]


def service_row(service: Service, now: datetime) -> list[str]:
    """A Service."""
    name, old = plain_row(service, now)
    spec = service.spec
    ports = [
        f"{port.port}:{port.nodePort}/{port.protocol or ''}" if port.nodePort else f"{port.port}/{port.protocol or ''}"
        for port in (spec and spec.ports) or ()
    ]
    cluster_ip = (spec and ((spec.clusterIPs or [""])[0] or spec.clusterIP)) or NONE
    kind = (spec and spec.type) or "ClusterIP"
    return [
        name,
        kind,
        cluster_ip,
        _external_ip(service, kind),
        ",".join(ports) or NONE,
        old,
        format_labels(spec.selector if spec is not None else None),
    ]


def _external_ip(service: Service, kind: str) -> str:
    spec = service.spec
    addresses = list((spec and spec.externalIPs) or ())
    if kind == "LoadBalancer":
        balancer = service.status.loadBalancer if service.status is not None else None
        given = [entry.ip or entry.hostname or "" for entry in (balancer and balancer.ingress) or ()]
        return ",".join([*given, *addresses]) or "<pending>"
    if kind == "ExternalName":
        return (spec and spec.externalName) or ""
    return ",".join(addresses) or NONE


def endpoints_row(endpoints: Endpoints, now: datetime) -> list[str]:
    """Endpoints."""
    name, old = plain_row(endpoints, now)
    found = []
    for subset in endpoints.subsets or ():
        for address in subset.addresses or ():
            host = f"[{address.ip}]" if ":" in address.ip else address.ip
            found += [f"{host}:{port.port}" for port in subset.ports or ()] if subset.ports else [address.ip]
    return [name, _some(found), old]


def slice_row(endpoints: EndpointSlice, now: datetime) -> list[str]:
    """An EndpointSlice."""
    name, old = plain_row(endpoints, now)
    ports = [str(port.port) if port.port is not None else "*" for port in endpoints.ports or ()]
    addresses = [address for endpoint in endpoints.endpoints or () for address in endpoint.addresses or ()]
    return [name, endpoints.addressType or "", _some(ports, "<unset>"), _some(addresses, "<unset>"), old]


def _some(found: Sequence[str], none: str = NONE) -> str:
    more = f" + {len(found) - _MOST_ENDPOINTS} more..." if len(found) > _MOST_ENDPOINTS else ""
    return ",".join(found[:_MOST_ENDPOINTS]) + more or none


def configmap_row(settings: ConfigMap, now: datetime) -> list[str]:
    """A ConfigMap: how many keys it has."""
    name, old = plain_row(settings, now)
    return [name, str(len(settings.data or {}) + len(settings.binaryData or {})), old]


def secret_row(secret: Secret, now: datetime) -> list[str]:
    """A Secret: its type, and how many keys it has."""
    name, old = plain_row(secret, now)
    return [name, secret.type or "Opaque", str(len(secret.data or {})), old]


def namespace_row(namespace: Namespace, now: datetime) -> list[str]:
    """A Namespace."""
    name, old = plain_row(namespace, now)
    return [name, (namespace.status and namespace.status.phase) or "", old]
