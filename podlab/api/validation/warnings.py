"""What the API accepts but warns of.

Models WarningsOnCreate of pkg/registry/core/pod and GetWarningsForPod of pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    EphemeralContainer,
    NodeSelectorTerm,
    Pod,
    PodSpec,
    ResourceRequirements,
)
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.annotations import SECCOMP_CONTAINER, SECCOMP_POD
from podlab.api.quantity import parse_quantity
from podlab.api.validation.errors import quoted
from podlab.api.validation.names import dns_label, ip_warning, label_value
from podlab.api.validation.overlaps import overlapping_paths
from podlab.api.visit import all_containers

_AnyContainer = Container | EphemeralContainer

_DEPRECATED_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}
_DEPRECATED_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
_DEPRECATED_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_NULL_SELECTOR = "a null labelSelector results in matching no pod"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def warnings_for_pod(pod: Pod) -> list[str]:
    """All warnings that creating the pod gives, in Kubernetes' order. Takes a pod with defaults filled in."""
    metadata, spec = pod.metadata or ObjectMeta(), pod.spec or PodSpec(containers=[])
    annotations = metadata.annotations or {}
    warnings: list[str] = []
    name = metadata.name or ""
    if (rules := dns_label(name)) and not (metadata.generateName and not name):
        warnings.append(
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; "
            f"a DNS label is recommended: [{' '.join(rules)}]"
        )
    warnings += _selection(spec)
    for key, message in _DEPRECATED_ANNOTATIONS.items():
        if key in annotations:
            warnings.append(f"metadata.annotations[{key}]: {message}")
    for index, volume in enumerate(spec.volumes or []):
        for source, message in _DEPRECATED_VOLUMES.items():
            if getattr(volume, source) is not None:
                shown = "storageOS" if source == "storageos" else source
                warnings.append(f"spec.volumes[{index}].{shown}: {message}")
    warnings += overlapping_paths(spec.volumes or [])
    warnings += _duplicates(spec)
    warnings += _fractional("spec.overhead", spec.overhead)
    own_seccomp = spec.securityContext is not None and spec.securityContext.seccompProfile is not None
    if SECCOMP_POD in annotations and not own_seccomp:
        warnings.append(_seccomp(SECCOMP_POD))
    for container, place in all_containers(spec):
        warnings += _container(container, f"spec.{place}", annotations)
    warnings += _ports(spec)
    warnings += _port_names(spec)
    warnings += _pod_affinity(spec)
    servers = (spec.dnsConfig.nameservers if spec.dnsConfig else None) or []
    addresses = [(f"spec.dnsConfig.nameservers[{i}]", server) for i, server in enumerate(servers)]
    addresses += [(f"spec.hostAliases[{i}].ip", alias.ip) for i, alias in enumerate(spec.hostAliases or [])]
    warnings += [warning for field, address in addresses if (warning := ip_warning(field, address))]
    return warnings


def _selection(spec: PodSpec) -> Iterator[str]:
    """Labels of nodes that have newer names, and selectors that select nothing."""
    for key in spec.nodeSelector or {}:
        if key in _DEPRECATED_LABELS:
            yield f"spec.nodeSelector[{key}]: {_DEPRECATED_LABELS[key]}"
    nodes = spec.affinity.nodeAffinity if spec.affinity else None
    path = "spec.affinity.nodeAffinity"
    if nodes is not None:
        required = nodes.requiredDuringSchedulingIgnoredDuringExecution
        for index, term in enumerate(required.nodeSelectorTerms if required else []):
            yield from _node_term(term, f"{path}.{_REQUIRED}.nodeSelectorTerms[{index}]", check_values=False)
        for index, choice in enumerate(nodes.preferredDuringSchedulingIgnoredDuringExecution or []):
            yield from _node_term(choice.preference, f"{path}.{_PREFERRED}[{index}].preference", check_values=True)
    for index, constraint in enumerate(spec.topologySpreadConstraints or []):
        path = f"spec.topologySpreadConstraints[{index}]"
        if message := _DEPRECATED_LABELS.get(constraint.topologyKey):
            yield f"{path}.topologyKey: {constraint.topologyKey} is {message}"
        if constraint.labelSelector is None:
            yield f"{path}.labelSelector: {_NULL_SELECTOR}"


def _node_term(term: NodeSelectorTerm, field: str, *, check_values: bool) -> Iterator[str]:
    for index, requirement in enumerate(term.matchExpressions or []):
        path = f"{field}.matchExpressions[{index}]"
        if message := _DEPRECATED_LABELS.get(requirement.key):
            yield f"{path}.key: {requirement.key} is {message}"
        for number, value in enumerate((requirement.values or []) if check_values else []):
            for rule in label_value(value):
                yield f"{path}.values[{number}]: {value} is invalid, {rule}"


def _duplicates(spec: PodSpec) -> Iterator[str]:
    seen: set[str] = set()
    for index, alias in enumerate(spec.hostAliases or []):
        if alias.ip in seen:
            yield f"spec.hostAliases[{index}].ip: duplicate ip {quoted(alias.ip)}"
        seen.add(alias.ip)
    names = [secret.name or "" for secret in spec.imagePullSecrets or []]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"spec.imagePullSecrets[{index}].name: duplicate name {quoted(name)}"
    for index, name in enumerate(names):
        if not name:
            yield f'spec.imagePullSecrets[{index}].name: invalid empty name ""'


def _fractional(field: str, amounts: dict[str, str] | None) -> Iterator[str]:
    """Parts of a byte."""
    for name in ("memory", "ephemeral-storage"):
        if amounts and name in amounts:
            quantity = parse_quantity(amounts[name])
            if quantity.rounded_up(1000).amount.denominator != 1:
                text = quoted(quantity.text)
                yield f"{field}[{name}]: fractional byte value {text} is invalid, must be an integer"


def _seccomp(key: str) -> str:
    return f'metadata.annotations[{key}]: non-functional in v1.27+; use the "seccompProfile" field instead'


def _container(container: _AnyContainer, field: str, annotations: dict[str, str]) -> Iterator[str]:
    context = container.securityContext
    key = SECCOMP_CONTAINER + container.name
    if key in annotations and (context is None or context.seccompProfile is None):
        yield _seccomp(key)
    yield from _fractional_resources(container.resources, f"{field}.resources")
    seen: set[str] = set()
    for index, variable in enumerate(container.env or []):
        if variable.name in seen:
            reference, value = f"$({variable.name})", variable.value or ""
            if variable.valueFrom is not None or value == reference or reference not in value:
                name = quoted(variable.name)
                rest = "which may be dropped when using apply"
                yield f"{field}.env[{index}]: hides previous definition of {name}, {rest}"
        seen.add(variable.name)


def _fractional_resources(resources: ResourceRequirements | None, field: str) -> Iterator[str]:
    """Memory before ephemeral storage, limits before requests."""
    for name in ("memory", "ephemeral-storage"):
        for kind in ("limits", "requests"):
            amounts = getattr(resources, kind) if resources else None
            if amounts and name in amounts:
                yield from _fractional(f"{field}.{kind}", {name: amounts[name]})


def _ports(spec: PodSpec) -> Iterator[str]:
    """The same port twice, or nearly."""
    known: dict[tuple[int, str], list[tuple[str, ContainerPort]]] = {}
    for container, place in all_containers(spec):
        for index, port in enumerate(container.ports or []):
            path = f"spec.{place}.ports[{index}]"
            if port.hostIP and not port.hostPort:
                shown = (
                    f"{{Name:{port.name or ''} HostPort:0 ContainerPort:{port.containerPort} "
                    f"Protocol:{port.protocol or ''} HostIP:{port.hostIP}}}"
                )
                yield f"{path}: hostIP set without hostPort: {shown}"
            others = known.setdefault((port.containerPort, port.protocol or ""), [])
            for place_of_other, other in others:
                if kind := _conflict(port, other):
                    yield f"{path}: {kind} port definition with {place_of_other}"
            others.append((path, port))


def _conflict(port: ContainerPort, other: ContainerPort) -> str:
    address, number = port.hostIP or "", port.hostPort or 0
    other_address, other_number = other.hostIP or "", other.hostPort or 0
    if (address, number) == (other_address, other_number):
        return "duplicate"
    if not number or not other_number:
        return "overlapping"
    if number == other_number and bool(address) != bool(other_address):
        return "dangerously ambiguous"
    return ""


def _port_names(spec: PodSpec) -> Iterator[str]:
    """One name for ports of two containers. The walk ends at the first init container that is no sidecar."""
    known: dict[str, str] = {}
    for container, place in all_containers(spec):
        if isinstance(container, EphemeralContainer):
            return
        if place.startswith("init") and container.restartPolicy != "Always":
            return
        for index, port in enumerate(container.ports or []):
            path = f"spec.{place}.ports[{index}]"
            if not port.name:
                continue
            if port.name in known:
                first = known[port.name]
                yield (
                    f"{path}: duplicate port name {quoted(port.name)} with {first}, "
                    f"services and probes that select ports by name will use {first}"
                )
            else:
                known[port.name] = path


def _pod_affinity(spec: PodSpec) -> Iterator[str]:
    for name in ("podAffinity", "podAntiAffinity"):
        pods = getattr(spec.affinity, name) if spec.affinity else None
        if pods is None:
            continue
        path = f"spec.affinity.{name}"
        for index, term in enumerate(getattr(pods, _REQUIRED) or []):
            if term.labelSelector is None:
                yield f"{path}.{_REQUIRED}[{index}].labelSelector: {_NULL_SELECTOR}"
        for index, weighted in enumerate(getattr(pods, _PREFERRED) or []):
            if weighted.podAffinityTerm.labelSelector is None:
                yield f"{path}.{_PREFERRED}[{index}].podAffinityTerm.labelSelector: {_NULL_SELECTOR}"
