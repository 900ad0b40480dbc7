"""What each verb of the lab does to the scenario, the clock and the message; without widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shops import SHOP

import podlab as pl
from podlab.lab import LabModel

Verb = Callable[[LabModel], Any]


@pytest.mark.parametrize(
    ("verb", "step"),
    [
        pytest.param(lambda m: m.kill("web"), pl.kill("shop/web", 10), id="kill sends the chosen signal"),
        pytest.param(lambda m: m.kill("web", 15), pl.kill("shop/web", 10, "SIGTERM"), id="kill with a signal"),
        pytest.param(lambda m: m.kill_sandbox(), pl.kill_sandbox("shop", 10), id="kill pause"),
        pytest.param(lambda m: m.delete(), pl.delete("shop", 10), id="delete with the pod's own grace period"),
        pytest.param(lambda m: m.delete(0), pl.delete("shop", 10, 0), id="delete by force"),
        pytest.param(lambda m: m.do(pl.node_down("node-1", 10)), pl.node_down("node-1", 10), id="any gesture"),
        pytest.param(lambda m: m.set_policy("Never"), pl.restart_policy("shop", "Never"), id="another policy"),
    ],
)
def test_a_gesture_is_one_step_at_the_instant_looked_at(model: LabModel, verb: Verb, step: Any) -> None:
    before = model.scenario
    verb(model)
    assert model.scenario == before.but(step)
    assert model.trace == pl.run(model.scenario, until=120)
    model.undo()
    assert model.scenario == before
    model.redo()
    assert model.scenario == before.but(step)


@pytest.mark.parametrize(
    ("verb", "t"),
    [
        pytest.param(lambda m: m.kill("web"), 11, id="a second passes with a gesture"),
        pytest.param(lambda m: (m.seek(120), m.kill("web")), 121, id="also at the end: the run grows"),
        pytest.param(lambda m: m.set_policy("Never"), 10, id="a change of policy leaves the clock alone"),
        pytest.param(lambda m: (m.kill("web"), m.undo()), 11, id="and so does undo"),
        pytest.param(lambda m: m.seek(42.5), 42.5, id="to an instant"),
        pytest.param(lambda m: m.seek(1e9), 120, id="not after the end"),
        pytest.param(lambda m: m.seek(-1), 0, id="not before the start"),
        pytest.param(lambda m: m.seek(3.14159), 3.15, id="in hundredths of a second"),
        pytest.param(lambda m: m.next_event(), 10, id="no more event: it stays"),
        pytest.param(lambda m: (m.kill("web"), m.seek(60), m.reset()), 10, id="reset: where it began"),
        pytest.param(lambda m: (m.seek(0), m.previous_event()), 0, id="no event before: the start"),
        pytest.param(lambda m: (m.kill("web"), m.previous_event()), 10, id="back to the kill"),
        pytest.param(lambda m: (m.kill("web"), m.seek(2), m.next_event()), 10, id="on to the kill"),
        pytest.param(lambda m: m.set_until(5), 5, id="the end comes nearer"),
    ],
)
def test_the_clock(model: LabModel, verb: Verb, t: float) -> None:
    verb(model)
    assert model.t == t


@pytest.mark.parametrize(
    ("verb", "kind", "words"),
    [
        pytest.param(
            lambda m: m.kill("web"),
            "info",
            "10 s: kill shop/web with SIGKILL. web ended with exit code 137;",
            id="kill",
        ),
        pytest.param(
            lambda m: m.kill("web"), "info", "it was started again at 10 s.", id="the first restart is immediate"
        ),
        pytest.param(
            lambda m: (m.kill("web"), m.kill("web")), "info", "it will be started again at 21 s", id="the second is not"
        ),
        pytest.param(
            lambda m: m.kill("helper", "TERM"),
            "info",
            "SIGTERM was dropped: process 1 of helper has no handler for it. helper goes on running.",
            id="SIGTERM to a deaf PID 1",
        ),
        pytest.param(
            lambda m: m.kill("helper", "STOP"),
            "info",
            "helper is frozen: it does nothing until SIGCONT. Kubernetes still calls it running.",
            id="SIGSTOP",
        ),
        pytest.param(
            lambda m: (m.kill("helper", "STOP"), m.kill("helper", "TERM")),
            "info",
            "helper is frozen, so SIGTERM waits until SIGCONT.",
            id="SIGTERM to a frozen one",
        ),
        pytest.param(
            lambda m: (m.kill("helper", "STOP"), m.kill("helper", "CONT")),
            "info",
            "helper is frozen no more, and goes on running.",
            id="SIGCONT",
        ),
        pytest.param(
            lambda m: (m.set_policy("Never"), m.kill("web")),
            "info",
            "137 and is not started again",
            id="kill under Never",
        ),
        pytest.param(
            lambda m: (m.set_policy("Never"), m.kill("web"), m.kill("web")),
            "warning",
            "Nothing happened: container 'web' does not run at this moment.",
            id="kill what does not run",
        ),
        pytest.param(
            lambda m: (m.kill("web"), m.kill("web"), m.kill("web")),
            "warning",
            "does not run at this moment. It will run again at 21 s.",
            id="kill what waits for its restart",
        ),
        pytest.param(
            lambda m: (m.delete(0), m.seek(60), m.delete()),
            "warning",
            "Nothing happened: there is no pod 'shop' at this moment.",
            id="delete what is gone",
        ),
        pytest.param(lambda m: m.delete(), "info", "delete shop. It will be gone at 40 s.", id="delete"),
        pytest.param(lambda m: m.delete(0), "info", "grace period of 0 s. It is gone.", id="force delete"),
        pytest.param(lambda m: m.kill_sandbox(), "info", "a new sandbox comes at 40 s", id="kill pause"),
        pytest.param(lambda m: m.set_policy("Never"), "info", "A real cluster refuses", id="a real cluster refuses"),
        pytest.param(lambda m: m.undo(), "info", "There is nothing to undo.", id="nothing to undo"),
        pytest.param(lambda m: m.redo(), "info", "There is nothing to redo.", id="nothing to redo"),
    ],
)
def test_what_the_lab_says(model: LabModel, verb: Verb, kind: str, words: str) -> None:
    verb(model)
    assert model.message is not None
    assert model.message.kind == kind
    assert words in model.message.text


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        pytest.param(
            lambda m: m.kill("wb"), "pod 'shop' has no container 'wb'; it has 'web', 'helper'", id="container"
        ),
        pytest.param(lambda m: m.kill("web", "SIGFOO"), "'SIGFOO' is not a signal", id="signal"),
        pytest.param(lambda m: m.set_signal("SIGFOO"), "'SIGFOO' is not a signal", id="chosen signal"),
        pytest.param(lambda m: m.set_policy("Sometimes"), "'Sometimes' is not a policy", id="policy"),
        pytest.param(lambda m: m.set_pod("shp"), "there is no pod 'shp'; there is 'shop'", id="pod"),
        pytest.param(lambda m: m.seek(float("nan")), "must be seconds", id="a time that is no number"),
        pytest.param(lambda m: m.seek("ten"), "must be seconds", id="a time that is a word"),
        pytest.param(lambda m: m.set_until(-1), "until", id="a run of negative length"),
        pytest.param(lambda m: m.delete(-1), "grace_period must be", id="grace period"),
        pytest.param(lambda m: m.set_manifest("kind: Pud"), "apiVersion", id="manifest"),
        pytest.param(lambda m: m.set_manifest(""), "is empty", id="no manifest at all"),
        pytest.param(lambda m: m.set_manifest("shop.yaml"), "manifest", id="a file's name is no manifest"),
    ],
)
def test_a_refused_verb_says_why_and_changes_nothing(model: LabModel, verb: Verb, words: str) -> None:
    model.kill("web")
    before = (model.scenario, model.trace, model.t, model.until, model.pod, model.signal)
    with pytest.raises(ValueError, match=words):
        verb(model)
    assert (model.scenario, model.trace, model.t, model.until, model.pod, model.signal) == before
    model.undo()
    assert model.scenario.steps == ()


def test_a_real_cluster_refuses_another_policy_in_its_own_words(model: LabModel) -> None:
    model.set_policy("Never")
    assert model.message is not None
    refused = 'The Pod "shop" is invalid: spec: Forbidden: pod updates may not change fields other than'
    assert model.message.answer.startswith(refused)
    assert '- "RestartPolicy": "Always",\n+ "RestartPolicy": "Never",' in model.message.answer


def test_reset_takes_every_step_away_and_can_be_undone(model: LabModel) -> None:
    model.kill("web")
    model.set_policy("Never")
    made = model.scenario
    model.reset()
    assert model.scenario.steps == ()
    model.undo()
    assert model.scenario == made


def test_a_new_manifest_begins_a_new_story_and_can_be_undone(model: LabModel) -> None:
    model.kill("web")
    made = model.scenario
    model.set_manifest(SHOP.replace("shop", "stall").replace("web", "till"))
    assert (model.pods, model.pod, model.containers) == (("stall",), "stall", ("till", "helper"))
    assert model.scenario.steps == ()
    model.kill("till")
    model.undo()
    model.undo()
    assert model.scenario == made
    assert model.pod == "shop"


def test_the_history_tells_the_steps_in_the_order_in_which_they_were_made(model: LabModel) -> None:
    model.seek(30)
    model.kill("web")
    model.seek(5)
    model.delete(0)
    model.set_policy("Never")
    assert [str(made) for made in model.history] == [
        "30 s: kill shop/web with SIGKILL (there is no pod 'shop' at this moment)",
        "5 s: delete shop with a grace period of 0 s",
        "from the start: restartPolicy of shop is Never",
    ]


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda m: None, id="nothing done"),
        pytest.param(lambda m: (m.kill("web"), m.seek(33.33), m.kill("helper", "TERM")), id="gestures"),
        pytest.param(lambda m: m.set_policy("OnFailure"), id="a policy"),
        pytest.param(lambda m: (m.reset(), m.kill("web")), id="after a reset"),
        pytest.param(lambda m: (m.set_manifest(SHOP.replace("shop", "stall")), m.kill("web")), id="a new manifest"),
        pytest.param(lambda m: m.set_until(60), id="another length"),
    ],
)
def test_the_code_makes_the_same_trace(verb: Verb) -> None:
    scenario = pl.load(SHOP).but(pl.kill("shop/helper", at=3))
    model = LabModel(scenario)
    verb(model)
    names: dict[str, Any] = {"pl": pl, "scenario": scenario}
    exec(model.code(), names)
    assert names["story"] == model.scenario
    assert names["trace"] == model.trace


def test_one_story_under_each_policy(model: LabModel) -> None:
    model.kill("web")
    phases = {
        policy: trace.end.pods["shop"].status.phase  # type: ignore[union-attr]
        for policy, trace in model.under_each_policy().items()
    }
    assert list(phases) == ["Always", "OnFailure", "Never"]
    assert model.under_each_policy()["Always"] is model.trace
    restarts = [t.end.pods["shop"].status.containerStatuses for t in model.under_each_policy().values()]  # type: ignore[union-attr]
    assert [next(s.restartCount for s in three or () if s.name == "web") for three in restarts] == [1, 1, 0]


def test_a_pinned_run_stays_while_the_story_changes(model: LabModel) -> None:
    model.pin()
    pinned = model.trace
    model.kill("web")
    assert model.pinned is pinned
    assert model.trace != pinned


def test_why_tells_a_moment_or_an_interval(model: LabModel) -> None:
    model.kill("web")
    moment, interval = model.why(), model.why(since=0)
    assert moment is not None
    assert interval is not None
    assert moment.conclusion == interval.conclusion == "Running, Ready True"
    assert (moment.start, interval.start, interval.end) == (11, 0, 11)
    assert "137" in interval.text
    model.delete(0)
    gone = model.why()
    assert gone is not None
    assert gone.conclusion is None


def test_a_lab_without_pods() -> None:
    model = LabModel(pl.Scenario(()))
    assert (model.pods, model.pod, model.containers, model.why()) == ((), "", (), None)
    with pytest.raises(ValueError, match="there is no pod; write a manifest with one"):
        model.kill("web")
    model.next_event()
    assert model.t == 10
    assert model.message is not None
    assert model.message.text == "Nothing more happens until the run ends at 120 s."


def test_a_manifest_without_a_pod_begins_no_story():
    lab = LabModel(SHOP, 60)
    before = lab.trace
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}"
    with pytest.raises(ValueError, match="no Pod here, nor anything that makes one, only Service"):
        lab.set_manifest(service)
    assert lab.trace is before


@pytest.mark.parametrize(
    ("signal", "at", "told"),
    [
        pytest.param("TERM", 11, "SIGTERM of 10s was dropped, for it is process 1", id="dropped"),
        pytest.param("STOP", 11, "frozen since 10s by SIGSTOP", id="frozen"),
    ],
)
def test_why_tells_what_became_of_a_signal(model: LabModel, signal: str, at: float, told: str) -> None:
    model.kill("helper", signal)
    model.seek(at)
    found = model.why()
    assert found is not None
    assert told in found.text.replace("\n", " ")
    assert told in found.html
    model.seek(9)
    before = model.why()
    assert before is not None
    assert told not in before.html


def test_a_grown_run_is_as_long_as_before_after_undo(model: LabModel) -> None:
    model.seek(120)
    model.kill("web")
    assert (model.until, model.t) == (150, 121)
    model.undo()
    assert model.until == 120
    model.redo()
    assert model.until == 150
