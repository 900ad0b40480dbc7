"""Lesson 03: why a scheduler of single containers is not enough."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect
from podlab.course.prediction import predict
from podlab.simulation import Trace

_NODES = """
{apiVersion: v1, kind: Node, metadata: {name: node-1},
 status: {capacity: {cpu: 2, memory: 2560Mi, pods: 110}}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-2},
 status: {capacity: {cpu: 2, memory: 3Gi, pods: 110}}}
---
"""

_LOG = """apiVersion: v1
kind: Pod
metadata: {{name: rsyslog}}
spec:
  containers:
  - {{name: main, image: busybox, command: [sleep, "600"], resources: {{requests: {{memory: {main}}}}}}}
  - {{name: imklog, image: busybox, command: [sleep, "600"], resources: {{requests: {{memory: 1Gi}}}}}}
  - {{name: imuxsock, image: busybox, command: [sleep, "600"], resources: {{requests: {{memory: 1Gi}}}}}}
"""

_EARLY = """
apiVersion: v1
kind: Pod
metadata: {name: early}
spec:
  restartPolicy: Never
  nodeSelector: {kubernetes.io/hostname: node-2}
  containers:
  - {name: main, image: busybox, command: [sleep, "20"], resources: {requests: {memory: 1Gi}}}
---
"""


def _asks(trace: Trace) -> str:
    """Whether each of the three containers still asks for memory."""
    pod = trace.end.pods.get("rsyslog")
    if pod is None or pod.spec is None:
        return "there is no pod rsyslog"
    asking = [c.name for c in pod.spec.containers if c.resources and "memory" in (c.resources.requests or {})]
    return HOLDS if len(asking) == 3 else f"memory is asked for by {', '.join(asking) or 'none'}"


def _running(trace: Trace) -> str:
    """Whether the three containers run at the end."""
    found = sum(run.pod == "rsyslog" and run.end is None for run in trace.runs)
    return HOLDS if found == 3 else f"{found} of 3 run"


def _nodes(trace: Trace) -> str:
    """Whether the two nodes are as large as they were."""
    found = trace.end.kubectl("get nodes -o jsonpath={.items[*].status.capacity.memory}").stdout
    return HOLDS if found == "2560Mi 3Gi" else f"the nodes have {found}"


TASKS = (
    Task(
        id="03-fits",
        sentence="Change what main asks for, so that the pod is placed. All three containers still ask for memory.",
        stub=_NODES + _LOG.format(main="2Gi"),
        checks=(
            expect("at 30 s the phase is Running", "rsyslog", 30, phase="Running"),
            Check("all three containers run", _running),
            Check("three containers ask for memory", _asks),
            Check("the nodes are as they were", _nodes),
        ),
        hints=(
            "The scheduler adds up the requests of all containers. What is the sum, and what is the largest node?",
            "The sum may be 3 GiB at most, for node-2 has no more.",
            "The other two ask for 2 GiB together, so main may ask for 1Gi.",
        ),
        until=60,
    ),
    Task(
        id="03-waits",
        sentence="The pod early holds 1 GiB of node-2 for 20 s. Predict phase and STATUS of rsyslog, and its phases.",
        stub=predict("rsyslog", t=10, phase="?", status="?", phases="?"),
        story=_NODES + _EARLY + _LOG.format(main="1Gi"),
        asks=("phase", "status", "phases"),
        hints=(
            "While early runs, node-2 has 2 GiB left and node-1 has 2.5 GiB. Which holds all three containers?",
            "A pod is placed whole or not at all. STATUS is ContainerCreating only once it has a node.",
            "When early has ended, its room is free again, and the scheduler tries once more.",
        ),
        until=60,
    ),
)
