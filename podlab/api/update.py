"""What may be changed of an object that is there, and what the API says of the rest.

The rule: of a pod's spec only images, a shorter deadline, further tolerations, fewer scheduling gates, and a grace
period of 1 where it was negative. A controller's selector, a Job's template, an immutable ConfigMap stay as they are.

Models ValidatePodUpdate of pkg/apis/core/validation/validation.go and what its like for other kinds forbid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from lightkube.models.apps_v1 import Deployment, ReplicaSet
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import ConfigMap, Container, Pod, PodSpec, Secret, Service, Toleration

from podlab.api.decode import encode
from podlab.api.go_spec import spec_diff, spec_text
from podlab.api.objects import validate_object
from podlab.api.validation import FieldError, validate_pod
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import inclusive_range

UPDATABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
    "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)"
)
_IMMUTABLE = "field is immutable"
_IMMUTABLE_FIELDS: dict[type, tuple[str, ...]] = {
    Deployment: ("selector",),
    Job: ("completions", "selector", "template"),
    ReplicaSet: ("selector",),
}
_MAX_DEADLINE = 2**31 - 1


def validate_update(new: msgspec.Struct, old: msgspec.Struct) -> list[FieldError]:
    """Every rule that is broken by replacing `old` by `new`, both with their defaults filled in."""
    if isinstance(new, Pod) and isinstance(old, Pod):
        return validate_pod_update(new, old)
    errors = ErrorList()
    errors.extend(validate_object(new))
    if type(new) is type(old):
        _check_immutable(new, old, errors)
    return errors


def validate_pod_update(new: Pod, old: Pod) -> list[FieldError]:
    """Every rule that is broken by replacing a pod."""
    errors = ErrorList()
    errors.extend(validate_pod(new, created=False))
    before, after = old.spec or PodSpec(containers=[]), new.spec or PodSpec(containers=[])
    for field in ("containers", "initContainers"):
        if not _check_images(getattr(after, field) or [], getattr(before, field) or [], f"spec.{field}", errors):
            return errors
    if not _check_deadline(after.activeDeadlineSeconds, before.activeDeadlineSeconds, errors):
        return errors
    _check_tolerations(after.tolerations or [], before.tolerations or [], errors)
    gates = {gate.name for gate in before.schedulingGates or []}
    for index, gate in enumerate(after.schedulingGates or []):
        if gate.name not in gates:
            rule = f"only deletion is allowed, but found new scheduling gate '{gate.name}'"
            errors.forbidden(f"spec.schedulingGates[{index}].name", rule)
    compared = _without_what_may_change(after, before)
    if spec_text(compared) != spec_text(before):
        rule = f"pod updates may not change fields other than {UPDATABLE}\n{spec_diff(before, compared)}"
        errors.forbidden("spec", rule)
    return errors


def _check_immutable(new: Any, old: Any, errors: ErrorList) -> None:
    """The fields of objects that are no pods."""
    if isinstance(new, ConfigMap | Secret):
        for name in ("data", "binaryData"):
            if old.immutable and getattr(new, name, None) != getattr(old, name, None):
                errors.forbidden(name, f"{_IMMUTABLE} when `immutable` is set")
        return
    for name in _IMMUTABLE_FIELDS.get(type(new), ()) if new.spec and old.spec else ():
        value = getattr(new.spec, name)
        if value != getattr(old.spec, name):
            errors.invalid(f"spec.{name}", encode(value) if isinstance(value, msgspec.Struct) else value, _IMMUTABLE)
    if isinstance(new, Service) and new.spec and old.spec and old.spec.clusterIP not in (None, new.spec.clusterIP):
        errors.invalid("spec.clusterIPs[0]", new.spec.clusterIP or "", "may not change once set")


def _check_images(new: Sequence[Container], old: Sequence[Container], field: str, errors: ErrorList) -> bool:
    """Whether there are the containers that there were; then each still needs an image."""
    if len(new) != len(old):
        errors.forbidden(field, "pod updates may not add or remove containers")
        return False
    for index, container in enumerate(new):
        if not container.image:
            errors.required(f"{field}[{index}].image")
    return True


def _check_deadline(new: int | None, old: int | None, errors: ErrorList) -> bool:
    field = "spec.activeDeadlineSeconds"
    if new is None:
        if old is not None:
            errors.invalid(field, None, "must not update from a positive integer to nil value")
        return True
    if not 0 <= new <= _MAX_DEADLINE:
        errors.invalid(field, new, inclusive_range(0, _MAX_DEADLINE))
        return False
    if old is not None and old < new:
        errors.invalid(field, new, "must be less than or equal to previous value")
        return False
    return True


def _check_tolerations(new: Sequence[Toleration], old: Sequence[Toleration], errors: ErrorList) -> None:
    """Each toleration that was there is there still; only for how long it lasts may have changed."""
    kept = [msgspec.structs.replace(toleration, tolerationSeconds=None) for toleration in new]
    for toleration in old:
        if msgspec.structs.replace(toleration, tolerationSeconds=None) not in kept:
            rule = "existing toleration can not be modified except its tolerationSeconds"
            errors.forbidden("spec.tolerations", rule)
            return


def _without_what_may_change(new: PodSpec, old: PodSpec) -> PodSpec:
    """The new spec with the old one's values wherever a change is allowed, or has been judged already."""

    def with_old_images(new: Sequence[Container] | None, old: Sequence[Container] | None) -> list[Container] | None:
        pairs = zip(new or [], old or [], strict=True)
        return [msgspec.structs.replace(mine, image=was.image) for mine, was in pairs] or None

    grace = new.terminationGracePeriodSeconds
    if (old.terminationGracePeriodSeconds or 0) < 0 and grace == 1:
        grace = old.terminationGracePeriodSeconds
    return msgspec.structs.replace(
        new,
        containers=with_old_images(new.containers, old.containers) or [],
        initContainers=with_old_images(new.initContainers, old.initContainers),
        activeDeadlineSeconds=old.activeDeadlineSeconds,
        tolerations=old.tolerations,
        schedulingGates=old.schedulingGates,
        terminationGracePeriodSeconds=grace,
    )
