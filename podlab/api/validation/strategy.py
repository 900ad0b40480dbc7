"""How a workload changes its pods: the update strategies, and the numbers that go with them.

Models ValidateDeploymentStrategy, ValidateDaemonSetUpdateStrategy, ValidateStatefulSetSpec and
ValidatePositiveIntOrPercent of pkg/apis/apps/validation, with the defaults of pkg/apis/apps/v1.
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
)

from podlab.api.validation.errors import ErrorList

_PERCENT = re.compile("[0-9]+%")
_PERCENT_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_QUARTER = "25%"
_PROGRESS_DEADLINE = 600
_RETENTION = ("Retain", "Delete")


def check_not_negative(value: int | None, field: str, errors: ErrorList) -> None:
    """A number that is given must be 0 or more."""
    if value is not None and value < 0:
        errors.invalid(field, value, "must be greater than or equal to 0")


def check_deployment_strategy(spec: DeploymentSpec, errors: ErrorList) -> None:
    """Recreate, or RollingUpdate with room for at least one pod more or less; and the time it may take."""
    field = "spec.strategy"
    strategy = spec.strategy or DeploymentStrategy()
    match strategy.type or "RollingUpdate":
        case "Recreate":
            if strategy.rollingUpdate is not None:
                errors.forbidden(f"{field}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
        case "RollingUpdate":
            _rolling_deployment(strategy.rollingUpdate or RollingUpdateDeployment(), f"{field}.rollingUpdate", errors)
        case _:
            errors.not_supported(field, _shown(strategy), ("Recreate", "RollingUpdate"))
    check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
    check_not_negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors)
    deadline = _PROGRESS_DEADLINE if spec.progressDeadlineSeconds is None else spec.progressDeadlineSeconds
    check_not_negative(deadline, "spec.progressDeadlineSeconds", errors)
    if deadline <= (spec.minReadySeconds or 0):
        errors.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _rolling_deployment(rolling: RollingUpdateDeployment, field: str, errors: ErrorList) -> None:
    unavailable, surge = (_QUARTER if value is None else value for value in (rolling.maxUnavailable, rolling.maxSurge))
    _check_share(unavailable, f"{field}.maxUnavailable", errors)
    _check_share(surge, f"{field}.maxSurge", errors)
    if not _amount(unavailable) and not _amount(surge):
        errors.invalid(f"{field}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    _check_at_most_all(unavailable, f"{field}.maxUnavailable", errors)


def check_daemon_set_strategy(spec: DaemonSetSpec, errors: ErrorList) -> None:
    """OnDelete, or RollingUpdate that takes pods away first or makes new ones first, not both."""
    field = "spec.updateStrategy"
    strategy = spec.updateStrategy or DaemonSetUpdateStrategy()
    kind = strategy.type or "RollingUpdate"
    if kind == "RollingUpdate":
        rolling = strategy.rollingUpdate or RollingUpdateDaemonSet()
        unavailable = 1 if rolling.maxUnavailable is None else rolling.maxUnavailable
        surge = 0 if rolling.maxSurge is None else rolling.maxSurge
        field = f"{field}.rollingUpdate"
        for value, name in ((unavailable, "maxUnavailable"), (surge, "maxSurge")):
            _check_share(value, f"{field}.{name}", errors)
        for value, name in ((unavailable, "maxUnavailable"), (surge, "maxSurge")):
            _check_at_most_all(value, f"{field}.{name}", errors)
        if _amount(unavailable) and _amount(surge):
            errors.invalid(f"{field}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
        elif not _amount(unavailable) and not _amount(surge):
            errors.required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0")
    elif kind != "OnDelete":
        errors.not_supported(field, _shown(strategy), ("RollingUpdate", "OnDelete"))
    check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
    check_not_negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors)


def check_stateful_set_strategy(spec: StatefulSetSpec, errors: ErrorList) -> None:
    """In which order its pods are made and changed, and what becomes of their volumes."""
    policy = spec.podManagementPolicy or "OrderedReady"
    if policy not in ("OrderedReady", "Parallel"):
        errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
    field, strategy = "spec.updateStrategy", spec.updateStrategy
    kind = (strategy.type if strategy is not None else None) or "RollingUpdate"
    rolling = strategy.rollingUpdate if strategy is not None else None
    if kind == "OnDelete" and rolling is not None:
        rule = "only allowed for updateStrategy 'RollingUpdate'"
        errors.invalid(f"{field}.rollingUpdate", _shown(rolling), rule)
    elif kind == "RollingUpdate" and rolling is not None:
        check_not_negative(rolling.partition, f"{field}.rollingUpdate.partition", errors)
        if rolling.maxUnavailable is not None:
            _check_share(rolling.maxUnavailable, f"{field}.rollingUpdate.maxUnavailable", errors)
            _check_at_most_all(rolling.maxUnavailable, f"{field}.rollingUpdate.maxUnavailable", errors)
    elif kind not in ("OnDelete", "RollingUpdate"):
        errors.invalid(field, _shown(strategy), "must be 'RollingUpdate' or 'OnDelete'")
    retention = spec.persistentVolumeClaimRetentionPolicy
    for name in ("whenDeleted", "whenScaled") if retention is not None else ():
        kept = getattr(retention, name) or "Retain"
        if kept not in _RETENTION:
            errors.not_supported(f"spec.persistentVolumeClaimRetentionPolicy.{name}", kept, _RETENTION)
    check_not_negative(spec.minReadySeconds, "spec.minReadySeconds", errors)
    check_not_negative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors)
    if spec.ordinals is not None:
        check_not_negative(spec.ordinals.start, "spec.ordinals.start", errors)


def _check_share(value: int | str, field: str, errors: ErrorList) -> None:
    """A number of pods, or a share of them in per cent."""
    if isinstance(value, int):
        check_not_negative(value, field, errors)
    elif not _PERCENT.fullmatch(value):
        errors.invalid(field, value, _PERCENT_RULE)


def _check_at_most_all(value: int | str, field: str, errors: ErrorList) -> None:
    if isinstance(value, str) and _amount(value) > 100:
        errors.invalid(field, value, "must not be greater than 100%")


def _amount(value: int | str) -> int:
    """The number before the sign; 0 for what is no share."""
    if isinstance(value, int):
        return value
    digits = value[:-1][:9]  # more would be more than 100 all the same
    return int(digits) if _PERCENT.fullmatch(value) else 0


def _shown(part: Any) -> dict[str, Any]:
    """An object as Go's own names show it, which is how the API prints it here; what it is comes first."""
    names = sorted(part.__struct_fields__, key=lambda name: name not in ("type", "partition"))
    held = {name: getattr(part, name) for name in names}
    return {
        name[0].upper() + name[1:]: value if value is None or isinstance(value, str | int) else _shown(value)
        for name, value in held.items()
    }
