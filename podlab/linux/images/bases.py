"""The Linuxes that images are based on: what a name and a tag say of the base, and the files that it has.

`bases.yaml` lists them: their tools, their os-release. A tag may name another base than the image's usual one:
`nginx:1.27-alpine`, `python:3.12-slim-bookworm`, `postgres:16-bullseye`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from podlab.linux.base import SCRATCH, Base, Kind
from podlab.linux.images.coreutils import PREFIX
from podlab.linux.images.table import read_table
from podlab.linux.streams import Noise, Null, Zero
from podlab.linux.tree import Device, Directory, File, Link

Row = Mapping[str, Any]

_NUMBER = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)*)")
_PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin")


def named(words: str) -> Base:
    """The base that is called so: "debian 12", "alpine", "busybox 1.36"."""
    name, _, version = words.partition(" ")
    return _make(name, version)


def base_of(usual: str, tag: str, *, own: bool = False) -> Base:
    """The base of an image that is usually based on `usual`, as "debian 12", and has this tag.

    `own`: the image is that Linux itself, so that its tag says which version.
    """
    name, _, version = usual.partition(" ")
    if own:
        return _make(name, _version_in(name, tag) or version)
    for word in re.split(r"[-_+]", tag.lower()):
        other = _named(word)
        if other is not None and name not in ("scratch", "distroless"):
            return other
    return named(usual)


def _named(word: str) -> Base | None:
    """The base that a word of a tag names: "alpine3.20", "bookworm", "noble", "ubuntu"."""
    match = re.fullmatch(r"([a-z]+)([\d.]*)", word)
    if match is None:
        return None
    for name, row in _rows().items():
        if match[1] in row.get("codenames", {}):
            return _make(name, row["codenames"][match[1]])
        if match[1] == name and name != "busybox":
            return _make(name, match[2] or row["usual"])
    return None


def _version_in(name: str, tag: str) -> str:
    """The version of Linux `name` that a tag of its own image names; "" when it names none."""
    for word in re.split(r"[-_+]", tag.lower()):
        codename: str | None = _rows()[name].get("codenames", {}).get(word)
        if codename is not None:
            return codename
    match = _NUMBER.match(tag)
    return match[1] if match else ""


def _make(name: str, version: str) -> Base:
    if name == "scratch":
        return SCRATCH
    row = _rows()[name]
    version = version or row["usual"]
    kind: Kind = row["kind"]
    busybox = _busybox(version if kind == "busybox" else row.get("busybox", {}).get(_short(version), "1.37"))
    return Base(kind, version, name, busybox if kind in ("busybox", "alpine") else None, row.get("shell", ""))


def _busybox(version: str) -> tuple[int, int]:
    numbers = [int(word) for word in version.split(".")[:2]]
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (1, 37)


def _short(version: str) -> str:
    """3.20 of 3.20.3."""
    return ".".join(version.split(".")[:2])


@cache
def _rows() -> Mapping[str, Row]:
    """The table of bases."""
    return read_table("bases.yaml")


def tools_of(base: Base) -> frozenset[str] | None:
    """The names of the programs a base has; None for all of busybox's, less `without_tools`."""
    words = _rows()[base.name].get("tools") if base.name else ""
    return None if words is None else frozenset(_spelled(words))


def without_tools(base: Base) -> frozenset[str]:
    """Programs that podlab has and this base has not, where a base has nearly all of busybox's."""
    return frozenset(_rows()[base.name].get("without", "").split()) if base.name else frozenset()


def _spelled(words: str) -> list[str]:
    """The words, with `@name` replaced by that base's own."""
    spelled: list[str] = []
    for word in words.split():
        spelled += _spelled(_rows()[word[1:]]["tools"]) if word.startswith("@") else [word]
    return spelled


@cache
def linux(base: Base, tools: frozenset[str], *, everything: bool = False) -> Directory:
    """The files of a base; of the tools it has, those that are among `tools`, which podlab can run.

    `everything`: all of these, for an image of which podlab does not know what its makers have put into it.
    """
    root = Directory()
    for name, device in (("null", Null()), ("zero", Zero()), ("urandom", Noise()), ("random", Noise())):
        root.add(f"/dev/{name}", Device(device))
    if base.kind == "scratch":
        return root
    for path in ("/home", "/root", "/usr/local/bin", "/sbin", "/var/run", "/var/log", *_PROGRAM_FOLDERS):
        root.make(path)
    root.make("/run")
    for path in ("/tmp", "/var/tmp"):
        root.make(path).mode = 0o1777
    _add_tools(root, base, tools if everything else _there(base, tools))
    for path, text in _texts(base):
        root.add(path, File(text))
    return root


def _there(base: Base, tools: frozenset[str]) -> frozenset[str]:
    has = tools_of(base)
    return tools - without_tools(base) if has is None else tools & has


def _add_tools(root: Directory, base: Base, there: frozenset[str]) -> None:
    """Debian's /bin is a link to /usr/bin; busybox has all in /bin."""
    folder = "/bin"
    if base.gnu:
        folder = "/usr/bin"
        root.add("/bin", Link("usr/bin"))
    for tool in sorted(there):
        root.add(f"{folder}/{tool}", File(mode=0o755, program=PREFIX + tool if base.gnu else tool))
    if not base.gnu and "env" in there:
        root.add("/usr/bin/env", Link("/bin/env"))


def _texts(base: Base) -> list[tuple[str, str]]:
    """Files of /etc: accounts, and what os-release says."""
    shell = "/bin/bash" if base.gnu else "/bin/sh"
    texts = [
        ("/etc/passwd", f"root:x:0:0:root:/root:{shell}\nnobody:x:65534:65534:nobody:/home:/bin/false\n"),
        ("/etc/group", "root:x:0:\nnobody:x:65534:\n"),
    ]
    row = _rows()[base.name]
    if "release" in row:
        codename = next((word for word, version in row.get("codenames", {}).items() if version == base.version), "")
        version = base.version if base.version.replace(".", "").isdecimal() else row["usual"]
        words = {"version": version, "major": version.split(".")[0], "codename": codename}
        texts.append(("/etc/os-release", row["release"].format_map({**words, "Codename": codename.capitalize()})))
        if "file" in row:
            texts += [(path, text.format_map(words)) for path, text in row["file"].items()]
    return texts
