"""What a repair is tested for, beyond the columns of `kubectl get pods`."""

from __future__ import annotations

from collections.abc import Callable

from lightkube.models.core_v1 import Container, Pod

from podlab.course.exercise import HOLDS, Check
from podlab.simulation.trace import Trace


def log_says(pod: str, container: str, text: str) -> Check:
    """The container wrote this at some time: so it is still the same program, and it works."""

    def test(trace: Trace) -> str:
        lines = [line.text for line in trace.logs if (line.pod, line.container) == (pod, container)]
        if any(text in line for line in lines):
            return HOLDS
        return f"its last line is {lines[-1]!r}" if lines else "it is empty"

    return Check(f"the log of {container} says: {text}", test)


def container_has(says: str, pod: str, container: str, test: Callable[[Container, Pod], str]) -> Check:
    """Something that the container's manifest must have; `test` returns HOLDS or what it found."""

    def found(trace: Trace) -> str:
        there = trace.pod_at(pod, trace.until)
        containers = there.spec.containers if there is not None and there.spec is not None else []
        for each in containers:
            if there is not None and each.name == container:
                return test(each, there)
        return f"there is no container {container} in a pod {pod}"

    return Check(says, found)


def runs(pod: str, container: str, trace: Trace) -> list[int | None]:
    """The exit codes of a container's runs in order; None for one that still runs."""
    found = sorted((r for r in trace.runs if (r.pod, r.container) == (pod, container)), key=lambda r: r.n)
    return [r.exit_code if r.end is not None else None for r in found]
