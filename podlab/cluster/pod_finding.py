"""What is to be said of a real pod as a whole: its node, its end, its deletion, its deadline, its gates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lightkube.models.core_v1 import Node, Pod, PodCondition, PodStatus

from podlab.api.parts import TERMINAL_PHASES, is_deleted, meta_of, name_of, spec_of
from podlab.cluster.advice import SCHEDULING
from podlab.cluster.backoff import SEEN
from podlab.cluster.clock import ahead, clock, length
from podlab.cluster.finding import BROKEN, FINE, WAITS, Finding, Wait
from podlab.core.rules.conditions import find_condition
from podlab.core.rules.container_state import RUNNING, standing
from podlab.core.rules.gates import Gates
from podlab.core.rules.phase import decide_phase

KUBELET_GRACE = 2.0  # seconds that a container gets at least, even when its grace period is over
UNHEARD = 60.0  # seconds after which an overdue thing is not late any more, but stuck


def pod_findings(pod: Pod, node: Node | None, now: datetime, gates: Gates) -> Iterator[Finding]:
    """The findings about a pod as a whole, what matters most first."""
    status = pod.status or PodStatus()
    found = (_deletion(pod, now), _ended(status), _lost(pod, node), _place(pod, status, now))
    yield from (finding for finding in found if finding is not None)
    if not is_deleted(pod) and status.phase not in TERMINAL_PHASES:
        yield from (each for each in (_deadline(pod, status, now), _gates(pod, status)) if each is not None)
        ending = _ending(pod, status, gates)
        if ending is not None:
            yield ending


def _condition(kind: str, status: PodStatus) -> PodCondition | None:
    return find_condition(kind, status.conditions or ())


def _deletion(pod: Pod, now: datetime) -> Finding | None:
    """A pod that somebody has deleted, and what it still waits for."""
    due = meta_of(pod).deletionTimestamp
    if due is None:
        return None
    meta, status = meta_of(pod), pod.status or PodStatus()
    grace = meta.deletionGracePeriodSeconds or 0
    says = [f"it is being deleted; its containers have {grace}s of grace, until {ahead(due, now)}"]
    decides = ["metadata.deletionTimestamp", f"metadata.deletionGracePeriodSeconds {grace}"]
    known = [*(status.initContainerStatuses or ()), *(status.containerStatuses or ())]
    running = [s.name for s in known if standing(s)[0] == RUNNING]
    latest = due + timedelta(seconds=KUBELET_GRACE + SEEN)
    overdue = (now - latest).total_seconds()
    if running and status.phase not in TERMINAL_PHASES and overdue < UNHEARD:
        says.append(f"{', '.join(running)}: asked to end by SIGTERM; what still runs at the end of the grace is killed")
        wait = Wait("grace period", "its containers end, and then the object goes", None, latest)
        usual = ("a program that does not listen to SIGTERM takes the whole grace period: let process 1 handle it",)
        unknown = ("whether its programs end before the grace period does",)
        return Finding("deletion", tuple(says), tuple(decides), usual, unknown, wait, WAITS)
    if meta.finalizers:
        listed = ", ".join(meta.finalizers)
        says.append(f"the object stays until its finalizers are taken away: {listed}; who put them there does that")
        usual = (
            "look for the controller that owns the finalizer; only if that is gone for good: "
            f'kubectl patch pod {name_of(pod)} -p \'{{"metadata":{{"finalizers":null}}}}\'',
        )
        wait = Wait("finalizer", f"the finalizers are removed: {listed}")
        return Finding("deletion", tuple(says), (*decides, "metadata.finalizers"), usual, (), wait, BROKEN)
    if overdue >= UNHEARD:
        says.append(
            f"that is {length(overdue)} overdue: the kubelet of {spec_of(pod).nodeName or 'its node'} has not ended it"
        )
        usual = (
            "kubectl get nodes: a lost node cannot answer; when its machine is certainly off, "
            f"kubectl delete pod {name_of(pod)} --force; on a healthy node look for a volume that cannot be unmounted",
        )
        return Finding(
            "deletion", tuple(says), tuple(decides), usual, ("why the kubelet does not answer",), None, BROKEN
        )
    wait = Wait("removal", "the object goes", None, latest)
    return Finding(
        "deletion", (*says, "nothing runs in it any more, so it goes now"), tuple(decides), wait=wait, grade=WAITS
    )


_REASONS = {
    "Evicted": (
        "the node was short of something, and this pod was chosen to go",
        "set requests to what it really needs",
    ),
    "DeadlineExceeded": ("activeDeadlineSeconds were over", "raise spec.activeDeadlineSeconds, or make it faster"),
    "NodeLost": ("its node is gone", "its controller makes another; a pod without one is lost"),
    "NodeShutdown": ("its node was shut down", "its controller makes another pod; a finished one can be deleted"),
    "Terminated": ("its node was shut down", "its controller makes another pod; a finished one can be deleted"),
    "Shutdown": ("its node was shut down", "its controller makes another pod; a finished one can be deleted"),
    "NodeAffinity": ("the node did not fit its nodeSelector when its kubelet looked", "delete it; compare the labels"),
    "UnexpectedAdmissionError": ("the kubelet of its node refused it", "the message says what it could not give"),
    "Preempting": ("a pod of a higher priority needed its place", "its controller makes another"),
}


def _ended(status: PodStatus) -> Finding | None:
    """A pod that was failed by something else than its containers."""
    reason = status.reason or ""
    if not reason or status.phase != "Failed":
        return None
    means, usual = _REASONS.get(reason, ("the pod was ended from outside", "the message says by what"))
    if reason.startswith("OutOf"):
        what = reason.removeprefix("OutOf")
        means, usual = f"the kubelet of its node refused it: not enough {what} left", "let the scheduler place it"
    says = [f"it has failed: {means}", *([f"the message: {status.message}"] if status.message else [])]
    hit = _condition("DisruptionTarget", status)
    says += [f"DisruptionTarget: {hit.reason}"] if hit is not None and hit.status == "True" and hit.reason else []
    says.append("a failed pod stays as it is until somebody deletes it")
    return Finding("end", tuple(says), (f"status.reason {reason}",), (usual,), grade=BROKEN)


def _lost(pod: Pod, node: Node | None) -> Finding | None:
    """A node of which nothing is heard."""
    status = pod.status or PodStatus()
    ready = _condition("Ready", status)
    name = spec_of(pod).nodeName
    conditions = (node.status.conditions if node is not None and node.status is not None else None) or ()
    heard = next((c for c in conditions if c.type == "Ready"), None)
    marked = ready is not None and ready.status == "False" and not ready.reason and not ready.message
    marked = marked and status.phase == "Running" and bool(name)
    if heard is None and not marked and status.reason != "NodeLost":
        return None
    if heard is not None and heard.status == "True" and status.reason != "NodeLost":
        return None
    says = [
        f"nothing is heard of the node {name}" if heard is None or heard.status == "Unknown" else f"{name} is not ready"
    ]
    says.append("so what the status says of its containers is what the kubelet said last: they may still run")
    says.append("300s after the node was lost its pods are deleted, unless they tolerate that longer")
    decides = (
        ["Node: Ready " + heard.status] if heard is not None else ["Ready False without a reason: not by a kubelet"]
    )
    usual = (f"kubectl describe node {name}; look at its kubelet, its network, its disk",)
    unknown = ("whether the containers run",)
    return Finding("node", tuple(says), tuple(decides), usual, unknown, Wait("node", f"node {name} is back"), BROKEN)


def _place(pod: Pod, status: PodStatus, now: datetime) -> Finding | None:
    """A pod that has no node yet, or one whose kubelet has not taken it up."""
    placed = _condition("PodScheduled", status)
    if status.phase in TERMINAL_PHASES or is_deleted(pod):
        return None
    if placed is not None and placed.reason == "SchedulingGated":
        gates = ", ".join(gate.name for gate in spec_of(pod).schedulingGates or ()) or "gone by now"
        wait = Wait("scheduling gates", "its scheduling gates are removed")
        return Finding(
            "place",
            (f"the scheduler does not look at it as long as it has scheduling gates: {gates}",),
            ("spec.schedulingGates",),
            ("whoever put them there must take them away",),
            (),
            wait,
            BROKEN,
        )
    if placed is not None and placed.status == "False":
        return _unschedulable(placed)
    if spec_of(pod).nodeName is None:
        scheduler = spec_of(pod).schedulerName or "default-scheduler"
        says = f"no scheduler has looked at it yet; it is {scheduler}'s"
        usual = ("if it stays so: does that scheduler run? kubectl get pods -n kube-system",)
        return Finding("place", (says,), ("spec.nodeName: not there",), usual, (), Wait("place", "a node"), WAITS)
    if not status.containerStatuses and not status.initContainerStatuses:
        since = meta_of(pod).creationTimestamp
        old = since is not None and (now - since).total_seconds() > UNHEARD
        says = f"it is bound to {spec_of(pod).nodeName}, whose kubelet has said nothing of it yet"
        usual = (f"is there such a node, and does its kubelet run? kubectl describe node {spec_of(pod).nodeName}",)
        wait = Wait("kubelet", f"the kubelet of {spec_of(pod).nodeName} takes it up")
        return Finding("place", (says,), ("status: no containerStatuses",), usual, (), wait, BROKEN if old else WAITS)
    return None


def _unschedulable(placed: PodCondition) -> Finding:
    message = (placed.message or "").partition(" no new claims to deallocate")[0].partition(" preemption:")[0]
    says = ["no node is found for it", *([f"the scheduler says: {message}"] if message else [])]
    found = [rule for rule in SCHEDULING if any(word in message.lower() for word in rule.words)]
    says += [rule.means for rule in found]
    usual = tuple(rule.usual for rule in found) or ("the message counts the nodes, each with what does not fit",)
    wait = Wait(
        "scheduling", "something changes that lets a node fit: the scheduler tries again then, at latest in 5 min"
    )
    return Finding("place", tuple(says), ("PodScheduled False, " + (placed.reason or ""),), usual, (), wait, BROKEN)


def _deadline(pod: Pod, status: PodStatus, now: datetime) -> Finding | None:
    seconds = spec_of(pod).activeDeadlineSeconds
    if seconds is None or status.startTime is None:
        return None
    due = status.startTime + timedelta(seconds=seconds)
    wait = Wait("deadline", "the pod is failed (DeadlineExceeded)", due, due + timedelta(seconds=SEEN))
    says = f"at {ahead(due, now)} it is failed, whatever it does: it may be active for {seconds}s"
    return Finding("deadline", (says,), ("spec.activeDeadlineSeconds", "status.startTime"), wait=wait, grade=WAITS)


def _gates(pod: Pod, status: PodStatus) -> Finding | None:
    missing = []
    for gate in spec_of(pod).readinessGates or ():
        condition = _condition(gate.conditionType, status)
        if condition is None or condition.status != "True":
            missing.append(gate.conditionType)
    if not missing:
        return None
    listed = ", ".join(missing)
    says = f"it is not Ready before somebody outside sets these conditions to True: {listed}"
    usual = ("look at the controller that sets them (of a load balancer or a service mesh, as a rule)",)
    return Finding("gates", (says,), ("spec.readinessGates",), usual, (), Wait("gates", f"{listed} become True"), WAITS)


def _ending(pod: Pod, status: PodStatus, gates: Gates) -> Finding | None:
    """A pod whose containers have all ended for good, but whose phase does not say so yet."""
    decision = decide_phase(pod, gates=gates)
    if status.phase == decision.phase or decision.phase not in TERMINAL_PHASES:
        return None
    wait = Wait("last exit", f"the phase becomes {decision.phase}")
    says = f"{decision.rule.because}, so its phase becomes {decision.phase} as soon as its sandbox is stopped (1 to 2s)"
    return Finding("end", (says,), ("the exit codes of its containers",), (), (), wait, FINE)


def started(pod: Pod, now: datetime) -> str:
    """How old it is, in words."""
    since = meta_of(pod).creationTimestamp
    return f"created {clock(since, now)}, {length((now - since).total_seconds())} ago" if since else ""
