"""Drills ask the same question for the same seed, and know the answer; the report counts what was checked."""

from __future__ import annotations

import pytest

import podlab as pl
from podlab.course.columns import value_at, waits
from podlab.course.progress import forget
from podlab.course.recorded import recorded_names


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4])
def test_a_drill_accepts_the_truth_and_nothing_else(difficulty: int) -> None:
    for seed in range(8):
        question = pl.drill(seed, difficulty)
        assert repr(question) == repr(pl.drill(seed, difficulty))
        if question.t is None:
            truth = {"waits": [seconds for _, seconds in waits(question.trace, "web", "main")][:5]}
        else:
            truth = {ask: value_at(question.trace, "web", ask, question.t) for ask in question.asks}
        assert question.answer(**truth).right
        assert not question.answer().right
        assert {line.verdict for line in question.answer().lines} == {"not said yet"}


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4])
def test_seeds_ask_different_questions_with_different_answers(difficulty: int) -> None:
    questions = [pl.drill(seed, difficulty) for seed in range(20)]
    assert len({repr(q) for q in questions}) > 15
    assert len({str([line.happened for line in q.answer().lines]) for q in questions}) >= 4


def test_a_half_answer_leaves_the_rest_open() -> None:
    question = pl.drill(0, 4)
    assert [line.verdict for line in question.answer(waits=[0]).lines] == ["right", *["not said yet"] * 4]


def test_bad_calls_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="difficulty: 1, 2, 3 or 4, not 9"):
        pl.drill(0, 9)
    with pytest.raises(ValueError, match="colour: this drill asks for phase"):
        pl.drill(0, 1).answer(colour="red")


def test_the_report_keeps_the_best_try() -> None:
    forget()
    question = pl.drill(0, 1)
    question.answer(phase=value_at(question.trace, "web", "phase", question.t or 0))
    question.answer()
    pl.exercise("08-not-ready").check()
    assert [row[2:4] for row in pl.progress().rows] == [("2", "1 of 3"), ("1", "2 of 3")]
    assert "0 of 2 done" in pl.progress().text


@pytest.mark.parametrize("attempt", ["nonsense: [", "kind: Pod", 42, None, pl.predict("web", t=1, phase="Running")])
def test_an_exercise_never_raises(attempt: object) -> None:
    mine = pl.exercise("08-not-ready", attempt)
    assert not mine.check().passed
    assert mine.check().text
    assert mine.show()


def test_each_fault_of_a_manifest_has_its_own_paragraph() -> None:
    manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: main, volumes: []}]\n"
    attempt = pl.exercise("08-not-ready", manifest)
    result = attempt.check()
    assert result.rows == (("no", "the attempt can be run", "2 faults"),)
    assert result.notes == attempt.show().notes
    assert [note.partition(". ")[2] for note in result.notes] == [
        "It belongs to the pod: move it up, under spec.",
        "Say which image to run, such as nginx:1.27.",
    ]


def test_a_prediction_of_something_else_does_not_pass() -> None:
    assert not pl.exercise("08-stuck", pl.predict("web", t=1, phase="Pending")).check().passed
    assert not pl.exercise("08-stuck", "kind: Pod").check().passed
    assert not pl.exercise("09-waits", pl.predict("web", waits=[0, 10])).check().passed


def test_an_unknown_exercise_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="lesson 08 has 08-not-ready"):
        pl.exercise("08-nothing")


@pytest.mark.parametrize("name", recorded_names())
def test_a_recorded_story_can_be_looked_at(name: str) -> None:
    assert pl.recorded(name).end.get()
