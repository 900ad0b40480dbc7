"""`images.yaml`, read: how each image that podlab knows is made, and which one a name means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import msgspec

from podlab.api.image import DEFAULT_DOMAIN, OFFICIAL
from podlab.linux.base import Base
from podlab.linux.images.bases import base_of
from podlab.linux.images.described import Needs, Serves
from podlab.linux.images.table import read_table

if TYPE_CHECKING:
    from podlab.api.image import Reference

_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)(?![\w.]*/)")
STAND_IN_BASE = "debian 12"
"""What an image that podlab does not know is based on, unless its tag says otherwise."""

COPIES = ("k8s.io", "gcr.io", "quay.io", "ghcr.io", "public.ecr.aws", "mcr.microsoft.com", "registry.access.redhat.com")
"""Registries whose images are those of the same name: the projects' own and well-known copies."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an image is made. The fields are explained in `images.yaml`."""

    also: tuple[str, ...] = ()
    base: str = STAND_IN_BASE
    own: bool = False
    version: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    command_for: Mapping[str, tuple[str, ...]] = {}
    user: str = ""
    ports: tuple[int, ...] = ()
    workdir: str = "/"
    stop: str = "TERM"
    server: str = ""
    env: Mapping[str, str] = {}
    path: str = ""
    tools: str = ""
    programs: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    serves: Serves | None = None
    needs: Needs | None = None
    does: str
    lacks: str = ""


@cache
def recipes() -> Mapping[str, Recipe]:
    """All recipes by the images' names."""
    return msgspec.convert(read_table("images.yaml"), dict[str, Recipe])


@cache
def _names() -> Mapping[str, str]:
    """All names that images have, to the name of their recipe."""
    names = {also: name for name, recipe in recipes().items() for also in recipe.also}
    return {**names, **{name: name for name in recipes()}}


def known(reference: Reference) -> str | None:
    """The name of the recipe for an image: found by its path, or by the last part of it.

    The last part says everything where images are copied under their own names; elsewhere only an official image is
    found by it, for mirrors of companies name these so.
    """
    path, last = reference.path.removeprefix(OFFICIAL), reference.base
    if path in _names():
        return _names()[path]
    if _is_copy(reference):
        return _names().get(last)
    return last if last in recipes() else None


def _is_copy(reference: Reference) -> bool:
    return any(reference.registry == name or reference.registry.endswith("." + name) for name in COPIES)


def is_guess(reference: Reference) -> bool:
    """Whether an image is taken for an official one only because the last part of its name is the same."""
    return reference.path.removeprefix(OFFICIAL) not in _names() and not _is_copy(reference)


def is_official(reference: Reference) -> bool:
    """Whether Docker's registry has such a repository, as far as podlab knows."""
    return reference.path.removeprefix(OFFICIAL) in _names()


@lru_cache(maxsize=1000)
def base(name: str | None, tag: str) -> Base:
    """What an image of that recipe, or of none, is based on."""
    if name is None:
        return base_of(STAND_IN_BASE, tag)
    recipe = recipes()[name]
    return base_of(recipe.base, tag, own=recipe.own)


def version(recipe: Recipe, tag: str) -> str:
    """The version of what an image has: its tag's, filled up to the length of the usual one."""
    match = _NUMBERS.match(tag)
    if match is None or not recipe.version:
        return recipe.version
    given, usual = match[1].split("."), recipe.version.split(".")
    if usual[: len(given)] == given:
        return recipe.version
    return ".".join((*given, *["0"] * (len(usual) - len(given))))


@lru_cache(maxsize=1000)
def did_you_mean(reference: Reference) -> str | None:
    """The well-known official image that a name of Docker's registry was probably meant to be."""
    path = reference.path.removeprefix(OFFICIAL)
    if reference.registry != DEFAULT_DOMAIN or "/" in path:
        return None
    official = sorted(name for name in _names() if "/" not in name)
    if path in official:
        return None
    turned = [name for name in official if sorted(name) == sorted(path)]
    close = get_close_matches(path, official, n=1, cutoff=0.8) if len(path) > 4 else []
    return next(iter([*turned, *close]), None)
