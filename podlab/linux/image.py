"""An image: its files, and what is run by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from podlab.linux.base import SCRATCH, Base
from podlab.linux.tree import Directory, File

if TYPE_CHECKING:
    from podlab.linux.process import Program


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """What an image says: its files and what is run by default.

    A container runs `entrypoint` + `command`; a manifest's `command` replaces both, its `args` only `command`.
    `name` is the recipe's, "" for a stand-in or a learner's own; `stop_signal` is what asks its program to end.
    `base` is the Linux below, which decides how tools behave.
    `stand_in`: podlab does not know this image, so a program that is not in it is taken for a server.
    `main` is the program of a learner's own image, which runs for every program that is not in it.
    `known` remembers where its programs have been found.
    """

    root: Directory
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    workdir: str = "/"
    name: str = ""
    version: str = ""
    user: str = ""
    stop_signal: str = "TERM"
    base: Base = SCRATCH
    stand_in: bool = False
    main: Program | None = None
    known: dict[str, tuple[str, File]] = field(default_factory=dict)
