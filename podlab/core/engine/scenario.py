"""A Scenario is a value: manifests, the world they meet, and what is done to them and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from lightkube.models.core_v1 import Pod

from podlab.api.mistakes import WrongType, WrongValue, expect
from podlab.api.parts import key_of
from podlab.core.engine.action import Action, RestartPolicy
from podlab.core.engine.timing import Timing
from podlab.core.rules.kubelet_rules import KUBERNETES, KubeletRules

Step = Action | RestartPolicy
_FEW, _SHOWN = 5, 20
"""Of so many objects of a kind the names are shown; and so many steps."""


@dataclass(frozen=True, slots=True)
class World:
    """What is there before the manifests come: nodes, and the images on them.

    `present_images` are on every node, `missing_images` cannot be pulled, all others can be. `images` maps an image
    name to a student's program, a generator function that takes a process. `start` is the wall-clock time of t = 0,
    which matters to CronJobs; None is podlab's own, 2026-01-01T00:00:00Z. `image_behaviors` are pairs of an image and
    what is said of it: "missing", "pull 30s", "exits 3 after 5s", "runs". `offline`: pods cannot reach the internet.
    `cgroups` is the version of the nodes' cgroups: under 2 the OOM killer takes a whole container, under 1 a process.
    `rules` are what the nodes' kubelets go by, when they are not those of Kubernetes. `version` is the Kubernetes whose
    restart rules hold, such as "1.30" (`core/rules/versions.py`); None is 1.36, which was measured.
    """

    nodes: tuple[str, ...] = ("node-1",)
    present_images: tuple[str, ...] = ()
    missing_images: tuple[str, ...] = ()
    images: tuple[tuple[str, Any], ...] = ()
    start: datetime | None = None
    image_behaviors: tuple[tuple[str, str], ...] = ()
    offline: bool = False
    cgroups: int = 2
    rules: KubeletRules = KUBERNETES
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Manifests and what happens to them. `run(scenario)` tells what becomes of it; nothing changes a scenario.

    `objects` are decoded API objects, created in order at t = 0; `steps` are gestures and changes of policy, in the
    order they were made; `seed` makes identities and random waits. `warnings` were given when the manifests were read:
    what is accepted and yet seldom meant.
    """

    objects: tuple[Any, ...]
    steps: tuple[Step, ...] = ()
    world: World = field(default_factory=World)
    timing: Timing = field(default_factory=Timing.ideal)
    seed: int = 0
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """WrongType for a world, a timing or a seed of another type."""
        expect(self.world, World, "world", 'write world=pl.World(nodes=("node-1",))')
        expect(self.timing, Timing, "timing", "write timing=pl.Timing.recorded()")
        if type(self.seed) is not int:
            raise WrongType(f"seed: takes a whole number, not {self.seed!r}")

    def __repr__(self) -> str:
        kinds = Counter(type(o).__name__ for o in self.objects)
        things = [f"{kind} {', '.join(key_of(o) for o in self.objects if type(o).__name__ == kind)}"
                  if n <= _FEW else f"{n} × {kind}" for kind, n in kinds.items()]  # fmt: skip
        lines = [f"Scenario: {'; '.join(things) or 'no manifest'}", *(f"  {step}" for step in self.steps[:_SHOWN])]
        if len(self.steps) > _SHOWN:
            lines.append(f"  … and {len(self.steps) - _SHOWN} steps more")
        lines += [f"Warning: {text}" for text in self.warnings[:_SHOWN]]
        if len(self.warnings) > _SHOWN:
            lines.append(f"… and {len(self.warnings) - _SHOWN} warnings more")
        return "\n".join(lines)

    def but(self, *steps: Step) -> Self:
        """The same scenario with more gestures, or another policy."""
        for step in steps:
            if not isinstance(step, Action | RestartPolicy):
                raise WrongType(
                    f"but: {step!r} is not a gesture; use kill(…), delete(…), restart_policy(…) and the like"
                )
            self._check_target(step)
        return replace(self, steps=self.steps + steps)

    def undo(self) -> Self:
        """The scenario without its latest step; the same one when there is none."""
        return replace(self, steps=self.steps[:-1])

    def reset(self) -> Self:
        """The scenario without any step."""
        return replace(self, steps=())

    def timed(self, timing: Timing) -> Self:
        """The same scenario under another timing."""
        return replace(self, timing=timing)

    @property
    def pods(self) -> tuple[str, ...]:
        """The names of the pods among the manifests."""
        return tuple(key_of(o) for o in self.objects if isinstance(o, Pod))

    @property
    def gestures(self) -> tuple[Action, ...]:
        """The timed steps as they are carried out: in order of time, and in one instant in the order they were made.

        Those that come after all else of their instant come after those that come first.
        """
        return tuple(sorted((s for s in self.steps if isinstance(s, Action)), key=lambda s: (s.at, s.closes)))

    def created(self) -> tuple[Any, ...]:
        """The objects as they are created: with the policies of the steps. Deep copies where they differ."""
        policies = {s.target: s.policy for s in self.steps if isinstance(s, RestartPolicy)}
        out = []
        for obj in self.objects:
            policy = policies.get(key_of(obj)) if isinstance(obj, Pod) else None
            if policy is not None and obj.spec is not None:
                obj = deepcopy(obj)
                obj.spec.restartPolicy = policy
            out.append(obj)
        return tuple(out)

    def code(self) -> str:
        """The Python that makes this scenario from its manifests, called `scenario`."""
        steps = "".join(f"\n    pl.{s.code()}," for s in self.steps)
        return f"scenario.but({steps}\n)" if steps else "scenario"

    def _check_target(self, step: Step) -> None:
        """A policy can only be changed for a pod that is in the manifests."""
        if isinstance(step, RestartPolicy) and step.target not in self.pods:
            raise WrongValue(f"restart_policy: no pod {step.target!r} here; there is {_names(self.pods)}")


def _names(names: Iterable[str]) -> str:
    return ", ".join(repr(n) for n in names) or "none"
