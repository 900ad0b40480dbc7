"""postStart and preStop: a command in the container, an HTTP request to it, or a sleep.

Models pkg/kubelet/lifecycle/handlers.go.
"""

from __future__ import annotations

from lightkube.models.core_v1 import LifecycleHandler

from podlab.api.parts import meta_of
from podlab.core.engine import task
from podlab.core.engine.container_run import Record
from podlab.core.engine.ports import PodView
from podlab.core.engine.task import Latch, Steps
from podlab.kubelet.probe_handlers import http_request


def run_hook(worker: PodView, record: Record, hook: LifecycleHandler, name: str, limit: float | None = None) -> Steps:
    """Run a hook, for at most `limit` seconds. Returns None, or how it failed; a failed hook leaves an event."""
    error: str | None = None
    if hook.exec is not None:
        error = yield from _exec(worker, record, list(hook.exec.command or ()), limit)
    elif hook.httpGet is not None:
        done, call = http_request(worker, record, hook.httpGet)
        ok, text = (yield done) if limit is None else (yield from _limited(worker, done, limit))
        call.cancel()
        error = None if ok else text
    elif hook.sleep is not None:
        seconds = float(hook.sleep.seconds or 0)
        yield from task.within(worker.loop, record.ended, min(seconds, limit or seconds))
        error = "context deadline exceeded" if limit is not None and seconds > limit else None
    if error is not None:
        kind = "FailedPreStopHook" if name == "preStop" else "FailedPostStartHook"
        worker.event(
            "Warning", kind, "PreStopHook failed" if name == "preStop" else "PostStartHook failed", record.spec
        )
    return error


def _exec(worker: PodView, record: Record, command: list[str], limit: float | None) -> Steps:
    done = Latch()
    running = worker.node.runtime.exec(record.container, command, lambda code, out: done.set((code, out)))
    if limit is not None and not done.is_set:
        in_time = yield from task.within(worker.loop, done, limit)
        if not in_time:
            running.kill()
            return f"command '{' '.join(command)}' timed out"
    code, output = yield done
    if code == 0:
        return None
    pod = meta_of(worker.pod)
    return (
        f'Exec lifecycle hook ([{" ".join(command)}]) for Container "{record.name}" in Pod '
        f"\"{pod.name}_{pod.namespace}({pod.uid})\" failed - error: command '{' '.join(command)}' exited with {code}: "
        f'{output}, message: "{output}"'
    )


def _limited(worker: PodView, done: Latch, limit: float) -> Steps:
    in_time = yield from task.within(worker.loop, done, limit)
    return done.value if in_time else (False, "context deadline exceeded")
