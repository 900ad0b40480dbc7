"""Containers joined without a pod: `docker run --net=container:B --volumes-from=B`.

The rule: a container that joins B's network namespace needs B to exist, and gets the namespace B has at that moment;
its UTS, IPC and PID namespaces are its own. The namespace is wired (has eth0) as long as the container it was made for
runs. When B dies the others stay in it, with nothing but lo. B started again gets a new namespace, and the others are
left in the old one until each is restarted. Volumes outlive them all. A container that others have joined cannot be
removed, starting one that joins starts what it joins first, and restarting it is refused while that does not run.
The programs are taken to run for ever, as PID 1 without a handler: only SIGKILL ends them.

Models podman with docker's options; its messages name containers by their ids, here by their names.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from podlab.api.mistakes import WrongValue

KINDS = {"net": "n", "uts": "u", "ipc": "i", "pid": "p"}
"""The kinds of namespaces, and the letter of their labels: n1, u2 …"""

REFUSED = 125
"""The exit status of a command that was refused."""


@dataclass(frozen=True, slots=True)
class JoinedContainer:
    """A container: whose network namespace it joins (or ""), its volumes by path, and the namespaces of its run.

    An exited container is in no namespace; `exit_code` is None while it runs.
    """

    name: str
    net_of: str = ""
    volumes: Mapping[str, str] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    exit_code: int | None = None

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.exit_code is None


@dataclass(frozen=True, slots=True)
class Host:
    """A machine with containers, by name, and how many namespaces of each kind have been made on it."""

    containers: Mapping[str, JoinedContainer] = field(default_factory=dict)
    made: Mapping[str, int] = field(default_factory=dict)

    def interfaces(self, name: str) -> tuple[str, ...]:
        """The network interfaces a running container sees. Errors: KeyError for a container that is not there."""
        container = self.containers[name]
        if not container.running:
            return ()
        space = container.namespaces["net"]
        makers = (c for c in self.containers.values() if c.running and not c.net_of)
        return ("lo", "eth0") if any(c.namespaces["net"] == space for c in makers) else ("lo",)

    def together(self, name: str) -> tuple[str, ...]:
        """The running containers with which a container shares localhost, itself among them."""
        space = self.containers[name].namespaces.get("net")
        return tuple(c.name for c in self.containers.values() if c.running and c.namespaces["net"] == space)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command did: the host afterwards, the exit status, and the message of a refusal."""

    host: Host
    status: int = 0
    text: str = ""


def docker(host: Host, line: str) -> Answer:
    """Run one command line: run, start, stop, restart, kill or rm.

    `run NAME` is short for `run --name NAME IMAGE`. Errors: ValueError for a command or option that is not modelled.
    """
    words = shlex.split(line)
    if words and words[0] in ("docker", "podman"):
        words = words[1:]
    verb = words[0] if words else ""
    if verb not in _VERBS:
        raise WrongValue(f"{line!r}: the command should be one of {', '.join(_VERBS)}")
    names, options = _options(words[1:], line)
    allowed = {"run": _RUN_OPTIONS, "kill": {"--signal"}}.get(verb, set())
    if unknown := sorted(set(options) - allowed):
        has = ", ".join(sorted(allowed)) or "no options"
        raise WrongValue(f"{line!r}: {verb} has no {unknown[0]} here, but {has}")
    if verb == "run":
        return _run(host, line, names, options)
    if len(names) != 1:
        raise WrongValue(f"{line!r}: {verb} takes the name of one container")
    if names[0] not in host.containers:
        return _not_found(host, names[0])
    if verb == "kill":
        return _kill(host, names[0], _last(options, "--signal") or "KILL")
    return _VERBS[verb](host, names[0])


def _run(host: Host, line: str, names: list[str], options: Mapping[str, list[str]]) -> Answer:
    name = _last(options, "--name") or (names[0] if names else "")
    if not name:
        raise WrongValue(f"{line!r}: run takes a name")
    if name in host.containers:
        text = f'the container name "{name}" is already in use; you have to remove that container to reuse the name'
        return Answer(host, REFUSED, text)
    network = _last(options, "--net")
    kind, _, net_of = network.partition(":")
    if network not in ("", "bridge") and kind != "container":
        raise WrongValue(f"{line!r}: --net should be bridge or container:NAME")
    lender = _last(options, "--volumes-from")
    for other in filter(None, (net_of, lender)):
        if other not in host.containers:
            return _not_found(host, other)
    volumes = dict(host.containers[lender].volumes) if lender else {}
    for mount in options.get("--volume", ()):
        volume, _, path = mount.partition(":")
        volumes[path.partition(":")[0] or volume] = volume
    new = JoinedContainer(name, net_of, volumes, exit_code=0)
    return _start(replace(host, containers={**host.containers, name: new}), name)


def _start(host: Host, name: str) -> Answer:
    """Start what it joins first, then the container itself, with new namespaces of its own."""
    container = host.containers[name]
    if container.running:
        return Answer(host)
    if container.net_of:
        host = _start(host, container.net_of).host
    made = dict(host.made)
    namespaces = {}
    for kind, letter in KINDS.items():
        if kind == "net" and container.net_of:
            namespaces[kind] = host.containers[container.net_of].namespaces[kind]
        else:
            made[kind] = made.get(kind, 0) + 1
            namespaces[kind] = f"{letter}{made[kind]}"
    started = replace(container, namespaces=namespaces, exit_code=None)
    return Answer(Host({**host.containers, name: started}, made))


def _kill(host: Host, name: str, signal: str) -> Answer:
    if not host.containers[name].running:
        text = f"can only kill running containers. {name} is in state exited: container state improper"
        return Answer(host, REFUSED, text)
    if signal.upper().removeprefix("SIG") not in ("KILL", "9"):
        return Answer(host)
    return _stop(host, name)


def _stop(host: Host, name: str) -> Answer:
    """SIGTERM, which such a PID 1 ignores, and then SIGKILL."""
    container = host.containers[name]
    if not container.running:
        return Answer(host)
    ended = replace(container, namespaces={}, exit_code=137)
    return Answer(replace(host, containers={**host.containers, name: ended}))


def _restart(host: Host, name: str) -> Answer:
    joined = host.containers[name].net_of
    if joined and not host.containers[joined].running:
        text = f"some dependencies of container {name} are not started: {joined}: container state improper"
        return Answer(host, REFUSED, text)
    return _start(_stop(host, name).host, name)


def _rm(host: Host, name: str) -> Answer:
    if host.containers[name].running:
        text = f"cannot remove container {name} as it is running - running or paused containers cannot be removed"
        return Answer(host, 2, f"{text} without force: container state improper")
    if any(c.net_of == name for c in host.containers.values()):
        return Answer(host, REFUSED, f"container {name} has dependent containers which must be removed before it")
    return Answer(replace(host, containers={n: c for n, c in host.containers.items() if n != name}))


def _not_found(host: Host, name: str) -> Answer:
    return Answer(host, REFUSED, f'no container with name or ID "{name}" found')


_VERBS: dict[str, Callable[..., Answer]] = {
    "run": _run,
    "start": _start,
    "stop": _stop,
    "restart": _restart,
    "kill": _kill,
    "rm": _rm,
}
_RUN_OPTIONS = {"--name", "--net", "--volumes-from", "--volume", "--detach"}
_LONG = {"-s": "--signal", "-v": "--volume", "-d": "--detach", "--network": "--net"}


def _options(words: list[str], line: str) -> tuple[list[str], dict[str, list[str]]]:
    """The names and the options of a command; `--net=x` and `--net x` mean the same."""
    names: list[str] = []
    options: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            names.append(word)
            continue
        option, equals, value = word.partition("=")
        option = _LONG.get(option, option)
        if option != "--detach" and not equals:
            value = next(rest, "")
        if option != "--detach" and not value:
            raise WrongValue(f"{line!r}: {word} needs a value")
        options.setdefault(option, []).append(value)
    return names, options


def _last(options: Mapping[str, list[str]], name: str) -> str:
    return options[name][-1] if name in options else ""
