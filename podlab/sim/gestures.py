"""Carrying out a gesture. One whose target is gone leaves a note; it never raises."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from podlab.sim.interventions import Delete, Intervention, Kill, KillSandbox, NodeDown, SetCondition
from podlab.sim.objects import is_deleted, uid_of
from podlab.sim.trace import Gesture

if TYPE_CHECKING:
    from podlab.sim.engine import Simulation


def perform(sim: Simulation, gesture: Intervention) -> None:
    """Do it now, and write down that it was done, or why nothing could be done."""
    note = _do(sim, gesture)
    detail = ""
    if isinstance(gesture, Kill):
        detail = gesture.signal
    elif isinstance(gesture, Delete) and gesture.grace_period is not None:
        detail = f"grace period {gesture.grace_period} s"
    elif isinstance(gesture, SetCondition):
        detail = f"{gesture.type}={gesture.status}"
    sim.recorder.gestures.append(Gesture(sim.loop.now, gesture.verb, gesture.target, detail, note))


def _do(sim: Simulation, gesture: Intervention) -> str | None:
    if isinstance(gesture, NodeDown):
        node = sim.nodes.get(gesture.target)
        if node is None:
            return f"there is no node {gesture.target!r}"
        node.down = True
        sim.node_lifecycle.node_down(node.name)
        return None
    container = ""
    key = gesture.target
    if isinstance(gesture, Kill):
        key, _, container = key.rpartition("/")
    pod = sim.api.find_pod(key)
    if pod is None:
        return f"there is no pod {key!r} at this moment"
    if isinstance(gesture, Delete):
        if is_deleted(pod) and gesture.grace_period is None:
            return f"pod {key!r} is being deleted already"
        sim.api.delete(uid_of(pod), gesture.grace_period)
        return None
    if isinstance(gesture, SetCondition):
        sim.set_condition(pod, gesture.type, gesture.status)
        return None
    worker = sim.worker_of(pod)
    if worker is None:
        return f"pod {key!r} is on no node"
    if isinstance(gesture, KillSandbox):
        sandbox = worker.sandbox
        if sandbox is None:
            return f"pod {key!r} has no sandbox at this moment"
        worker.node.runtime.signal_sandbox(sandbox, signal.SIGKILL)
        return None
    if not isinstance(gesture, Kill):
        raise TypeError(f"{gesture!r} is not a gesture podlab can carry out")
    record = worker.newest(container)
    known = [c.name for c in (*worker.init_specs, *worker.specs)]
    if container not in known:
        names = ", ".join(known)
        return f"pod {key!r} has no container {container!r}; it has {names}"
    if record is None or not record.alive:
        return f"container {container!r} does not run at this moment"
    worker.node.runtime.signal(record.container, signal.Signals[gesture.signal])
    return None
