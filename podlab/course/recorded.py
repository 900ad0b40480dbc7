"""A few pods that were recorded on a real Kubernetes 1.36.2 cluster, to be laid beside the simulated ones."""

from __future__ import annotations

import json
from importlib.resources import files

from podlab.api.mistakes import WrongValue
from podlab.formats.story import load_story
from podlab.simulation import Trace

_STORIES = files("podlab.course") / "stories"


def recorded(name: str) -> Trace:
    """A recorded story as a Trace. ValueError names the stories there are."""
    if name not in recorded_names():
        raise WrongValue(f"there is no recorded story {name!r}; there are {', '.join(recorded_names())}")
    return load_story(json.loads((_STORIES / f"{name}.json").read_text(encoding="utf-8")))


def recorded_names() -> list[str]:
    """The names of the stories that come with the course."""
    return sorted(f.name.removesuffix(".json") for f in _STORIES.iterdir() if f.name.endswith(".json"))
