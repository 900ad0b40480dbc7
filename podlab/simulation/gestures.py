"""Carrying out a gesture. One whose target is gone leaves a note; it never raises."""

from __future__ import annotations

import re
import signal
from copy import copy
from functools import partial
from typing import TYPE_CHECKING

from lightkube.models.core_v1 import Pod

from podlab.api.parts import is_deleted, key_of, name_of, spec_of, uid_of
from podlab.core.engine import action as do
from podlab.core.engine.action import Intervention
from podlab.core.engine.container_run import Record
from podlab.core.engine.history import Gesture

if TYPE_CHECKING:
    from podlab.apiserver import LiveApi
    from podlab.core.engine.pod_worker import PodWorker
    from podlab.kubectl.call import Result
    from podlab.kubelet.node import Node
    from podlab.simulation.engine import Simulation


_MADE = re.compile(r"(?P<before>(?:^|\s)(?:pods?/|po/)?)(?P<key>[a-z0-9][a-z0-9.-]*\[\d+\])(?=\s|$)")


class NoTarget(Exception):
    """There is nothing a gesture could be done to; the text says why."""


def perform(sim: Simulation, gesture: Intervention) -> None:
    """Do it now, and write down that it was done, or why nothing could be done."""
    note: str | None = None
    effect = ""
    try:
        if isinstance(gesture, do.Kill):
            effect = _kill(sim, gesture)
        else:
            _do(sim, gesture)
    except NoTarget as reason:
        note = str(reason)
    sim.recorder.gestures.append(Gesture(sim.loop.now, gesture.verb, gesture.target, detail(gesture), note, effect))


def _kill(sim: Simulation, gesture: do.Kill) -> str:
    """Send the signal; returns what became of it, as of `podlab.linux.signalling.deliver`."""
    pod_name, _, container = gesture.target.rpartition("/")
    worker = _worker(sim, pod_name)
    _known(worker, container)
    return worker.node.runtime.signal(_running(worker, container).container, signal.Signals[gesture.signal])


def detail(gesture: Intervention) -> str:
    """What a gesture says beside its verb and target."""
    match gesture:
        case do.Kill():
            return gesture.signal
        case do.Delete() if gesture.grace_period is not None:
            return f"grace period {gesture.grace_period} s"
        case do.SetCondition():
            return f"{gesture.type}={gesture.status}"
        case do.FailProbe() | do.RecoverProbe():
            return gesture.probe
        case do.Scale():
            return f"to {gesture.replicas}"
    return ""


def _do(sim: Simulation, gesture: Intervention) -> None:
    match gesture:
        case do.NodeDown() | do.NodeUp() | do.DeleteNode() | do.Drain():
            _to_node(sim, _node(sim, gesture.target), gesture)
        case do.Scale():
            _scale(sim, gesture)
        case do.Typed():
            _type(sim, gesture)
        case do.Delete():
            pod = _pod(sim, gesture.target)
            if is_deleted(pod) and gesture.grace_period is None:
                raise NoTarget(f"pod {gesture.target!r} is being deleted already")
            sim.api.delete(uid_of(pod), gesture.grace_period)
        case do.Evict():
            _evict(sim, _pod(sim, gesture.target))
        case do.SetCondition():
            sim.set_condition(_pod(sim, gesture.target), gesture.type, gesture.status)
        case do.KillSandbox():
            worker = _worker(sim, gesture.target)
            if worker.sandbox is None:
                raise NoTarget(f"pod {gesture.target!r} has no sandbox at this moment")
            worker.node.runtime.signal_sandbox(worker.sandbox, signal.SIGKILL)
        case _:
            pod_name, _, container = gesture.target.rpartition("/")
            _to_container(_worker(sim, pod_name), container, gesture)


def _evict(sim: Simulation, pod: Pod) -> None:
    from podlab.apiserver.eviction import evict
    from podlab.kubectl.store import ApiError  # here, since few scenarios evict

    try:
        evict(sim, pod, None)
    except ApiError as refusal:
        raise NoTarget(refusal.message) from None


def _to_node(sim: Simulation, node: Node, gesture: Intervention) -> None:
    if isinstance(gesture, do.Drain):
        node.cordoned = True
        node.announce()
        for pod in [p for p in sim.api.pods.values() if spec_of(p).nodeName == node.name and not is_deleted(p)]:
            sim.api.delete(uid_of(pod), None)
    elif isinstance(gesture, do.DeleteNode):
        if node.gone:
            raise NoTarget(f"node {node.name!r} has been deleted already")
        sim.delete_node(node.name)
    elif isinstance(gesture, do.NodeUp):
        if not node.down and not node.gone:
            raise NoTarget(f"the kubelet of {node.name!r} runs already")
        node.come_back()
        sim.kubelet_started(node.name)
    else:
        if node.down:
            raise NoTarget(f"the kubelet of {node.name!r} has stopped already")
        node.go_down()
        sim.node_down(node.name)


def _scale(sim: Simulation, gesture: do.Scale) -> None:
    kinds = ("deployment", "replicaset", "replicationcontroller")
    of_kind = [o for (kind, _, _), o in sim.api.others.items() if kind in kinds]
    found = [o for o in of_kind if gesture.target in (name_of(o), key_of(o))]
    if not found:
        raise NoTarget(f"there is no Deployment, ReplicaSet or ReplicationController {gesture.target!r} at this moment")
    changed = copy(found[0])
    changed.spec = copy(changed.spec)
    changed.spec.replicas = gesture.replicas
    sim.api.replace_object(changed)


def _type(sim: Simulation, gesture: do.Typed) -> None:
    from podlab.apiserver import LiveApi
    from podlab.kubectl.cli import Kubectl  # here, since only a scenario with typed commands needs all of kubectl

    files = dict(gesture.files)

    def read_file(name: str) -> str:
        if name not in files:
            raise FileNotFoundError(name)
        return files[name]

    api = LiveApi(sim, waits=False)
    command = _MADE.sub(partial(_real_name, sim), gesture.target)
    result = Kubectl(api, read_file=read_file).run(command, gesture.stdin)
    note = note_of(result, api)
    if note is not None:
        raise NoTarget(note)


def note_of(result: Result, api: LiveApi) -> str | None:
    """What is noted of a command that failed before anything had to be waited for."""
    return result.stderr.strip() if result.rc and not api.waited else None


def _real_name(sim: Simulation, match: re.Match[str]) -> str:
    """What the pod is really called that a command names as "web[0]", the first that the controller web has made."""
    pod = sim.api.find_pod(match["key"])
    return match["before"] + (name_of(pod) if pod is not None else match["key"])


def _to_container(worker: PodWorker, name: str, gesture: Intervention) -> None:
    _known(worker, name)
    match gesture:
        case do.FailProbe() | do.RecoverProbe():
            _to_probe(worker, name, gesture)
        case do.FillMemory():
            record = _running(worker, name)
            if record.container.memory_limit is None:
                raise NoTarget(f"container {name!r} has no memory limit, so nothing stops it")
            worker.node.runtime.fill_memory(record.container)
        case _:
            raise TypeError(f"{gesture!r} is not a gesture podlab can carry out")


def _known(worker: PodWorker, name: str) -> None:
    """Refuse the name of a container that the pod does not have."""
    known = [c.name for c in (*worker.init_specs, *worker.specs)]
    if name not in known:
        raise NoTarget(f"pod {worker.key!r} has no container {name!r}; it has {', '.join(known)}")


def _to_probe(worker: PodWorker, name: str, gesture: do.FailProbe | do.RecoverProbe) -> None:
    spec = next(c for c in (*worker.init_specs, *worker.specs) if c.name == name)
    if getattr(spec, f"{gesture.probe}Probe") is None:
        raise NoTarget(f"container {name!r} has no {gesture.probe} probe")
    if isinstance(gesture, do.FailProbe):
        worker.prober.make_fail(name, gesture.probe)
    else:
        worker.prober.recover(name, gesture.probe)


def _running(worker: PodWorker, name: str) -> Record:
    record = worker.newest(name)
    if record is None or not record.alive:
        raise NoTarget(f"container {name!r} does not run at this moment")
    return record


def _node(sim: Simulation, name: str) -> Node:
    node = sim.nodes.get(name)
    if node is None:
        raise NoTarget(f"there is no node {name!r}; there is {', '.join(map(repr, sim.nodes))}")
    return node


def _pod(sim: Simulation, key: str) -> Pod:
    pod = sim.api.find_pod(key)
    if pod is None:
        raise NoTarget(f"there is no pod {key!r} at this moment")
    return pod


def _worker(sim: Simulation, key: str) -> PodWorker:
    worker = sim.worker_of(_pod(sim, key))
    if worker is None:
        raise NoTarget(f"pod {key!r} is on no node")
    return worker
