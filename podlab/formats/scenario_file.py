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

from podlab.actions.json_form import action_to_json
from podlab.api import encode
from podlab.api.load import load_objects
from podlab.api.mistakes import WrongValue, expect
from podlab.core.engine.action import RestartPolicy, restart_policy
from podlab.core.engine.timing import Timing
from podlab.core.rules.kubelet_rules import KUBERNETES
from podlab.formats.new_file import write_file
from podlab.formats.shape import Misshapen
from podlab.formats.story import StoryError, read_json, read_story, story_gesture, story_scenario, story_world
from podlab.simulation.running import run_length
from podlab.simulation.scenario import Scenario, Step


def save_scenario(scenario: Scenario, path: str | Path, until: float = 120.0, *, overwrite: bool = False) -> None:
    """Write a scenario to a file.

    Errors: as of `scenario_text`; WrongValue where the file cannot be written, or is there and `overwrite` is not True.
    """
    write_file(path, scenario_text(scenario, until), what="path", overwrite=overwrite)


def open_scenario(path: str | Path) -> tuple[Scenario, float]:
    """The scenario in a file, and how long its run was. A story's file has one too. StoryError says what is wrong."""
    return scenario_of(read_story(path))


def scenario_text(scenario: Scenario, until: float = 120.0) -> str:
    """The text of a scenario's file. ValueError for one whose images are Python programs: no file can hold those."""
    expect(scenario, Scenario, "save_scenario", "give what pl.load returns")
    run_length(until)
    if scenario.world.rules != KUBERNETES:
        raise WrongValue("this scenario has kubelet rules of its own; no file can hold Python functions")
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
            **({"cgroups": 1} if scenario.world.cgroups == 1 else {}),
            **({"version": scenario.world.version} if scenario.world.version is not None else {}),
            **({"offline": True} if scenario.world.offline else {}),
            **({"start": scenario.world.start.isoformat()} if scenario.world.start is not None else {}),
        },
        "timing": asdict(scenario.timing),
        "seed": scenario.seed,
        "manifests": [encode(obj) for obj in scenario.objects],
        "actions": [_action(step) for step in scenario.steps],
        "recordedUntil": until,
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def is_scenario_text(text: str) -> bool:
    """Whether a text is a scenario's file, rather than a manifest as YAML or JSON."""
    try:
        data = json.loads(text)
    except ValueError:
        return False
    return isinstance(data, dict) and "manifests" in data


def parse_scenario(text: str) -> tuple[Scenario, float]:
    """What `scenario_text` was made of: the scenario, and how long its run was. StoryError says what is wrong."""
    try:
        data = read_json(text, "a scenario's file is JSON")
    except Misshapen as error:
        raise StoryError(str(error)) from None
    if not isinstance(data, dict):
        raise StoryError("a scenario's file is a JSON object with manifests, actions, world and recordedUntil")
    return scenario_of(read_story(data))


def scenario_of(story: Mapping[str, Any]) -> tuple[Scenario, float]:
    """The scenario of a file that was read; `read_story` has seen that its fields are there."""
    if "podlab" not in story:  # a recording, in which the pods of a controller have names of their own
        return story_scenario(story)
    scenario = Scenario(
        tuple(load_objects(list(story["manifests"]))),
        world=story_world({"nodes": ()} | story["world"]),
        timing=_timing(story.get("timing") or {}),
        seed=story.get("seed") or 0,
    )
    pods = {name: name for name in scenario.pods}
    steps = [_step(index, action, pods) for index, action in enumerate(story["actions"])]
    try:
        return scenario.but(*steps), run_length(story["recordedUntil"])
    except WrongValue as error:
        raise StoryError(f"actions: {error}") from None


def _action(step: Step) -> dict[str, Any]:
    if isinstance(step, RestartPolicy):
        return {"do": "restartpolicy", "pod": step.target, "policy": step.policy}
    return action_to_json(step)


def _step(index: int, action: Mapping[str, Any], pods: Mapping[str, str]) -> Step:
    if action["do"] == "restartpolicy":
        return restart_policy(action["pod"], action["policy"])
    return story_gesture(index, action, pods)


def _timing(data: Mapping[str, Any]) -> Timing:
    known = {f.name for f in fields(Timing)}
    if not set(data) <= known:
        raise StoryError(f"timing: its fields are {', '.join(sorted(known))}, not {data!r}")
    return Timing(**{name: value for name, value in data.items() if value is not None})
