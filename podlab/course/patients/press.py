"""Patient 10: a liveness probe without patience."""

from __future__ import annotations

from podlab.actions import fail_probe
from podlab.course.case import Case
from podlab.course.exercise import HOLDS, Check, expect
from podlab.course.patients.checks import runs
from podlab.course.treatment import Treatment
from podlab.simulation.trace import Trace

HANGS = 300
"""From this second on the press hangs."""


def _says_yes(trace: Trace) -> str:
    """Whether the probe, asked early enough, is content with a press that prints; more patience is no answer."""
    pod = trace.pod_at("press", 1)
    probe = pod.spec.containers[0].livenessProbe if pod is not None and pod.spec is not None else None
    if probe is None:
        return "it has none"
    if (probe.initialDelaySeconds or 0) > 60:
        return f"it is not asked for the first {probe.initialDelaySeconds} s"
    failed = [event for event in trace.events if event.reason == "Unhealthy" and event.t < HANGS]
    return f"at {failed[0].t:g} s it was: {failed[0].message}" if failed else HOLDS


def _was_restarted(trace: Trace) -> str:
    return HOLDS if len(runs("press", "main", trace)) > 1 else "nobody noticed"


PRESS = Case(
    id="13-press",
    number=10,
    pod="press",
    sentence="It prints well, and is thrown out every half minute.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: press}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 0' TERM; echo 'press: printing'; touch /tmp/ok; sleep 3600 & wait"]
    livenessProbe: {exec: {command: [sh, -c, "sleep 3; cat /tmp/ok"]}, periodSeconds: 10}
""",
    cause="liveness-probe",
    truth=(
        "the events say it all: Unhealthy, Liveness probe failed, timed out after 1s; then Killing. The question takes "
        "three seconds to answer, and a probe waits for one (timeoutSeconds) if nothing else is said. The program is "
        "well and even ends with 0 when it is asked to stop."
    ),
    sees=(
        "Last State is Completed with exit code 0, yet it did not end by itself: the events say Unhealthy and "
        "Killing, and why."
    ),
    because={
        "wrong-policy": "exit code 0, but the program had not finished: an event says Killing. Who asked it to stop?",
        "app-crash": "exit code 0 is no crash, and the log does not complain. An event says Killing: who killed it?",
        "readiness-probe": "a readiness probe never kills. Read the event Unhealthy again: which probe is it?",
        "failing-hook": "an event says Killing, as after a hook; but it gives another reason.",
        "deaf-to-sigterm": "it ends at once, and with 0, when it is asked to. But who asks, and why?",
    },
    checks=(
        expect("at 290 s nothing was restarted", "press", 290, restarts="0"),
        Check("as long as it prints, its liveness probe says yes", _says_yes),
        Check("it hangs from 300 s on: by 400 s it was restarted", _was_restarted),
    ),
    hints=(
        "CrashLoopBackOff with exit code 0: read the events. Who ended the container?",
        "The cause is liveness-probe. How long does the question take, and how long does the probe wait?",
        "A patch: spec: {containers: [{name: main, livenessProbe: {timeoutSeconds: 5}}]}",
    ),
    until=400,
    cure="spec: {containers: [{name: main, livenessProbe: {timeoutSeconds: 5}}]}",
    gestures=(fail_probe("press/main", HANGS, "liveness"),),
)
