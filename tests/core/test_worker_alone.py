"""The core stands alone: the pod worker runs its pods on a FakeRuntime, and nothing of `podlab.linux` is loaded."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from lightkube.models.core_v1 import Container, Pod, PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta

from podlab.core.rules.kubelet_rules import KubeletRules
from tests.core.fakes import FakeNode

PROJECT = Path(__file__).parents[2]


def pod_of(*names: str, policy: str = "Always", init: tuple[Container, ...] = (), grace: int = 30) -> Pod:
    spec = PodSpec(
        containers=[Container(name=name) for name in names],
        initContainers=list(init) or None,
        restartPolicy=policy,
        terminationGracePeriodSeconds=grace,
    )
    return Pod(
        metadata=ObjectMeta(name="shop", namespace="default", uid="uid-1"), spec=spec, status=PodStatus(phase="Pending")
    )


def test_a_pod_runs() -> None:
    node = FakeNode(pod_of("web", "log"))
    status = node.run(1)
    assert status.phase == "Running"
    assert status.podIP == "10.0.1.0"
    assert {c.type: c.status for c in status.conditions}["Ready"] == "True"
    assert [reason for _, reason in node.events] == ["Created", "Started"] * 2


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [
        ("Always", 0, "Running", 1),
        ("Always", 3, "Running", 1),
        ("OnFailure", 0, "Succeeded", 0),
        ("OnFailure", 3, "Running", 1),
        ("Never", 0, "Succeeded", 0),
        ("Never", 3, "Failed", 0),
    ],
)
def test_the_policy_decides_what_an_exit_does(policy: str, code: int, phase: str, restarts: int) -> None:
    node = FakeNode(pod_of("web", policy=policy))
    node.at(5, node.runtime.exit, "web", code)
    status = node.run(9)
    assert (status.phase, status.containerStatuses[0].restartCount) == (phase, restarts)


def test_a_crash_loop_waits_10_20_40_seconds() -> None:
    node = FakeNode(pod_of("web"))
    start = node.runtime.start_container

    def crash(container: object) -> None:
        start(container)
        node.loop.call_at(node.loop.now, node.runtime.exit, "web", 1)

    node.runtime.start_container = crash
    node.run(100)
    assert [c.started_at for c in node.runtime.containers] == [0, 0, 10, 30, 70]


def test_init_containers_come_first_one_by_one() -> None:
    node = FakeNode(pod_of("web", init=(Container(name="a"), Container(name="b"))))
    node.at(2, node.runtime.exit, "a", 0)
    node.at(4, node.runtime.exit, "b", 0)
    node.run(10)
    assert [(c.name, c.started_at) for c in node.runtime.containers] == [("a", 0), ("b", 2), ("web", 4)]


def test_a_new_sandbox_starts_everything_again() -> None:
    node = FakeNode(pod_of("web"))
    node.at(5, lambda: node.runtime.kill_sandbox(node.worker.sandbox))
    status = node.run(20)
    assert status.podIP == "10.0.1.1"
    assert (5, "SandboxChanged") in node.events
    assert [c.restart_count for c in node.runtime.containers] == [0, 1]


def test_rules_can_be_handed_in() -> None:
    """The worker asks the rules it is given: here nothing is restarted, and the pod calls itself Failed."""
    rules = KubeletRules(phase=lambda pod, **_: "Failed" if broken(pod) else "Running", restarts=lambda *_: False)
    node = FakeNode(pod_of("web", "log"), rules)
    node.at(5, node.runtime.exit, "web", 3)
    status = node.run(60)
    assert (status.phase, len(node.runtime.containers)) == ("Failed", 2)


def broken(pod: Pod) -> bool:
    return any(s.state.terminated for s in pod.status.containerStatuses)


def test_a_deletion_asks_and_then_forces() -> None:
    pod = pod_of("web", "stubborn", grace=7)
    node = FakeNode(pod)
    node.runtime.deaf.add("stubborn")
    meta = msgspec.structs.replace(
        pod.metadata, deletionTimestamp=datetime(2026, 1, 1, tzinfo=UTC), deletionGracePeriodSeconds=7
    )
    node.at(10, lambda: node.worker.pod_changed(msgspec.structs.replace(pod, metadata=meta)))
    node.run(30)
    assert node.runtime.signals == [(10, "web", 15), (10, "stubborn", 15), (17, "stubborn", 9)]
    assert node.gone == ["shop"]


def test_a_status_is_reported_only_when_it_changes() -> None:
    node = FakeNode(pod_of("web"))
    node.run(300)
    assert len(node.statuses) == len({repr(status) for _, status in node.statuses})
    assert all(t == 0 for t, _ in node.statuses)


def test_nothing_else_of_podlab_is_loaded() -> None:
    code = """
import sys
import tests.core.test_worker_alone as test
test.test_a_pod_runs()
print(*sorted({m.split('.')[1] for m in sys.modules if m.startswith('podlab.')} - {'core'}))
"""
    # the package's own __init__ offers everything; what is asked here is what the core itself needs
    stub = "import sys, types; p = types.ModuleType('podlab'); p.__path__ = ['podlab']; sys.modules['podlab'] = p\n"
    stub += "a = types.ModuleType('podlab.api'); a.__path__ = ['podlab/api']; sys.modules['podlab.api'] = a\n"
    done = subprocess.run([sys.executable, "-c", stub + code], capture_output=True, text=True, check=False, cwd=PROJECT)
    assert (done.stdout.split(), done.stderr) == (["api"], "")
