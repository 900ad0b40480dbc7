"""A call with an argument of another type is answered by one sentence, never by an error from inside podlab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import podlab as pl

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n"
ANY: Any = "x"


@pytest.fixture(scope="module")
def trace() -> pl.Trace:
    return pl.run(POD, 5)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        pytest.param(lambda t: t.at(2).kubectl(5), "kubectl: takes a command", id="a command that is a number"),
        pytest.param(lambda t: t.at(2).kubectl("get pods", 5), "kubectl: stdin is a text", id="input that is a number"),
        pytest.param(lambda t: pl.timeline(t, until=ANY), "until must be seconds", id="until in a text"),
        pytest.param(lambda t: pl.timeline(t, pods=7), "pods: takes names, as in", id="pods that are a number"),
        pytest.param(lambda t: pl.why(t, "p", ANY), "t must be seconds since the start", id="why at a text"),
        pytest.param(lambda t: pl.Session(POD).wait(5), "wait: takes a function", id="a wait for a number"),
        pytest.param(lambda t: pl.Session(POD).wait(bool, ANY), "timeout must be seconds", id="a timeout in a text"),
        pytest.param(lambda t: pl.truth_table(5), "exit_codes: a list of whole numbers", id="one exit code"),
        pytest.param(lambda t: pl.truth_table(policies=ANY), "restartPolicy: a list of some of", id="one policy"),
        pytest.param(lambda t: pl.to_story(5), "to_story: takes a Trace, not an int", id="a story of a number"),
        pytest.param(lambda t: pl.load(POD, seed=ANY), "seed: takes a whole number", id="a seed in a text"),
        pytest.param(lambda t: pl.load(POD, world=5), "world: takes a World", id="a world that is a number"),
        pytest.param(lambda t: pl.load(POD).timed(5), "timing: takes a Timing", id="a timing that is a number"),
        pytest.param(lambda t: pl.Timing.recorded(ANY), "seed: takes a whole number", id="a timing's seed"),
    ],
)
def test_it_says_what_would_be_right(call: Callable[[pl.Trace], object], says: str, trace: pl.Trace) -> None:
    with pytest.raises((TypeError, ValueError), match=says) as caught:
        call(trace)
    assert caught.value._render_traceback_() == [f"{type(caught.value).__name__}: {caught.value}"]


def test_what_cannot_be_saved_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with pytest.raises(TypeError, match="save_scenario: takes a Scenario, not an int"):
        pl.save_scenario(5, path)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="until: must be seconds"):
        pl.save_scenario(pl.load(POD), path, until=ANY)
    assert not path.exists()
