"""Run the stories of a real cluster in podlab, and show what differs.

python -m tools.story_agreement                  the stories of the second round: how many agree, which do not
python -m tools.story_agreement job- sts-        only those whose names hold one of these texts, with what differs
python -m tools.story_agreement --data FOLDER    other stories of the same format (*.json or *.json.gz)
python -m tools.story_agreement job-ttl --play   also how a story went here, change by change
"""

from __future__ import annotations

import argparse
import traceback
from pathlib import Path
from typing import Any

from podlab.formats.story import load_story, read_story, story_scenario
from podlab.kubectl.printers import pod_row
from podlab.simulation import Trace, run
from tests.reference.test_traces import timing_for
from tests.reference.test_traces2 import NOT_WRITTEN_DOWN, compared
from tests.reference.workloads import story_of

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data" / "traces2"


def play(story: dict[str, Any]) -> tuple[Trace, Trace]:
    """A story as it was recorded, and as podlab plays it."""
    scenario, until = story_scenario(story)
    scenario = scenario.but(*NOT_WRITTEN_DOWN.get(str(story.get("name")), ()))
    recorded = load_story(story)
    return recorded, run(scenario.timed(timing_for("as it was", recorded)), until=until)


def show(trace: Trace) -> None:
    """Print each change of a pod's row, and the events, in order of time."""
    lines: list[tuple[float, str]] = [(e.t, f"    {e.type} {e.reason} {e.on}: {e.message}") for e in trace.events]
    last: dict[str, str] = {}
    for change in trace.changes:
        phase = change.pod.status.phase if change.pod.status else ""
        row = " ".join(pod_row(change.pod, trace.at(change.t).now)[1:4]) + f" {phase}"
        row = "gone" if change.deleted else row
        if last.get(change.name) != row:
            lines.append((change.t, f"{change.name}: {row}"))
        last[change.name] = row
    for t, line in sorted(lines, key=lambda one: one[0]):
        print(f"  {t:8.2f}  {line}")


def main() -> None:
    """Compare, count and show."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="texts that the names of the stories hold")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the stories")
    parser.add_argument("--play", action="store_true", help="show both sides, change by change")
    args = parser.parse_args()
    paths = sorted(p for p in args.data.glob("*.json*") if not p.name.startswith("_"))
    paths = [p for p in paths if not args.names or any(n in p.name for n in args.names)]
    agree = 0
    for path in paths:
        story = story_of(path) if path.suffix == ".gz" else read_story(path)
        try:
            recorded, simulated = play(story)
            different = compared(story, recorded, simulated)
        except Exception:  # a story that cannot be played is one that differs, and its place is told
            different = [traceback.format_exc()]
        agree += not different
        if different:
            print(f"{path.name.partition('.')[0]}: {len(different)} differ")
        if args.names:
            print("\n".join(f"    {one}" for one in different))
        if args.play:
            for side, trace in (("recorded", recorded), ("simulated", simulated)):
                print(side)
                show(trace)
    print(f"{agree} of {len(paths)} stories agree")


if __name__ == "__main__":
    main()
