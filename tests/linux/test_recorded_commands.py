"""The commands of recorded pods, run without a kubelet: their logs, exit codes and messages are the recorded ones."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from lightkube.models.core_v1 import Pod
from one_node import Cluster, lines

from podlab.linux import PodVolumes

TRACES = Path(__file__).parents[1] / "reference" / "data" / "traces"


def play(story):
    """Init containers one after another, then the others at the same time, for 30 s."""
    cluster = Cluster()
    pod = msgspec.convert(story["manifests"][0], Pod)
    sandbox = cluster.runtime.run_pod_sandbox(pod, attempt=0, ip="10.244.0.9", volumes=PodVolumes(pod))
    made = []
    for together in (*([spec] for spec in pod.spec.initContainers or ()), pod.spec.containers):
        new = [
            cluster.runtime.create_container(sandbox, pod, spec, memory_limit=_limit(spec), env={}) for spec in together
        ]
        for container in new:
            cluster.runtime.start_container(container)
        cluster.loop.run_until(cluster.loop.now + 30)
        made += new
    return made


def _limit(spec):
    limits = (spec.resources.limits if spec.resources else None) or {}
    return int(limits["memory"].removesuffix("Mi")) << 20 if "memory" in limits else None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("shared-net", id="a port on localhost, the hostname, host aliases"),
        pytest.param("shared-volume", id="an emptyDir at two places"),
        pytest.param("own-pid-ps", id="ps, each container with its own processes"),
        pytest.param("shared-pid-ps", id="ps, all in one PID namespace"),
        pytest.param("war-init", id="an init container copies a file for another"),
        pytest.param("oom", id="too much memory"),
        pytest.param("termination-message", id="a termination message"),
    ],
)
def test_a_recorded_pod_says_what_it_said(name):
    story = json.loads((TRACES / f"{name}.json").read_text(encoding="utf-8"))
    made = play(story)
    assert {f"p/{c.name}/0.log": lines(c) for c in made} == story["logs"]
    last = story["pods"]["p"][-1]
    for status in last["containerStatuses"]:
        real = (status["state"] or {}).get("terminated")
        container = next(c for c in made if c.name == status["name"])
        if real:
            got = (container.exit_code, container.reason, container.message)
            assert got == (real["exitCode"], real["reason"], real.get("message"))
        else:
            assert container.state == "running"
