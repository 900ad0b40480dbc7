"""Stories: the format in and out, replay, and clear errors for what is no story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import podlab as pl
from podlab.__main__ import main

TRACES = Path(__file__).parents[1] / "reference" / "data" / "traces"
KILLED = TRACES / "killed-always.json"
SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: helper, image: busybox, command: [sh, -c, "echo hello; sleep 5; exit 1"]}
"""


def test_a_trace_becomes_a_story_and_a_trace_again():
    trace = pl.run(pl.load(SHOP).but(pl.kill("shop/web", at=12)), until=30)
    again = pl.load_story(json.loads(json.dumps(pl.to_story(trace, "shop"))))
    assert again.until == trace.until
    assert again.pods == trace.pods
    assert [(c.t, c.pod.status.phase) for c in again.changes] == [(c.t, c.pod.status.phase) for c in trace.changes]
    assert again.at(20).get() == trace.at(20).get()
    assert [(e.reason, e.message) for e in again.events] == [(e.reason, e.message) for e in trace.events]
    ends, ends_again = ({(r.container, r.n, r.exit_code, r.reason) for r in t.runs} for t in (trace, again))
    assert ends_again == ends


def test_a_story_of_a_scenario_replays_to_the_same_story():
    scenario = pl.load(SHOP).but(pl.kill("shop/web", at=12), pl.delete("shop", at=20, grace_period=3))
    story = pl.to_story(pl.run(scenario, until=30), "shop")
    again, until = pl.story_scenario(json.loads(json.dumps(story)))
    assert pl.to_story(pl.run(again, until=until), "shop") == story


def test_a_story_of_a_process_that_never_started_has_its_time_from_the_ends():
    trace = pl.load_story(json.loads((TRACES / "bad-command.json").read_text()))
    (row,) = trace.at(100).get(no_headers=True).splitlines()
    assert row.split()[2:6] == ["RunContainerError", "4", "(7s", "ago)"]


def test_replay_prints_a_story_in_the_same_format(capsys):
    assert main(["replay", str(KILLED)]) == 0
    story, recorded = json.loads(capsys.readouterr().out), json.loads(KILLED.read_text())
    assert {*recorded} - {"kubernetes", "runtime"} <= {*story}
    assert {*story["pods"]["p"][-1]} == {*recorded["pods"]["p"][-1]}
    assert story["pods"]["p"][-1]["row"][:4] == ["p", "2/2", "Running", story["pods"]["p"][-1]["row"][3]]
    assert story["recordedUntil"] == recorded["recordedUntil"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("not json", "this is not JSON", id="not JSON"),
        pytest.param("[]", "a story is a JSON object", id="a list"),
        pytest.param("{}", "manifests: a story needs it", id="no manifests"),
        pytest.param(
            '{"manifests": [], "actions": [{"t": 1, "do": "dance"}], "world": {}, "recordedUntil": 1}',
            "does not know how to do 'dance'",
            id="an unknown action",
        ),
        pytest.param(
            '{"manifests": [{"kind": "Pod"}], "actions": [], "world": {}, "recordedUntil": 1}',
            "apiVersion",
            id="a manifest that is none",
        ),
    ],
)
def test_what_is_no_story_gets_one_clear_error(tmp_path, capsys, text, message):
    path = tmp_path / "story.json"
    path.write_text(text)
    assert main(["replay", str(path)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_no_such_file(capsys):
    assert main(["replay", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err
