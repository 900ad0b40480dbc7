"""Does podlab still tell the same stories? Digests of many runs, and a comparison of two such lists.

    python tools/digest.py run before.jsonl                      all stories; --only 'recorded/*' some of them
    (change something)
    python tools/digest.py run after.jsonl
    python tools/digest.py compare before.jsonl after.jsonl      names each story that differs, and what in it differs

The stories: each recorded one (in ideal time and in recorded time), random ones (`tools/random_stories.py`), and all
runs that the cells of each lesson and lab make, with what the cells show. A line holds a story's name and a SHA-256 of
each part: `changes` of pods, `events`, `logs`, the texts of `pictures`, and `rest` (container runs, sandboxes, other
objects, gestures, notes). With PYTHONPATH set to another tree the stories are told by that tree's podlab.

A change that is meant is written into `tools/digest-changes.md`; `compare` names those apart, and ends with 1 only for
a story that differs in a part that is not listed there.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))

PROJECT = Path(__file__).parents[1]
RECORDED = PROJECT / "tests" / "reference" / "data" / "traces"
MEANT = Path(__file__).with_name("digest-changes.md")
RANDOM = 200
"""So many random stories are told."""
PARTS = ("changes", "events", "logs", "pictures", "rest")


def digest(data: Any) -> str:
    """A SHA-256 of something that can be written as JSON."""
    import msgspec

    return sha256(msgspec.json.encode(data, enc_hook=repr)).hexdigest()


def parts_of(trace: Any) -> dict[str, Any]:
    """What a run gave, split into parts."""
    rest = (trace.until, trace.runs, trace.sandboxes, trace.objects, trace.node_states, trace.endpoints)
    return {
        "changes": trace.changes,
        "events": trace.events,
        "logs": trace.logs,
        "pictures": pictures(trace),
        "rest": (*rest, trace.gestures, trace.notes),
    }


def pictures(trace: Any) -> list[str]:
    """The texts of the timeline, of the topology half-way and at the end, and why each pod is as it is then."""
    import podlab as pl

    out = [pl.timeline(trace).text]
    for t in (trace.until / 2, trace.until):
        out.append(pl.topology(trace.at(t)).text)
        out += [str(pl.why(trace, pod, t)) for pod in trace.pods[:3]]
    return out


def told(traces: Iterable[Any]) -> dict[str, str]:
    """The digests of some runs together, by part."""
    parts = [{part: digest(data) for part, data in parts_of(trace).items()} for trace in traces]
    return {part: digest([one[part] for one in parts]) for part in PARTS}


def tell(name: str) -> dict[str, str]:
    """A story's line: its name and the digests of its parts; `error` where it cannot be told."""
    kind, _, which = name.partition("/")
    try:
        parts = {"recorded": recorded, "random": random_story, "lesson": lesson, "lab": lesson}[kind](which)
    except Exception as problem:
        parts = {"error": f"{type(problem).__name__}: {problem}"}
    return {"story": name, **parts}


def recorded(which: str) -> dict[str, str]:
    """A recorded story in ideal and in recorded time, and the recording itself as it is read."""
    import podlab as pl

    path = RECORDED / f"{which}.json"
    scenario, until = pl.story_scenario(path)
    runs = [pl.run(scenario.timed(timing), until) for timing in (pl.Timing.ideal(), pl.Timing.recorded(1))]
    return told([*runs, pl.load_story(path)])


def random_story(which: str) -> dict[str, str]:
    """A random story; one that goes beyond its budget up to where it came."""
    from random_stories import scenario

    import podlab as pl

    simulation = pl.simulation.Simulation(scenario(int(which)))
    try:
        simulation.advance(150)
    except pl.BudgetExceeded:
        return told([simulation.trace()]) | {"error": "over its budget"}
    return told([simulation.trace()])


def lesson(which: str) -> dict[str, str]:
    """All runs of a notebook's cells, and as one more picture all that its cells print or show as text."""
    import nbformat

    from podlab.simulation.engine import Simulation

    made: list[Any] = []
    begin = Simulation.__init__

    def remember(self: Any, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        made.append(self)

    Simulation.__init__ = remember  # type: ignore[method-assign]
    try:
        shown = cells_shown(nbformat.read(PROJECT / which, as_version=4))
    finally:
        Simulation.__init__ = begin  # type: ignore[method-assign]
    parts = told(simulation.trace() for simulation in made)
    return parts | {"pictures": digest([parts["pictures"], shown])}


def cells_shown(notebook: Any) -> list[str]:
    """Run a notebook's cells in a shell of their own, in an empty folder; what each printed, and its result as text."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell, home, shown = InteractiveShell.instance(), Path.cwd(), []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    with capture_output() as caught:
                        result = shell.run_cell(cell.source)
                    plain = [str(output.data.get("text/plain")) for output in caught.outputs]
                    shown += [caught.stdout, *plain, repr(result.error_before_exec or result.error_in_exec)]
        finally:
            os.chdir(home)
    return [re.sub(r"0x[0-9a-f]{6,}|[0-9.]+ m?s\b real", "…", text) for text in shown]


def stories(patterns: Iterable[str] = ("*",)) -> list[str]:
    """The names of all stories that a pattern such as 'random/*' fits."""
    names = [f"recorded/{path.stem}" for path in sorted(RECORDED.glob("[!_]*.json"))]
    names += [f"random/{number:03}" for number in range(RANDOM)]
    for kind, folder in (("lesson", "notebooks"), ("lab", "labs")):
        names += [f"{kind}/{path.relative_to(PROJECT)}" for path in sorted((PROJECT / folder).glob("*.ipynb"))]
    return [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def tell_all(names: list[str], out: Path, workers: int) -> int:
    """Tell the stories, each lesson in a process of its own, and write a line each; how many could not be told."""
    failed = 0
    with (
        multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=20) as pool,
        multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=1) as fresh,
        out.open("w", encoding="utf-8") as lines,
    ):
        short = [name for name in names if name.startswith(("recorded", "random"))]
        for line in (*pool.imap(tell, short), *fresh.imap(tell, names[len(short) :])):
            failed += "changes" not in line
            lines.write(json.dumps(line) + "\n")
    return failed


@dataclass(frozen=True)
class Meant:
    """A change that is meant: which stories, which parts of them, and why."""

    stories: str
    parts: frozenset[str]
    reason: str


def meant_changes(text: str) -> Iterator[Meant]:
    """The list in digest-changes.md: lines such as "- `random/*` changes, logs: the reason"."""
    for line in text.splitlines():
        found = re.fullmatch(r"- `(?P<stories>[^`]+)` (?P<parts>[a-z, ]+): (?P<reason>.+)", line)
        if found:
            parts = frozenset(part.strip() for part in found["parts"].split(","))
            yield Meant(found["stories"], frozenset(PARTS) | {"error"} if "all" in parts else parts, found["reason"])


def differences(before: dict[str, Any], after: dict[str, Any], meant: list[Meant]) -> Iterator[tuple[str, str, str]]:
    """Each story that differs: its name, what differs, and why that is meant ("" where it is not)."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield name, "only after" if old is None else "only before", ""
            continue
        for part in (*PARTS, "error"):
            if old.get(part) != new.get(part):
                known = (m.reason for m in meant if part in m.parts and fnmatch.fnmatch(name, m.stories))
                yield name, part, next(known, "")


def read(path: Path) -> dict[str, Any]:
    """The lines of a digest file by story."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line["story"]: line for line in map(json.loads, lines)}


def compare(before: Path, after: Path, meant: Path) -> int:
    """Print what differs between two files; 1 where something differs that is not meant."""
    old, new = read(before), read(after)
    found = list(differences(old, new, list(meant_changes(meant.read_text(encoding="utf-8")))))
    for name, part, reason in found:
        print(f"{name}: {part} " + (f"differs, as meant: {reason}" if reason else "DIFFERS"))
    wrong = {name for name, _, reason in found if not reason}
    right = {name for name, _, _ in found} - wrong
    print(f"{len(old.keys() & new.keys())} stories compared: {len(right)} changed as meant, {len(wrong)} otherwise")
    return int(bool(wrong))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="tell the stories and write their digests")
    run.add_argument("out", type=Path)
    run.add_argument("--only", nargs="+", default=["*"], help="patterns of stories' names")
    run.add_argument("--workers", type=int, default=2)
    two = commands.add_parser("compare", help="compare two files")
    two.add_argument("before", type=Path)
    two.add_argument("after", type=Path)
    two.add_argument("--meant", type=Path, default=MEANT)
    args = parser.parse_args()
    if args.command == "compare":
        return compare(args.before, args.after, args.meant)
    failed = tell_all(stories(args.only), args.out, args.workers)
    if failed:
        print(f"{failed} stories could not be told: see `error` in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
