"""Random scenarios for property tests: pods as people write them, and what is done to them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

import podlab as pl
from podlab.simulation import Scenario

COMMANDS = (
    "exit 0",
    "exit 1",
    "sleep 3",
    "sleep 7; exit 2",
    "sleep 40",
    "sleep 3600",
    'trap "exit 0" TERM; while true; do sleep 1; done',
    'trap "sleep 4; exit 3" TERM; while true; do sleep 1; done',
    'trap "" TERM; while true; do sleep 1; done',
    "touch /v/f; sleep 20; rm /v/f; sleep 600",
    "cat /v/f || exit 4; sleep 9",
    "sleep 2; tail /dev/zero",
)
PROBES = (
    {"exec": {"command": ["cat", "/v/f"]}, "periodSeconds": 3, "failureThreshold": 2},
    {"exec": {"command": ["true"]}, "periodSeconds": 5},
    {"tcpSocket": {"port": 80}, "initialDelaySeconds": 4, "periodSeconds": 4},
)
HOOKS = ({"sleep": {"seconds": 2}}, {"exec": {"command": ["sh", "-c", "sleep 3"]}}, {"exec": {"command": ["false"]}})


@st.composite
def containers(draw: st.DrawFn, name: str, *, kind: str = "regular") -> dict[str, Any]:
    """One container; `kind` is regular, init or sidecar."""
    image = draw(st.sampled_from(("busybox:1.36", "busybox:1.36", "busybox:1.36", "nginx", "missing:1")))
    spec: dict[str, Any] = {"name": name, "image": image, "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    if image.startswith("busybox"):
        pool = COMMANDS[:4] if kind == "init" else COMMANDS
        spec["command"] = ["sh", "-c", draw(st.sampled_from(pool))]
    if kind == "sidecar":
        spec["restartPolicy"] = "Always"
    if kind != "init":
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if draw(st.integers(0, 4)) == 0:
                spec[probe] = draw(st.sampled_from(PROBES))
        if draw(st.integers(0, 4)) == 0:
            spec["lifecycle"] = {draw(st.sampled_from(("preStop", "postStart"))): draw(st.sampled_from(HOOKS))}
    if draw(st.integers(0, 3)) == 0:
        spec["resources"] = {"limits": {"memory": "20Mi"}}
    return spec


@st.composite
def pods(draw: st.DrawFn, name: str = "p") -> dict[str, Any]:
    """One pod manifest."""
    spec: dict[str, Any] = {
        "restartPolicy": draw(st.sampled_from(("Always", "OnFailure", "Never"))),
        "terminationGracePeriodSeconds": draw(st.sampled_from((3, 5, 30))),
        "volumes": [{"name": "v", "emptyDir": {}}],
        "containers": [draw(containers(n)) for n in ("a", "b", "c")[: draw(st.integers(1, 3))]],
    }
    inits = [draw(containers(n, kind=draw(st.sampled_from(("init", "sidecar"))))) for n in ("i", "j")]
    if count := draw(st.integers(0, 2)):
        spec["initContainers"] = inits[:count]
    if draw(st.integers(0, 4)) == 0:
        spec["shareProcessNamespace"] = True
    if draw(st.integers(0, 5)) == 0:
        spec["activeDeadlineSeconds"] = draw(st.sampled_from((5, 30)))
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


@st.composite
def gestures(draw: st.DrawFn, pod: str = "p") -> Any:
    """One gesture at a whole or half second; now and then at something that is not there."""
    at = draw(st.integers(0, 120)) / 2
    what = draw(st.sampled_from(("kill", "kill", "kill", "kill_sandbox", "delete", "node", "probe", "memory")))
    if what == "kill":
        container = draw(st.sampled_from(("a", "b", "c", "i", "nobody")))
        return pl.kill(f"{pod}/{container}", at, draw(st.sampled_from(("SIGKILL", "SIGTERM"))))
    if what == "kill_sandbox":
        return pl.kill_sandbox(pod, at)
    if what == "delete":
        return pl.delete(pod, at, draw(st.sampled_from((None, 0, 1, 5))))
    container = f"{pod}/{draw(st.sampled_from(('a', 'b', 'i')))}"
    if what == "probe":
        make = draw(st.sampled_from((pl.fail_probe, pl.recover_probe)))
        return make(container, at, draw(st.sampled_from(("readiness", "liveness", "startup"))))
    if what == "memory":
        return pl.fill_memory(container, at)
    return draw(st.sampled_from((pl.node_down, pl.node_up, pl.drain)))("node-1", at)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A pod, the world it meets, and up to three gestures."""
    scenario = pl.load(draw(pods())).with_world(missing_images=("missing:1",))
    if draw(st.booleans()):
        scenario = scenario.timed(pl.Timing.recorded(seed=draw(st.integers(0, 3))))
    return scenario.but(*draw(st.lists(gestures(), max_size=3)))
