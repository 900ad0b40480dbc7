"""A scenario as a file, and back: a story without its recording, with what a story cannot say beside it.

The text is JSON: `{podlab, world, timing, seed, manifests, actions, recordedUntil}`. Manifests are the objects with
their defaults; an action is a story's, and `{do: "restartpolicy", pod, policy}` for a change of policy, which has no
time. `recordedUntil` is how long the run was, in seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from podlab.api import encode
from podlab.api.load import load_objects
from podlab.api.mistakes import WrongValue
from podlab.core.engine.action import RestartPolicy, from_action, restart_policy, to_action
from podlab.core.engine.scenario import Scenario, Step, World
from podlab.core.engine.timing import Timing
from podlab.formats.story import StoryError, read_story, story_scenario
from podlab.linux.images.behavior import parse_behavior
from podlab.simulation.running import run_length


def save_scenario(scenario: Scenario, path: str | Path, until: float = 120.0) -> None:
    """Write a scenario to a file. Errors: as of `scenario_text`; OSError where the file cannot be written."""
    Path(path).write_text(scenario_text(scenario, until), encoding="utf-8")


def open_scenario(path: str | Path) -> tuple[Scenario, float]:
    """The scenario in a file, and how long its run was. A story's file has one too. StoryError says what is wrong."""
    return scenario_of(read_story(path))


def scenario_text(scenario: Scenario, until: float = 120.0) -> str:
    """The text of a scenario's file. ValueError for one whose images are Python programs: no file can hold those."""
    if scenario.world.images:
        names = ", ".join(repr(name) for name, _ in scenario.world.images)
        raise WrongValue(f"the image {names} is a program of the notebook's own, which a file cannot hold")
    data = {
        "podlab": 1,
        "world": {
            "nodes": list(scenario.world.nodes),
            "presentImages": list(scenario.world.present_images),
            "missingImages": list(scenario.world.missing_images),
            **({"imageBehaviors": dict(scenario.world.image_behaviors)} if scenario.world.image_behaviors else {}),
            **({"offline": True} if scenario.world.offline else {}),
        },
        "timing": asdict(scenario.timing),
        "seed": scenario.seed,
        "manifests": [encode(obj) for obj in scenario.objects],
        "actions": [_action(step) for step in scenario.steps],
        "recordedUntil": until,
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def parse_scenario(text: str) -> tuple[Scenario, float]:
    """What `scenario_text` was made of: the scenario, and how long its run was. StoryError says what is wrong."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise StoryError(f"a scenario's file is JSON, but this is not: {error}") from None
    if not isinstance(data, dict):
        raise StoryError("a scenario's file is a JSON object with manifests, actions, world and recordedUntil")
    return scenario_of(read_story(data))


def scenario_of(story: Mapping[str, Any]) -> tuple[Scenario, float]:
    """The scenario of a file that was read; `read_story` has seen that its fields are there."""
    if "podlab" not in story:  # a recording, in which the pods of a controller have names of their own
        return story_scenario(story)
    world, seed = story["world"], story.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise StoryError(f"seed: must be a whole number, not {seed!r}")
    scenario = Scenario(
        tuple(load_objects(list(story["manifests"]))),
        world=World(
            _names(world, "nodes"),
            _names(world, "presentImages"),
            _names(world, "missingImages"),
            image_behaviors=_behaviors(world),
            offline=world.get("offline") is True,
        ),
        timing=_timing(story.get("timing", {})),
        seed=seed,
    )
    pods = {name: name for name in scenario.pods}
    try:
        return scenario.but(*(_step(action, pods) for action in story["actions"])), run_length(story["recordedUntil"])
    except (TypeError, KeyError, AttributeError) as error:
        raise StoryError(f"actions: one of them is not complete: {error}") from None


def _action(step: Step) -> dict[str, Any]:
    if isinstance(step, RestartPolicy):
        return {"do": "restartpolicy", "pod": step.target, "policy": step.policy}
    return to_action(step)


def _step(action: Any, pods: Mapping[str, str]) -> Step:
    if not isinstance(action, Mapping):
        raise StoryError(f"actions: each is a JSON object such as {{t, do, pod}}, not {action!r}")
    if action.get("do") == "restartpolicy":
        return restart_policy(str(action["pod"]), action["policy"])
    return from_action(action, pods)


def _names(world: Mapping[str, Any], field: str) -> tuple[str, ...]:
    names = world.get(field, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise StoryError(f"world.{field}: must be a list of names, not {names!r}")
    return tuple(names)


def _behaviors(world: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the file says of images. StoryError when that is nothing that can be said."""
    said = world.get("imageBehaviors", {})
    if not isinstance(said, dict) or not all(isinstance(words, str) for words in said.values()):
        raise StoryError(f"world.imageBehaviors: must be an object of images and words, not {said!r}")
    for image, words in said.items():
        try:
            parse_behavior(words)
        except ValueError as error:
            raise StoryError(f"world.imageBehaviors[{image!r}]: {error}") from None
    return tuple(said.items())


def _timing(data: Any) -> Timing:
    known = {f.name for f in fields(Timing)}
    if not isinstance(data, Mapping) or not set(data) <= known:
        raise StoryError(f"timing: its fields are {', '.join(sorted(known))}, not {data!r}")
    for name, value in data.items():
        burst = name == "event_burst" and value is None
        if not burst and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise StoryError(f"timing.{name}: must be a number, 0 or more, not {value!r}")
    return Timing(**data)
