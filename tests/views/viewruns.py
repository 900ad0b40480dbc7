"""Simulated runs to look at, in ideal time, where many states last no time at all."""

from functools import cache

import podlab as pl
from podlab.simulation.trace import Trace

POD = """apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  restartPolicy: {policy}
  terminationGracePeriodSeconds: 5
{containers}"""

PROBED = """  containers:
  - name: web
    image: busybox
    command: [sh, -c, "sleep 1000"]
    livenessProbe: {exec: {command: [cat, /tmp/x]}, periodSeconds: 5, failureThreshold: 2}
"""
REPLICAS = """apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: busybox, command: [sh, -c, "sleep 1000"]}]}
---
{apiVersion: v1, kind: Node, metadata: {name: node-1}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-2}}
"""


def containers(kind: str = "containers", **commands: str) -> str:
    lines = (f'  - {{name: {n}, image: busybox, command: [sh, -c, "{c}"]}}\n' for n, c in commands.items())
    return f"  {kind}:\n{''.join(lines)}"


PREPARE = containers("initContainers", prepare="sleep 2")
FAILS = containers("initContainers", prepare="sleep 2; exit 3")
TWO = containers(web="sleep 1000", log="sleep 1000")
CRASH = containers(web="sleep 5; exit 1", log="sleep 1000")

STORIES = {
    "crash": (CRASH, "Always", ()),
    "killed": (TWO, "Always", (pl.kill("shop/web", at=20),)),
    "killed for good": (TWO, "Never", (pl.kill("shop/web", at=20),)),
    "pause killed": (TWO, "Always", (pl.kill_sandbox("shop", at=20),)),
    "init, pause killed": (PREPARE + TWO, "Always", (pl.kill_sandbox("shop", at=20),)),
    "init fails": (FAILS + TWO, "Always", ()),
    "init fails for good": (FAILS + TWO, "Never", ()),
    "deleted": (TWO, "Always", (pl.delete("shop", at=20),)),
    "liveness": (PROBED, "Always", ()),
    "done": (containers(web="sleep 3", log="sleep 4; exit 1"), "Never", ()),
}


@cache
def simulated(name: str) -> Trace:
    """A story by its name, run for two minutes."""
    body, policy, gestures = STORIES[name]
    return pl.run(pl.load(POD.format(policy=policy, containers=body)).but(*gestures), until=120)


@cache
def replicas() -> Trace:
    """Two pods of one ReplicaSet on two nodes: the first is killed, and the node of the second dies."""
    return pl.run(pl.load(REPLICAS).but(pl.kill("web[0]/app", at=20), pl.node_down("node-2", at=30)), until=120)
