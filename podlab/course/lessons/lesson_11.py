"""Lesson 11: how a pod ends."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect
from podlab.course.prediction import predict
from podlab.simulation import Trace, delete, load

_LISTEN = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 600"]}
"""

_HOOK = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 8
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "sleep 600"]
    lifecycle: {preStop: {exec: {command: [sleep, '5']}}}
"""

_RACE = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "trap 'exit 0' TERM; sleep 600 & wait"]
"""


def _ends(earliest: float, latest: float, words: str) -> Check:
    """A check that the container main ends for the last time between two seconds."""

    def test(trace: Trace) -> str:
        end = next((run.end for run in reversed(trace.runs) if run.container == "main"), None)
        if end is None:
            return "it has not ended"
        return HOLDS if earliest <= end <= latest else f"it ends at {end:g} s"

    return Check(words, test)


def _exit_code_0(trace: Trace) -> str:
    codes = [run.exit_code for run in trace.runs if run.container == "main"]
    return HOLDS if codes and codes[-1] == 0 else f"its exit code is {codes[-1] if codes else 'none'}"


TASKS = (
    Task(
        id="11-listen",
        sentence="Have the pod gone within 5 s of its deletion at 20 s, with exit code 0.",
        stub=load(_LISTEN).but(delete("web", 20)),
        checks=(
            expect("at 25 s the pod is gone", "web", 25, status="gone"),
            Check("main ends with exit code 0", _exit_code_0),
        ),
        hints=(
            "Why does sleep not hear SIGTERM? Which process number has the first program of a container?",
            "PID 1 needs a handler. A shell sets one with trap, and must not itself wait for a program meanwhile.",
            "trap 'exit 0' TERM; sleep 600 & wait",
        ),
        until=60,
    ),
    Task(
        id="11-hook",
        sentence="A deaf program, a grace period of 8 s, a hook of 5 s. Predict STATUS at 27 s, and the phases.",
        stub=predict("web", t=27, status="?", phases="?"),
        story=load(_HOOK).but(delete("web", 20)),
        asks=("status", "phases"),
        hints=(
            "Hook and SIGTERM share the grace period. When is it over?",
            "The hook ends at 25, then SIGTERM is not heard. SIGKILL comes at 28.",
            "Which exit code does SIGKILL leave, and which phase follows from a code that is not 0?",
        ),
        until=60,
    ),
    Task(
        id="11-race",
        sentence="Have the program go on for at least 5 s after the deletion at 20 s, and end well by 30 s.",
        stub=load(_RACE).but(delete("web", 20)),
        checks=(
            _ends(25, 30, "main ends between 25 s and 30 s"),
            Check("main ends with exit code 0", _exit_code_0),
        ),
        hints=(
            "What does the kubelet do before it sends SIGTERM?",
            "A preStop hook that only sleeps, or a handler that sleeps before it ends.",
            "lifecycle: {preStop: {exec: {command: [sleep, '5']}}}",
        ),
        until=60,
    ),
)
