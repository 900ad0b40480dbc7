"""The walk of one run and of one click: how many files and functions they pass, and how often they change rooms.

    python tools/walk.py                 the numbers, for the map of today's rooms and for the map of before 0.2.0
    python tools/walk.py --pairs         also which rooms are left for which, most often first

`run` lets a pod of two servers live for 120 s; the click is Kill in a Lab of it. A change of room is a call from a
function of one room to a function of another. Both are warmed up before, so that imports and caches do not count.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import podlab as pl

HOUSE = Path(pl.__file__).parent
SERVERS = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: cache, image: redis}
"""

BEFORE = {
    "core/rules": "kubelet",
    "core": "sim",
    "actions": "sim",
    "kubelet": "sim",
    "controllers": "sim",
    "simulation": "sim",
    "formats": "sim",
    "apiserver": "sim",
    "serve": "sim",
    "linux": "runtime",
    "busybox": "runtime",
    "explain": "kubelet",
}
"""The room of each of today's rooms before 0.2.0; the others had the same name."""


class Walk:
    """What a profile of calls has seen: files, functions, and the calls from room to room."""

    def __init__(self) -> None:
        self.functions: set[tuple[str, str]] = set()
        self.calls: Counter[tuple[str, str]] = Counter()

    def profile(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call, as `sys.setprofile` tells of it."""
        if event != "call":
            return
        callee = place(frame)
        if callee is None:
            return
        self.functions.add((callee, frame.f_code.co_qualname))
        above = frame.f_back
        while above is not None and place(above) is None:
            above = above.f_back
        caller = place(above) if above is not None else None
        if caller is not None and caller != callee:
            self.calls[caller, callee] += 1

    def line(self, room: Callable[[str], str]) -> str:
        """The numbers under one map of rooms."""
        files = {file for file, _ in self.functions}
        changes = sum(self.pairs(room).values())
        kinds = len(self.pairs(room))
        return f"{len(files)} files, {len(self.functions)} functions, {changes} changes of room ({kinds} ways)"

    def pairs(self, room: Callable[[str], str]) -> Counter[tuple[str, str]]:
        """How often one room is left for another."""
        found: Counter[tuple[str, str]] = Counter()
        for (caller, callee), n in self.calls.items():
            if room(caller) != room(callee):
                found[room(caller), room(callee)] += n
        return found


def place(frame: FrameType) -> str | None:
    """The file of a frame, below podlab/ and without its ending; None when it is not podlab's."""
    try:
        return Path(frame.f_code.co_filename).relative_to(HOUSE).with_suffix("").as_posix()
    except ValueError:
        return None


def room_now(file: str) -> str:
    """The room of a file today."""
    return file.split("/")[0]


def room_before(file: str) -> str:
    """The room that this file's work was in before 0.2.0."""
    parts = file.split("/")
    for length in range(len(parts), 0, -1):
        if (old := BEFORE.get("/".join(parts[:length]))) is not None:
            return old
    return parts[0]


def walked(work: Callable[[], Any]) -> Walk:
    """The walk of something that is done once more after it was done for warmth."""
    work()
    walk = Walk()
    sys.setprofile(walk.profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return walk


def a_run() -> Callable[[], Any]:
    """Two servers for 120 s."""
    scenario = pl.load(SERVERS)
    return lambda: pl.run(scenario, until=120)


def a_click() -> Callable[[], Any]:
    """Kill in a Lab, at another second each time."""
    lab = pl.Lab(pl.load(SERVERS))
    lab.seek(20)
    return lambda: lab.kill("web")


def main() -> int:
    """Print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", action="store_true", help="also which rooms are left for which")
    args = parser.parse_args()
    for name, work in (("run", a_run()), ("click", a_click())):
        walk = walked(work)
        for map_name, room in (("today's rooms", room_now), ("rooms of before 0.2.0", room_before)):
            print(f"{name:5} {map_name}: {walk.line(room)}")
            if args.pairs:
                for (one, other), n in walk.pairs(room).most_common(8):
                    print(f"      {one} -> {other}: {n}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
