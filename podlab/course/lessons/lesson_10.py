"""Lesson 10: probes."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect
from podlab.course.prediction import predict
from podlab.simulation import Trace

_GRID = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 1' TERM; touch /tmp/ok; sleep 12; rm /tmp/ok; sleep 600 & wait"]
    readinessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 10, failureThreshold: 1}
    livenessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 10, failureThreshold: 3}
"""

_SLOW_START = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap exit TERM; sleep 40 & wait; touch /tmp/ok;
      sleep 60 & wait; rm /tmp/ok; sleep 600 & wait"]
    livenessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 5}
"""

_HIDDEN = """
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: shop}}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 1' TERM; touch /tmp/ok; sleep 12; rm /tmp/ok; sleep 600 & wait"]
    livenessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 5}
"""

_READY_ENDPOINTS = (
    "get endpointslices -l kubernetes.io/service-name=shop "
    "-o jsonpath='{.items[0].endpoints[?(@.conditions.ready==true)].targetRef.name}'"
)


def _gets_traffic_at(seconds: float, names: str, words: str) -> Check:
    """A check on which pods the Service shop sends traffic to at `seconds`: their names, "" for none."""

    def test(trace: Trace) -> str:
        found = str(trace.at(seconds).kubectl(_READY_ENDPOINTS)).strip()
        return HOLDS if found == names else f"it sends traffic to {found or 'none'}"

    return Check(words, test)


TASKS = (
    Task(
        id="10-grid",
        sentence="Both probes look for the file that goes after 12 s. Predict READY and RESTARTS.",
        stub=predict("web", t=35, ready="?", restarts="?", readies="?"),
        story=_GRID,
        asks=("ready", "restarts", "readies"),
        hints=(
            "At which seconds do the probes ask? The file is there until 12.",
            "They fail at 20, 30 and 40. For readiness the first failure counts, for liveness the third.",
            "At 35 readiness has failed twice, which is enough; so has liveness, which is not.",
        ),
        until=39,
    ),
    Task(
        id="10-slow-start",
        sentence="The program loads for 40 s and hangs at 100 s. Spare it while it loads, restart it when it hangs.",
        stub=_SLOW_START,
        checks=(
            expect("at 60 s READY is 1/1", "web", 60, ready="1/1"),
            expect("at 99 s RESTARTS is 0", "web", 99, restarts="0"),
            expect("at 130 s RESTARTS is 1", "web", 130, restarts="1"),
        ),
        hints=(
            "Which probe holds the others back until it has said yes?",
            "A startupProbe with the same question. Its failures times its period: over 40 s, and leave some room.",
            "startupProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 5, failureThreshold: 12}",
        ),
        until=130,
    ),
    Task(
        id="10-hidden",
        sentence="From 12 s on the program cannot work. Have it hidden from the Service, and never restarted.",
        stub=_HIDDEN,
        checks=(
            _gets_traffic_at(5, "web", "at 5 s the Service sends traffic to web"),
            _gets_traffic_at(60, "", "at 60 s the Service sends traffic to none"),
            expect("at 60 s RESTARTS is 0", "web", 60, restarts="0"),
        ),
        hints=(
            "Which probe hides? Which one kills?",
            "Ask the same question in a readinessProbe. And is the liveness probe still needed?",
            "Write readinessProbe in place of livenessProbe.",
        ),
        until=60,
    ),
)
