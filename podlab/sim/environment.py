"""The environment variables and limits a container starts with.

Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import EnvVarSource

from podlab.api.quantity import parse_quantity
from podlab.runtime.executable import expand
from podlab.sim.objects import meta_of, namespace_of, spec_of

if TYPE_CHECKING:
    from podlab.sim.worker import PodWorker


class ConfigError(Exception):
    """Something the container's configuration refers to is not there."""


def environment(worker: PodWorker, spec: ContainerSpec) -> dict[str, str]:
    """The variables of a container, envFrom first, then env. ConfigError names what is missing."""
    env: dict[str, str] = {}
    for source in spec.envFrom or ():
        for kind, ref in (("configmap", source.configMapRef), ("secret", source.secretRef)):
            if ref is not None:
                data = lookup(worker, kind, ref.name or "", optional=bool(ref.optional))
                env.update({(source.prefix or "") + k: v for k, v in data.items()})
    for var in spec.env or ():
        if var.valueFrom is not None:
            value = _value_from(worker, var.valueFrom)
            if value is not None:
                env[var.name] = value
        else:
            env[var.name] = expand(var.value or "", env)
    return env


def lookup(worker: PodWorker, kind: str, name: str, *, optional: bool) -> dict[str, str]:
    """The data of a ConfigMap or Secret of the pod's namespace. ConfigError when it is not there."""
    obj: Any = worker.node.find(kind, namespace_of(worker.pod), name)
    if obj is None:
        if optional:
            return {}
        raise ConfigError(f'{kind} "{name}" not found')
    data = dict(getattr(obj, "stringData", None) or {})
    for key, value in (obj.data or {}).items():
        data.setdefault(key, base64.b64decode(value).decode(errors="replace") if kind == "secret" else value)
    return data


def _value_from(worker: PodWorker, source: EnvVarSource) -> str | None:
    for kind, ref in (("configmap", source.configMapKeyRef), ("secret", source.secretKeyRef)):
        if ref is not None:
            data = lookup(worker, kind, ref.name or "", optional=bool(ref.optional))
            if ref.key in data:
                return data[ref.key]
            if ref.optional:
                return None
            what = "ConfigMap" if kind == "configmap" else "Secret"
            raise ConfigError(f"couldn't find key {ref.key} in {what} {namespace_of(worker.pod)}/{ref.name}")
    if source.fieldRef is not None:
        return pod_field(worker, source.fieldRef.fieldPath)
    return ""


def pod_field(worker: PodWorker, path: str) -> str:
    """The value of a downward API field path, such as metadata.name or status.podIP."""
    meta, spec = meta_of(worker.pod), spec_of(worker.pod)
    sandbox = worker.sandbox
    simple: dict[str, str | None] = {
        "metadata.name": meta.name,
        "metadata.namespace": meta.namespace,
        "metadata.uid": meta.uid,
        "spec.nodeName": spec.nodeName,
        "spec.serviceAccountName": spec.serviceAccountName or "default",
        "status.podIP": sandbox.ip if sandbox else "",
        "status.podIPs": sandbox.ip if sandbox else "",
        "status.hostIP": worker.node.ip,
        "status.hostIPs": worker.node.ip,
    }
    if path in simple:
        return simple[path] or ""
    for part, values in (("labels", meta.labels), ("annotations", meta.annotations)):
        if path.startswith(f"metadata.{part}['") and path.endswith("']"):
            return str((values or {}).get(path[len(f"metadata.{part}['") : -2], ""))
    return ""


def memory_limit(spec: ContainerSpec) -> int | None:
    """The container's memory limit in bytes, or None."""
    limits = (spec.resources.limits if spec.resources is not None else None) or {}
    if "memory" not in limits:
        return None
    return int(parse_quantity(limits["memory"]).amount)
