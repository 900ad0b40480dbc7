"""Why did the kubelet decide that? From the facts over the rules to the effect.

    explain(pod)                                        # its phase and readiness, from its status
    explain(decide_phase(pod, pod_is_terminal=True))
    explain(decide_restart(container, spec, 1), backoff.may_restart(key, finished_at, now))
    explain(ready_condition(spec, statuses, phase))
    explain(compute_pod_actions(pod, sandboxes, containers))

Every step is what the decision itself carries, or asks the same rule again: nothing here decides anything.
"""

from __future__ import annotations

import re
from functools import singledispatch

from lightkube.models.core_v1 import Pod, PodCondition, PodSpec, PodStatus

from podlab.api.mistakes import a_kind
from podlab.api.parts import spec_of
from podlab.core.rules import conditions, observed
from podlab.core.rules import containers as regular
from podlab.core.rules import init_containers as init
from podlab.core.rules.backoff import BackoffDecision
from podlab.core.rules.observed import RuntimeContainer, SandboxState
from podlab.core.rules.phase import PhaseDecision, decide_phase
from podlab.core.rules.restart import RestartDecision, decide_restart
from podlab.core.rules.sync import PodActions, Why
from podlab.explain.container import SHOULD_RESTART, backoff_step, end_steps, restart_step, status_step
from podlab.explain.explanation import Explanation, Step, chain

Decision = Pod | PhaseDecision | RestartDecision | BackoffDecision | PodCondition | PodActions

GET_PHASE = "kubelet getPhase"


def explain(*decisions: Decision) -> Explanation:
    """The chain from cause to effect for these decisions, one after the other. The last one's conclusion counts."""
    return chain(_explain(decision) for decision in decisions)


@singledispatch
def _explain(decision: object) -> Explanation:
    raise TypeError(f"explain() takes a Pod or a decision of podlab.core.rules, not {a_kind(decision)}")


@_explain.register
def _pod(pod: Pod) -> Explanation:
    """The phase and the readiness that the pod shows. Where its containers give another phase, that is said too."""
    status = pod.status or PodStatus()
    decision = decide_phase(pod)
    given_up = decide_phase(pod, pod_is_terminal=True)
    shown = status.phase or decision.phase
    phase = _phase(given_up if decision.phase != shown == given_up.phase else decision)
    if phase.conclusion != shown:
        phase = Explanation((*phase.steps, _other_phase_step(phase.conclusion, shown, status.reason)), shown)
    ready = conditions.find_condition(conditions.READY, status.conditions or ())
    if ready is None:
        known = [*(status.initContainerStatuses or ()), *(status.containerStatuses or ())]
        ready = conditions.ready_condition(spec_of(pod), known, shown)
    readiness = _condition(ready)
    return Explanation(phase.steps + readiness.steps, f"{phase.conclusion}, {readiness.conclusion}")


def _other_phase_step(ruled: str, shown: str, reason: str | None) -> Step:
    """Why a pod shows another phase than its containers give: it is being wound up, or was failed from outside."""
    if ruled in ("Succeeded", "Failed"):
        says = f"but its status says {shown} until the kubelet has stopped all that is left of it"
        return Step(says, f"status.phase {shown}", "kubelet mergePodStatus")
    says = f"but its status says {shown}{f' for the reason {reason}' if reason else ''}"
    return Step(says, f"status.phase {shown}, reason {reason or 'not given'}", "kubelet generateAPIPodStatus")


@_explain.register
def _phase(decision: PhaseDecision) -> Explanation:
    relevant = [entry for entry in decision.roles if entry[2] in decision.rule.rests_on]
    steps = []
    for container, status, role in relevant:
        steps.append(status_step(container.name, status))
        steps += end_steps(container, status, role, spec_of(decision.pod), decision.gates)
    facts = "; ".join(f"{container.name}: {role}" for container, _, role in relevant)
    says = f"{'so ' if steps else ''}the pod is {decision.phase}: {decision.rule.because}"
    steps.append(Step(says, facts or "no container to look at", GET_PHASE))
    return Explanation(tuple(steps), decision.phase)


@_explain.register
def _restart(decision: RestartDecision) -> Explanation:
    exited = f"container {decision.container} exited with code {decision.exit_code}"
    fact = f"{decision.container}: exitCode {decision.exit_code}"
    conclusion = "restart" if decision.restart else "no restart"
    return Explanation((Step(exited, fact, SHOULD_RESTART), restart_step(decision)), conclusion)


@_explain.register
def _backoff(decision: BackoffDecision) -> Explanation:
    return Explanation((backoff_step(decision),), "start" if decision.granted else "CrashLoopBackOff")


@_explain.register
def _condition(condition: PodCondition) -> Explanation:
    kind, status, reason = condition.type, condition.status, condition.reason
    causes = _CAUSES.get(kind, {})
    cause = _plain(condition.message) or causes.get(reason or status) or f"its reason is {reason or 'not given'}"
    rule = f"kubelet {_GENERATORS.get(kind, 'status of a condition')}"
    steps = (
        Step(cause, condition.message or f"reason {reason or 'not given'}", rule),
        Step(f"so {kind} is {status}", f"status {status}", rule),
    )
    return Explanation(steps, f"{kind} {status}")


def _plain(message: str | None) -> str:
    """A message of the kubelet's in plain English: "containers with unready status: [a b]" is "not ready: a, b"."""
    words = {"unready": "not ready", "incomplete": "not done", "unknown": "not known yet"}
    return re.sub(
        r"containers with (\w+) status: \[(.*?)\]",
        lambda match: f"{words.get(match[1], match[1])}: {match[2].replace(' ', ', ')}",
        message or "",
    )


_GENERATORS = {
    conditions.INITIALIZED: "GeneratePodInitializedCondition",
    conditions.CONTAINERS_READY: "GenerateContainersReadyCondition",
    conditions.READY: "GeneratePodReadyCondition",
    conditions.READY_TO_START: "GeneratePodReadyToStartContainersCondition",
}
_NOTHING_REPORTED = {conditions.UNKNOWN_STATUSES: "nothing has been reported of the containers yet"}
_NOT_WHEN_FINISHED = {
    **_NOTHING_REPORTED,
    conditions.POD_COMPLETED: "the pod has succeeded, and nothing runs in it any more",
    conditions.POD_FAILED: "the pod has failed, and a failed pod is never ready",
}
_CAUSES = {
    conditions.INITIALIZED: {
        **_NOTHING_REPORTED,
        conditions.POD_COMPLETED: "the pod has succeeded",
        "True": "the init containers are done and the sidecars have started, or it was so before",
    },
    conditions.CONTAINERS_READY: {**_NOT_WHEN_FINISHED, "True": "every container and sidecar is ready"},
    conditions.READY: {**_NOT_WHEN_FINISHED, "True": "every container, sidecar and readiness gate is ready"},
    conditions.READY_TO_START: {"True": "the pod has a fit sandbox", "False": "the pod has no fit sandbox"},
}
"""Why a condition without a message is as it is: by its reason, else by its status."""


@_explain.register
def _actions(actions: PodActions) -> Explanation:
    spec = spec_of(actions.pod)
    steps = [step for why in actions.why for step in _reason_steps(why, spec)]
    orders = _orders(actions, spec)
    conclusion = ", ".join(orders) or "nothing"
    says = f"so the kubelet will {conclusion}" if orders else "so there is nothing to do"
    steps.append(Step(says, "the sync's decision", "kubelet computePodActions"))
    return Explanation(tuple(steps), conclusion)


_BY_POLICY = {v.because for v in (regular.RESTART, regular.STAY_DOWN, init.RETRY, init.FAILED)}
"""The reasons that rest on a restart policy, which is then named."""


def _reason_steps(why: Why, spec: PodSpec) -> list[Step]:
    rule = f"kubelet {why.rule}"
    if why.subject == "sandbox":
        return [Step(why.because, _fact(why.fact), rule)]
    if why.because in _BY_POLICY and isinstance(why.fact, RuntimeContainer):
        containers = [*(spec.initContainers or ()), *spec.containers]
        container = next(container for container in containers if container.name == why.subject)
        steps = list(_restart(decide_restart(container, spec, why.fact.exit_code)).steps)
        if why.because == init.FAILED.because:
            steps.append(Step("so the pod has failed", _fact(why.fact), rule))
        return steps
    subject = "the pod" if why.subject == "pod" else f"container {why.subject}"
    return [Step(f"{subject}: {why.because}", _fact(why.fact), rule)]


def _fact(fact: SandboxState | RuntimeContainer | None) -> str:
    if fact is None:
        return "no record in the runtime"
    if isinstance(fact, SandboxState):
        return f"sandbox {fact.attempt}: {'ready' if fact.ready else 'not ready'}, {fact.ip or 'no IP'}"
    return f"{fact.name}: {fact.state}" + (f", exit code {fact.exit_code}" if fact.state == observed.EXITED else "")


def _orders(actions: PodActions, spec: PodSpec) -> list[str]:
    """What is to be done, in the order in which it is done."""
    orders = []
    if actions.create_sandbox:
        orders.append(f"make sandbox {actions.attempt}")
    elif actions.kill_pod:
        orders.append("kill the pod")
    orders += [f"{'kill and ' if reset.kill else ''}remove {reset.name}" for reset in actions.containers_to_reset]
    orders += [f"kill {kill.name}" for kill in actions.containers_to_kill]
    for containers, indexes in (
        (spec.ephemeralContainers, actions.ephemeral_containers_to_start),
        (spec.initContainers, actions.init_containers_to_start),
        (spec.containers, actions.containers_to_start),
    ):
        orders += [f"start {(containers or [])[index].name}" for index in indexes]
    return orders
