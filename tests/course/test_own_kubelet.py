"""Rules of the kubelet that a learner writes: checked against Kubernetes' answers, and handed in to a run."""

from __future__ import annotations

import gzip
import importlib.util
import runpy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import podlab as pl
from podlab.core.rules import get_phase
from podlab.course.own_kubelet.answers import cases, differences
from podlab.course.own_kubelet.case_scene import case_view

PROJECT = Path(__file__).parents[2]
RULES = ("phase", "restarts", "backoff", "ready")
CRASHING = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - {name: prepare, image: busybox, command: [sleep, "3"]}
  containers:
  - {name: web, image: nginx}
  - {name: bot, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
"""


def solution(rule: str) -> Any:
    """The lesson's own solution of an exercise."""
    cells = runpy.run_path(str(PROJECT / "notebooks" / "solutions" / "15.py"))["CELLS"]
    names: dict[str, Any] = {"pl": pl}
    exec(cells[f"15-{rule}"]["solution"], names)
    return names[rule]


def test_the_shipped_answers_are_those_of_the_reference_data() -> None:
    spec = importlib.util.spec_from_file_location("answers_tool", PROJECT / "tools" / "answers.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    shipped = {path.name: path.read_bytes() for path in (PROJECT / "podlab/course/answers").glob("*.gz")}
    made = tool.answers()
    assert shipped.keys() == made.keys()
    assert all(gzip.decompress(shipped[name]) == gzip.decompress(made[name]) for name in made)


@pytest.mark.parametrize(("rule", "size"), list(zip(RULES, (2592, 218, 106, 600), strict=True)))
def test_the_solution_agrees_with_every_answer(rule: str, size: int) -> None:
    assert len(cases(rule)) == size
    assert list(differences(rule, solution(rule))) == []


def test_the_rules_of_thumb_agree_with_602_of_2592() -> None:
    exercise = pl.exercise("15-phase")
    assert exercise.agree == 602
    assert "602 of 2,592" in exercise.check().text


@pytest.mark.parametrize("rule", RULES)
def test_the_first_difference_is_drawn_with_its_facts_as_text(rule: str) -> None:
    found = pl.exercise(f"15-{rule}").show()
    assert "Kubernetes: " in found.text
    assert "yours" in found.text
    assert "Kubernetes" in found.svg()


def test_every_case_can_be_drawn() -> None:
    for rule in RULES:
        never = differences(rule, lambda *_: None)
        for _, difference in zip(range(40), never, strict=False):
            assert case_view(rule, difference).scene.height > 0


@pytest.mark.parametrize(
    ("rule", "function", "sentence"),
    [
        ("phase", lambda pod: "running", "phase: returns one of Pending, Running, Succeeded, Failed, not 'running'"),
        ("phase", lambda pod: 1 / 0, "phase: your function stops with ZeroDivisionError: division by zero"),
        ("restarts", lambda container, exit: None, "restarts: returns True or False, not None"),
        ("backoff", lambda n: -1, "backoff: returns seconds from 0 to 86400, not -1"),
        ("ready", lambda pod: "yes", "ready: returns True or False, not 'yes'"),
        ("ready", lambda: True, "ready: your function stops with TypeError"),
    ],
)
def test_a_bad_rule_is_named_in_one_sentence(rule: str, function: Any, sentence: str) -> None:
    text = " ".join(pl.exercise(f"15-{rule}", function).check().text.split())
    assert sentence in text
    with pytest.raises(ValueError, match=rule):
        pl.run(pl.load(CRASHING).with_world(rules=pl.kubelet_rules(**{rule: function})), until=60)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="phase: takes a function"):
        pl.kubelet_rules(phase="Running")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="rules: "):
        pl.load(CRASHING).with_world(rules=get_phase)
    assert "wants a function" in pl.exercise("15-phase", "Running").check().text


def test_the_solutions_drive_a_pod_as_kubernetes_does() -> None:
    """With the learner's four rules the record is that of podlab's own; only the Ready condition has no reason."""
    own = pl.kubelet_rules(**{rule: solution(rule) for rule in RULES})
    real = pl.run(CRASHING, until=900)
    yours = pl.run(pl.load(CRASHING).with_world(rules=own), until=900)
    assert pl.compare(yours=yours, kubernetes=real).text.count("the same") >= 7
    assert [(r.container, r.start, r.end) for r in yours.runs] == [(r.container, r.start, r.end) for r in real.runs]
    assert [(c.t, c.pod.status.phase) for c in yours.changes] == [(c.t, c.pod.status.phase) for c in real.changes]


def test_other_rules_make_another_story() -> None:
    own = pl.kubelet_rules(phase=lambda pod: "Running", backoff=lambda n: 3)
    yours = pl.run(pl.load(CRASHING).with_world(rules=own), until=60)
    assert yours.at(1).pods["shop"].status.phase == "Running"
    bot = [r for r in yours.runs if r.container == "bot"]
    assert [b.start - a.end for a, b in pairwise(bot)][:4] == [3, 3, 3, 3]


def test_a_file_cannot_hold_functions(tmp_path: Path) -> None:
    scenario = pl.load(CRASHING).with_world(rules=pl.kubelet_rules(backoff=lambda n: 3))
    with pytest.raises(ValueError, match="kubelet rules of its own"):
        pl.save_scenario(scenario, tmp_path / "x.json")
