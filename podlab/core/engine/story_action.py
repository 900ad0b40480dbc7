"""Gestures as a story's file has them, and back: JSON objects such as {"t": 5, "do": "kill", "pod": …}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from podlab.api.mistakes import WrongType, WrongValue
from podlab.core.engine.action import (
    Delete,
    DeleteNode,
    Drain,
    Evict,
    FailProbe,
    FillMemory,
    Intervention,
    Kill,
    KillSandbox,
    NodeDown,
    NodeUp,
    RecoverProbe,
    Requested,
    Scale,
    SetCondition,
    Typed,
    delete,
    delete_node,
    drain,
    evict,
    fail_probe,
    fill_memory,
    kill,
    kill_sandbox,
    node_down,
    node_up,
    recover_probe,
    requested,
    scale,
    set_condition,
    typed,
)


def from_action(action: Mapping[str, Any], pods: Mapping[str, str]) -> Intervention:
    """A gesture from a story's action `{t, do, …}`; with `last: true` it comes after all else of its instant.

    `pods` maps the story's pods to what podlab calls them; the first is meant when none is named.
    """
    gesture = _from_action(action, pods)
    return replace(gesture, last=True) if action.get("last") is True and not gesture.closes else gesture


def _from_action(action: Mapping[str, Any], pods: Mapping[str, str]) -> Intervention:
    do, t = action.get("do"), float(action.get("t", 0))
    named = action.get("pod") or action.get("result")
    pod = pods.get(str(named)) or action.get("pod") or next(iter(pods.values()), "")
    if do == "kill":
        sig = action.get("signal") or (str(action.get("result", "")).split() or ["SIGKILL"])[-1]
        return kill(f"{pod}/{action['container']}", t, sig if str(sig).upper().startswith("SIG") else "SIGKILL")
    if do == "killpause":
        return kill_sandbox(pod, t)
    if do == "delete":
        return delete(pod, t, action.get("grace"))
    if do == "evict":
        return evict(pod, t)
    if do == "nodedown":
        node = action.get("node") or next(
            (w for w in str(action.get("result", "")).split() if w.startswith("node-")), ""
        )
        return node_down(node or "node-2", t)
    container = f"{pod}/{action.get('container', '')}"
    match do:
        case "nodeup":
            return node_up(str(action.get("node", "")), t)
        case "deletenode":
            return delete_node(str(action.get("node", "")), t)
        case "drain":
            return drain(str(action.get("node", "")), t)
        case "failprobe":
            return fail_probe(container, t, str(action.get("probe", "readiness")))
        case "recoverprobe":
            return recover_probe(container, t, str(action.get("probe", "readiness")))
        case "fillmemory":
            return fill_memory(container, t)
        case "typed":
            return typed(str(action.get("command", "")), t, str(action.get("stdin", "")), action.get("files"))
        case "request":
            given = {"body": "sent", "content_type": "contentType", "agent": "agent"}
            more = {name: str(action[key]) for name, key in given.items() if key in action}
            return requested(str(action.get("call", "")), t, **more)
        case "scale":
            return scale(str(action.get("name", "")), t, action.get("replicas", 1))
    if do == "patch":
        for condition in action.get("body", {}).get("status", {}).get("conditions", ()):
            name = action.get("pod") or str(action.get("path", "")).split("/pods/")[-1].split("/")[0] or pod
            return set_condition(name, t, condition["type"], condition.get("status", "True"))
    raise WrongValue(
        f"actions: podlab does not know how to do {do!r}; it knows kill, killpause, delete, evict, patch, nodedown, "
        "nodeup, deletenode, drain, failprobe, recoverprobe, fillmemory, scale, typed and request"
    )


def to_action(gesture: Intervention) -> dict[str, Any]:
    """The story's action for a gesture: the other way round."""
    return _to_action(gesture) | ({"last": True} if gesture.last else {})


def _to_action(gesture: Intervention) -> dict[str, Any]:
    match gesture:
        case Kill():
            pod, _, container = gesture.target.rpartition("/")
            return {"t": gesture.at, "do": "kill", "pod": pod, "container": container, "signal": gesture.signal}
        case KillSandbox():
            return {"t": gesture.at, "do": "killpause", "pod": gesture.target}
        case Delete():
            grace = {} if gesture.grace_period is None else {"grace": gesture.grace_period}
            return {"t": gesture.at, "do": "delete", "pod": gesture.target, **grace}
        case Evict():
            return {"t": gesture.at, "do": "evict", "pod": gesture.target}
        case NodeDown() | NodeUp() | DeleteNode() | Drain():
            return {"t": gesture.at, "do": gesture.verb.replace("_", ""), "node": gesture.target}
        case FailProbe() | RecoverProbe() | FillMemory():
            pod, _, container = gesture.target.rpartition("/")
            probe = {} if isinstance(gesture, FillMemory) else {"probe": gesture.probe}
            do = gesture.verb.replace("_", "")
            return {"t": gesture.at, "do": do, "pod": pod, "container": container, **probe}
        case Typed():
            more = {"stdin": gesture.stdin, "files": dict(gesture.files)}
            given = {name: value for name, value in more.items() if value}
            return {"t": gesture.at, "do": "typed", "command": gesture.target, **given}
        case Requested():
            named = {"sent": gesture.body, "contentType": gesture.content_type, "agent": gesture.agent}
            kept = {name: value for name, value in named.items() if value}
            return {"t": gesture.at, "do": "request", "call": gesture.target, **kept}
        case Scale():
            return {"t": gesture.at, "do": "scale", "name": gesture.target, "replicas": gesture.replicas}
        case SetCondition():
            body = {"status": {"conditions": [{"type": gesture.type, "status": gesture.status}]}}
            path = f"/api/v1/namespaces/{{ns}}/pods/{gesture.target}/status"
            return {"t": gesture.at, "do": "patch", "pod": gesture.target, "path": path, "body": body}
    raise WrongType(f"{gesture!r} has no action")
