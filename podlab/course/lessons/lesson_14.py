"""Lesson 14: a manifest of one's own, from the first mistake to a real cluster."""

from __future__ import annotations

from podlab.api.parts import RUN, is_deleted, name_of
from podlab.controllers.availability import is_ready
from podlab.course.exercise import HOLDS, Check, Task, expect
from podlab.simulation import Trace, drain, load

_FAULTY = """
apiVersion: v1
kind: Pod
metadata: {name: Orders}
spec:
  containers:
  - name: api
    image: nginx
    port: 8080
    env: [{name: DEBUG, value: off}]
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5s}
"""

_SLOW = """
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  containers:
  - name: api
    image: python:3.12
    command: [sh, -c, "sleep 20; exec python3 -m http.server 8080"]
    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}
    livenessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}
"""

_ALONE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  replicas: 1
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
      - name: api
        image: nginx
        readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 15}
"""

_ORDERS = """
apiVersion: v1
kind: Pod
metadata: {name: orders}
spec:
  containers:
  - {name: api, image: nginx}
"""


def _still_watched(trace: Trace) -> str:
    """Whether the container keeps a liveness probe that asks often enough."""
    pod = trace.pod_at("slow", trace.until)
    probe = pod.spec.containers[0].livenessProbe if pod is not None and pod.spec is not None else None
    if probe is None:
        return "it has no livenessProbe any more"
    return HOLDS if (probe.periodSeconds or 10) <= 10 else f"it asks only every {probe.periodSeconds} s"


def _drained(trace: Trace) -> str:
    done = any((g.verb, g.target, g.t) == ("drain", "node-1", 60) for g in trace.gestures)
    return HOLDS if done else "it is not"


def _never_closed(trace: Trace) -> str:
    """Whether at every moment from 30 s on some pod takes new visitors."""
    for t in sorted({30.0, *(change.t for change in trace.changes if change.t > 30)}):
        if not any(is_ready(pod) and not is_deleted(pod) for pod in trace.at(t).pods.values()):
            return f"at {t:g} s none is"
    return HOLDS


def _takes_its_time(trace: Trace) -> str:
    """Whether no pod is called ready before the 15 s that its program needs."""
    for name in trace.pods:
        changes = trace.changes_of(name)
        ready = next((change.t for change in changes if is_ready(change.pod)), None)
        if ready is not None and ready - changes[0].t < 15:
            return f"{name} is called ready after {ready - changes[0].t:g} s"
    return HOLDS


def _own(trace: Trace) -> str:
    same = [type(o).__name__ for o in trace.scenario.objects if name_of(o) in ("orders", "slow")]
    return f"the {same[0]} is this lesson's" if same else HOLDS


def _makes_pods(trace: Trace) -> str:
    kinds = {type(o).__name__ for o in trace.scenario.objects}
    return HOLDS if kinds & set(RUN) else f"it has {', '.join(sorted(kinds)) or 'nothing'}"


def _ran(trace: Trace) -> str:
    return HOLDS if any(run.start < 60 for run in trace.runs) else "none has started"


def _struck(trace: Trace) -> str:
    if not trace.gestures:
        return "nothing was done"
    missed = [f"{g.verb} {g.target}: {g.note}" for g in trace.gestures if g.note]
    return "; ".join(missed) if len(missed) == len(trace.gestures) else HOLDS


TASKS = (
    Task(
        id="14-mend",
        sentence="Mend this manifest, so that it can be run and the pod is ready at 30 s.",
        stub=_FAULTY,
        checks=(expect("at 30 s the pod orders is ready", "orders", 30, ready="1/1"),),
        hints=(
            "pl.check(mine.attempt) names each line, what is wrong, and what would be right. There are four.",
            "A name has small letters. `off` is a truth value in YAML, unless it is in quotes. A period is a number.",
            "Ports are a list of objects: ports: [{containerPort: 8080}]. Or leave it out.",
        ),
        until=60,
    ),
    Task(
        id="14-slow",
        sentence="The program needs 20 s to start. Change the probes so that it is never killed, and ready at 60 s.",
        stub=_SLOW,
        checks=(
            expect("at 60 s the pod is ready", "slow", 60, ready="1/1"),
            expect("at 120 s nothing was restarted", "slow", 120, restarts="0"),
            Check("a livenessProbe still asks at least every 10 s", _still_watched),
        ),
        hints=(
            "When does the liveness probe fail for the third time? That must not happen before 20 s.",
            "A startupProbe holds the others back until it has succeeded, and may fail often before that.",
            "startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2, failureThreshold: 30} gives it a minute.",
        ),
        until=120,
    ),
    Task(
        id="14-drain",
        sentence="At 60 s node-1 is drained. Change all but the probe, so that from 30 s on a pod is always ready.",
        stub=load(_ALONE).with_world(nodes=("node-1", "node-2")).but(drain("node-1", at=60)),
        checks=(
            Check("node-1 is drained at 60 s", _drained),
            Check("no pod is called ready before it is 15 s old", _takes_its_time),
            Check("from 30 s on some pod is ready and stays", _never_closed),
        ),
        hints=(
            "The pod on node-1 goes at 60 s, and its replacement needs 15 s until it is ready. Who serves meanwhile?",
            "One field of the Deployment is enough. The scheduler spreads pods over the nodes.",
        ),
        until=120,
    ),
    Task(
        id="14-own",
        sentence="Put a manifest of your own here, and do something to it that strikes.",
        stub=load(_ORDERS),
        checks=(
            Check("it is your own, not this lesson's", _own),
            Check("it has a Pod, or something that makes pods", _makes_pods),
            Check("one of its containers has started before 60 s", _ran),
            Check("something was done to it", _struck),
        ),
        hints=(
            'Any file that you would give to kubectl apply will do: pl.load("deployment.yaml"), with its path.',
            'The first pod that the Deployment web has made is "web[0]", in the namespace shop "shop/web[0]".',
            'For a Deployment web with a container app: pl.load("web.yaml").but(pl.kill("web[0]/app", at=30)).',
        ),
    ),
)
