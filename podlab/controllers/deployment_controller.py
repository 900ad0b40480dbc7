"""Deployments: makes a ReplicaSet for each version of the template and carries out the rollout between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from lightkube.models.apps_v1 import Deployment, ReplicaSet, ReplicaSetSpec
from lightkube.models.core_v1 import Pod, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.decode import encode
from podlab.api.parts import TERMINAL_PHASES, key_of, name_of, namespace_of, status_of, uid_of
from podlab.controllers.deployment import Share, plan_rollout
from podlab.controllers.endpoints import is_ready
from podlab.controllers.replica_set import is_active
from podlab.controllers.replica_set_controller import controller_of, reference
from podlab.core.engine.identity import suffix

if TYPE_CHECKING:
    from podlab.simulation.engine import Simulation

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


class DeploymentController:
    """Follows Deployments and the pods of their ReplicaSets."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.objects: dict[str, Deployment] = {}
        self._due: set[str] = set()

    def add(self, deployment: Deployment) -> None:
        """A new Deployment, or one that was changed."""
        self.objects[uid_of(deployment)] = deployment
        self._look(uid_of(deployment))

    def remove(self, deployment: Deployment) -> None:
        """A Deployment is gone."""
        del self.objects[uid_of(deployment)]

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The Deployment whose ReplicaSet owns the pod looks."""
        owner = controller_of(pod) if self.objects else None
        if owner is not None and owner.kind == "ReplicaSet":
            made: ReplicaSet | None = self.sim.api.find("replicaset", namespace_of(pod), owner.name)
            for above in (made is not None and _meta(made).ownerReferences) or ():
                if above.uid in self.objects:
                    self._look(above.uid)

    def _look(self, uid: str) -> None:
        if uid not in self._due:
            self._due.add(uid)
            self.sim.soon(self._reconcile, uid)

    def _reconcile(self, uid: str) -> None:
        self._due.discard(uid)
        deployment = self.objects.get(uid)
        if deployment is None or deployment.spec is None:
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
            self._look(uid)

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
        on = f"Deployment/{key_of(deployment)}"
        self.sim.recorder.event(
            self.sim.loop.now, on, "Normal", "ScalingReplicaSet", text, source="deployment-controller"
        )


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
