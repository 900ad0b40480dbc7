"""All ways in which containers can arrive and nodes be preferred, run by every strategy, and counted.

The rule: a strategy is judged by all orders of arrival and all orders of preference among nodes, never by one lucky
run. Models nothing of Kubernetes; see `podlab.course.exhibits.tasks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial

from lightkube.models.core_v1 import Pod

from podlab.api.mistakes import WrongValue
from podlab.controllers.scheduler import NodeState, filter_node
from podlab.course.exhibits.tasks import (
    HALF,
    NONE,
    POD_BY_POD,
    STRATEGIES,
    WHOLE,
    Run,
    containers_of,
    logging_app,
    place,
    small_and_large,
)

MAX_RUNS = 6_000


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the runs of one strategy: `whole` + `half` + `none` = `runs`.

    A run is half if any application runs in part, none if some do not run at all. `in_vain` is the number of
    containers started and taken off again, in all runs together.
    """

    strategy: str
    runs: int
    whole: int
    half: int
    none: int
    in_vain: int


@dataclass(frozen=True, slots=True)
class Trials:
    """Every run of every strategy. `holders` says which of the nodes, as they are now, hold each application whole."""

    apps: tuple[Pod, ...]
    nodes: tuple[NodeState, ...]
    runs: tuple[Run, ...]
    holders: dict[str, tuple[str, ...]]

    def of(self, strategy: str) -> tuple[Run, ...]:
        """The runs of one strategy."""
        return tuple(run for run in self.runs if run.strategy == strategy)

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies tried, in order."""
        return tuple(dict.fromkeys(run.strategy for run in self.runs))

    def count(self, strategy: str) -> Count:
        """How the runs of one strategy ended."""
        runs = self.of(strategy)
        ends = Counter(run.outcome for run in runs)
        return Count(strategy, len(runs), ends[WHOLE], ends[HALF], ends[NONE], sum(run.in_vain for run in runs))

    def worst(self, strategy: str) -> Run:
        """The run that shows best what can go wrong; the first run if nothing does."""
        rank = (HALF, NONE, WHOLE)
        return min(self.of(strategy), key=lambda run: (rank.index(run.outcome), -run.in_vain))


def try_all(
    apps: Sequence[Pod] | None = None,
    nodes: Sequence[NodeState] | None = None,
    strategies: Sequence[str] = STRATEGIES,
) -> Trials:
    """Place the applications in all orders of arrival and of preference; by default the example of the log daemon.

    Pod by pod, only the order of the pods matters.
    Errors: ValueError for more runs than `MAX_RUNS`, and as `place`.
    """
    apps = (logging_app(),) if apps is None else tuple(apps)
    nodes = small_and_large() if nodes is None else tuple(nodes)
    keys = tuple(containers_of(apps))
    singly = len([s for s in strategies if s != POD_BY_POD])
    runs = factorial(len(nodes)) * (factorial(len(keys)) * singly + factorial(len(apps)))
    if runs > MAX_RUNS:
        what = f"{len(keys)} containers on {len(nodes)} nodes"
        raise WrongValue(f"{what} would take {runs:,} runs; at most {MAX_RUNS:,}: take fewer of them")
    by_app = [[key for key in keys if key[0] == app] for app in dict.fromkeys(app for app, _ in keys)]
    whole_pods = [tuple(key for group in groups for key in group) for groups in permutations(by_app)]
    tried = [
        place(apps, nodes, strategy, order, preference)
        for strategy in strategies
        for order in (whole_pods if strategy == POD_BY_POD else permutations(keys))
        for preference in permutations(n.name for n in nodes)
    ]
    holders = {
        name: tuple(n.name for n in nodes if not filter_node(app, n)[0])
        for name, app in zip(dict.fromkeys(app for app, _ in keys), apps, strict=True)
    }
    return Trials(apps, nodes, tuple(tried), holders)
