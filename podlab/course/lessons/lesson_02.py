"""Lesson 02: why not one container, why not two?"""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.course.prediction import predict
from podlab.simulation import Trace, delete, load

_TOGETHER = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: all, image: busybox, command: [sh, -c, "sh -c 'sleep 5; exit 3' & sleep 3600"]}
"""

_TWO_JOBS = """
apiVersion: v1
kind: Pod
metadata: {name: jobs}
spec:
  restartPolicy: Never
  containers:
  - {name: both, image: busybox, command: [sh, -c, "sh -c 'sleep 5; exit 3' & sleep 10; exit 0"]}
"""

_SOCKET = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: cache
    image: redis:alpine
    command: [redis-server, --port, "0", --unixsocket, /talk/redis.sock]
    volumeMounts: [{name: talk, mountPath: /talk}]
  - name: asker
    image: redis:alpine
    command: [sh, -c, "sleep 5; redis-cli -s /talk/redis.sock ping; sleep 3600"]
  volumes: [{name: talk, emptyDir: {}}]
"""

_SCRIPT = """
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers:
  - name: main
    image: redis
    command: [sh, -c, "echo starting; redis-server; echo ended"]
"""


def _crashes_are_counted(trace: Trace) -> str:
    """Some container of the pod has ended with the helper's exit code, and was started again."""
    failed = [run for run in trace.runs if run.exit_code == 3]
    return HOLDS if len(failed) > 1 else "Kubernetes has seen no container end with exit code 3 and start again"


def _the_other_runs_on(trace: Trace) -> str:
    """Some container of the pod has run from the beginning without an end."""
    first = {run.container: run.end for run in trace.runs if run.n == 0 and not run.init}
    ended = [f"{name} at {end:g} s" for name, end in first.items() if end is not None]
    return f"it ended: {', '.join(ended)}" if len(ended) == len(first) else HOLDS


def _asker_heard(trace: Trace) -> str:
    lines = trace.at(30).logs("shop", "asker")
    return HOLDS if "PONG" in lines else wrote(lines)


def _no_port(trace: Trace) -> str:
    lines = [line.text for line in trace.logs if line.container == "cache"]
    right = lines and not any("tcp" in line for line in lines)
    return HOLDS if right else wrote(lines)


def _ended_by_itself(trace: Trace) -> str:
    codes = [run.exit_code for run in trace.runs if run.container == "main"]
    return HOLDS if codes and codes[-1] == 0 else f"its exit code is {codes[-1] if codes else 'none'}"


def _redis_ran(trace: Trace) -> str:
    ready = any("Ready to accept connections" in line.text for line in trace.logs)
    return HOLDS if ready else "redis has never said that it is ready"


TASKS = (
    Task(
        id="02-split",
        sentence="Have the crashing program counted and restarted by Kubernetes, and leave the other one alone.",
        stub=_TOGETHER,
        checks=(
            Check("its crashes are counted, with exit code 3", _crashes_are_counted),
            Check("the other program runs from beginning to end", _the_other_runs_on),
            expect("at 30 s one of two containers is ready", "shop", 30, ready="1/2"),
        ),
        hints=(
            "Each - under containers is one container, and the kubelet watches process 1 of each.",
            "Give each program a container of its own. No loop, no &: starting again is the kubelet's work.",
            '- {name: a, image: busybox, command: [sh, -c, "sleep 5; exit 3"]} and one more line with sleep 3600',
        ),
        until=60,
    ),
    Task(
        id="02-one-code",
        sentence="Two jobs in one container, under Never: the first fails at 5 s, the second ends well at 10 s.",
        stub=predict("jobs", t=30, phase="?", status="?"),
        story=_TWO_JOBS,
        asks=("phase", "status"),
        hints=(
            "Which process is number 1? Its exit code is the container's. Does it ask how the first job ended?",
            "The shell ends with exit 0. For Kubernetes that is the only exit code there is.",
            "All containers have ended with 0, so the phase is that of success; STATUS says how the container ended.",
        ),
        until=60,
    ),
    Task(
        id="02-socket",
        sentence="Let asker reach cache by its socket file, and get PONG.",
        stub=_SOCKET,
        checks=(
            Check("asker wrote PONG", _asker_heard),
            Check("cache still listens on no port", _no_port),
            expect("at 30 s READY is 2/2", "shop", 30, ready="2/2"),
            expect("at 30 s nothing was restarted", "shop", 30, restarts="0"),
        ),
        hints=(
            "A socket file is found like any file. Which containers see the folder /talk of the volume?",
            "Only cache mounts it. The files of a container are its own, unless they are in a volume that both mount.",
            "Give asker the same line: volumeMounts: [{name: talk, mountPath: /talk}]",
        ),
        until=60,
    ),
    Task(
        id="02-hears",
        sentence="Have the pod gone within 5 s of its deletion at 20 s; the app ends by itself, with exit code 0.",
        stub=load(_SCRIPT).but(delete("db", 20)),
        checks=(
            Check("redis runs", _redis_ran),
            expect("at 25 s the pod is gone", "db", 25, status="gone"),
            Check("main ends with exit code 0", _ended_by_itself),
        ),
        hints=(
            "Which program is process 1, and does it do anything when SIGTERM comes?",
            "Either redis becomes process 1 itself, or the shell sets a handler and waits for redis in the background.",
            "echo starting; exec redis-server. Or: redis-server & trap 'kill $!' TERM; wait; wait",
        ),
        until=60,
    ),
)
