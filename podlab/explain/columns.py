"""Why a column says what it says: one sentence on one pod at one moment."""

from __future__ import annotations

from lightkube.models.core_v1 import ContainerStatus, Pod, PodStatus

from podlab.core.rules import decide_phase, find_condition
from podlab.explain import explain
from podlab.explain.clock import counted_from
from podlab.kubectl.podcolumns import pod_status, restarts_counted
from podlab.simulation.trace import Trace
from podlab.views.changes import report_age


def reason(trace: Trace, pod: str, column: str, t: float) -> str:
    """The rule that gives `column` its value at `t` seconds, applied to the pod as it is then."""
    there = trace.at(t).pods.get(pod)
    if there is None:
        return "At this moment there is no such pod: it has not been created yet, or its deletion is complete."
    with counted_from(trace.start):
        says = reason_of(there, column)
    old = report_age(trace, there, t) if column in ("phase", "ready") else ""  # of what the kubelet itself reports
    return f"{says} But {old}." if old else says


def reason_of(there: Pod, column: str) -> str:
    """The rule that gives `column` its value, applied to a pod as it is."""
    return {"phase": _phase, "ready": _ready, "status": _status, "restarts": _restarts}[column](there)


def wait_reason(number: int, seconds: float, expected: float) -> str:
    """Why the wait before restart `number` (from 1) is `seconds` long, where the doubling would give `expected`.

    0 is expected of the first restart, and of one for which the kubelet has forgotten the back-off.
    """
    if seconds == expected == 0:
        if number == 1:
            return "Restart 1 comes at once: back-off begins with the second."
        return (
            f"Restart {number} comes at once: more than 600 s had passed since the restart before it, so the kubelet "
            "had forgotten the back-off."
        )
    if seconds == expected:
        step = {10: "the first wait is 10 s", 300: "the wait doubles, but never beyond 300 s"}.get(int(seconds))
        return (
            f"Before restart {number} the kubelet waits {seconds:g} s after the end of the run: {step or 'it doubles'}."
        )
    if seconds == 0:
        return (
            f"Restart {number} comes at once: the kubelet itself had ended the container, after a failed probe or with "
            "its sandbox."
        )
    return (
        f"Before restart {number} {seconds:g} s pass. The wait doubles from 10 s to at most 300 s, and is counted from "
        "the end of the run; it starts afresh when it is 600 s since the restart before."
    )


def _phase(pod: Pod) -> str:
    shown = (pod.status or PodStatus()).phase
    if message := _no_node(pod):
        return f"No node has been found for it, so nothing of it runs; the scheduler says: {message}"
    if ended := _deleted(pod):
        return ended
    decision = decide_phase(pod)
    return explain(decision).sentence if decision.phase == shown else explain(pod).sentence


def _deleted(pod: Pod) -> str:
    """Why a pod that has been deleted ends as it does: nothing is restarted, whatever the policy says."""
    status = pod.status or PodStatus()
    if pod.metadata is None or pod.metadata.deletionTimestamp is None or status.phase not in ("Succeeded", "Failed"):
        return ""
    ends = {c.name: c.state.terminated for c in status.containerStatuses or () if c.state}
    codes = {name: end.exitCode for name, end in ends.items() if end}
    if not codes or (status.phase == "Succeeded") != (not any(codes.values())):
        return ""
    listed = ", ".join(f"{name} {code}" for name, code in codes.items())
    says = "not all are 0" if any(codes.values()) else "all are 0"
    return (
        f"The pod is being deleted, so nothing is started again. Exit codes: {listed}; {says}, "
        f"so the phase is {status.phase}."
    )


def _no_node(pod: Pod) -> str:
    """What the scheduler says of a pod that it has found no node for, without what it says of preemption."""
    found = find_condition("PodScheduled", (pod.status and pod.status.conditions) or ())
    if found is None or found.status != "False":
        return ""
    return (found.message or "").partition(" no new claims to deallocate")[0]


def _ready(pod: Pod) -> str:
    status = pod.status or PodStatus()
    if pod.spec and len(status.containerStatuses or ()) < len(pod.spec.containers):
        return "READY counts the containers that run and are ready; no node has started any yet."
    not_ready = [c.name for c in status.containerStatuses or () if not c.ready]
    why = [f"{name}: {_state(status, name)}" for name in not_ready]
    condition = find_condition("Ready", status.conditions or ())
    says = "READY counts the containers that run and are ready"
    if why:
        return f"{says}. Not ready: {'; '.join(why)}."
    if condition is None or condition.status == "True":
        return f"{says}; all of them are" + (", and the condition Ready is True." if condition else ".")
    gate = f": {condition.message}" if condition.message else ", for READY keeps what its kubelet said last"
    return f"{says}; all of them are. The condition Ready is {condition.status} all the same{gate}."


def _state(status: PodStatus, name: str) -> str:
    found = next(c for c in status.containerStatuses or () if c.name == name)
    return _container_words(found)


def _container_words(container: ContainerStatus) -> str:
    state = container.state
    if state is None or state.waiting is not None:
        return f"it waits ({(state and state.waiting and state.waiting.reason) or 'no reason given'})"
    if state.terminated is not None:
        return f"it has ended with exit code {state.terminated.exitCode}"
    return "it runs, but its probe has not said yes"


def _status(pod: Pod) -> str:
    word, status = pod_status(pod), pod.status or PodStatus()
    if word == "Terminating":
        return "STATUS is Terminating because the pod is being deleted; the phase does not know that word."
    for container in status.containerStatuses or ():
        if _reason_of(container) == word:
            return (
                f"kubectl shows a container's reason before the phase; here {container.name}: "
                f"{_container_words(container)}, reason {word}. The phase is {status.phase}."
            )
    for container in status.initContainerStatuses or ():
        if word == f"Init:{_reason_of(container)}":
            return (
                f"kubectl shows an init container's reason before all others, with Init: before it; here "
                f"{container.name}: {_container_words(container)}, reason {_reason_of(container)}. "
                f"The phase is {status.phase}."
            )
    if word.startswith("Init:"):
        return f"An init container is not done, so kubectl shows how far they are. The phase is {status.phase}."
    if word == status.phase:
        return "No container has a reason to show (a running one has none), so kubectl shows the phase."
    if word == "NotReady":
        return "One container has ended well, another still runs, and the pod is not Ready: kubectl says NotReady."
    return f"kubectl puts STATUS together from the containers' reasons, and the phase is {status.phase}."


def _reason_of(container: ContainerStatus) -> str | None:
    state = container.state
    if state is None:
        return None
    if state.waiting is not None:
        return state.waiting.reason
    return state.terminated.reason if state.terminated is not None else None


def _restarts(pod: Pod) -> str:
    counted, init = restarts_counted(pod)
    counts = [f"{c.name} {c.restartCount or 0}" for c in counted]
    if init:
        return f"As long as init containers are not done, RESTARTS counts theirs only: {', '.join(counts)}."
    return f"RESTARTS adds up how often each container was started again: {', '.join(counts) or 'none yet'}."
