"""Images: which are on the node, which cannot be had, and what runs in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from podlab.api import image as references
from podlab.api.image_behavior import NOTHING_SAID, ImageBehavior, parse_behavior
from podlab.linux.image import Image
from podlab.linux.images import catalogue, failures, recipes

if TYPE_CHECKING:
    from podlab.linux.process import Program


@dataclass(frozen=True, slots=True)
class Images:
    """A value: the images of a scenario. Names are compared in full: "busybox:1.36" is docker.io/library/busybox:1.36.

    `present` are on the node from the start; `missing` cannot be pulled; all others can. `programs` are learners' own:
    an image name (without a tag: any tag) and the program that runs in it; they are always present. `behaviors` are
    what a scenario says of images.
    """

    present: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    programs: tuple[tuple[str, Program], ...] = ()
    behaviors: tuple[tuple[str, ImageBehavior], ...] = ()

    @classmethod
    def of(
        cls,
        present: Iterable[str] = (),
        missing: Iterable[str] = (),
        programs: Mapping[str, Program] | None = None,
        behaviors: Mapping[str, str] | None = None,
    ) -> Images:
        """Images by name. Errors: `ValueError` for what cannot be a name, `TypeError` for what is no program."""
        said = tuple((_full(name), parse_behavior(words)) for name, words in (behaviors or {}).items())
        images = cls(frozenset(map(_full, present)), frozenset(map(_full, missing)), behaviors=said)
        for name, program in (programs or {}).items():
            images = images.with_image(name, program)
        return images

    def with_image(self, name: str, program: Program) -> Images:
        """One image more, which runs `program`. Errors: as for `of`."""
        if not callable(program):
            raise TypeError(f"image {name!r}: a program is a function that takes a process, not {program!r}")
        _full(name)
        return replace(self, programs=(*(p for p in self.programs if p[0] != name), (name, program)))

    def with_present(self, *names: str) -> Images:
        """The same with these on the node."""
        return replace(self, present=self.present | {_full(name) for name in names})

    def with_missing(self, *names: str) -> Images:
        """The same with these not to be had."""
        return replace(self, missing=self.missing | {_full(name) for name in names})

    def name_fault(self, image: str) -> str | None:
        """What the kubelet says of a string that is no image name (InvalidImageName); None when it is one."""
        return failures.fault(image)

    def is_present(self, image: str) -> bool:
        """Whether it is on the node from the start."""
        return _full(image) in self.present or self.program(image) is not None

    def missing_message(self, image: str) -> str | None:
        """How the pull of an image that cannot be had fails; None when it can be had."""
        reference = references.parse(image)
        if _full(image) in self.missing or self.behavior(image).missing:
            return failures.pull_failure(image, known=recipes.is_official(reference))
        if self.program(image) is None and not self.is_present(image) and recipes.did_you_mean(reference):
            return failures.pull_failure(image)
        return None

    def behavior(self, image: str) -> ImageBehavior:
        """What the scenario says of an image."""
        name = _full(image)
        return next((behavior for known, behavior in self.behaviors if known == name), NOTHING_SAID)

    def remark(self, image: str) -> str | None:
        """What a learner should know of an image before it runs; None when podlab knows all that matters."""
        if self.name_fault(image) is not None or self.program(image) is not None:
            return None
        reference = references.parse(image)
        meant = recipes.did_you_mean(reference)
        if meant and not self.is_present(image):
            return f"Docker's registry has no image {reference.base}: did you mean {meant}?"
        name = recipes.known(reference)
        if name is None:
            return f"{image} is not known here: a server stands in for it"
        return f"{image} is taken for the official image {name}" if recipes.is_guess(reference) else None

    def size(self, image: str) -> int:
        """Bytes, about what such an image has in a registry; made up, but always the same for one name."""
        digest = hashlib.sha256(_full(image).encode()).digest()
        least = catalogue.least_size(references.parse(image))
        return least + least * int.from_bytes(digest[:4], "big") // 2**34

    def program(self, image: str) -> Program | None:
        """The learner's own program of an image."""
        reference = references.parse(image)
        for name, program in self.programs:
            own = references.parse(name)
            if own.repository == reference.repository and (own == reference or _bare(name)):
                return program
        return None

    def find(self, image: str) -> Image:
        """What is in an image. Errors: `ValueError` when that is no image name."""
        program = self.program(image)
        return catalogue.find(references.parse(image)) if program is None else catalogue.own(image, program)


def _full(image: str) -> str:
    return str(references.parse(image))


def _bare(name: str) -> bool:
    """Whether a name has neither tag nor digest."""
    return ":" not in name.rpartition("/")[2] and "@" not in name
