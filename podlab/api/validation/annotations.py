"""Annotations of a pod that mean something to the API itself.

Models ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields and validateAppArmorAnnotationsAndFields.
"""

from __future__ import annotations

import json
import re

from lightkube.models.core_v1 import PodSecurityContext, PodSpec, SecurityContext

from podlab.api.annotations import APPARMOR_CONTAINER, DELETION_COST, MIRROR_POD, SECCOMP_CONTAINER, SECCOMP_POD
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.paths import check_descending
from podlab.api.visit import all_containers

_INT32 = re.compile("0|-?[1-9][0-9]*", re.ASCII)


def check_pod_annotations(annotations: dict[str, str] | None, spec: PodSpec, field: str, errors: ErrorList) -> None:
    """Annotations that mean something to the API itself."""
    annotations = annotations or {}
    if MIRROR_POD in annotations and not spec.nodeName:
        rule = "must set spec.nodeName if mirror pod annotation is set"
        errors.invalid(f"{field}[{MIRROR_POD}]", annotations[MIRROR_POD], rule)
    cost = annotations.get(DELETION_COST)
    if cost is not None and not (_INT32.fullmatch(cost) and -(2**31) <= int(cost) < 2**31):
        errors.invalid(f"{field}[{DELETION_COST}]", cost, "must be a 32bit integer")
    if SECCOMP_POD in annotations:
        _check_seccomp(annotations[SECCOMP_POD], f"{field}.{SECCOMP_POD}", errors)
    for key, value in annotations.items():
        if key.startswith(SECCOMP_CONTAINER):
            _check_seccomp(value, f"{field}.{key}", errors)
    names = {container.name for container, _ in all_containers(spec)}
    for key, value in annotations.items():
        if key.startswith(APPARMOR_CONTAINER):
            container = key.removeprefix(APPARMOR_CONTAINER)
            if container not in names:
                errors.invalid(f"{field}[{key}]", container, "container not found")
            if value not in ("", "runtime/default", "unconfined") and not value.startswith("localhost/"):
                errors.invalid(f"{field}[{key}]", value, f"invalid AppArmor profile name: {json.dumps(value)}")


def _check_seccomp(profile: str, field: str, errors: ErrorList) -> None:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return
    if profile.startswith("localhost/"):
        check_descending(profile.removeprefix("localhost/"), field, errors)
    else:
        errors.invalid(field, profile, "must be a valid seccomp profile")


def check_seccomp_annotations(annotations: dict[str, str], spec: PodSpec, field: str, errors: ErrorList) -> None:
    """The old annotation and the field that replaced it may not contradict each other."""
    contexts: list[tuple[PodSecurityContext | SecurityContext | None, str, str]]
    contexts = [(spec.securityContext, SECCOMP_POD, f"{field}.securityContext")]
    for container, place in all_containers(spec):
        key = SECCOMP_CONTAINER + container.name
        contexts.append((container.securityContext, key, f"{field}.{place}.securityContext"))
    for context, key, path in contexts:
        if context is None or context.seccompProfile is None or key not in annotations:
            continue
        profile, value = context.seccompProfile, annotations[key]
        expected = {"Unconfined": ("unconfined",), "RuntimeDefault": ("runtime/default", "docker/default")}
        wrong = ""
        if profile.type == "Localhost":
            if not value.startswith("localhost/"):
                wrong = "type"
            elif value.removeprefix("localhost/") != profile.localhostProfile:
                wrong = "localhostProfile"
        elif value not in expected.get(profile.type, (value,)):
            wrong = "type"
        if wrong:
            what = "type" if wrong == "type" else "profile"
            rule = f"seccomp {what} in annotation and field must match"
            errors.forbidden(f"{path}.seccompProfile.{wrong}", rule)


def check_apparmor_annotations(annotations: dict[str, str], spec: PodSpec, field: str, errors: ErrorList) -> None:
    """The same for AppArmor, whose field the containers take over from the pod."""
    if spec.os is not None and spec.os.name == "windows":
        return
    for_pod = spec.securityContext.appArmorProfile if spec.securityContext else None
    for container, place in all_containers(spec):
        own = container.securityContext.appArmorProfile if container.securityContext else None
        profile = own or for_pod
        value = annotations.get(APPARMOR_CONTAINER + container.name)
        if profile is None or value is None:
            continue
        path = f"{field}.{place}.securityContext.appArmorProfile"
        expected = {"Unconfined": "unconfined", "RuntimeDefault": "runtime/default"}
        if profile.type == "Localhost":
            if not value.startswith("localhost/"):
                errors.forbidden(f"{path}.type", "apparmor type in annotation and field must match")
            elif value.removeprefix("localhost/") != profile.localhostProfile:
                errors.forbidden(f"{path}.localhostProfile", "apparmor profile in annotation and field must match")
        elif value != expected.get(profile.type, value):
            errors.forbidden(f"{path}.type", "apparmor type in annotation and field must match")
