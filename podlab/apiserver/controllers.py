"""What makes pods, with the status that follows from the pods there are.

Models calculateStatus of pkg/controller/replicaset/replica_set_utils.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from lightkube.models.apps_v1 import Deployment, DeploymentStatus, ReplicaSet, ReplicaSetStatus
from lightkube.models.core_v1 import Pod, ReplicationController, ReplicationControllerStatus

from podlab.api.parts import meta_of, uid_of
from podlab.controllers.deployment import hash_of, replica_sets_of, template_hash
from podlab.controllers.endpoints import is_ready
from podlab.controllers.replica_set import is_active
from podlab.controllers.selection import matches_labels


def with_status(
    controller: ReplicaSet | ReplicationController, pods: Iterable[Pod]
) -> ReplicaSet | ReplicationController:
    """The controller with how many of its pods there are and how many are ready."""
    mine = [pod for pod in pods if is_active(pod) and _owned(pod, uid_of(controller))]
    template = controller.spec.template if controller.spec is not None else None
    labels = template.metadata.labels if template is not None and template.metadata is not None else None
    ready = sum(map(is_ready, mine)) or None
    make = ReplicaSetStatus if isinstance(controller, ReplicaSet) else ReplicationControllerStatus
    status = make(
        replicas=len(mine),
        readyReplicas=ready,
        availableReplicas=ready,
        fullyLabeledReplicas=sum(matches_labels(labels, meta_of(pod).labels) for pod in mine) or None,
        observedGeneration=controller.metadata.generation if controller.metadata is not None else None,
    )
    return msgspec.structs.replace(controller, status=status)


def deployment_with_status(deployment: Deployment, objects: Iterable[Any], pods: Sequence[Pod]) -> Deployment:
    """The Deployment with its pods: how many, of the present template, and ready. Models calculateStatus."""
    sets = replica_sets_of(deployment, objects)
    number = template_hash(deployment)
    mine = [(each, pod) for each in sets for pod in pods if is_active(pod) and _owned(pod, uid_of(each))]
    ready = sum(is_ready(pod) for _, pod in mine) or None
    wanted = (deployment.spec.replicas if deployment.spec is not None else None) or 0
    status = DeploymentStatus(
        replicas=len(mine) or None,
        updatedReplicas=sum(hash_of(each) == number for each, _ in mine) or None,
        readyReplicas=ready,
        availableReplicas=ready,
        unavailableReplicas=max(wanted - (ready or 0), 0) or None,
        observedGeneration=deployment.metadata.generation if deployment.metadata is not None else None,
    )
    return msgspec.structs.replace(deployment, status=status)


def _owned(pod: Pod, uid: str) -> bool:
    return any(owner.uid == uid and owner.controller for owner in meta_of(pod).ownerReferences or ())
