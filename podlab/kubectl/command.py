"""What a command of kubectl is, the flags that several have, and the list of all: each is a function with `@verb`.

A new command is a new file in `podlab/kubectl/verbs/`, and nothing else need be told of it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from podlab.kubectl.flags import Flag

ALL = Flag("all", "switch", help="Select all resources of the type in the namespace")
ALL_NAMESPACES = Flag("all-namespaces", "switch", "A", help="Take the objects of all namespaces")
CONTAINER = Flag("container", "text", "c", default="", help="Container name")
DRY_RUN = Flag("dry-run", "text", default="none", help='"none", "server" or "client": print, but do not do it')
FIELD_SELECTOR = Flag("field-selector", "text", default="", help="Fields to filter on, like status.phase=Running")
FILENAME = Flag("filename", "list", "f", help='Files with manifests; "-" is what is piped in')
IGNORE_NOT_FOUND = Flag("ignore-not-found", "switch", help="Do not mind what does not exist")
NO_HEADERS = Flag("no-headers", "switch", help="Print no headers")
OUTPUT = Flag("output", "text", "o", default="", help="json, yaml, name, jsonpath=…, custom-columns=…, wide")
OVERWRITE = Flag("overwrite", "switch", help="Replace values that are there already")
SELECTOR = Flag("selector", "text", "l", default="", help="Labels to filter on, like app=shop,tier!=back")
STDIN = Flag("stdin", "switch", "i", help="Pass stdin to the container")
TTY = Flag("tty", "switch", "t", help="Stdin is a terminal")
WATCH = Flag("watch", "switch", "w", help="After listing, show every change")
IGNORED = (Flag("validate", "text", help="Manifests are always checked strictly"),)

GLOBAL_FLAGS = (
    Flag("namespace", "text", "n", default="", help="The namespace to work in"),
    Flag("request-timeout", "duration", help="How long to wait for an answer, like 5s"),
    Flag("context", "text", help="There is only one cluster here"),
)


@dataclass(frozen=True)
class Command:
    """A command and its own flags."""

    name: str
    summary: str
    usage: str
    flags: tuple[Flag, ...] = ()

    @property
    def all_flags(self) -> tuple[Flag, ...]:
        """Its own flags and those of every command."""
        return (*self.flags, *GLOBAL_FLAGS)


PACKAGE = "podlab.kubectl.verbs"
Verb = Callable[[Any], None]
"""A function of a `podlab.kubectl.call.Call`."""
_registered: dict[str, tuple[Command, Verb]] = {}


def verb(command: Command) -> Callable[[Verb], Verb]:
    """Mark a function as what carries out a command."""

    def register(function: Verb) -> Verb:
        _registered[command.name] = command, function
        return function

    return register


@cache
def _all() -> Mapping[str, tuple[Command, Verb]]:
    for module in pkgutil.iter_modules(import_module(PACKAGE).__path__):
        import_module(f"{PACKAGE}.{module.name}")
    return dict(sorted(_registered.items()))


@cache
def commands() -> Mapping[str, Command]:
    """All commands by name, in the order of the alphabet."""
    return {name: command for name, (command, _) in _all().items()}


def verb_of(name: str) -> Verb:
    """What carries out the command of that name."""
    return _all()[name][1]
