"""How the kubelet starts a container: back-off, image, configuration, create, start, postStart hook.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer and doBackOff in kuberuntime_manager.go.
"""

from __future__ import annotations

from typing import NamedTuple

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.api.parts import meta_of
from podlab.core.engine.pod_state import PodState
from podlab.core.engine.ports import ConfigError
from podlab.core.engine.runtime import StartError
from podlab.core.engine.stop import kill_container
from podlab.core.engine.task import Steps
from podlab.core.rules.backoff import crash_message

NO_SANDBOX = "failed to create containerd container: failed to get sandbox container task: no running task found"


class SyncError(NamedTuple):
    """Why a container could not be started: what it shows while it waits, and when the back-off is over, if it is one.

    `made`: there is a container all the same, one that did not start or did not last.
    """

    reason: str
    message: str
    expires: float | None = None
    made: bool = False


def start_container(worker: PodState, spec: ContainerSpec, *, init: bool) -> Steps:
    """Start one container. Returns None, or a SyncError."""
    node, pod = worker.node, worker.pod
    refusal = back_off(worker, spec)
    if refusal is not None:
        return refusal
    no_image = yield from node.ensure_image(worker, spec)
    if no_image is not None:
        return SyncError(no_image.reason, no_image.message)
    try:
        config = node.container_config(worker, spec)
    except ConfigError as error:
        worker.event("Warning", "Failed", f"Error: {error}", spec)
        return SyncError("CreateContainerConfigError", str(error))
    if worker.stage != "sync":
        return SyncError("ContainerCreating", "")
    sandbox = worker.sandbox
    if sandbox is None:  # pause has died during this sync; the next one makes a new sandbox
        text = f"{NO_SANDBOX}: task {worker.sandboxes[0].id} not found: not found"
        worker.event("Warning", "Failed", f"Error: {text}", spec)
        return SyncError("CreateContainerError", text)
    count = worker.next_restart_count(spec.name)
    container = node.runtime.create_container(
        sandbox, pod, spec, restart_count=count, env=config.env, memory_limit=config.memory_limit
    )
    worker.event("Normal", "Created", "Container created", spec)
    record = worker.add_record(container, spec, init=init)
    yield node.timing.start
    if worker.stage == "abandoned":
        return None
    try:
        node.runtime.start_container(container)
    except StartError as error:
        record.see()
        node.run_failed(worker, record)
        worker.event("Warning", "Failed", f"Error: {error}", spec)
        return SyncError("RunContainerError", str(error), made=True)
    node.run_started(worker, record)
    worker.event("Normal", "Started", "Container started", spec)
    hook = spec.lifecycle.postStart if spec.lifecycle is not None else None
    if hook is not None:
        error_text = yield from node.run_hook(worker, record, hook, "postStart")
        if error_text is not None:
            yield from kill_container(worker, record, "FailedPostStartHook", "")
            return SyncError("PostStartHookError", error_text, made=True)
    return None


def back_off(worker: PodState, spec: ContainerSpec) -> SyncError | None:
    """The refusal to restart a container yet, or None when it may start. Models doBackOff."""
    now = worker.loop.now
    exited = next((r for r in worker.records.get(spec.name, ()) if r.exited), None)
    decision = worker.crash_backoff.may_restart(
        worker.backoff_keys[spec.name], exited.finished_at if exited is not None else None, now
    )
    if decision.granted:
        return None
    meta = meta_of(worker.pod)
    text = f"Back-off restarting failed container {spec.name} in pod {meta.name}_{meta.namespace}({meta.uid})"
    worker.event("Warning", "BackOff", text, spec)
    return SyncError("CrashLoopBackOff", crash_message(decision.duration, worker.pod, spec.name), decision.until)
