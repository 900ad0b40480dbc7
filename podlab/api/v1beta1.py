"""The form a pod had in 2014 (apiVersion v1beta1), read as today's v1 Pod.

`id` is today's metadata.name; `desiredState.manifest` is today's spec; a container's `command` is today's args and its
`entrypoint` today's command; `cpu` counts thousandths of a core and `memory` bytes; a volume's kind stands under
`source`; `restartPolicy` is an object with one of always, onFailure, never. Faults name the fields of the old form.
Models pkg/api/v1beta1 of Kubernetes 0.x and its conversion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode
from podlab.api.faults import Fault
from podlab.api.hints import nearest, one_of

API_VERSION = "v1beta1"

_POD = {"namespace": "namespace", "labels": "labels", "annotations": "annotations"}
_POD_OTHER = ("apiVersion", "kind", "id", "desiredState", "currentState", "nodeSelector")
_MANIFEST = {"dnsPolicy": "dnsPolicy", "hostNetwork": "hostNetwork"}
_MANIFEST_OTHER = ("version", "id", "uuid", "containers", "volumes", "restartPolicy")
_CONTAINER = {
    "name": "name",
    "image": "image",
    "entrypoint": "command",
    "command": "args",
    "workingDir": "workingDir",
    "ports": "ports",
    "volumeMounts": "volumeMounts",
    "livenessProbe": "livenessProbe",
    "readinessProbe": "readinessProbe",
    "lifecycle": "lifecycle",
    "terminationMessagePath": "terminationMessagePath",
}
_CONTAINER_OTHER = ("env", "cpu", "memory", "imagePullPolicy", "privileged", "capabilities")
_ENV = {"name": "name", "key": "name", "value": "value", "valueFrom": "valueFrom"}
_VOLUME_SOURCES = {
    "emptyDir": "emptyDir",
    "hostDir": "hostPath",
    "gitRepo": "gitRepo",
    "persistentDisk": "gcePersistentDisk",
}
_RESTART_POLICIES = {"always": "Always", "onFailure": "OnFailure", "never": "Never"}
_PULL_POLICIES = {"PullAlways": "Always", "PullNever": "Never", "PullIfNotPresent": "IfNotPresent"}
_VERSIONS = ("v1beta1", "v1beta2")

_LABEL = "[a-z]([-a-z0-9]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def decode_pod(data: dict[str, Any], path: str = "") -> tuple[Pod, list[Fault], Callable[[str], str]]:
    """Read the 2014 form of a pod. What does not fit is listed under the old names and left out of the pod.

    The third result gives the old name of a field of the pod.
    """
    translation = _Translation()
    today = translation.pod(data, f"{path}." if path else "")
    pod, wrong = decode(Pod, today)
    faults = translation.faults + [replace(fault, path=translation.origin(fault.path)) for fault in wrong]
    return pod, faults, translation.origin


@dataclass
class _Translation:
    """Old data to new data, remembering where each new field came from."""

    faults: list[Fault] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    """Path in today's form -> path in the old form."""

    def origin(self, path: str) -> str:
        """The old name of a place; below a renamed field the names are the same."""
        start = path
        while start and start not in self.origins:
            start = start[: max(start.rfind("."), start.rfind("["), 0)]
        return self.origins[start] + path[len(start) :] if start else path

    def fault(self, path: str, message: str, hint: str) -> None:
        self.faults.append(Fault(path, message, hint))

    def renamed(self, data: dict[str, Any], names: dict[str, str], other: tuple[str, ...], old: str, new: str) -> Any:
        """Today's object with the fields that were only renamed; unknown fields become faults."""
        result: dict[str, Any] = {}
        for name, value in data.items():
            if name in names:
                result[names[name]] = value
                self.origins[f"{new}{names[name]}"] = f"{old}{name}"
            elif name not in other:
                known = (*names, *other)
                meant = nearest(str(name), known)
                hint = f"Did you mean {meant}?" if meant else f"The v1beta1 form has here: {', '.join(sorted(known))}."
                self.faults.append(Fault(f"{old}{name}", "unknown field", hint, "unknown field"))
        return result

    def mapping(self, value: object, path: str) -> dict[str, Any]:
        """The value, if it is an object; anything else but nothing is a fault."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.faults.append(Fault(path, "must be an object", "Write fields here.", "wrong type"))
        return {}

    def mappings(self, value: object, path: str) -> list[tuple[int, dict[str, Any]]]:
        """The objects of a list, numbered."""
        if isinstance(value, list):
            return [(index, self.mapping(item, f"{path}[{index}]")) for index, item in enumerate(value)]
        if value is not None:
            self.faults.append(Fault(path, "must be a list", "Write a list of objects.", "wrong type"))
        return []

    def number(self, value: object, path: str, unit: str) -> int | None:
        """A whole number that counts `unit`; 0 means not set."""
        if value is None or (type(value) is int and value >= 0):
            return value or None
        self.faults.append(Fault(path, f"must be a whole number of {unit}", f"Count {unit}, as 100.", "wrong type"))
        return None

    def pod(self, data: dict[str, Any], old: str) -> dict[str, Any]:
        metadata = self.renamed(data, _POD, _POD_OTHER, old, "metadata.")
        if data.get("kind") != "Pod":
            self.fault(f"{old}kind", "must be Pod", "In the v1beta1 form podlab reads pods: write kind: Pod.")
        name = data.get("id")
        self.origins |= {"metadata.name": f"{old}id", "spec": f"{old}desiredState.manifest"}
        if isinstance(name, str) and len(name) <= 253 and _NAME.fullmatch(name):
            metadata["name"] = name
        else:
            hint = "Use small letters, digits and hyphens, a letter first, no hyphen last, at most 63 characters."
            self.fault(f"{old}id", "must be a name by RFC 1035" if name else "is missing", hint)
        state_path = f"{old}desiredState"
        state = self.mapping(data.get("desiredState"), state_path)
        spec = self.renamed(state, {"host": "nodeName"}, ("manifest",), f"{state_path}.", "spec.")
        if isinstance(state.get("manifest"), dict):
            spec |= self.manifest(state["manifest"], f"{state_path}.manifest.")
        else:
            self.fault(f"{state_path}.manifest", "is missing", "Put the containers in desiredState.manifest.")
        if "nodeSelector" in data:
            spec["nodeSelector"] = data["nodeSelector"]
            self.origins["spec.nodeSelector"] = f"{old}nodeSelector"
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}

    def manifest(self, data: dict[str, Any], old: str) -> dict[str, Any]:
        spec: dict[str, Any] = self.renamed(data, _MANIFEST, _MANIFEST_OTHER, old, "spec.")
        if data.get("version", API_VERSION) not in _VERSIONS:
            self.fault(f"{old}version", f"must be {one_of(_VERSIONS)}", f"Write version: {API_VERSION}.")
        if data.get("restartPolicy"):
            spec["restartPolicy"] = self.restart_policy(data["restartPolicy"], f"{old}restartPolicy")
        if "volumes" in data:
            spec["volumes"] = [
                self.volume(volume, f"{old}volumes[{index}]", f"spec.volumes[{index}]")
                for index, volume in self.mappings(data["volumes"], f"{old}volumes")
            ]
        spec["containers"] = [
            self.container(container, f"{old}containers[{index}].", f"spec.containers[{index}].")
            for index, container in self.mappings(data.get("containers"), f"{old}containers")
        ]
        return spec

    def restart_policy(self, value: object, path: str) -> str | None:
        if isinstance(value, dict) and len(value) == 1 and (policy := next(iter(value))) in _RESTART_POLICIES:
            return _RESTART_POLICIES[policy]
        hint = "Write {always: {}}, {onFailure: {}} or {never: {}}."
        self.fault(path, "must be an object with one of always, onFailure, never", hint)
        return None

    def volume(self, data: dict[str, Any], old: str, new: str) -> dict[str, Any]:
        volume: dict[str, Any] = self.renamed(data, {"name": "name"}, ("source",), f"{old}.", f"{new}.")
        source = self.mapping(data.get("source"), f"{old}.source")
        volume |= self.renamed(source, _VOLUME_SOURCES, (), f"{old}.source.", f"{new}.")
        return volume

    def container(self, data: dict[str, Any], old: str, new: str) -> dict[str, Any]:
        container: dict[str, Any] = self.renamed(data, _CONTAINER, _CONTAINER_OTHER, old, new)
        if "env" in data:
            container["env"] = [
                self.renamed(entry, _ENV, (), f"{old}env[{index}].", f"{new}env[{index}].")
                for index, entry in self.mappings(data["env"], f"{old}env")
            ]
            self.origins[f"{new}env"] = f"{old}env"
        if policy := data.get("imagePullPolicy"):
            container["imagePullPolicy"] = _PULL_POLICIES.get(policy) if isinstance(policy, str) else None
            if container["imagePullPolicy"] is None:
                known = one_of(tuple(_PULL_POLICIES))
                self.fault(f"{old}imagePullPolicy", f"must be {known}", f"Write {known}.")
        cpu = self.number(data.get("cpu"), f"{old}cpu", "thousandths of a core")
        memory = self.number(data.get("memory"), f"{old}memory", "bytes")
        limits = {"cpu": f"{cpu}m" if cpu else None, "memory": str(memory) if memory else None}
        if cpu or memory:
            container["resources"] = {"limits": {name: value for name, value in limits.items() if value}}
        security = {name: data[name] for name in ("privileged", "capabilities") if name in data}
        if security:
            container["securityContext"] = security
            for name in security:
                self.origins[f"{new}securityContext.{name}"] = f"{old}{name}"
        return container
