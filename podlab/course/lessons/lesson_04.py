"""Lesson 04: the pause container."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.course.prediction import predict
from podlab.simulation import Trace, kill_sandbox, load

_ADDRESS = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "cat /v/address && sleep 3600"]
    volumeMounts: [{name: v, mountPath: /v}]
  volumes: [{name: v, emptyDir: {}}]
"""

_THREE = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: cache, image: redis}
  - {name: helper, image: busybox, command: [sh, -c, "sleep 3600"]}
"""

_SLOW = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: helper, image: busybox, command: [sh, -c, "sleep 3600"]}
"""


def _main_knows_the_address(trace: Trace) -> str:
    address = next((span.ip for span in trace.sandboxes if span.pod == "shop"), "")
    lines = trace.at(30).logs("shop", "main")
    return HOLDS if address and address in lines else wrote(lines)


def _init_container_ran(trace: Trace) -> str:
    return HOLDS if any(run.init for run in trace.runs) else "the pod has no init container"


def _soon_a_new_sandbox(trace: Trace) -> str:
    new = [span.start for span in trace.sandboxes if span.attempt == 1]
    if not new:
        return "there was no second sandbox"
    return HOLDS if new[0] <= 25 else f"it came at {new[0]:g} s"


TASKS = (
    Task(
        id="04-address",
        sentence="Let an init container write the pod's address into /v/address, so that main starts at its first try.",
        stub=_ADDRESS,
        checks=(
            Check("an init container ran", _init_container_ran),
            Check("main wrote the address of the pod", _main_knows_the_address),
            expect("at 30 s READY is 1/1", "shop", 30, ready="1/1"),
            expect("at 30 s nothing was restarted", "shop", 30, restarts="0"),
        ),
        hints=(
            "initContainers stands beside containers. Which of the two has to mount the volume v?",
            "Both. The command hostname -i writes the address; > /v/address sends it into the file.",
            'command: [sh, -c, "hostname -i > /v/address"], volumeMounts: [{name: v, mountPath: /v}]',
        ),
        until=60,
    ),
    Task(
        id="04-three",
        sentence="Three containers; pause is killed at 20 s. Predict READY and RESTARTS at 90 s.",
        stub=predict("shop", t=90, ready="?", restarts="?"),
        story=load(_THREE).but(kill_sandbox("shop", at=20)),
        asks=("ready", "restarts"),
        hints=(
            "Which of the three containers are started anew in the new sandbox?",
            "All of them, once each. RESTARTS adds them up.",
        ),
        until=120,
    ),
    Task(
        id="04-sooner",
        sentence="pause is killed at 20 s. Change the pod so that the new sandbox is there by second 25.",
        stub=load(_SLOW).but(kill_sandbox("shop", at=20)),
        checks=(
            Check("the new sandbox is there by 25 s", _soon_a_new_sandbox),
            expect("at 50 s READY is 2/2", "shop", 50, ready="2/2"),
            expect("at 50 s each container was restarted once", "shop", 50, restarts="2"),
        ),
        hints=(
            "What does the kubelet wait for, between second 20 and second 50? mine.show() draws it.",
            "helper does not react to SIGTERM, so it gets the whole grace period. Which field says how long.",
            "terminationGracePeriodSeconds: 3. Or let the program of helper end at SIGTERM: trap.",
        ),
        until=60,
    ),
)
