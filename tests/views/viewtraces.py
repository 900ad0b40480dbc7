"""Traces to look at: recorded stories of a real cluster, and made ones where much happens at one instant."""

from pathlib import Path
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.core.engine.history import Change, Event, Gesture, Run, SandboxSpan
from podlab.simulation.trace import Trace

STORIES = Path(__file__).parent.parent / "reference" / "data" / "traces"

RUNNING = {"running": {}}
CREATING = {"waiting": {"reason": "ContainerCreating"}}


def ended(code: int, reason: str | None = None) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason or ("Error" if code else "Completed")}}


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": message}}


def status(name: str, state: dict[str, Any], run: int = 0, last: dict[str, Any] | None = None) -> dict[str, Any]:
    """A container status; a running container is ready."""
    alive = "running" in state
    return {
        "name": name,
        "image": "x",
        "imageID": "",
        "ready": alive,
        "started": alive,
        "restartCount": run,
        "state": state,
        "lastState": last or {},
    }


def change(t: float, *statuses: dict[str, Any], name: str = "shop", phase: str = "Running", **spec: Any) -> Change:
    """One change of a pod with the given containers; `spec` overrides the pod's spec."""
    spec = {"nodeName": "node-1", "containers": [{"name": s["name"], "image": "busybox"} for s in statuses]} | spec
    pod = {
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
        "status": {"phase": phase, "podIP": "10.244.1.7", "containerStatuses": list(statuses)},
    }
    return Change(t, Pod.from_dict(pod))


def at_once() -> Trace:
    """`web` is killed at 20 s and, in ideal time, runs again at the same instant; at 40 s it ends and waits 10 s."""
    log = status("log", RUNNING)
    crash = "back-off 10s restarting failed container=web pod=shop_default(u)"
    return Trace(
        until=60.0,
        changes=(
            change(0.0, status("web", CREATING), status("log", CREATING), phase="Pending"),
            change(1.0, status("web", RUNNING), log),
            change(20.0, status("web", ended(137)), log),
            change(20.0, status("web", RUNNING, 1, ended(137)), log),
            change(40.0, status("web", ended(1), 1), log),
            change(50.0, status("web", waiting("CrashLoopBackOff", crash), 1, ended(1)), log),
            change(50.0, status("web", RUNNING, 2, ended(1)), log),
        ),
        events=(
            Event(1.0, "Pod/shop", "Normal", "Started", "Container started", "spec.containers{web}"),
            Event(40.0, "Pod/shop", "Warning", "BackOff", "Back-off restarting failed container web in pod shop",
                  "spec.containers{web}"),
        ),
        runs=(
            Run("shop", "web", 0, 1.0, 20.0, 137), Run("shop", "web", 1, 20.0, 40.0, 1), Run("shop", "web", 2, 50.0),
            Run("shop", "log", 0, 1.0),
        ),
        sandboxes=(SandboxSpan("shop", 0, 0.5, "10.244.1.7"),),
        gestures=(Gesture(20.0, "kill", "shop/web", "SIGKILL"),),
    )  # fmt: skip


def many_pods() -> Trace:
    """Six pods; the second crashes once and runs again at the same instant, the last ends and is deleted."""
    changes = []
    for i in range(6):
        name = f"web-{i}"
        changes += [change(i, status("app", CREATING), name=name, phase="Pending")]
        changes += [change(i + 2, status("app", RUNNING), name=name)]
    crash = status("app", ended(1)), status("app", RUNNING, 1, ended(1))
    changes += [change(31, one, name="web-1") for one in crash]
    over = change(44, status("app", ended(0)), name="web-5", phase="Succeeded")
    changes += [over, Change(45, over.pod, deleted=True)]
    return Trace(
        60.0, tuple(sorted(changes, key=lambda c: c.t)), gestures=(Gesture(31, "kill", "web-1/app", "SIGKILL"),)
    )


ALL_STORIES = sorted(path.stem for path in STORIES.glob("*.json") if not path.stem.startswith("_"))
