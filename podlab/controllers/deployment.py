"""Deployments: a ReplicaSet for each version of the template, and the way from one to the next.

The rule: the present template has one ReplicaSet, which is made, found, or brought back as the newest revision. Then
the Deployment takes one step: shares a new number of replicas out, rolls on (`podlab.controllers.rollout`), or, while
it is paused, only scales. Old empty ReplicaSets beyond revisionHistoryLimit are deleted.
Models pkg/controller/deployment/deployment_controller.go and sync.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from lightkube.models.apps_v1 import Deployment, DeploymentStatus, ReplicaSet, ReplicaSetSpec
from lightkube.models.core_v1 import Pod, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.decode import encode
from podlab.api.parts import TERMINAL_PHASES, name_of, namespace_of, status_of, uid_of
from podlab.controllers import deployment_status as progress
from podlab.controllers.base import Reconciler, controller, controller_of
from podlab.controllers.replica_set import reference
from podlab.controllers.rollout import Share, bounds, plan_rollout, plan_scale, replicas_of
from podlab.core.engine.identity import suffix
from podlab.core.engine.ports import Cluster

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
NOT_COPIED = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations of a Deployment that are its own."""
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"


@controller
class DeploymentController(Reconciler):
    """Follows Deployments, their ReplicaSets and the pods of these."""

    kinds = (Deployment,)
    watches = (ReplicaSet,)
    source = "deployment-controller"
    order = 30

    def __init__(self, sim: Cluster) -> None:
        super().__init__(sim)
        self._hashes: dict[str, tuple[Any, str]] = {}

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """Under Recreate the end of an old pod counts, so its Deployment is reconciled."""
        owner = controller_of(pod) if self.objects else None
        if owner is not None and owner.kind == "ReplicaSet":
            made: ReplicaSet | None = self.sim.api.find("replicaset", namespace_of(pod), owner.name)
            for above in (made is not None and _meta(made).ownerReferences) or ():
                if above.uid in self.objects:
                    self.enqueue(above.uid)

    def reconcile(self, uid: str, deployment: Deployment) -> None:
        """Take one step of the rollout, and say in the status how far it is."""
        if deployment.spec is None or _meta(deployment).deletionTimestamp is not None:
            return
        sets = replica_sets_of(deployment, self.sim.api.of_kind("replicaset"))
        deployment = self._pause_noted(deployment)
        spec = deployment.spec
        assert spec is not None
        paused = bool(spec.paused)
        scaled = any(_note(each, DESIRED) not in ("", str(replicas_of(spec))) for each in sets if size(each))
        number = self._hash(uid, deployment)
        if not (paused or scaled or self._waits_for_old_pods(deployment, sets, number)):
            sets = self._present_set(deployment, sets, number)
        shares = [
            Share(name_of(s), size(s), (s.status and s.status.availableReplicas) or 0, hash_of(s) == number)
            for s in sets
        ]
        plan: dict[str, int] = {}
        if paused or scaled:
            most = max((int(_note(each, MOST) or 0) for each in sets), default=0)
            plan = plan_scale(spec, shares, most or bounds(spec)[0])
        elif any(share.new for share in shares):
            plan = plan_rollout(spec, shares, old_pods=self._old_pods(sets, number))
        elif shares:
            plan = {share.name: 0 for share in shares if share.wanted}
        sets = [self._scaled(deployment, each, plan.get(name_of(each), size(each))) for each in sets]
        self._clean_up(deployment, sets, number)
        self._show(uid, self.objects[uid], sets, number, rolls=not (paused or scaled))
        if plan:
            self.enqueue(uid)

    # The ReplicaSet of the present template

    def _hash(self, uid: str, deployment: Deployment) -> str:
        """The version of the present template, worked out once for each."""
        template = deployment.spec.template if deployment.spec is not None else None
        known = self._hashes.get(uid)
        if known is None or known[0] is not template:
            known = self._hashes[uid] = template, template_hash(deployment)
        return known[1]

    def _waits_for_old_pods(self, deployment: Deployment, sets: Sequence[ReplicaSet], number: str) -> bool:
        """Under Recreate the new ReplicaSet is made only when the old pods have ended."""
        strategy = deployment.spec.strategy if deployment.spec is not None else None
        if strategy is None or strategy.type != "Recreate" or any(hash_of(each) == number for each in sets):
            return False
        return bool(self._old_pods(sets, number) or any(size(each) for each in sets))

    def _old_pods(self, sets: Iterable[ReplicaSet], number: str) -> int:
        old = [pod for each in sets if hash_of(each) != number for pod in self.pods_of(uid_of(each))]
        return sum(status_of(pod).phase not in TERMINAL_PHASES for pod in old)

    def _present_set(self, deployment: Deployment, sets: list[ReplicaSet], number: str) -> list[ReplicaSet]:
        """The ReplicaSets with that of the present template as the newest."""
        present = next((each for each in sets if hash_of(each) == number), None)
        others = [each for each in sets if each is not present]
        if present is not None:
            present = self._annotated(present, _copied(deployment))
        revision = max([revision_of(each) for each in others], default=0) + 1
        if present is None:
            made = self.sim.api.create(_replica_set(deployment, number, revision))
            self._note_progress(deployment, progress.CREATED, f'Created new replica set "{name_of(made)}"', made)
            return [*others, made]
        if revision_of(present) < revision:
            past = ",".join(filter(None, (_note(present, HISTORY), _note(present, REVISION))))
            present = self._annotated(present, {REVISION: str(revision), HISTORY: past})
            self._note_progress(deployment, progress.FOUND, f'Found new replica set "{name_of(present)}"', present)
        elif progress.condition_of((deployment.status or DeploymentStatus()).conditions, "Progressing") is None:
            self._note_progress(deployment, progress.FOUND, f'Found new replica set "{name_of(present)}"', present)
        return [*others, present]

    def _note_progress(self, deployment: Deployment, reason: str, message: str, new: ReplicaSet) -> None:
        """The Deployment says which ReplicaSet is its new one, and bears its revision."""
        now = self.objects[uid_of(deployment)]
        status = now.status or DeploymentStatus()
        if progress.deadline_of(now) is not None:
            fresh = progress.progressing("True", reason, message)
            kept = progress.with_condition(status.conditions, fresh, self.stamp())
            status = msgspec.structs.replace(status, conditions=kept)
        notes = {**(_meta(now).annotations or {}), REVISION: str(revision_of(new))}
        meta = msgspec.structs.replace(_meta(now), annotations=notes)
        self.sim.api.replace_object(msgspec.structs.replace(now, metadata=meta, status=status))

    def _pause_noted(self, deployment: Deployment) -> Deployment:
        """While it is paused the progress deadline does not run; the condition Progressing says so."""
        assert deployment.spec is not None, "a Deployment has a spec"
        status = deployment.status or DeploymentStatus()
        current = progress.condition_of(status.conditions, "Progressing")
        if progress.deadline_of(deployment) is None or (current is not None and current.reason == progress.TIMED_OUT):
            return deployment
        was = current is not None and current.reason == progress.PAUSED
        if bool(deployment.spec.paused) == was:
            return deployment
        reason, verb = (progress.RESUMED, "resumed") if was else (progress.PAUSED, "paused")
        said = progress.progressing("Unknown", reason, f"Deployment is {verb}")
        status = msgspec.structs.replace(
            status, conditions=progress.with_condition(status.conditions, said, self.stamp())
        )
        self.sim.api.replace_object(msgspec.structs.replace(deployment, status=status))
        noted: Deployment = self.objects[uid_of(deployment)]
        return noted

    # Changing ReplicaSets

    def _annotated(self, each: ReplicaSet, notes: dict[str, str]) -> ReplicaSet:
        annotations = {**(_meta(each).annotations or {}), **{k: v for k, v in notes.items() if v}}
        if annotations == _meta(each).annotations:
            return each
        new = msgspec.structs.replace(each, metadata=msgspec.structs.replace(_meta(each), annotations=annotations))
        self.sim.api.replace_object(new)
        return new

    def _scaled(self, deployment: Deployment, each: ReplicaSet, wanted: int) -> ReplicaSet:
        """A ReplicaSet of its new size, which remembers how many pods the Deployment asked for."""
        assert deployment.spec is not None and each.spec is not None, "both have a spec"
        before = size(each)
        most = bounds(deployment.spec)[0]
        notes = {DESIRED: str(replicas_of(deployment.spec)), MOST: str(most)}
        if before == wanted:
            return self._annotated(each, notes) if before else each
        annotations = {**(_meta(each).annotations or {}), **notes}
        generation = (_meta(each).generation or 0) + 1
        meta = msgspec.structs.replace(_meta(each), generation=generation, annotations=annotations)
        new = msgspec.structs.replace(each, metadata=meta, spec=msgspec.structs.replace(each.spec, replicas=wanted))
        self.sim.api.replace_object(new)
        way = "up" if wanted > before else "down"
        text = f"Scaled {way} replica set {name_of(each)} from {before} to {wanted}"
        self.event(deployment, "Normal", "ScalingReplicaSet", text)
        return new

    def _clean_up(self, deployment: Deployment, sets: list[ReplicaSet], number: str) -> None:
        """Delete old empty ReplicaSets, the oldest first, beyond revisionHistoryLimit, once all is rolled out."""
        limit = deployment.spec.revisionHistoryLimit if deployment.spec is not None else None
        status = self.objects[uid_of(deployment)].status
        old = [each for each in sets if hash_of(each) != number]
        if limit is None or len(old) <= limit or status is None or not progress.is_complete(deployment, status):
            return
        for each in old[: len(old) - limit]:
            if not size(each) and not (each.status and (each.status.replicas or each.status.terminatingReplicas)):
                sets.remove(each)
                self.sim.api.remove_object(each)

    # The status

    def _show(self, uid: str, deployment: Deployment, sets: list[ReplicaSet], number: str, *, rolls: bool) -> None:
        new = next((each for each in sets if hash_of(each) == number), None)
        exact = self.exact_now()
        status = progress.counted(deployment, sets, new, self.stamp())
        if rolls:
            status = progress.with_progress(deployment, status, new, self.stamp(), exact)
        self.set_status(deployment, status)
        left = progress.seconds_left(deployment, status, exact)
        paused = deployment.spec is not None and deployment.spec.paused
        if left is not None and not paused and not progress.is_complete(deployment, status):
            self.enqueue_once(uid, max(left, 0.0) + 1.0)


def replica_sets_of(deployment: Deployment, objects: Iterable[Any]) -> list[ReplicaSet]:
    """The ReplicaSets a Deployment has made, the oldest first."""
    every = [o for o in objects if isinstance(o, ReplicaSet)]
    mine = [o for o in every if any(r.uid == uid_of(deployment) for r in _meta(o).ownerReferences or ())]
    return sorted(mine, key=revision_of)


def _meta(each: Deployment | ReplicaSet) -> ObjectMeta:
    return each.metadata or ObjectMeta()


def _note(each: ReplicaSet, key: str) -> str:
    """An annotation of a ReplicaSet, or nothing."""
    return str((_meta(each).annotations or {}).get(key, ""))


def revision_of(each: ReplicaSet) -> int:
    """Which version of the Deployment a ReplicaSet was last the present one of."""
    return int(_note(each, REVISION) or 0)


def hash_of(each: ReplicaSet) -> str:
    """The version of the template a ReplicaSet stands for."""
    labels: dict[str, str] = _meta(each).labels or {}
    return labels.get(HASH, "")


def template_hash(deployment: Deployment) -> str:
    """The version of a Deployment's template: the same text for the same template."""
    template = repr(encode(deployment.spec.template)) if deployment.spec is not None else ""
    return suffix("template", 0, template) + suffix("template", 1, template)


def size(each: ReplicaSet) -> int:
    """How many pods a ReplicaSet is to have."""
    return (each.spec.replicas if each.spec is not None else None) or 0


def available(each: ReplicaSet) -> int:
    """How many pods of a ReplicaSet are available, as its status says."""
    return (each.status.availableReplicas if each.status is not None else None) or 0


def _copied(deployment: Deployment) -> dict[str, str]:
    """The annotations that a Deployment's new ReplicaSet bears too. Models SetNewReplicaSetAnnotations."""
    return {k: v for k, v in (_meta(deployment).annotations or {}).items() if k not in NOT_COPIED}


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
            annotations={**_copied(deployment), REVISION: str(revision)},
            ownerReferences=[reference(deployment, "Deployment")],
        ),
        spec=ReplicaSetSpec(
            replicas=0,
            minReadySeconds=spec.minReadySeconds,
            selector=LabelSelector(matchLabels=matched, matchExpressions=spec.selector.matchExpressions),
            template=PodTemplateSpec(metadata=template_meta, spec=template.spec),
        ),
    )
