"""A scenario that is saved and opened again is the same scenario; a file that is none says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import podlab as pl
from podlab.formats.scenario_file import open_scenario, parse_scenario, save_scenario, scenario_text

SHOP = pl.load(
    """
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: mall}
spec:
  containers:
  - name: web
    image: nginx
    resources: {limits: {memory: 1Gi}}
    readinessProbe: {httpGet: {port: 80}}
""",
    world=pl.World(nodes=("a", "b"), present_images=("nginx",), missing_images=("ngnix",)),
    timing=pl.Timing.recorded(3),
    seed=5,
)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(pl.kill("mall/shop/web", 3.25, "TERM"), id="kill"),
        pytest.param(pl.kill_sandbox("mall/shop", 4), id="kill pause"),
        pytest.param(pl.delete("mall/shop", 5), id="delete"),
        pytest.param(pl.delete("mall/shop", 5, 0), id="force delete"),
        pytest.param(pl.set_condition("mall/shop", 6, "a/b", "False"), id="condition"),
        pytest.param(pl.node_down("a", 7), id="node down"),
        pytest.param(pl.node_up("a", 7), id="node up"),
        pytest.param(pl.drain("a", 7), id="drain"),
        pytest.param(pl.fail_probe("mall/shop/web", 8, "liveness"), id="fail a probe"),
        pytest.param(pl.recover_probe("mall/shop/web", 8), id="recover a probe"),
        pytest.param(pl.fill_memory("mall/shop/web", 9), id="fill the memory"),
        pytest.param(pl.scale("web", 9, 3), id="scale"),
        pytest.param(pl.restart_policy("mall/shop", "Never"), id="policy"),
    ],
)
def test_every_step_comes_back(step: Any, tmp_path: Path) -> None:
    made = SHOP.but(pl.kill("mall/shop/web", 2), step)
    save_scenario(made, tmp_path / "shop.json", until=77)
    assert open_scenario(tmp_path / "shop.json") == (made, 77)


def test_a_recorded_story_opens_too() -> None:
    trace = pl.run(SHOP.but(pl.kill("mall/shop/web", 2)), until=30)
    opened, until = parse_scenario(json.dumps(pl.to_story(trace)))
    assert (opened.steps, until) == (trace.scenario.steps, 30)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"manifests": 1}, "manifests: must be a list, not the number 1", id="manifests"),
        pytest.param({"manifests": [{"kind": "Pud"}]}, "apiVersion", id="no manifest"),
        pytest.param(
            {"actions": [1]}, r"actions\[0\]: must be an object, not the number 1", id="an action that is a number"
        ),
        pytest.param({"actions": [{"do": "dance"}]}, "'dance'; it knows kill", id="an unknown action"),
        pytest.param(
            {"actions": [{"do": "kill", "t": 1}]}, r"actions\[0\].container: is missing", id="a kill of nothing"
        ),
        pytest.param({"actions": [{"do": "restartpolicy", "pod": "x", "policy": "Never"}]}, "no pod 'x'", id="pod"),
        pytest.param({"world": {"nodes": "a"}}, "world.nodes: must be a list, not the text", id="nodes"),
        pytest.param({"timing": {"speed": 1}}, "timing: its fields are", id="timing"),
        pytest.param({"timing": {"look": "x"}}, "timing.look: must be a number", id="a delay"),
        pytest.param({"seed": "x"}, "seed: must be a whole number", id="seed"),
        pytest.param({"recordedUntil": -1}, "recordedUntil: must be a number from 0 to 2592000", id="length"),
    ],
)
def test_a_file_that_is_wrong_says_where(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match="(?s)" + words):
        parse_scenario(json.dumps(json.loads(scenario_text(SHOP)) | change))


@pytest.mark.parametrize("text", ["", "kind: Pod", "[1]", "null"])
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(pl.StoryError, match="JSON"):
        parse_scenario(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(pl.StoryError, match=r"none\.json: No such file"):
        open_scenario(tmp_path / "none.json")


def test_a_program_of_the_notebooks_own_is_not_saved() -> None:
    with pytest.raises(ValueError, match="image 'mine' is a program"):
        scenario_text(SHOP.with_image("mine", lambda process: None))


def test_a_file_that_is_there_stays_unless_it_is_said_that_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text("mine")
    with pytest.raises(ValueError, match="add overwrite=True"):
        save_scenario(SHOP, path)
    assert path.read_text() == "mine"
    save_scenario(SHOP, path, overwrite=True)
    assert open_scenario(path)[0] == SHOP
    with pytest.raises(TypeError, match="path: the name of a file, not an int"):
        save_scenario(SHOP, 7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot be written: No such file or directory"):
        save_scenario(SHOP, tmp_path / "nowhere" / "shop.json")
