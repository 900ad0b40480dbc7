"""What a learner's rule is shown of a pod: the facts that the kubelet's own rule looks at, each under a short name.

A `PodFacts` is made from an API object and from what the kubelet knows beside it. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodCondition, PodSpec

from podlab.api.parts import spec_of
from podlab.core.rules.conditions import find_condition
from podlab.core.rules.container_state import BETWEEN_RUNS, WAITING, find_status, standing
from podlab.core.rules.restart import is_sidecar


@dataclass(frozen=True)
class RuleFacts:
    """One of a container's restartPolicyRules: it restarts exits that are `In` (or `NotIn`) its `codes`."""

    operator: str
    codes: tuple[int, ...]


@dataclass(frozen=True)
class ContainerFacts:
    """One container.

    `state` is "running", "ended", "waiting" or "unknown" (nothing has been reported of it). `exit` is the exit code of
    its latest run when that is over, else None: a container that waits with an `exit` is between two runs. `policy` is
    its own restartPolicy, or else the pod's; `rules` are its restart rules (without a policy of its own none count).
    """

    name: str
    state: str = "unknown"
    exit: int | None = None
    started: bool = False
    ready: bool = False
    policy: str = "Always"
    rules: tuple[RuleFacts, ...] = ()

    @property
    def words(self) -> str:
        """Its state in words."""
        if self.state == "waiting":
            return "waiting" if self.exit is None else f"between runs, the last ended with {self.exit}"
        if self.state == "ended":
            return f"ended with {self.exit}"
        return "nothing is known of it" if self.state == "unknown" else self.state


@dataclass(frozen=True)
class PodFacts:
    """A pod: its `containers`, `init_containers` (those that end) and `sidecars`, its `policy`, what is known.

    `initialized`: a container of `containers` has been made in the present sandbox. `given_up`: the kubelet restarts
    nothing any more (the pod is deleted, or its deadline is over). `phase` is the phase, for the rule of Ready; `gates`
    the states of the conditions that its readinessGates name: "True", "False", "Unknown", or None where there is none.
    """

    policy: str = "Always"
    containers: tuple[ContainerFacts, ...] = ()
    init_containers: tuple[ContainerFacts, ...] = ()
    sidecars: tuple[ContainerFacts, ...] = ()
    initialized: bool = False
    given_up: bool = False
    phase: str = ""
    gates: tuple[str | None, ...] = ()


def container_facts(
    container: Container, spec: PodSpec, statuses: Sequence[ContainerStatus] | None = None
) -> ContainerFacts:
    """The facts of one container."""
    status = find_status(container.name, statuses)
    state, end = standing(status)
    own = container.restartPolicy
    return ContainerFacts(
        name=container.name,
        state={BETWEEN_RUNS: WAITING}.get(state, state),
        exit=end.exitCode if end is not None else None,
        started=status is not None and bool(status.started),
        ready=status is not None and bool(status.ready),
        policy=own or spec.restartPolicy or "Always",
        rules=tuple(
            RuleFacts(rule.exitCodes.operator, tuple(rule.exitCodes.values or ()))
            for rule in (container.restartPolicyRules or () if own else ())
            if rule.exitCodes is not None
        ),
    )


def pod_facts(
    pod: Pod,
    statuses: Sequence[ContainerStatus] | None = None,
    *,
    initialized: bool = False,
    given_up: bool = False,
    phase: str = "",
    conditions: Iterable[PodCondition] = (),
) -> PodFacts:
    """The facts of a pod; `statuses` are those of all its containers, by default what its own status says."""
    spec = spec_of(pod)
    if statuses is None and pod.status is not None:
        statuses = [*(pod.status.initContainerStatuses or ()), *(pod.status.containerStatuses or ())]
    known = tuple(conditions)
    found = [find_condition(gate.conditionType, known) for gate in spec.readinessGates or ()]
    inits = spec.initContainers or ()
    return PodFacts(
        policy=spec.restartPolicy or "Always",
        containers=tuple(container_facts(c, spec, statuses) for c in spec.containers),
        init_containers=tuple(container_facts(c, spec, statuses) for c in inits if not is_sidecar(c)),
        sidecars=tuple(container_facts(c, spec, statuses) for c in inits if is_sidecar(c)),
        initialized=initialized,
        given_up=given_up,
        phase=phase,
        gates=tuple(condition.status if condition is not None else None for condition in found),
    )
