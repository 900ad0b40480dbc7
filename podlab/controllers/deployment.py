"""Deployments: how a rollout moves the pods from the old ReplicaSets to the new one.

The rule of RollingUpdate: never more than replicas + maxSurge pods, never fewer available than replicas less
maxUnavailable. The new ReplicaSet grows first; then the old ones lose what is not available, and then, oldest first,
what can be spared. Recreate: all old pods go, and only then come the new ones.
Models pkg/controller/deployment/rolling.go and recreate.go. Left out: scaling in the middle of a rollout in proportion,
paused, minReadySeconds, progressDeadlineSeconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from lightkube.models.apps_v1 import Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec
from lightkube.models.core_v1 import Pod, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.decode import encode
from podlab.api.parts import TERMINAL_PHASES, name_of, namespace_of, status_of, uid_of
from podlab.controllers.base import Reconciler, controller, controller_of
from podlab.controllers.endpoints import is_ready
from podlab.controllers.replica_set import is_active, reference
from podlab.core.engine.identity import suffix

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True, slots=True)
class Share:
    """A ReplicaSet's part of a Deployment: the pods it is to have, those available, and whether it is the new one."""

    name: str
    wanted: int
    available: int
    new: bool = False


def bounds(spec: DeploymentSpec) -> tuple[int, int]:
    """The most pods at once and the fewest available ones during a rollout.

    A share in per cent is rounded up for maxSurge and down for maxUnavailable; when both are 0, one may be unavailable.
    """
    replicas = 1 if spec.replicas is None else spec.replicas
    rolling = spec.strategy.rollingUpdate if spec.strategy is not None else None
    surge = _part(rolling.maxSurge if rolling else None, replicas, up=True)
    unavailable = _part(rolling.maxUnavailable if rolling else None, replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return replicas + surge, max(replicas - unavailable, 0)


def plan_rollout(spec: DeploymentSpec, shares: Sequence[Share], *, old_pods: int) -> dict[str, int]:
    """The new sizes of the ReplicaSets that change now, by name; `shares` from the oldest to the newest.

    `old_pods`: pods of old ReplicaSets that have not ended, those being deleted among them.
    """
    replicas = 1 if spec.replicas is None else spec.replicas
    new = next(share for share in shares if share.new)
    old = [share for share in shares if not share.new]
    if spec.strategy is not None and spec.strategy.type == "Recreate":
        down = {share.name: 0 for share in old if share.wanted}
        return down or ({new.name: replicas} if not old_pods and new.wanted != replicas else {})
    most, fewest = bounds(spec)
    if new.wanted > replicas:
        return {new.name: replicas}
    room = most - sum(share.wanted for share in shares)
    if new.wanted < replicas and room > 0:
        return {new.name: min(new.wanted + room, replicas)}
    return _scale_down(old, new, fewest)


def _scale_down(old: Sequence[Share], new: Share, fewest: int) -> dict[str, int]:
    """What the old ReplicaSets lose: pods that are not available, then pods that can be spared."""
    every = [*old, new]
    spare = sum(share.wanted for share in every) - fewest - (new.wanted - new.available)
    if spare <= 0:
        return {}
    sizes = {share.name: share.wanted for share in old}
    for share in old:
        dead = min(spare, max(share.wanted - share.available, 0))
        sizes[share.name] -= dead
        spare -= dead
    left = sum(share.available for share in every) - fewest
    for share in old:
        less = max(min(left, sizes[share.name]), 0)
        sizes[share.name] -= less
        left -= less
    return {share.name: sizes[share.name] for share in old if sizes[share.name] != share.wanted}


def _part(value: int | str | None, replicas: int, *, up: bool) -> int:
    """A number, or per cent of the replicas; a quarter when nothing is said."""
    text = "25%" if value is None else str(value)
    if text.endswith("%"):
        share = int(text[:-1]) * replicas
        return -(-share // 100) if up else share // 100
    return int(text)


@controller
class DeploymentController(Reconciler):
    """Follows Deployments and the pods of their ReplicaSets."""

    kinds = (Deployment,)
    source = "deployment-controller"
    order = 30

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The Deployment whose ReplicaSet owns the pod is reconciled."""
        owner = controller_of(pod) if self.objects else None
        if owner is not None and owner.kind == "ReplicaSet":
            made: ReplicaSet | None = self.sim.api.find("replicaset", namespace_of(pod), owner.name)
            for above in (made is not None and _meta(made).ownerReferences) or ():
                if above.uid in self.objects:
                    self.enqueue(above.uid)

    def reconcile(self, uid: str, deployment: Deployment) -> None:
        """Make the ReplicaSet of the present template, and take the next step of the rollout."""
        if deployment.spec is None:
            return
        sets = replica_sets_of(deployment, self.sim.api.others.values())
        number = template_hash(deployment)
        last = revision_of(sets[-1]) if sets else 0
        present = next((each for each in sets if hash_of(each) == number), None)
        if present is None:
            sets.append(self.sim.api.create(_replica_set(deployment, number, last + 1)))
        elif present is not sets[-1]:
            sets.remove(present)
            sets.append(self._brought_back(present, last + 1))
        pods = list(self.sim.api.pods.values())
        mine = {name_of(s): [p for p in pods if (o := controller_of(p)) and o.uid == uid_of(s)] for s in sets}
        shares = [
            Share(name, _size(each), sum(is_active(p) and is_ready(p) for p in mine[name]), hash_of(each) == number)
            for each in sets
            for name in [name_of(each)]
        ]
        old = [pod for share in shares if not share.new for pod in mine[share.name]]
        alive = sum(status_of(pod).phase not in TERMINAL_PHASES for pod in old)
        plan = plan_rollout(deployment.spec, shares, old_pods=alive)
        for each in sets:
            if name_of(each) in plan:
                self._scale(deployment, each, plan[name_of(each)])
        if plan:
            self.enqueue(uid)

    def _brought_back(self, each: ReplicaSet, revision: int) -> ReplicaSet:
        """An older template is the present one again: its ReplicaSet becomes the newest."""
        annotations = {**(_meta(each).annotations or {}), REVISION: str(revision)}
        newest = msgspec.structs.replace(each, metadata=msgspec.structs.replace(_meta(each), annotations=annotations))
        self.sim.api.replace_object(newest)
        return newest

    def _scale(self, deployment: Deployment, each: ReplicaSet, size: int) -> None:
        before = _size(each)
        assert each.spec is not None, "a ReplicaSet of a Deployment has a spec"
        meta = msgspec.structs.replace(_meta(each), generation=(_meta(each).generation or 0) + 1)
        spec = msgspec.structs.replace(each.spec, replicas=size)
        self.sim.api.replace_object(msgspec.structs.replace(each, metadata=meta, spec=spec))
        way = "up" if size > before else "down"
        text = f"Scaled {way} replica set {name_of(each)} from {before} to {size}"
        self.event(deployment, "Normal", "ScalingReplicaSet", text)


def replica_sets_of(deployment: Deployment, objects: Iterable[Any]) -> list[ReplicaSet]:
    """The ReplicaSets a Deployment has made, the oldest first."""
    every = [o for o in objects if isinstance(o, ReplicaSet)]
    mine = [o for o in every if any(r.uid == uid_of(deployment) for r in _meta(o).ownerReferences or ())]
    return sorted(mine, key=revision_of)


def _meta(each: ReplicaSet) -> ObjectMeta:
    return each.metadata or ObjectMeta()


def revision_of(each: ReplicaSet) -> int:
    """Which version of the Deployment a ReplicaSet was last the present one of."""
    return int((_meta(each).annotations or {}).get(REVISION, "0"))


def hash_of(each: ReplicaSet) -> str:
    """The version of the template a ReplicaSet stands for."""
    labels: dict[str, str] = _meta(each).labels or {}
    return labels.get(HASH, "")


def template_hash(deployment: Deployment) -> str:
    """The version of a Deployment's template: the same text for the same template."""
    template = repr(encode(deployment.spec.template)) if deployment.spec is not None else ""
    return suffix("template", 0, template) + suffix("template", 1, template)


def _size(each: ReplicaSet) -> int:
    return (each.spec.replicas if each.spec is not None else None) or 0


def _replica_set(deployment: Deployment, number: str, revision: int) -> ReplicaSet:
    """The ReplicaSet of the present template; it begins empty."""
    spec = deployment.spec
    assert spec is not None, "a Deployment has a spec"
    template = spec.template
    labels = {**((template.metadata.labels if template.metadata else None) or {}), HASH: number}
    template_meta = msgspec.structs.replace(template.metadata or ObjectMeta(), labels=labels)
    matched = {**(spec.selector.matchLabels or {}), HASH: number}
    return ReplicaSet(
        apiVersion="apps/v1",
        kind="ReplicaSet",
        metadata=ObjectMeta(
            name=f"{name_of(deployment)}-{number}",
            namespace=namespace_of(deployment),
            labels=labels,
            annotations={REVISION: str(revision)},
            ownerReferences=[reference(deployment, "Deployment")],
        ),
        spec=ReplicaSetSpec(
            replicas=0,
            selector=LabelSelector(matchLabels=matched, matchExpressions=spec.selector.matchExpressions),
            template=PodTemplateSpec(metadata=template_meta, spec=template.spec),
        ),
    )
