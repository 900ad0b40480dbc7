"""Real pods out of recorded stories: the manifest's pod with a snapshot's status, as kubectl would have printed it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from podlab.formats.story import load_story
from podlab.simulation.trace import Trace

FOLDER = Path(__file__).parents[1] / "reference" / "data"


class Seen(NamedTuple):
    """One snapshot: the story, the pod's changes and which of them it is, the clock then, and the object's JSON."""

    story: str
    trace: Trace
    pod: str
    index: int
    now: datetime
    actions: tuple[float, ...]


def all_stories() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recorded story, by name."""
    for path in sorted((*FOLDER.glob("traces/*.json"), *FOLDER.glob("traces2/*.json.gz"))):
        if not path.name.startswith("_"):
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield path.name.partition(".")[0], json.loads(text)


def snapshots() -> Iterator[Seen]:
    """Every snapshot of all recorded stories that still was an object."""
    for name, story in all_stories():
        trace = load_story(story)
        actions = tuple(float(action["t"]) for action in story["actions"])
        for pod in trace.pods:
            for index, change in enumerate(trace.changes_of(pod)):
                if not change.deleted:
                    yield Seen(name, trace, pod, index, trace.start + timedelta(seconds=change.t), actions)
