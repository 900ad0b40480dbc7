"""A Scenario is a value: manifests, the world they meet, and what is done to them and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Self

from lightkube.models.core_v1 import Pod

from podlab.api.image import InvalidReferenceError, parse
from podlab.api.image_behavior import parse_behavior
from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.api.parts import key_of
from podlab.core.engine.action import Intervention, RestartPolicy
from podlab.core.engine.timing import Timing

Step = Intervention | RestartPolicy
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
    """

    nodes: tuple[str, ...] = ("node-1",)
    present_images: tuple[str, ...] = ()
    missing_images: tuple[str, ...] = ()
    images: tuple[tuple[str, Any], ...] = ()
    start: datetime | None = None
    image_behaviors: tuple[tuple[str, str], ...] = ()
    offline: bool = False
    cgroups: int = 2

    def __post_init__(self) -> None:
        """WrongType or WrongValue for what cannot be a node's or an image's name, or a program."""
        if self.cgroups not in (1, 2):
            raise WrongValue(f"cgroups: there are versions 1 and 2, not {self.cgroups!r}")
        object.__setattr__(self, "nodes", _each(self.nodes, "nodes"))
        for field_ in ("present_images", "missing_images"):
            names = _each(getattr(self, field_), field_)
            object.__setattr__(self, field_, names)
            for name in names:
                _image(name, field_)
        for node in self.nodes:
            _node(node)
        if self.start is not None and (not isinstance(self.start, datetime) or self.start.tzinfo is None):
            raise WrongType(f"start: takes a datetime with its time zone, or None, not {self.start!r}")
        if not isinstance(self.images, tuple) or not all(isinstance(i, tuple) and len(i) == 2 for i in self.images):
            raise WrongType("images: takes a tuple of (name, program); use scenario.with_image(name, program)")
        for name, words in self.image_behaviors:
            _image(name, "image_behaviors")
            parse_behavior(words)
        for name, program in self.images:
            _image(name, "with_image")
            _program(program)


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
            if not isinstance(step, Intervention | RestartPolicy):
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

    def with_world(self, **changes: Any) -> Self:
        """The same scenario in another world: nodes, present_images, missing_images."""
        known = [f.name for f in fields(World)]
        for name in changes:
            if name not in known:
                raise WrongValue(f"with_world: a world has no {name!r}; it has {', '.join(known)}")
        return replace(self, world=replace(self.world, **changes))

    def with_image(self, name: str, program: Any) -> Self:
        """The same scenario where the image `name` runs `program`, a generator function that takes a process.

        A name without a tag means every tag. The image has a shell and the usual tools too; a `command` of the manifest
        that is not among them runs `program`.
        """
        return self.with_world(images=(*self.world.images, (name, program)))

    def with_behavior(self, image: str, words: str) -> Self:
        """The same scenario where an image does as it is told: "missing", "pull 30s", "exits 3 after 5s", "runs".

        Errors: `WrongValue` when the words are none of these.
        """
        parse_behavior(words)
        others = tuple(pair for pair in self.world.image_behaviors if pair[0] != image)
        return self.with_world(image_behaviors=(*others, (image, words)))

    @property
    def pods(self) -> tuple[str, ...]:
        """The names of the pods among the manifests."""
        return tuple(key_of(o) for o in self.objects if isinstance(o, Pod))

    @property
    def gestures(self) -> tuple[Intervention, ...]:
        """The timed steps as they are carried out: in order of time, and in one instant in the order they were made.

        Those that come after all else of their instant come after those that come first.
        """
        return tuple(sorted((s for s in self.steps if isinstance(s, Intervention)), key=lambda s: (s.at, s.closes)))

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


def _each(names: Any, field_: str) -> tuple[str, ...]:
    """The names as a tuple. WrongType where they are not a list of texts."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise WrongType(f'{field_}: takes a list of names, as in {field_}=("NAME",), not {a_kind(names)}')
    listed = tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise WrongType(f"{field_}: a name is a text, not {a_kind(name)}")
    return listed


def _node(name: str) -> None:
    """WrongValue for what cannot be a node's name."""
    from podlab.api.validation.names import dns_subdomain  # here, since `import podlab` must be quick

    if problems := dns_subdomain(name):
        raise WrongValue(f"nodes: {name!r} cannot be the name of a node: {problems[0]}")


def _program(program: Any) -> None:
    if not callable(program):
        raise WrongType(
            f"with_image: a program is a generator function that takes a process, not {a_kind(program)}; "
            "write def program(proc): … with a yield in it"
        )


def _image(name: Any, what: str) -> None:
    """WrongType or WrongValue for what cannot be an image's name."""
    if not isinstance(name, str):
        raise WrongType(f"{what}: the name of an image is a text such as nginx:1.27, not {a_kind(name)}")
    try:
        parse(name)
    except InvalidReferenceError as problem:
        raise WrongValue(f"{what}: {name!r} is not the name of an image ({problem}); write nginx:1.27") from None


def _names(names: Iterable[str]) -> str:
    return ", ".join(repr(n) for n in names) or "none"
