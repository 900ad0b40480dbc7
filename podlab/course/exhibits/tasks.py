"""Container by container against pod by pod: what becomes of containers that must be on one node.

The rule: a scheduler without pods places one container at a time, on the first node in its order of preference that
has room. An affinity label ("beside the others") binds a container to the node where the first of its application
went. That first choice looks at one container only, so it may fall on a node too small for all of them; the rest is
then stranded. Three strategies try to mend that:

- when all are there: nothing is placed before the last container of the application has arrived. Each is still
  decided by itself, so this only costs time.
- roll back: as soon as one is stranded, the others of its application are taken off again and all are placed anew.
  The same choice among the same nodes has the same end.
- roll back, elsewhere: the node that was too small comes last in the next try. That ends well at the price of
  containers that were started in vain, once for each node that is too small.

Pod by pod, `podlab.controllers.scheduler.schedule` adds up what the containers ask for before it chooses.

Models the affinity filters of container-only orchestrators, gang scheduling and optimistic placement in outline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from lightkube.models.core_v1 import Container, Pod, PodSpec, ResourceRequirements
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.mistakes import WrongValue
from podlab.api.parts import name_of, spec_of
from podlab.controllers.scheduler import NodeState, filter_node, requests, schedule

AS_THEY_COME: Final = "as they come"
WHEN_ALL_ARE_THERE: Final = "when all are there"
ROLL_BACK: Final = "roll back"
ROLL_BACK_ELSEWHERE: Final = "roll back, elsewhere"
POD_BY_POD: Final = "pod by pod"
STRATEGIES: Final = (AS_THEY_COME, WHEN_ALL_ARE_THERE, ROLL_BACK, ROLL_BACK_ELSEWHERE, POD_BY_POD)

TRIES = 3
"""How often an application is rolled back before the scheduler gives up."""

WHOLE, HALF, NONE = "whole", "half", "none"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the scheduler did with a container, or with a whole pod (then `container` is empty).

    `did` is "placed" (on `node`), "waits", "stranded", "taken off" or "given up". `reasons` says for each node why it
    was not taken; one without reasons would have done too.
    """

    app: str
    container: str
    did: str
    node: str | None = None
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one strategy: who came in which `order`, which nodes were preferred, each step, and the end.

    `placed` has the node of every container that runs at the end, by (application, container); `stranded` the others.
    `in_vain` counts the containers that were started and taken off again.
    """

    strategy: str
    order: tuple[tuple[str, str], ...]
    preference: tuple[str, ...]
    steps: tuple[Step, ...]
    placed: Mapping[tuple[str, str], str]
    stranded: tuple[tuple[str, str], ...]
    in_vain: int

    @property
    def outcomes(self) -> dict[str, str]:
        """For every application: does it run "whole", "half" or not at all ("none")?"""
        missing = Counter(app for app, _ in self.stranded)
        size = Counter(app for app, _ in self.order)
        return {app: WHOLE if not missing[app] else HALF if missing[app] < n else NONE for app, n in size.items()}

    @property
    def outcome(self) -> str:
        """The worst of the applications: "half" is worse than "none", for it takes room and does nothing."""
        outcomes = self.outcomes.values()
        return next((o for o in (HALF, NONE) if o in outcomes), WHOLE)


def logging_app(memory: str = "1Gi") -> Pod:
    """The example: a log daemon in three containers that share a socket and a file, so that one node must hold all."""
    return _pod("rsyslog", {name: {"memory": memory} for name in ("main", "imklog", "imuxsock")})


def small_and_large() -> tuple[NodeState, NodeState]:
    """The example's nodes: 2.5 GiB hold two of its containers, 3 GiB hold all three."""
    gib = Fraction(2**30)
    return NodeState("node-1", {"memory": gib * 5 / 2}), NodeState("node-2", {"memory": gib * 3})


def place(
    apps: Sequence[Pod],
    nodes: Sequence[NodeState],
    strategy: str,
    order: Sequence[tuple[str, str]] | None = None,
    preference: Sequence[str] | None = None,
) -> Run:
    """Place the containers of some applications by one strategy.

    An application is written as a pod; without pods, its containers are placed one by one. `order` is the order of
    arrival (default: as listed), `preference` the order of the nodes (default: as listed).
    Errors: ValueError for a strategy, an order or a preference that does not fit.
    """
    if strategy not in STRATEGIES:
        raise WrongValue(f"strategy {strategy!r} should be one of {', '.join(STRATEGIES)}")
    names = [n.name for n in nodes]
    arrivals = tuple(containers_of(apps))
    order = arrivals if order is None else tuple((app, name) for app, name in order)
    preference = tuple(names) if preference is None else tuple(preference)
    if sorted(order) != sorted(arrivals):
        raise WrongValue(f"order should name each of {_listed(arrivals)} once, not {_listed(order)}")
    if sorted(preference) != sorted(names):
        raise WrongValue(f"preference should name each of {', '.join(names)} once, not {', '.join(preference)}")
    work = _Work(apps, {n.name: n for n in nodes}, strategy, preference)
    (work.pod_by_pod if strategy == POD_BY_POD else work.one_by_one)(order)
    stranded = tuple(key for key in order if key not in work.placed)
    return Run(strategy, order, preference, tuple(work.steps), dict(work.placed), stranded, work.in_vain)


def containers_of(apps: Iterable[Pod]) -> Iterator[tuple[str, str]]:
    """Every container that runs as long as its application does: (application, container).

    Errors: ValueError for two applications of one name, and for init containers that end, which have no counterpart
    where containers are scheduled one by one.
    """
    seen: set[str] = set()
    for app in apps:
        name, spec = _name(app), spec_of(app)
        if name in seen:
            raise WrongValue(f"metadata.name: two applications are called {name!r}; give each a name of its own")
        seen.add(name)
        for index, init in enumerate(spec.initContainers or ()):
            if init.restartPolicy != "Always":
                where = f"{name}: spec.initContainers[{index}]"
                raise WrongValue(
                    f"{where}: a container that must end first cannot be scheduled by itself; leave it out"
                )
        yield from ((name, c.name) for c in (*(spec.initContainers or ()), *spec.containers))


def container_pods(apps: Iterable[Pod]) -> dict[tuple[str, str], Pod]:
    """Every container as a pod of its own, by (application, container): what a scheduler without pods sees."""
    return {
        (_name(app), c.name): _pod(c.name, {c.name: (c.resources.requests if c.resources else None) or {}}, app)
        for app in apps
        for c in (*(spec_of(app).initContainers or ()), *spec_of(app).containers)
    }


class _Work:
    """One run in progress: what is placed where, and the story so far."""

    def __init__(
        self, apps: Sequence[Pod], nodes: dict[str, NodeState], strategy: str, preference: tuple[str, ...]
    ) -> None:
        self.apps = {_name(app): app for app in apps}
        self.nodes = nodes
        self.strategy = strategy
        self.preference = dict.fromkeys(self.apps, preference)
        self.tasks = container_pods(apps)
        self.placed: dict[tuple[str, str], str] = {}
        self.steps: list[Step] = []
        self.in_vain = 0

    def pod_by_pod(self, order: Sequence[tuple[str, str]]) -> None:
        """Every application arrives with its first container and is placed as a whole."""
        for name in dict.fromkeys(app for app, _ in order):
            pod = self.apps[name]
            states = [self._state(node) for node in self.preference[name]]
            placement = schedule(pod, states)
            reasons = {s.name: _in_numbers(placement.reasons[s.name], pod, s) for s in states}
            if placement.node is None:
                self.steps.append(Step(name, "", "waits", None, reasons))
                continue
            reasons.pop(placement.node)
            self.steps.append(Step(name, "", "placed", placement.node, reasons))
            self.placed |= {key: placement.node for key in self.tasks if key[0] == name}

    def one_by_one(self, order: Sequence[tuple[str, str]]) -> None:
        """Containers in the order they came; those of an application that was rolled back go to the end."""
        queue = list(self._arrivals(order))
        waiting: list[tuple[str, str]] = []
        tries: Counter[str] = Counter()
        while queue:
            key = queue.pop(0)
            app = key[0]
            if not self._try(key):
                waiting.append(key)
            on = next((node for (other, _), node in self.placed.items() if other == app), None)
            if on is None or self.strategy not in (ROLL_BACK, ROLL_BACK_ELSEWHERE) or app not in dict(waiting):
                continue
            tries[app] += 1
            free = {*self._take_off(app), *waiting}
            if tries[app] == TRIES:
                self.steps.append(Step(app, "", "given up"))
                free = {k for k in free if k[0] != app}
                queue = [k for k in queue if k[0] != app]
            if self.strategy == ROLL_BACK_ELSEWHERE:
                self.preference[app] = (*(n for n in self.preference[app] if n != on), on)
            queue += [k for k in order if k in free]
            waiting = []

    def _arrivals(self, order: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The order in which containers are decided: with the last of their application, if all must be there."""
        here: dict[str, list[tuple[str, str]]] = {}
        size = Counter(app for app, _ in order)
        for key in order:
            mine = here.setdefault(key[0], [])
            mine.append(key)
            if self.strategy != WHEN_ALL_ARE_THERE:
                yield key
            elif len(mine) < size[key[0]]:
                self.steps.append(Step(*key, "waits"))
            else:
                yield from mine

    def _try(self, key: tuple[str, str]) -> bool:
        """Place a container on the first node that has room and, if there are others of its application, has them."""
        app, name = key
        task = self.tasks[key]
        beside = {node: other for (of, other), node in reversed(self.placed.items()) if of == app}
        reasons, choice = {}, None
        for node in self.preference[app]:
            state = self._state(node)
            why = _in_numbers(filter_node(task, state)[0], task, state)
            if beside and node not in beside:
                why = (*why, f"not beside {', '.join(beside.values())}")
            if choice is None and not why:
                choice = node
            else:
                reasons[node] = why
        did = "placed" if choice else "stranded" if beside else "waits"
        self.steps.append(Step(app, name, did, choice, reasons))
        if choice:
            self.placed[key] = choice
        return choice is not None

    def _take_off(self, app: str) -> list[tuple[str, str]]:
        gone = [key for key in self.placed if key[0] == app]
        for key in gone:
            self.steps.append(Step(*key, "taken off", self.placed.pop(key)))
        self.in_vain += len(gone)
        return gone

    def _state(self, node: str) -> NodeState:
        """The node with what runs on it now."""
        before = self.nodes[node]
        return replace(before, pods=(*before.pods, *(self.tasks[k] for k, on in self.placed.items() if on == node)))


def amount(resource: str, value: Fraction) -> str:
    """An amount as a person writes it: "2.5 GiB" of memory, "0.5" of cpu."""
    if resource != "memory":
        return f"{float(value):g}"
    unit, size = ("GiB", 2**30) if value >= 2**30 else ("MiB", 2**20)
    return f"{float(value / size):.3g} {unit}"


def _in_numbers(reasons: tuple[str, ...], pod: Pod, node: NodeState) -> tuple[str, ...]:
    """The reasons, with how much is wanted and how much is free."""
    wanted = requests(spec_of(pod))
    out = []
    for reason in reasons:
        resource = reason.removeprefix("Insufficient ")
        if resource != reason:
            used = sum((requests(spec_of(p)).get(resource, Fraction(0)) for p in node.pods), Fraction(0))
            free = node.allocatable.get(resource, Fraction(0)) - used
            reason += f" ({amount(resource, wanted[resource])} wanted, {amount(resource, free)} free)"
        out.append(reason)
    return tuple(out)


def _pod(name: str, asked: Mapping[str, Mapping[str, str]], like: Pod | None = None) -> Pod:
    """A pod of containers with these requests; on such nodes as `like` may go on."""
    containers = [Container(name=c, resources=ResourceRequirements(requests=dict(r))) for c, r in asked.items()]
    spec = PodSpec(containers=containers)
    if like is not None:
        old = spec_of(like)
        spec.nodeSelector, spec.affinity, spec.tolerations = old.nodeSelector, old.affinity, old.tolerations
    return Pod(apiVersion="v1", kind="Pod", metadata=ObjectMeta(name=name), spec=spec)


def _listed(keys: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{app}/{name}" for app, name in keys)


def _name(app: Pod) -> str:
    return name_of(app) or "app"
