"""The same scenario gives the same bytes: no memory addresses, no lost fractions of seconds, code that runs."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

import podlab as pl
from podlab import actions as action
from podlab.actions.json_form import action_from_json, action_to_json
from podlab.core.engine.action import Action, RestartPolicy
from podlab.linux.words import without_addresses

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: mine}]}\n"
TWO = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 3.3; exit 1']}]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}
"""


class Thing:
    """Prints as Python prints what has no words of its own."""


def yields_a_generator(proc):
    yield (x for x in [1])


def raises_with_an_object(proc):
    yield proc.sleep(1)
    raise ValueError(Thing())


def returns_an_object(proc):
    yield proc.sleep(1)
    return Thing()


def prints_objects(proc):
    proc.print(Thing(), f"and {Thing()}")
    proc.err(proc, proc.sleep)
    proc.note(f"{Thing()}")
    yield proc.sleep(1)


def answers_badly(proc):
    proc.listen(80, serve=lambda path: Thing())
    yield proc.pause()


@pytest.mark.parametrize(
    "program", [yields_a_generator, raises_with_an_object, returns_an_object, prints_objects, answers_badly]
)
def test_no_memory_addresses(program):
    scenario = pl.load(POD.replace("image: mine", "image: mine, readinessProbe: {httpGet: {port: 80}}"))
    scenario = scenario.with_image("mine", program)
    one = pl.run(scenario, 15)
    kept = [Thing() for _ in range(1000)]
    two = pl.run(scenario, 15)
    assert one == two
    assert one.logs
    assert len(kept) == 1000
    assert "0x" not in "".join([*(line.text for line in one.logs), *one.notes])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<generator object f.<locals>.<genexpr> at 0x7f0a1c2d3e40>", "<generator object f.<locals>.<genexpr>>"),
        ('<code object f at 0x7f0a1c2d3e40, file "x">', '<code object f, file "x">'),
        ("<bound method A.f of <A object at 0x7F0A1C2D3E40>>", "<bound method A.f of <A object>>"),
        ("the port at 0x1f90 is free", "the port at 0x1f90 is free"),
    ],
)
def test_only_addresses_of_objects_are_left_out(text: str, told: str) -> None:
    assert without_addresses(text) == told


@pytest.mark.parametrize("timing", [pl.Timing.ideal(), pl.Timing.recorded(3)], ids=["ideal", "recorded"])
def test_a_story_keeps_the_ages_at_fractions_of_seconds(timing: pl.Timing) -> None:
    scenario = pl.load(TWO).timed(timing)
    scenario = scenario.but(pl.kill("web[0]/c", 4.7), pl.delete("web[1]", 9.6), pl.typed("run q --image=nginx", 7.9996))
    trace = pl.run(scenario, 30)
    story = pl.load_story(json.loads(json.dumps(pl.to_story(trace))))
    for tenth in range(300):
        t = tenth / 10 + 0.05
        assert str(story.at(t).get()) == str(trace.at(t).get()), t


NAMES = st.sampled_from(["p", "web[0]", "o'clock"])
AT = st.floats(0, 1e6) | st.integers(0, 100).map(float)
LAST = st.booleans()
IN_POD = NAMES.map(lambda name: f"{name}/c")
PROBE = st.sampled_from(action.PROBES)
TEXT = st.text("ab'\"\\\n{}é", max_size=8)
GESTURES: st.SearchStrategy[Action | RestartPolicy] = st.one_of(
    st.builds(pl.kill, IN_POD, AT, st.sampled_from(["SIGKILL", "TERM", 1]), last=LAST),
    st.builds(pl.kill_sandbox, NAMES, AT, last=LAST),
    st.builds(pl.delete, NAMES, AT, st.none() | st.integers(0, 100), last=LAST),
    st.builds(pl.evict, NAMES, AT, last=LAST),
    st.builds(
        pl.set_condition, NAMES, AT, st.sampled_from(["x", "a/b"]), st.sampled_from(["True", "False"]), last=LAST
    ),
    st.builds(pl.node_down, NAMES, AT, last=LAST),
    st.builds(pl.node_up, NAMES, AT, last=LAST),
    st.builds(pl.delete_node, NAMES, AT, last=LAST),
    st.builds(pl.drain, NAMES, AT, last=LAST),
    st.builds(pl.fail_probe, IN_POD, AT, PROBE, last=LAST),
    st.builds(pl.recover_probe, IN_POD, AT, PROBE, last=LAST),
    st.builds(pl.fill_memory, IN_POD, AT, last=LAST),
    st.builds(pl.scale, NAMES, AT, st.integers(0, 3), last=LAST),
    st.builds(pl.typed, TEXT.map(lambda text: f"get {text}"), AT, TEXT, st.dictionaries(TEXT, TEXT, max_size=2)),
    st.builds(pl.requested, NAMES.map(lambda name: f"DELETE /api/v1/pods/{name}"), AT, TEXT),
    st.builds(pl.restart_policy, NAMES, st.sampled_from(action.POLICIES)),
)


@given(GESTURES)
def test_the_code_of_a_gesture_makes_it(gesture: Action | RestartPolicy) -> None:
    assert eval(f"pl.{gesture.code()}") == gesture  # what a learner copies out of the history
    assert str(gesture) == gesture.code()


@given(GESTURES.filter(lambda gesture: isinstance(gesture, Action)))
def test_a_story_keeps_a_gesture(gesture: Action) -> None:
    told = action_from_json(json.loads(json.dumps(action_to_json(gesture))), {})
    assert told == gesture


def test_every_gesture_is_among_them():
    kinds = {cls for cls in vars(action).values() if isinstance(cls, type) and issubclass(cls, Action)}
    assert {cls.verb for cls in kinds - {Action}} | {"restart_policy"} == {
        "kill", "kill_sandbox", "delete", "evict", "set_condition", "node_down", "node_up", "delete_node", "drain",
        "fail_probe", "recover_probe", "fill_memory", "scale", "typed", "requested", "restart_policy",
    }  # fmt: skip
    assert all(f.kw_only for cls in kinds for f in fields(cls) if f.name == "last")
