"""How a workload changes its pods: the update strategies, and the numbers that go with them.

Models ValidateDeploymentStrategy, ValidateDaemonSetUpdateStrategy, ValidateStatefulSetSpec and
ValidatePositiveIntOrPercent of pkg/apis/apps/validation. All take a spec with its defaults filled in.
"""

from __future__ import annotations

import re
from typing import Any

from lightkube.models.apps_v1 import (
    DaemonSetSpec,
    DaemonSetUpdateStrategy,
    DeploymentSpec,
    DeploymentStrategy,
    RollingUpdateDaemonSet,
    RollingUpdateDeployment,
    StatefulSetSpec,
    StatefulSetUpdateStrategy,
)

from podlab.api.validation.errors import ErrorList

_PERCENT = re.compile("[0-9]+%")
_PERCENT_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_RETENTION = ("Retain", "Delete")


def check_not_negative(value: int | None, field: str, errors: ErrorList) -> None:
    """A number that is given must be 0 or more."""
    if value is not None and value < 0:
        errors.invalid(field, value, "must be greater than or equal to 0")


def check_deployment_strategy(spec: DeploymentSpec, errors: ErrorList) -> None:
    """Recreate, or RollingUpdate with room for at least one pod more or less."""
    field = "spec.strategy"
    strategy = spec.strategy or DeploymentStrategy(type="RollingUpdate", rollingUpdate=RollingUpdateDeployment())
    match strategy.type:
        case "Recreate":
            if strategy.rollingUpdate is not None:
                errors.forbidden(f"{field}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
        case "RollingUpdate":
            _rolling_deployment(strategy.rollingUpdate or RollingUpdateDeployment(), f"{field}.rollingUpdate", errors)
        case _:
            errors.not_supported(field, _shown(strategy), ("Recreate", "RollingUpdate"))


def check_progress(spec: DeploymentSpec, errors: ErrorList) -> None:
    """The times and numbers of a Deployment's rollouts."""
    check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
    check_not_negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors)
    deadline = spec.progressDeadlineSeconds
    check_not_negative(deadline, "spec.progressDeadlineSeconds", errors)
    if deadline is not None and deadline <= (spec.minReadySeconds or 0):
        errors.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _rolling_deployment(rolling: RollingUpdateDeployment, field: str, errors: ErrorList) -> None:
    unavailable, surge = rolling.maxUnavailable or 0, rolling.maxSurge or 0
    check_share(unavailable, f"{field}.maxUnavailable", errors)
    check_share(surge, f"{field}.maxSurge", errors)
    if not _amount(unavailable) and not _amount(surge):
        errors.invalid(f"{field}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    check_at_most_all(unavailable, f"{field}.maxUnavailable", errors)


def check_daemon_set_strategy(spec: DaemonSetSpec, errors: ErrorList) -> None:
    """OnDelete, or RollingUpdate that takes pods away first or makes new ones first, not both."""
    field = "spec.updateStrategy"
    strategy = spec.updateStrategy or DaemonSetUpdateStrategy(type="OnDelete")
    if strategy.type == "RollingUpdate":
        _rolling_daemon_set(strategy.rollingUpdate or RollingUpdateDaemonSet(), f"{field}.rollingUpdate", errors)
    elif strategy.type != "OnDelete":
        errors.not_supported(field, _shown(strategy), ("RollingUpdate", "OnDelete"))
    check_not_negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors)


def _rolling_daemon_set(rolling: RollingUpdateDaemonSet, field: str, errors: ErrorList) -> None:
    unavailable, surge = rolling.maxUnavailable or 0, rolling.maxSurge or 0
    both = ((unavailable, f"{field}.maxUnavailable"), (surge, f"{field}.maxSurge"))
    for value, place in both:
        check_share(value, place, errors)
    for value, place in both:
        check_at_most_all(value, place, errors)
    if _amount(unavailable) and _amount(surge):
        errors.invalid(f"{field}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not _amount(unavailable) and not _amount(surge):
        errors.required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def check_stateful_set_strategy(spec: StatefulSetSpec, errors: ErrorList) -> None:
    """In which order its pods are made and changed, and what becomes of their volumes."""
    policy = spec.podManagementPolicy
    if policy not in (None, "OrderedReady", "Parallel"):
        errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
    if spec.updateStrategy is not None:
        _stateful_set_update(spec.updateStrategy, "spec.updateStrategy", errors)
    retention = spec.persistentVolumeClaimRetentionPolicy
    for name in ("whenDeleted", "whenScaled") if retention is not None else ():
        if (kept := getattr(retention, name)) not in (None, *_RETENTION):
            errors.not_supported(f"spec.persistentVolumeClaimRetentionPolicy.{name}", kept, _RETENTION)
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        check_not_negative(getattr(spec, name), f"spec.{name}", errors)
    if spec.ordinals is not None:
        check_not_negative(spec.ordinals.start, "spec.ordinals.start", errors)


def _stateful_set_update(strategy: StatefulSetUpdateStrategy, field: str, errors: ErrorList) -> None:
    """Its maxUnavailable is not looked at: the gate MaxUnavailableStatefulSet is off, and the field is dropped."""
    rolling = strategy.rollingUpdate
    if strategy.type == "OnDelete" and rolling is not None:
        rule = "only allowed for updateStrategy 'RollingUpdate'"
        errors.invalid(f"{field}.rollingUpdate", _shown(rolling), rule)
    elif strategy.type == "RollingUpdate" and rolling is not None:
        check_not_negative(rolling.partition, f"{field}.rollingUpdate.partition", errors)
    elif strategy.type not in ("OnDelete", "RollingUpdate"):
        errors.invalid(field, _shown(strategy), "must be 'RollingUpdate' or 'OnDelete'")


def check_share(value: int | str, field: str, errors: ErrorList) -> None:
    """A number of pods, or a share of them in per cent."""
    if isinstance(value, int):
        check_not_negative(value, field, errors)
    elif not _PERCENT.fullmatch(value):
        errors.invalid(field, value, _PERCENT_RULE)


def check_at_most_all(value: int | str, field: str, errors: ErrorList) -> None:
    """A share is at most the whole."""
    if isinstance(value, str) and _PERCENT.fullmatch(value) and _amount(value) > 100:
        errors.invalid(field, value, "must not be greater than 100%")


def _amount(value: int | str) -> int:
    """The number before the sign, or a number in quotes; 0 for what is neither."""
    if isinstance(value, int):
        return value
    digits = value.removesuffix("%")[:9]  # more would be more than 100 all the same
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _shown(part: Any) -> dict[str, Any]:
    """An object as Go's own names show it, which is how the API prints it here; what it is comes first."""
    names = sorted(part.__struct_fields__, key=lambda name: name not in ("type", "partition"))
    held = {name: getattr(part, name) or (0 if name == "partition" else None) for name in names}
    return {
        name[0].upper() + name[1:]: value if value is None or isinstance(value, str | int) else _shown(value)
        for name, value in held.items()
    }
