"""A Scenario and its World as users of podlab make them: the core's, checked, and they tell what is only kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Self

from podlab.api.image import InvalidReferenceError, parse
from podlab.api.image_behavior import parse_behavior
from podlab.api.mistakes import WrongType, WrongValue, a_kind, expect
from podlab.api.parts import key_of
from podlab.api.simulated import not_simulated
from podlab.core.engine.scenario import Scenario as CoreScenario
from podlab.core.engine.scenario import Step
from podlab.core.engine.scenario import World as CoreWorld
from podlab.core.rules.kubelet_rules import KUBERNETES, KubeletRules
from podlab.core.rules.versions import check_version
from podlab.simulation.printed import Printed

__all__ = ["Scenario", "Step", "World"]


@dataclass(frozen=True, slots=True)
class World(CoreWorld):
    """What is there before the manifests come: nodes, and the images on them.

    `present_images` are on every node, `missing_images` cannot be pulled, all others can be. `images` maps an image
    name to a student's program, a generator function that takes a process. `start` is the wall-clock time of t = 0,
    which matters to CronJobs; None is podlab's own, 2026-01-01T00:00:00Z. `image_behaviors` are pairs of an image and
    what is said of it: "missing", "pull 30s", "exits 3 after 5s", "runs". `offline`: pods cannot reach the internet.
    `cgroups` is the version of the nodes' cgroups: under 2 the OOM killer takes a whole container, under 1 a process.
    `rules` are what the nodes' kubelets go by, when they are not those of Kubernetes (`pl.kubelet_rules` makes them).
    `version` is the Kubernetes whose restart rules hold, such as "1.30"; None is 1.36, the one that was measured.
    """

    def __post_init__(self) -> None:
        """WrongType or WrongValue for what cannot be a node's or an image's name, or a program."""
        if self.cgroups not in (1, 2):
            raise WrongValue(f"cgroups: there are versions 1 and 2, not {self.cgroups!r}")
        expect(self.rules, KubeletRules, "rules", "write rules=pl.kubelet_rules(phase=my_phase)")
        if self.version is not None:
            _version(self.version, self.rules)
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


@dataclass(frozen=True, slots=True, repr=False)
class Scenario(CoreScenario):
    """Manifests and what happens to them. `run(scenario)` tells what becomes of it; nothing changes a scenario.

    `objects` are decoded API objects, created in order at t = 0; `steps` are gestures and changes of policy, in the
    order they were made; `seed` makes identities and random waits.
    """

    world: World = field(default_factory=World)

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
    def not_simulated(self) -> Printed:
        """What the manifests say that changes nothing in a run, a line each; podlab keeps it, and exports it."""
        rows = [
            (f"{type(obj).__name__} {key_of(obj)}", "all of it" if path == "kind" else path)
            for obj in self.objects
            for path in not_simulated(obj)
        ]
        width = max((len(what) for what, _ in rows), default=0)
        lines = [f"{what:{width}}  {path}" for what, path in rows]
        return Printed("\n".join(lines or ["podlab simulates all that these manifests say."]) + "\n")


def _each(names: Any, field_: str) -> tuple[str, ...]:
    """The names as a tuple. WrongType where they are not a list of texts."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise WrongType(f'{field_}: takes a list of names, as in {field_}=("NAME",), not {a_kind(names)}')
    listed = tuple(names)
    for name in listed:
        if not isinstance(name, str):
            raise WrongType(f"{field_}: a name is a text, not {a_kind(name)}")
    return listed


def _version(version: object, rules: KubeletRules) -> None:
    """WrongValue for what is no version that podlab knows the rules of, or where rules were handed in as well."""
    check_version(version)
    if rules != KUBERNETES:
        raise WrongValue("version: choose a version or rules of your own, not both")


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
