"""What the subresources of a pod may change: `ephemeralcontainers` adds containers, `resize` changes cpu and memory.

Models ValidatePodEphemeralContainersUpdate and ValidatePodResize of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from lightkube.models.core_v1 import Container, Pod, PodSpec, ResourceRequirements

from podlab.api.go_spec import spec_diff, spec_text
from podlab.api.qos import qos_class
from podlab.api.validation import FieldError, validate_pod
from podlab.api.validation.errors import ErrorList

_RESIZABLE = ("cpu", "memory")


def validate_ephemeral_containers(new: Pod, old: Pod) -> list[FieldError]:
    """Further ephemeral containers may come; those that there are stay as they are."""
    errors = ErrorList()
    errors.extend(validate_pod(new, is_new=False))
    there = {each.name: each for each in _spec(new).ephemeralContainers or []}
    for index, container in enumerate(_spec(old).ephemeralContainers or []):
        field = f"spec.ephemeralContainers[{index}]"
        if container.name not in there:
            errors.forbidden(
                "spec.ephemeralContainers", f'existing ephemeral containers "{container.name}" may not be removed\n'
            )
        elif there[container.name] != container:
            rule = f'existing ephemeral containers "{container.name}" may not be changed\n'
            errors.forbidden(field if field else "", rule)
    return errors


def validate_resize(new: Pod, old: Pod) -> list[FieldError]:
    """Of running containers and sidecars the cpu and memory may change, but not so that the pod's QoS class does."""
    errors = ErrorList()
    errors.extend(validate_pod(new, is_new=False))
    before, after = _spec(old), _spec(new)
    for field, one in (("containers", False), ("initContainers", True)):
        for index, (now, was) in enumerate(
            zip(getattr(after, field) or [], getattr(before, field) or [], strict=False)
        ):
            _check_container(now, was, f"spec.{field}[{index}].resources", one, errors)
    if qos_class(new) != qos_class(old):
        errors.invalid("spec", qos_class(new), "Pod QOS Class may not change as a result of resizing")
    compared = _with_old_resources(after, before)
    if spec_text(compared) != spec_text(before):
        rule = f"only cpu and memory resources are mutable\n{spec_diff(before, compared)}"
        errors.forbidden("spec", rule)
    return errors


def _check_container(now: Container, was: Container, field: str, init: bool, errors: ErrorList) -> None:
    new, old = now.resources or ResourceRequirements(), was.resources or ResourceRequirements()
    if new == old:
        return
    if init and now.restartPolicy != "Always":
        errors.forbidden(field, "resources for non-sidecar init containers are immutable")
    for name in ("limits", "requests"):
        mine: dict[str, Any] = getattr(new, name) or {}
        theirs: dict[str, Any] = getattr(old, name) or {}
        gone = sorted(set(theirs) & set(_RESIZABLE) - set(mine))
        for resource in gone:
            errors.forbidden(f"{field}.{name}", f"resource {name} cannot be removed ({resource})")


def _with_old_resources(new: PodSpec, old: PodSpec) -> PodSpec:
    """The new spec with the old one's cpu and memory."""

    def munged(now: Sequence[Container] | None, was: Sequence[Container] | None) -> list[Container] | None:
        if len(now or ()) != len(was or ()):
            return list(now or ()) or None
        pairs = zip(now or (), was or (), strict=True)
        return [msgspec.structs.replace(mine, resources=_munged(mine, theirs)) for mine, theirs in pairs] or None

    return msgspec.structs.replace(
        new,
        containers=munged(new.containers, old.containers) or [],
        initContainers=munged(new.initContainers, old.initContainers),
    )


def _munged(now: Container, was: Container) -> ResourceRequirements | None:
    """The resources of a container with the cpu and memory that they had."""
    if now.resources is None or was.resources is None:
        return was.resources

    def mixed(name: str) -> dict[str, str] | None:
        mine, theirs = getattr(now.resources, name) or {}, getattr(was.resources, name) or {}
        kept = {k: v for k, v in mine.items() if k not in _RESIZABLE} | {
            k: v for k, v in theirs.items() if k in _RESIZABLE
        }
        return {k: kept[k] for k in sorted(kept)} or getattr(was.resources, name)

    return msgspec.structs.replace(now.resources, limits=mixed("limits"), requests=mixed("requests"))


def _spec(pod: Pod) -> PodSpec:
    return pod.spec or PodSpec(containers=[])
