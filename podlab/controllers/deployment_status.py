"""The status of a Deployment: its counts, and the conditions Available, Progressing and ReplicaFailure; pure.

Models calculateStatus and syncRolloutStatus of pkg/controller/deployment, and util/deployment_util.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from lightkube.models.apps_v1 import Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet

from podlab.api.parts import name_of
from podlab.controllers.rollout import bounds, replicas_of

PROGRESSED, TIMED_OUT, UPDATED = "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "ReplicaSetUpdated"
CREATED, FOUND = "NewReplicaSetCreated", "FoundNewReplicaSet"
PAUSED, RESUMED = "DeploymentPaused", "DeploymentResumed"
NO_DEADLINE = 2**31 - 1
"""progressDeadlineSeconds of this size stands for none."""

Conditions = list[DeploymentCondition]


def counted(
    deployment: Deployment, sets: Sequence[ReplicaSet], new: ReplicaSet | None, now: datetime
) -> DeploymentStatus:
    """The status that follows from the statuses of the ReplicaSets; conditions are kept, Available is set anew."""
    spec = deployment.spec
    assert spec is not None, "a Deployment has a spec"
    available = sum(_status(each, "availableReplicas") for each in sets)
    wanted = sum((each.spec.replicas if each.spec is not None else 0) or 0 for each in sets)
    before = deployment.status or DeploymentStatus()
    enough = available >= bounds_of_availability(deployment)
    known = DeploymentCondition(
        type="Available",
        status="True" if enough else "False",
        reason="MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
        message=f"Deployment {'has' if enough else 'does not have'} minimum availability.",
    )
    return DeploymentStatus(
        observedGeneration=deployment.metadata.generation if deployment.metadata is not None else None,
        replicas=sum(_status(each, "replicas") for each in sets) or None,
        updatedReplicas=(_status(new, "replicas") if new is not None else 0) or None,
        readyReplicas=sum(_status(each, "readyReplicas") for each in sets) or None,
        availableReplicas=available or None,
        unavailableReplicas=max(wanted - available, 0) or None,
        terminatingReplicas=sum(_status(each, "terminatingReplicas") for each in sets),
        collisionCount=before.collisionCount,
        conditions=with_condition(before.conditions, known, now),
    )


def bounds_of_availability(deployment: Deployment) -> int:
    """How many pods have to be available for the condition Available."""
    return bounds(deployment.spec)[1] if deployment.spec is not None else 0


def with_condition(conditions: Conditions | None, new: DeploymentCondition, now: datetime) -> Conditions:
    """The conditions with a new one; unchanged when it says what is said already.

    Its time of transition is kept as long as its status stays. Models SetDeploymentCondition.
    """
    there = list(conditions or ())
    old = condition_of(there, new.type)
    if old is not None and (old.status, old.reason) == (new.status, new.reason):
        return there
    since = old.lastTransitionTime if old is not None and old.status == new.status else now
    made = msgspec.structs.replace(new, lastUpdateTime=now, lastTransitionTime=since)
    return [*without(there, new.type), made]


def without(conditions: Conditions | None, kind: str | None) -> Conditions:
    """The conditions but for those of a type."""
    return [each for each in conditions or () if each.type != kind]


def condition_of(conditions: Conditions | None, kind: str | None) -> DeploymentCondition | None:
    """The condition of a type, or None."""
    return next((each for each in conditions or () if each.type == kind), None)


def progressing(status: str, reason: str, message: str) -> DeploymentCondition:
    """The condition Progressing."""
    return DeploymentCondition(type="Progressing", status=status, reason=reason, message=message)


def deadline_of(deployment: Deployment) -> int | None:
    """progressDeadlineSeconds, or None where there is none."""
    seconds: int | None = deployment.spec.progressDeadlineSeconds if deployment.spec is not None else None
    return None if seconds == NO_DEADLINE else seconds


def is_complete(deployment: Deployment, status: DeploymentStatus) -> bool:
    """Whether all pods are of the present template and available, and no others are left."""
    assert deployment.spec is not None, "a Deployment has a spec"
    replicas = replicas_of(deployment.spec)
    counts = (status.updatedReplicas or 0, status.replicas or 0, status.availableReplicas or 0)
    return counts == (replicas, replicas, replicas)


def with_progress(
    deployment: Deployment, status: DeploymentStatus, new: ReplicaSet | None, now: datetime, exact: datetime
) -> DeploymentStatus:
    """The status with the condition Progressing as it is to be after a step of the rollout."""
    conditions = status.conditions or []
    if deadline_of(deployment) is None:
        return msgspec.structs.replace(status, conditions=without(conditions, "Progressing"))
    current = condition_of(conditions, "Progressing")
    settled = current is not None and current.reason == PROGRESSED
    if settled and (status.replicas or 0) == (status.updatedReplicas or 0):
        return status
    who = f'ReplicaSet "{name_of(new)}"' if new is not None else f'Deployment "{name_of(deployment)}"'
    if is_complete(deployment, status):
        done = progressing("True", PROGRESSED, f"{who} has successfully progressed.")
        conditions = with_condition(conditions, done, now)
    elif _moves(deployment.status or DeploymentStatus(), status):
        step = progressing("True", UPDATED, f"{who} is progressing.")
        kept = current.lastTransitionTime if current is not None and current.status == "True" else now
        step = msgspec.structs.replace(step, lastUpdateTime=now, lastTransitionTime=kept)
        conditions = [*without(conditions, "Progressing"), step]
    elif timed_out(deployment, status, exact):
        late = progressing("False", TIMED_OUT, f"{who} has timed out progressing.")
        conditions = with_condition(conditions, late, now)
    return msgspec.structs.replace(status, conditions=conditions)


def _moves(before: DeploymentStatus, now: DeploymentStatus) -> bool:
    """Whether the rollout has come further than it was. Models DeploymentProgressing."""

    def old_pods(status: DeploymentStatus) -> int:
        return (status.replicas or 0) - (status.updatedReplicas or 0)

    more = any(
        (getattr(now, field) or 0) > (getattr(before, field) or 0)
        for field in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    return more or old_pods(now) < old_pods(before)


def timed_out(deployment: Deployment, status: DeploymentStatus, exact: datetime) -> bool:
    """Whether nothing has moved for progressDeadlineSeconds."""
    left = seconds_left(deployment, status, exact)
    current = condition_of(status.conditions, "Progressing")
    return (current is not None and current.reason == TIMED_OUT) or (left is not None and left < 0)


def seconds_left(deployment: Deployment, status: DeploymentStatus, exact: datetime) -> float | None:
    """Seconds until the progress deadline passes; None when it does not run."""
    deadline, current = deadline_of(deployment), condition_of(status.conditions, "Progressing")
    if (
        deadline is None
        or current is None
        or current.reason in (PROGRESSED, TIMED_OUT)
        or current.lastUpdateTime is None
    ):
        return None
    return (current.lastUpdateTime + timedelta(seconds=deadline) - exact).total_seconds()


def _status(each: ReplicaSet, field: str) -> int:
    return int(getattr(each.status, field, None) or 0)
