"""Random stories for `tools/digest.py`: the same number makes the same story, today and after every change.

They are made of plain dictionaries with Python's own generator, so that neither a newer hypothesis nor a change of
podlab changes what is asked; only what podlab answers may change.
"""

from __future__ import annotations

import random
from typing import Any

import podlab as pl

COMMANDS = (
    "exit 0",
    "exit 1",
    "sleep 3",
    "sleep 7; exit 2",
    "sleep 40",
    "sleep 3600",
    "echo begins; sleep 2; echo ends",
    'trap "exit 0" TERM; while true; do sleep 1; done',
    'trap "sleep 4; exit 3" TERM; while true; do sleep 1; done',
    'trap "" TERM; while true; do sleep 1; done',
    "touch /v/f; sleep 20; rm /v/f; sleep 600",
    "cat /v/f || exit 4; sleep 9",
    "i=0; while [ $i -lt 9 ]; do i=$((i+1)); echo $i; sleep 3; done",
    "ls / | sort; hostname; date; sleep 100",
    "sleep 2; tail /dev/zero",
)
PROBES = (
    {"exec": {"command": ["cat", "/v/f"]}, "periodSeconds": 3, "failureThreshold": 2},
    {"exec": {"command": ["true"]}, "periodSeconds": 5},
    {"tcpSocket": {"port": 80}, "initialDelaySeconds": 4, "periodSeconds": 4},
    {"httpGet": {"port": 80, "path": "/"}, "periodSeconds": 6},
)
HOOKS = ({"sleep": {"seconds": 2}}, {"exec": {"command": ["sh", "-c", "sleep 3"]}}, {"exec": {"command": ["false"]}})


def scenario(number: int) -> pl.Scenario:
    """The story of this number: one or two pods or a controller, on one or two nodes, and up to four gestures."""
    dice = random.Random(number)
    kind = dice.choice(("pod", "pod", "pod", "pods", "deployment", "replicaset", "job"))
    names = ("p", "q") if kind == "pods" else ("p",)
    objects = [pod(dice, name) for name in names] if kind.startswith("pod") else [controller(dice, kind)]
    if dice.random() < 0.3:
        objects.append(service())
    nodes = ("node-1", "node-2")[: dice.randint(1, 2)]
    timing = pl.Timing.recorded(seed=number) if dice.random() < 0.4 else pl.Timing.ideal()
    story = pl.load(objects, timing=timing, seed=number % 3)
    story = story.with_world(nodes=nodes, missing_images=("missing:1",))
    target = "p" if kind.startswith("pod") else "p[0]"
    return story.but(*(gesture(dice, target, kind) for _ in range(dice.randint(0, 4))))


def container(dice: random.Random, name: str, *, init: bool = False) -> dict[str, Any]:
    """One container: an image, a command where it needs one, now and then probes, a hook, a limit."""
    image = dice.choice(("busybox:1.36", "busybox:1.36", "busybox:1.36", "nginx", "redis", "missing:1"))
    spec: dict[str, Any] = {"name": name, "image": image, "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    if image.startswith("busybox"):
        spec["command"] = ["sh", "-c", dice.choice(COMMANDS[:4] if init else COMMANDS)]
    if not init:
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if dice.random() < 0.25:
                spec[probe] = dict(dice.choice(PROBES))
        if dice.random() < 0.2:
            spec["lifecycle"] = {dice.choice(("preStop", "postStart")): dice.choice(HOOKS)}
    if dice.random() < 0.25:
        spec["resources"] = {"limits": {"memory": "20Mi"}}
    return spec


def pod_spec(dice: random.Random) -> dict[str, Any]:
    """A pod's spec with up to three containers and up to two init containers."""
    spec: dict[str, Any] = {
        "terminationGracePeriodSeconds": dice.choice((3, 5, 30)),
        "volumes": [{"name": "v", "emptyDir": {}}],
        "containers": [container(dice, name) for name in ("a", "b", "c")[: dice.randint(1, 3)]],
    }
    inits = [container(dice, name, init=dice.random() < 0.5) for name in ("i", "j")[: dice.choice((0, 0, 0, 1, 2))]]
    for one in inits:
        if any(field.endswith("Probe") for field in one) or "lifecycle" in one or dice.random() < 0.4:
            one["restartPolicy"] = "Always"
    if inits:
        spec["initContainers"] = inits
    if dice.random() < 0.2:
        spec["shareProcessNamespace"] = True
    if dice.random() < 0.15:
        spec["activeDeadlineSeconds"] = dice.choice((5, 30))
    return spec


def pod(dice: random.Random, name: str) -> dict[str, Any]:
    """A pod's manifest."""
    spec = pod_spec(dice) | {"restartPolicy": dice.choice(("Always", "OnFailure", "Never"))}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "p"}}, "spec": spec}


def controller(dice: random.Random, kind: str) -> dict[str, Any]:
    """A Deployment, ReplicaSet or Job that is called p."""
    template = {"metadata": {"labels": {"app": "p"}}, "spec": pod_spec(dice)}
    if kind == "job":
        template["spec"].pop("activeDeadlineSeconds", None)
        template["spec"]["restartPolicy"] = dice.choice(("OnFailure", "Never"))
        spec: dict[str, Any] = {"completions": dice.randint(1, 4), "parallelism": dice.randint(1, 3)}
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "p"},
            "spec": spec | {"template": template},
        }
    template["spec"].pop("activeDeadlineSeconds", None)
    spec = {"replicas": dice.randint(1, 5), "selector": {"matchLabels": {"app": "p"}}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": {"deployment": "Deployment", "replicaset": "ReplicaSet"}[kind],
        "metadata": {"name": "p"},
        "spec": spec,
    }


def service() -> dict[str, Any]:
    """A Service in front of the pods."""
    spec = {"selector": {"app": "p"}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": spec}


def gesture(dice: random.Random, pod: str, kind: str) -> Any:
    """One gesture at a whole or half second; now and then at something that is not there."""
    at = dice.randint(0, 160) / 2
    what = dice.choice(("kill", "kill", "kill", "sandbox", "delete", "node", "probe", "memory", "scale", "typed"))
    of = f"{pod}/{dice.choice(('a', 'b', 'c', 'i', 'nobody'))}"
    if what == "kill":
        return pl.kill(of, at, dice.choice(("SIGKILL", "SIGTERM")))
    if what == "sandbox":
        return pl.kill_sandbox(pod, at)
    if what == "delete":
        return pl.delete(pod, at, dice.choice((None, 0, 1, 5)))
    if what == "probe":
        make = dice.choice((pl.fail_probe, pl.recover_probe))
        return make(of, at, dice.choice(("readiness", "liveness", "startup")))
    if what == "memory":
        return pl.fill_memory(of, at)
    if what == "scale" and kind in ("deployment", "replicaset"):
        return pl.scale("p", at, dice.randint(0, 6))
    if what == "typed":
        return pl.typed(dice.choice(("label pods -l app=p color=red", "delete pods -l app=p", "get pods")), at)
    return dice.choice((pl.node_down, pl.node_up, pl.drain))("node-1", at)
