"""The same application joined to one of its containers, and as a pod with a pause container: what breaks when.

The rule: in both, one container owns the network namespace and the others join it. Joined, the owner is a program of
the application, which must come first and must not die. In a pod the owner is pause, which comes before all, does
nothing and so has no reason to die; the kubelet starts the containers again, and if pause dies, makes a new sandbox
and starts all of them again. Only the network and the volumes are compared; a real pod's pause also holds the IPC and
UTS namespaces. Every order of starts and every death is tried with `podlab.course.exhibits.joined`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from podlab.api.mistakes import WrongValue
from podlab.course.exhibits.joined import Host, docker

PAUSE = "pause"
MAX_CONTAINERS = 7
"""7 containers can be started in 5,040 orders."""


@dataclass(frozen=True, slots=True)
class Topology:
    """An application's containers, and the container whose network namespace all of them use."""

    owner: str
    containers: tuple[str, ...]

    @property
    def is_pod(self) -> bool:
        """Whether the owner is pause, and a kubelet looks after it."""
        return self.owner == PAUSE

    @property
    def all(self) -> tuple[str, ...]:
        """The containers, pause first if there is one."""
        return (self.owner, *(c for c in self.containers if c != self.owner))

    def command(self, name: str) -> str:
        """The command that starts a container for the first time."""
        if name == self.owner:
            return f"run {name} -v shared:/data"
        return f"run {name} --net=container:{self.owner} --volumes-from={self.owner}"


@dataclass(frozen=True, slots=True)
class StartOrder:
    """One order in which the application's containers were started, and those that were refused."""

    order: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Death:
    """One container killed and started again: who lost eth0 meanwhile, and who is left in the old namespace then."""

    victim: str
    lost_eth0: tuple[str, ...]
    cut_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """The host at one point of a death's story."""

    words: str
    host: Host


def joined(names: Sequence[str]) -> Topology:
    """The containers, the others joined to the first. Errors: ValueError for names that do not do."""
    return Topology(_checked(names)[0], tuple(names))


def with_pause(names: Sequence[str]) -> Topology:
    """The same as a pod: all joined to a pause container. Errors: ValueError for names that do not do."""
    return Topology(PAUSE, _checked(names))


def start_orders(topology: Topology) -> tuple[StartOrder, ...]:
    """All orders in which someone may start the containers; the kubelet has started pause before."""
    tried = []
    for order in permutations(topology.containers):
        host = docker(Host(), topology.command(PAUSE)).host if topology.is_pod else Host()
        refused = []
        for name in order:
            answer = docker(host, topology.command(name))
            host = answer.host
            refused += [name] * bool(answer.status)
        tried.append(StartOrder(order, tuple(refused)))
    return tuple(tried)


def deaths(topology: Topology) -> tuple[Death, ...]:
    """Every container killed and started again, one at a time."""
    return tuple(_death(topology, victim) for victim in topology.all)


def moments(topology: Topology, victim: str) -> tuple[Moment, ...]:
    """The story of one death, until all share a namespace again."""
    running = _all_running(topology)
    killed = docker(running, f"kill {victim}").host
    story = [Moment("all run", running), Moment(f"{victim} is killed", killed)]
    cut_off = _death(topology, victim).cut_off
    if victim == PAUSE:
        stopped = _each(killed, "stop", cut_off)
        story.append(Moment("the kubelet stops the others", stopped))
        return (*story, Moment("it makes a new pause, starts all", _each(stopped, "start", topology.all)))
    again = docker(killed, f"start {victim}").host
    starts = f"the kubelet starts {victim} again" if topology.is_pod else f"{victim} is started again"
    story.append(Moment(starts, again))
    if cut_off:
        story.append(Moment(f"you restart {', '.join(cut_off)}", _each(again, "restart", cut_off)))
    return tuple(story)


def _each(host: Host, verb: str, names: Sequence[str]) -> Host:
    for name in names:
        host = docker(host, f"{verb} {name}").host
    return host


def _death(topology: Topology, victim: str) -> Death:
    killed = docker(_all_running(topology), f"kill {victim}").host
    others = [name for name in topology.all if name != victim]
    lost = tuple(name for name in others if "eth0" not in killed.interfaces(name))
    again = docker(killed, f"start {victim}").host
    near = again.together(victim)
    return Death(victim, lost, tuple(name for name in others if name not in near))


def _all_running(topology: Topology) -> Host:
    host = Host()
    for name in topology.all:
        host = docker(host, topology.command(name)).host
    return host


def _checked(names: Sequence[str]) -> tuple[str, ...]:
    listed = isinstance(names, Sequence) and not isinstance(names, str)
    if not listed or not 2 <= len(names) <= MAX_CONTAINERS or len(set(names)) < len(names):
        raise WrongValue(f"names should be 2 to {MAX_CONTAINERS} different names of containers, not {names!r}")
    if PAUSE in names:
        raise WrongValue("names should not have pause, which is not of the application")
    if bad := [name for name in names if not name.replace("-", "").isalnum()]:
        raise WrongValue(f"names should have letters, digits and hyphens, not {bad[0]!r}")
    return tuple(names)
