"""The environment variables and limits a container starts with.

Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import EnvVarSource

from podlab.api.parts import namespace_of
from podlab.api.quantity import parse_quantity
from podlab.core.engine.ports import ConfigError, PodView
from podlab.core.rules.expansion import expand
from podlab.kubelet.downward import pod_field, resource_field

API_SERVER = "10.96.0.1"
"""The cluster IP of the Service kubernetes, which is in every cluster."""

_OF_KUBERNETES = {
    "KUBERNETES_SERVICE_HOST": API_SERVER,
    "KUBERNETES_SERVICE_PORT": "443",
    "KUBERNETES_SERVICE_PORT_HTTPS": "443",
    "KUBERNETES_PORT": f"tcp://{API_SERVER}:443",
    "KUBERNETES_PORT_443_TCP": f"tcp://{API_SERVER}:443",
    "KUBERNETES_PORT_443_TCP_PROTO": "tcp",
    "KUBERNETES_PORT_443_TCP_PORT": "443",
    "KUBERNETES_PORT_443_TCP_ADDR": API_SERVER,
}
"""What every container is told of the API server, even where enableServiceLinks is false."""


class ConfigSource(Protocol):
    """Where a container's configuration comes from: the API's objects, and facts of the node."""

    @property
    def ip(self) -> str:
        """Its address."""

    def find(self, kind: str, namespace: str, name: str) -> Any:
        """A ConfigMap or Secret, or None. `kind` in lower case."""

    def allocatable(self) -> Mapping[str, Fraction]:
        """What the node can give to its pods, by resource."""


def environment(source: ConfigSource, worker: PodView, spec: ContainerSpec) -> dict[str, str]:
    """The variables of a container: envFrom, then env; the cluster's own where neither names them.

    ConfigError names what is missing.
    """
    env = dict(_OF_KUBERNETES)
    for origin in spec.envFrom or ():
        for kind, ref in (("configmap", origin.configMapRef), ("secret", origin.secretRef)):
            if ref is not None:
                data = lookup(source, worker, kind, ref.name or "", optional=bool(ref.optional))
                env.update({(origin.prefix or "") + k: v for k, v in data.items()})
    for var in spec.env or ():
        if var.valueFrom is not None:
            value = _value_from(source, worker, spec, var.valueFrom)
            if value is not None:
                env[var.name] = value
        else:
            env[var.name] = expand(var.value or "", env)
    return env


def lookup(source: ConfigSource, worker: PodView, kind: str, name: str, *, optional: bool) -> dict[str, str]:
    """The data of a ConfigMap or Secret of the pod's namespace. ConfigError when it is not there."""
    obj: Any = source.find(kind, namespace_of(worker.pod), name)
    if obj is None:
        if optional:
            return {}
        raise ConfigError(f'{kind} "{name}" not found')
    data = dict(getattr(obj, "stringData", None) or {})
    for key, value in (obj.data or {}).items():
        data.setdefault(key, base64.b64decode(value).decode(errors="replace") if kind == "secret" else value)
    return data


def _value_from(source: ConfigSource, worker: PodView, spec: ContainerSpec, origin: EnvVarSource) -> str | None:
    for kind, ref in (("configmap", origin.configMapKeyRef), ("secret", origin.secretKeyRef)):
        if ref is not None:
            data = lookup(source, worker, kind, ref.name or "", optional=bool(ref.optional))
            if ref.key in data:
                return data[ref.key]
            if ref.optional:
                return None
            what = "ConfigMap" if kind == "configmap" else "Secret"
            raise ConfigError(f"couldn't find key {ref.key} in {what} {namespace_of(worker.pod)}/{ref.name}")
    if origin.fieldRef is not None:
        return pod_field(source.ip, worker, origin.fieldRef.fieldPath)
    if origin.resourceFieldRef is not None:
        return resource_field(source.allocatable, worker, origin.resourceFieldRef, spec)
    return ""


def memory_limit(spec: ContainerSpec) -> int | None:
    """The container's memory limit in bytes, or None."""
    limits = (spec.resources.limits if spec.resources is not None else None) or {}
    if "memory" not in limits:
        return None
    return int(parse_quantity(limits["memory"]).amount)
