"""Environment variables and where their values come from.

Models ValidateEnv, ValidateEnvFrom and validateObjectFieldSelector.
"""

from __future__ import annotations

import re

from lightkube.models.core_v1 import (
    ConfigMapKeySelector,
    EnvFromSource,
    EnvVar,
    FileKeySelector,
    ObjectFieldSelector,
    PodSpec,
    ResourceFieldSelector,
    SecretKeySelector,
)

from podlab.api.quantity import parse_quantity
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import (
    check,
    completed,
    config_key,
    dns_label,
    dns_subdomain,
    env_name,
    qualified_name,
)
from podlab.api.validation.paths import check_no_backsteps
from podlab.api.visit import all_containers

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_KNOWN_FIELDS = {
    *ENV_FIELDS,
    "metadata.annotations",
    "metadata.labels",
    "spec.restartPolicy",
    "spec.schedulerName",
    "status.phase",
}
_RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SUBSCRIPT = re.compile(r"(.+?)\['(.*)'\]", re.DOTALL)
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def check_env(variables: list[EnvVar], field: str, errors: ErrorList) -> None:
    """Names may be given twice; the later value wins."""
    for index, variable in enumerate(variables):
        path = f"{field}[{index}]"
        if not variable.name:
            errors.required(f"{path}.name")
        else:
            check(env_name(variable.name), f"{path}.name", variable.name, errors)
        if variable.valueFrom is not None:
            _check_value_from(variable, f"{path}.valueFrom", errors)


def _check_value_from(variable: EnvVar, field: str, errors: ErrorList) -> None:
    source = variable.valueFrom
    assert source is not None
    count = 0
    if source.fieldRef is not None:
        count += 1
        check_field_ref(source.fieldRef, ENV_FIELDS, f"{field}.fieldRef", errors)
    if source.resourceFieldRef is not None:
        count += 1
        check_resource_field_ref(source.resourceFieldRef, f"{field}.resourceFieldRef", errors, in_volume=False)
    if source.configMapKeyRef is not None:
        count += 1
        _check_key_ref(source.configMapKeyRef, f"{field}.configMapKeyRef", errors)
    if source.secretKeyRef is not None:
        count += 1
        _check_key_ref(source.secretKeyRef, f"{field}.secretKeyRef", errors)
    if source.fileKeyRef is not None:
        count += 1
        _check_file_key_ref(source.fileKeyRef, f"{field}.fileKeyRef", errors)
    if count == 0:
        rule = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        errors.invalid(field, "", rule)
    elif variable.value:
        errors.invalid(field, "", "may not be specified when `value` is not empty")
    elif count > 1:
        errors.invalid(field, "", "may not have more than one field specified at a time")


def check_field_ref(ref: ObjectFieldSelector, supported: tuple[str, ...], field: str, errors: ErrorList) -> None:
    """A field of the pod itself, or one of its labels or annotations: metadata.labels['name']."""
    if not ref.apiVersion:
        errors.required(f"{field}.apiVersion")
        return
    if not ref.fieldPath:
        errors.required(f"{field}.fieldPath")
        return
    subscripted = _SUBSCRIPT.fullmatch(ref.fieldPath)
    base = subscripted[1] if subscripted else ref.fieldPath
    unconvertible = ""
    if ref.apiVersion != "v1":
        unconvertible = f"unsupported pod version: {ref.apiVersion}"
    elif subscripted and base not in ("metadata.annotations", "metadata.labels"):
        unconvertible = f"field label does not support subscript: {ref.fieldPath}"
    elif not subscripted and base not in _KNOWN_FIELDS and base != "spec.host":
        unconvertible = f"field label not supported: {ref.fieldPath}"
    if unconvertible:
        errors.invalid(f"{field}.fieldPath", ref.fieldPath, f"error converting fieldPath: {unconvertible}")
    elif subscripted:
        key = subscripted[2].lower() if base == "metadata.annotations" else subscripted[2]
        check(qualified_name(key), field, key, errors)
    else:
        internal = "spec.nodeName" if base == "spec.host" else base
        if internal not in supported:
            errors.not_supported(f"{field}.fieldPath", internal, supported)


def check_resource_field_ref(ref: ResourceFieldSelector, field: str, errors: ErrorList, *, in_volume: bool) -> None:
    """A request or limit of a container, divided by a unit. In a volume the container must be named."""
    if in_volume and not ref.containerName:
        errors.required(f"{field}.containerName")
    elif not ref.resource:
        errors.required(f"{field}.resource")
    elif ref.resource not in _RESOURCES and not ref.resource.startswith(_HUGE_PAGES):
        errors.not_supported(f"{field}.resource", ref.resource, _RESOURCES)
    divisor = parse_quantity(ref.divisor or "0")
    if divisor.amount == 0:
        return
    kind = ref.resource.partition(".")[2].partition("-")[0]
    if kind == "cpu" and divisor.text not in ("1m", "1"):
        rule = "only divisor's values 1m and 1 are supported with the cpu resource"
        errors.invalid(f"{field}.divisor", ref.resource, rule)
    names = {"memory": "memory", "ephemeral": "local ephemeral storage", "hugepages": "hugepages"}
    if kind in names and divisor.text not in _BYTE_DIVISORS:
        known = ", ".join(_BYTE_DIVISORS)
        rule = f"only divisor's values {known} are supported with the {names[kind]} resource"
        errors.invalid(f"{field}.divisor", ref.resource, rule)


def _check_key_ref(ref: ConfigMapKeySelector | SecretKeySelector, field: str, errors: ErrorList) -> None:
    check(dns_subdomain(ref.name or ""), f"{field}.name", ref.name or "", errors)
    if not ref.key:
        errors.required(f"{field}.key")
    else:
        check(config_key(ref.key), f"{field}.key", ref.key, errors)


def _check_file_key_ref(ref: FileKeySelector, field: str, errors: ErrorList) -> None:
    if not ref.key:
        errors.required(f"{field}.key")
    else:
        check(env_name(ref.key), f"{field}.key", ref.key, errors)
    if not ref.volumeName:
        errors.required(f"{field}.volumeName")
    else:
        check(dns_label(ref.volumeName), f"{field}.volumeName", ref.volumeName, errors)
    if not ref.path:
        errors.required(f"{field}.path")
    else:
        check_no_backsteps(ref.path, f"{field}.path", errors)


def check_env_from(sources: list[EnvFromSource], field: str, errors: ErrorList) -> None:
    """All keys of a ConfigMap or Secret."""
    for index, source in enumerate(sources):
        path = f"{field}[{index}]"
        if source.prefix:
            check(env_name(source.prefix), f"{path}.prefix", source.prefix, errors)
        count = 0
        for name in ("configMapRef", "secretRef"):
            ref = getattr(source, name)
            if ref is None:
                continue
            count += 1
            if not ref.name:
                errors.required(f"{path}.{name}.name")
            else:
                check(dns_subdomain(completed(ref.name)), f"{path}.{name}.name", ref.name, errors)
        if count == 0:
            errors.invalid(field, "", "must specify one of: `configMapRef` or `secretRef`")
        elif count > 1:
            errors.invalid(field, "", "may not have more than one field specified at a time")


def check_file_key_volumes(spec: PodSpec, field: str, errors: ErrorList) -> None:
    """A file of variables lies in an emptyDir of the pod."""
    volumes = {volume.name: volume for volume in spec.volumes or []}
    for container, place in all_containers(spec):
        for index, variable in enumerate(container.env or []):
            if variable.valueFrom is None or variable.valueFrom.fileKeyRef is None:
                continue
            name = variable.valueFrom.fileKeyRef.volumeName
            path = f"{field}.{place}.env[{index}].valueFrom.fileKeyRef.volumeName"
            if name not in volumes:
                errors.not_found(path, name)
            elif volumes[name].emptyDir is None:
                errors.invalid(path, name, "referenced volume must be of type emptyDir")
