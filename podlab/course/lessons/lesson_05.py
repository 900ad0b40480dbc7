"""Lesson 05: helper programs beside the main one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightkube.models.core_v1 import Container, Pod

from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.simulation import Trace, load

_LOG = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "mkdir -p /var/log;
      while true; do echo order >> /var/log/shop.log; sleep 5; done"]
  - name: shipper
    image: busybox
    command: [tail, -n, '+1', -F, /log/shop.log]
    volumeMounts: [{name: log, mountPath: /log}]
  volumes: [{name: log, emptyDir: {}}]
"""

_PROXY = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: proxy, image: busybox, command: [nc, -ll, -p, '8000', -e, nc, 127.0.0.1, '80']}
  - name: main
    image: busybox
    command: [sh, -c, "while sleep 5; do wget -qO- localhost:8080; done"]
"""

_ADAPTER = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "while true; do n=$((n+1)); echo visits=$n > /out/stats; sleep 5; done"]
    volumeMounts: [{name: out, mountPath: /out}]
  - name: adapter
    image: busybox
    command: [sh, -c, "while sleep 5; do cat /out/stats; done"]
    volumeMounts: [{name: out, mountPath: /out}]
  volumes: [{name: out, emptyDir: {}}]
"""

_JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox
        command: [sh, -c, "for n in 1 2 3; do echo page $n >> /log/report; sleep 5; done"]
        volumeMounts: [{name: log, mountPath: /log}]
      - name: shipper
        image: busybox
        command: [sh, -c, "trap 'exit 0' TERM; tail -n +1 -F /log/report & wait"]
        volumeMounts: [{name: log, mountPath: /log}]
      volumes: [{name: log, emptyDir: {}}]
"""

_FIRST = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - name: loader
    image: busybox
    restartPolicy: Always
    command: [sh, -c, "while sleep 3; do date > /pages/today; done"]
    volumeMounts: [{name: pages, mountPath: /pages}]
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "cat /pages/today && sleep 3600"]
    volumeMounts: [{name: pages, mountPath: /pages}]
  volumes: [{name: pages, emptyDir: {}}]
"""


def _said(trace: Trace, container: str) -> list[str]:
    """What a container has written in all its runs, whatever its pod is called."""
    return [line.text for line in trace.logs if line.container == container]


def _writes(words: str, container: str, pattern: str, times: int = 1) -> Check:
    """A check that a container has written so many lines which are all of this pattern."""

    def test(trace: Trace) -> str:
        said = _said(trace, container)
        if sum(re.fullmatch(pattern, line) is not None for line in said) >= times:
            return HOLDS
        different = list(dict.fromkeys(said))
        return wrote(different[:4] + ["…"] * (len(different) > 4))

    return Check(words, test)


def _left_alone(stub: str, container: str = "main") -> Check:
    """A check that a container still does what it did in the stub."""
    before = _container(load(stub).objects, container)

    def test(trace: Trace) -> str:
        now = _container(trace.scenario.objects, container)
        if now is None or before is None:
            return f"there is no container {container}"
        same = (now.command, now.args, now.image) == (before.command, before.args, before.image)
        return HOLDS if same else f"its command is now: {' '.join((now.command or []) + (now.args or []))}"

    return Check(f"{container} does what it did before", test)


def _container(objects: Iterable[object], name: str) -> Container | None:
    containers = (c for obj in objects if isinstance(obj, Pod) and obj.spec for c in obj.spec.containers)
    return next((c for c in containers if c.name == name), None)


def _never_refused(trace: Trace) -> str:
    refused = [line for line in _said(trace, "main") if "refused" in line]
    return f"{len(refused)} of its calls were refused" if refused else HOLDS


def _numbers_grow(trace: Trace) -> str:
    numbers = [int(found[1]) for line in _said(trace, "adapter") if (found := re.fullmatch(r"shop_visits (\d+)", line))]
    if numbers == sorted(numbers) and numbers[-1:] > numbers[:1]:
        return HOLDS
    return f"they are {', '.join(map(str, numbers[:6]))} …" if numbers else "there are none"


def _job_is_complete(trace: Trace) -> str:
    found = trace.end.kubectl("get job report --no-headers")
    return (
        HOLDS if found.stdout.split()[1:2] == ["Complete"] else f"kubectl get job says: {' '.join(str(found).split())}"
    )


def _first_try(trace: Trace) -> str:
    runs = [run for run in trace.runs if run.container == "main"]
    if not runs:
        return "main was never started"
    return HOLDS if len(runs) == 1 and runs[0].end is None else f"main was started {len(runs)} times"


TASKS = (
    Task(
        id="05-log",
        sentence="The shipper waits for a file that it cannot see. Let it print the orders of main.",
        stub=_LOG,
        checks=(
            _writes("the shipper prints orders", "shipper", "order", 5),
            expect("at 30 s READY is 2/2", "shop", 30, ready="2/2"),
        ),
        hints=(
            "Files are each container's own. Whose files does main write into, and what does the shipper see?",
            "Only the containers that mount a volume share it. Which of the two does not? At which path must it?",
            "main: volumeMounts: [{name: log, mountPath: /var/log}]",
        ),
        until=60,
    ),
    Task(
        id="05-proxy",
        sentence="Every call of main is refused. Let it get nginx's page through the proxy; leave main alone.",
        stub=_PROXY,
        checks=(
            _writes("main gets the page", "main", ".*Welcome to nginx!.*", 5),
            Check("no call of main is refused", _never_refused),
            expect("at 30 s READY is 3/3", "shop", 30, ready="3/3"),
            _left_alone(_PROXY),
        ),
        hints=(
            "Three programs on one localhost: at which port does each listen, and whom does each call?",
            "main calls port 8080. Does anybody listen there? The words after -p in the proxy's command.",
            "command: [nc, -ll, -p, '8080', -e, nc, 127.0.0.1, '80']",
        ),
        until=60,
    ),
    Task(
        id="05-adapter",
        sentence="Leave main as it is, and have the adapter write lines like: shop_visits 3",
        stub=_ADAPTER,
        checks=(
            _writes("the adapter writes shop_visits and a number", "adapter", r"shop_visits \d+", 5),
            Check("its numbers grow, as those of main do", _numbers_grow),
            _left_alone(_ADAPTER),
        ),
        hints=(
            "Which program replaces one piece of text by another, line by line?",
            "sed 's/old/new/' FILE prints a file with each line changed. What is old here, and what is new?",
            "sed 's/visits=/shop_visits /' /out/stats in place of cat /out/stats",
        ),
        until=60,
    ),
    Task(
        id="05-job",
        sentence="Make a sidecar of the shipper, so that the Job is complete and no page is lost.",
        stub=_JOB,
        checks=(
            Check("the Job is complete", _job_is_complete),
            _writes("the shipper printed page 1", "shipper", "page 1"),
            _writes("the shipper printed page 3", "shipper", "page 3"),
        ),
        hints=(
            "Where in the manifest does a sidecar stand, and which field makes an init container a sidecar?",
            "Move the entry shipper to a list initContainers, beside containers, and give it restartPolicy: Always. "
            "The pod's own restartPolicy stays Never.",
            "initContainers: [{name: shipper, image: busybox, restartPolicy: Always, …}]",
        ),
        until=120,
    ),
    Task(
        id="05-first",
        sentence="main fails if there is no page when it starts. Let it succeed at its first try, as it is.",
        stub=_FIRST,
        checks=(
            Check("main is started once, and runs", _first_try),
            _writes("main prints the page", "main", r".+ UTC \d{4}"),
            expect("at 90 s the phase is Running", "shop", 90, phase="Running"),
            _left_alone(_FIRST),
        ),
        hints=(
            "When is main started: when the sidecar has done its work, or when its program has been started?",
            "A startupProbe holds main back until it succeeds. Which command succeeds only once the page is there? "
            "(Or load the page once, in an ordinary init container.)",
            "startupProbe: {exec: {command: [cat, /pages/today]}, periodSeconds: 1}",
        ),
        until=120,
    ),
)
