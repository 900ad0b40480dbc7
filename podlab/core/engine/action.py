"""Gestures: what a learner does to a running scenario, and when. Each is a value that carries its time."""

from __future__ import annotations

import signal as _signal
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from podlab.api.mistakes import WrongType, WrongValue, a_kind

POLICIES = ("Always", "OnFailure", "Never")
PROBES = ("readiness", "liveness", "startup")


@dataclass(frozen=True, slots=True)
class Intervention:
    """One gesture at `at` seconds. Printing it gives the code that makes it.

    It comes before all else of its instant; `last` means after all else, as what is done in a Session does.
    """

    verb: ClassVar[str] = ""
    asked: ClassVar[tuple[str, ...]] = ("at",)
    """What the function of this verb must be told, beside the target."""
    target: str
    at: float
    last: bool = field(default=False, kw_only=True)

    @property
    def closes(self) -> bool:
        """Whether it comes after all else of its instant."""
        return self.last

    def code(self) -> str:
        """The Python that makes this gesture."""
        args = [repr(self.target)]
        for f in sorted(fields(self), key=lambda f: f.name == "last"):
            value = getattr(self, f.name)
            if f.name != "target" and (f.name in self.asked or value != f.default):
                args.append(f"{f.name}={_written(f.name, value)}")
        return f"{self.verb}({', '.join(args)})"

    __str__ = code


@dataclass(frozen=True, slots=True)
class Kill(Intervention):
    """A signal from outside to a container's main process."""

    verb: ClassVar[str] = "kill"
    signal: str = "SIGKILL"


@dataclass(frozen=True, slots=True)
class KillSandbox(Intervention):
    """SIGKILL to the pod's pause process."""

    verb: ClassVar[str] = "kill_sandbox"


@dataclass(frozen=True, slots=True)
class Delete(Intervention):
    """What `kubectl delete pod` asks for; grace_period in seconds, None for the pod's own."""

    verb: ClassVar[str] = "delete"
    grace_period: int | None = None


@dataclass(frozen=True, slots=True)
class Evict(Intervention):
    """What a drain asks for of every pod: a deletion that a PodDisruptionBudget may refuse."""

    verb: ClassVar[str] = "evict"


@dataclass(frozen=True, slots=True)
class SetCondition(Intervention):
    """A condition written to the pod's status by some other controller, as readiness gates need."""

    verb: ClassVar[str] = "set_condition"
    asked: ClassVar[tuple[str, ...]] = ("at", "type")
    type: str = ""
    status: str = "True"


@dataclass(frozen=True, slots=True)
class NodeDown(Intervention):
    """The node's kubelet stops: nothing is watched, restarted or reported there any more."""

    verb: ClassVar[str] = "node_down"


@dataclass(frozen=True, slots=True)
class NodeUp(Intervention):
    """The node's kubelet starts again: it catches up with all that has happened meanwhile."""

    verb: ClassVar[str] = "node_up"


@dataclass(frozen=True, slots=True)
class DeleteNode(Intervention):
    """What `kubectl delete node` does: the object is gone, and 40 s later so are the pods that were bound to it."""

    verb: ClassVar[str] = "delete_node"


@dataclass(frozen=True, slots=True)
class Drain(Intervention):
    """What `kubectl drain --force` does: no new pods for the node, and those on it are deleted."""

    verb: ClassVar[str] = "drain"


@dataclass(frozen=True, slots=True)
class FailProbe(Intervention):
    """From now on a probe of a container fails, whatever the container would answer."""

    verb: ClassVar[str] = "fail_probe"
    probe: str = "readiness"


@dataclass(frozen=True, slots=True)
class RecoverProbe(Intervention):
    """A probe that was made to fail gets the container's own answers again."""

    verb: ClassVar[str] = "recover_probe"
    probe: str = "readiness"


@dataclass(frozen=True, slots=True)
class FillMemory(Intervention):
    """The container's main process takes more memory than the container may have."""

    verb: ClassVar[str] = "fill_memory"


@dataclass(frozen=True, slots=True)
class Scale(Intervention):
    """What `kubectl scale` does to a Deployment, ReplicaSet or ReplicationController."""

    verb: ClassVar[str] = "scale"
    asked: ClassVar[tuple[str, ...]] = ("at", "replicas")
    replicas: int = 1


@dataclass(frozen=True, slots=True)
class Typed(Intervention):
    """A kubectl command typed at `at`, after all else that happens then; nothing waits for what it sets off.

    `stdin` is what is piped in, `files` are the files that `-f` can name: (name, text).
    """

    verb: ClassVar[str] = "typed"
    stdin: str = ""
    files: tuple[tuple[str, str], ...] = ()

    @property
    def closes(self) -> bool:
        """A command is always typed after all else of its instant."""
        return True


@dataclass(frozen=True, slots=True)
class Requested(Intervention):
    """A request that a client sent to the API server: `target` is its method and path, `body` what it held."""

    verb: ClassVar[str] = "requested"
    body: str = ""
    content_type: str = "application/json"
    agent: str = ""

    @property
    def closes(self) -> bool:
        """A request always comes after all else of its instant."""
        return True


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """The same story under another restart policy, from the very start: a running pod's policy cannot be changed."""

    verb: ClassVar[str] = "restart_policy"
    target: str
    policy: str

    def code(self) -> str:
        """The Python that makes this change."""
        return f"restart_policy({self.target!r}, {self.policy!r})"

    __str__ = code


def _written(name: str, value: Any) -> str:
    """A value as code: a float as short as it can be written and still be the same, a command's files as a dict."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return repr(dict(value) if name == "files" else value)


def _seconds(at: float, what: str) -> float:
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < float("inf"):
        raise WrongValue(f"{what}: at must be seconds since the start, 0 or more, not {at!r}")
    return float(at)


def _named(name: str, what: str, noun: str) -> str:
    """The name itself. WrongType for what is no text, WrongValue for an empty one."""
    if not isinstance(name, str):
        raise WrongType(f"{what}: the name of a {noun} is a text, not {a_kind(name)}")
    if not name:
        raise WrongValue(f"{what}: say the name of a {noun}; it is empty")
    return name


def _container(name: str, what: str) -> str:
    if "/" not in _named(name, what, "container"):
        raise WrongValue(f"{what}: {name!r} names no container; write 'pod/container', such as 'shop/web'")
    return name


def _probe(name: str, what: str) -> str:
    if not isinstance(name, str) or name not in PROBES:
        raise WrongValue(f'{what}: {name!r} is not a probe; supported values: "readiness", "liveness", "startup"')
    return name


def signal_name(name: str | int) -> str:
    """The signal's name with SIG: "TERM", "sigterm" and 15 all mean "SIGTERM". ValueError names what is known."""
    try:
        if isinstance(name, int):
            return _signal.Signals(name).name
        full = name.upper() if name.upper().startswith("SIG") else f"SIG{name.upper()}"
        return _signal.Signals[full].name
    except (KeyError, ValueError, AttributeError):  # no such name or number, or neither of the two
        raise WrongValue(f"signal: {name!r} is not a signal; try SIGTERM, SIGKILL, SIGINT or SIGHUP") from None


def kill(container: str, at: float, signal: str | int = "SIGKILL", *, last: bool = False) -> Kill:
    """Send `signal` to the main process of "pod/container" at `at` seconds.

    The pods that a controller makes have names of their own; "shop[0]" is the first that the controller shop has made.
    """
    return Kill(_container(container, "kill"), _seconds(at, "kill"), signal_name(signal), last=last)


def kill_sandbox(pod: str, at: float, *, last: bool = False) -> KillSandbox:
    """Kill the pod's pause process at `at` seconds: the network namespace and the IP die with it."""
    return KillSandbox(_named(pod, "kill_sandbox", "pod"), _seconds(at, "kill_sandbox"), last=last)


def delete(pod: str, at: float, grace_period: int | None = None, *, last: bool = False) -> Delete:
    """Delete the pod at `at` seconds, as kubectl does; `grace_period` 0 forces it."""
    if grace_period is not None and (type(grace_period) is not int or not 0 <= grace_period < 2**63):
        raise WrongValue(f"delete: grace_period must be whole seconds, 0 or more, not {grace_period!r}")
    return Delete(_named(pod, "delete", "pod"), _seconds(at, "delete"), grace_period, last=last)


def evict(pod: str, at: float, *, last: bool = False) -> Evict:
    """Ask for the pod's eviction at `at` seconds; a PodDisruptionBudget may refuse it."""
    return Evict(_named(pod, "evict", "pod"), _seconds(at, "evict"), last=last)


def set_condition(pod: str, at: float, type: str, status: str = "True", *, last: bool = False) -> SetCondition:
    """Set a condition of the pod's status from outside at `at` seconds, as a readiness gate waits for."""
    if not isinstance(status, str) or status not in ("True", "False", "Unknown"):
        raise WrongValue(f'set_condition: status must be "True", "False" or "Unknown", not {status!r}')
    name = _named(pod, "set_condition", "pod")
    return SetCondition(
        name, _seconds(at, "set_condition"), _named(type, "set_condition", "condition"), status, last=last
    )


def node_down(node: str, at: float, *, last: bool = False) -> NodeDown:
    """Stop the node's kubelet at `at` seconds; its containers live on, unwatched."""
    return NodeDown(_named(node, "node_down", "node"), _seconds(at, "node_down"), last=last)


def node_up(node: str, at: float, *, last: bool = False) -> NodeUp:
    """Start the node's kubelet again at `at` seconds. A back-off it was waiting for is forgotten."""
    return NodeUp(_named(node, "node_up", "node"), _seconds(at, "node_up"), last=last)


def delete_node(node: str, at: float, *, last: bool = False) -> DeleteNode:
    """Delete the node's object at `at` seconds. Its pods are lost; a kubelet that starts again registers it anew."""
    return DeleteNode(_named(node, "delete_node", "node"), _seconds(at, "delete_node"), last=last)


def drain(node: str, at: float, *, last: bool = False) -> Drain:
    """Drain the node at `at` seconds: it takes no new pods, and its pods are deleted; a controller replaces its own."""
    return Drain(_named(node, "drain", "node"), _seconds(at, "drain"), last=last)


def fail_probe(container: str, at: float, probe: str = "readiness", *, last: bool = False) -> FailProbe:
    """Make a probe of "pod/container" fail from `at` seconds on: "readiness", "liveness" or "startup"."""
    return FailProbe(
        _container(container, "fail_probe"), _seconds(at, "fail_probe"), _probe(probe, "fail_probe"), last=last
    )


def recover_probe(container: str, at: float, probe: str = "readiness", *, last: bool = False) -> RecoverProbe:
    """Let a probe that was made to fail get the container's own answers again, from `at` seconds on."""
    name = _container(container, "recover_probe")
    return RecoverProbe(name, _seconds(at, "recover_probe"), _probe(probe, "recover_probe"), last=last)


def fill_memory(container: str, at: float, *, last: bool = False) -> FillMemory:
    """Let the main process of "pod/container" eat memory at `at` seconds, until the limit has it killed."""
    return FillMemory(_container(container, "fill_memory"), _seconds(at, "fill_memory"), last=last)


def scale(name: str, at: float, replicas: int, *, last: bool = False) -> Scale:
    """Set the replicas of a Deployment, ReplicaSet or ReplicationController at `at` seconds."""
    if type(replicas) is not int or not 0 <= replicas < 2**31:
        raise WrongValue(f"scale: replicas must be a whole number from 0 to {2**31 - 1}, not {replicas!r}")
    return Scale(_named(name, "scale", "controller"), _seconds(at, "scale"), replicas, last=last)


def typed(command: str, at: float, stdin: str = "", files: Mapping[str, str] | None = None) -> Typed:
    """Type a kubectl command at `at` seconds: `typed("kubectl label pod shop color=red", at=20)`.

    `stdin` is what is piped in, for `-f -`; `files` are the texts of files it names with `-f`.
    """
    if not isinstance(command, str) or not command.strip():
        raise WrongValue(f"typed: the command must be a line such as 'kubectl delete pod shop', not {command!r}")
    if not isinstance(stdin, str):
        raise WrongType(f"typed: stdin is a text, not {a_kind(stdin)}")
    given = {} if files is None else files
    if not isinstance(given, Mapping) or not all(isinstance(word, str) for pair in given.items() for word in pair):
        raise WrongType('typed: files maps names of files to their texts, as in files={"pod.yaml": "apiVersion: v1 …"}')
    return Typed(command, _seconds(at, "typed"), stdin, tuple(given.items()))


def requested(
    call: str, at: float, body: str = "", content_type: str = "application/json", agent: str = ""
) -> Requested:
    """A client's request at `at` seconds: `requested("DELETE /api/v1/namespaces/default/pods/shop", at=20)`."""
    method, _, path = call.partition(" ")
    if not method.isupper() or not path.startswith("/"):
        raise WrongValue(f"requested: must be a method and a path, such as 'GET /api/v1/pods', not {call!r}")
    return Requested(call, _seconds(at, "requested"), body=body, content_type=content_type, agent=agent)


def restart_policy(pod: str, policy: str) -> RestartPolicy:
    """The same story with the pod's restartPolicy set to "Always", "OnFailure" or "Never"."""
    if not isinstance(policy, str) or policy not in POLICIES:
        raise WrongValue(
            f'restart_policy: {policy!r} is not a policy; supported values: "Always", "OnFailure", "Never"'
        )
    return RestartPolicy(_named(pod, "restart_policy", "pod"), policy)
