"""Pods for the tables of this folder, in few words: `a_pod("OnFailure", app="exit 1", web="running")`.

A container's status is written as: "running", "exit N", "waiting" (it has never run), "between runs, exit N",
"empty" (a status without a state), or "missing" (no status).
"""

from lightkube.models.core_v1 import (
    Container,
    ContainerRestartRule,
    ContainerRestartRuleOnExitCodes,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Pod,
    PodSpec,
    PodStatus,
    Probe,
)
from lightkube.models.meta_v1 import ObjectMeta


def a_container(name="app", policy=None, rules=(), startup=False, liveness=False):
    """`rules`: (action, "In"/"NotIn", exit codes)."""
    rules = [ContainerRestartRule(action, ContainerRestartRuleOnExitCodes(op, codes)) for action, op, codes in rules]
    return Container(
        name=name,
        image="busybox",
        restartPolicy=policy,
        restartPolicyRules=rules or None,
        startupProbe=Probe() if startup else None,
        livenessProbe=Probe() if liveness else None,
    )


def a_status(name, text, *, started=None, ready=None):
    _, exited, code = text.partition("exit ")
    ended = ContainerState(terminated=ContainerStateTerminated(exitCode=int(code))) if exited else None
    waits = ContainerState(waiting=ContainerStateWaiting())
    states = {
        "running": ContainerState(running=ContainerStateRunning()),
        "waiting": waits,
        "empty": ContainerState(),
    }
    between_runs = text.startswith("between runs")
    running = text == "running"
    return ContainerStatus(
        name=name,
        image="busybox",
        imageID="",
        ready=running if ready is None else ready,
        started=running if started is None else started,
        restartCount=0,
        state=waits if between_runs else states.get(text, ended),
        lastState=ended if between_runs else None,
    )


def a_pod(policy="Always", *, init=None, spec=None, started=(), **containers):
    """Containers and their statuses by name. `init` likewise; the names that begin with "sidecar" are sidecars.

    `spec` replaces a container of the spec by name; `started` names the sidecars that have started.
    """
    init = init or {}
    spec = spec or {}

    def made(name, of_init):
        sidecar = of_init and name.startswith("sidecar")
        return spec.get(name) or a_container(name, policy="Always" if sidecar else None)

    def known(texts, of_init):
        statuses = []
        for name, text in texts.items():
            if text != "missing":
                status = a_status(name, text)
                if of_init:
                    status.started = name in started
                    status.ready = text == "exit 0" or status.started
                statuses.append(status)
        return statuses

    return Pod(
        metadata=ObjectMeta(name="shop", namespace="default", uid="u-1"),
        spec=PodSpec(
            restartPolicy=policy,
            initContainers=[made(name, True) for name in init] or None,
            containers=[made(name, False) for name in containers],
        ),
        status=PodStatus(
            initContainerStatuses=known(init, True) or None,
            containerStatuses=known(containers, False) or None,
        ),
    )
