"""Markup in answers, progress files and stories is text wherever it is shown: nothing of a page is made of it."""

from __future__ import annotations

import copy
import csv
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import podlab as pl
from podlab.course.collect import collect
from podlab.course.exercise import Check, Exercise, Task, wrote
from podlab.course.progress import forget, note

EVIL = "<img src=x onerror=alert(1)>"
POD = f"""
apiVersion: v1
kind: Pod
metadata: {{name: web, annotations: {{note: "{EVIL}"}}}}
spec:
  restartPolicy: Never
  containers:
  - name: main
    image: busybox
    env: [{{name: NOTE, value: "{EVIL}"}}]
    command: [sh, -c, "echo '{EVIL}'; exit 1"]
    terminationMessagePolicy: FallbackToLogsOnError
"""


@pytest.fixture(autouse=True)
def a_session() -> Iterator[None]:
    forget()
    yield
    forget()


class _Tags(HTMLParser):
    """The tags of a text of HTML or SVG."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def looked_through(shown: str) -> str:
    """The text itself, which has no tag and no attribute of the markup."""
    tags = _Tags()
    tags.feed(shown)
    assert tags.found
    assert not {"img", "onerror", "script"} & tags.found
    return shown


def pages(shown: Any) -> Iterator[str]:
    """What a notebook may show of a thing as HTML or SVG."""
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    yield from (text for kind, text in data.items() if kind in ("text/html", "image/svg+xml"))
    if hasattr(shown, "svg"):
        yield shown.svg()


def task(**more: Any) -> Task:
    given: dict[str, Any] = {"id": "99-evil", "sentence": "Write.", "stub": POD, "hints": ["No.", EVIL], **more}
    return Task(**given)


def wrote_nothing(trace: pl.Trace) -> str:
    return wrote(line.text for line in trace.logs)


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(POD, id="what a program wrote"),
        pytest.param(POD.replace("kind: Pod", f"kind: '{EVIL}'"), id="a kind"),
        pytest.param(POD.replace("name: main", f"name: '{EVIL}'"), id="a name"),
        pytest.param(POD.replace("image:", f"'{EVIL}': 1\n    image:"), id="a field"),
    ],
)
def test_an_exercises_answer(attempt: str) -> None:
    result = Exercise(task(checks=[Check(f"says {EVIL}", wrote_nothing)]), attempt).check()
    shown = "".join(looked_through(page) for page in pages(result))
    assert escape(EVIL) in shown


def test_an_answer_to_a_question_about_a_story() -> None:
    said = pl.predict("web", t=5, phase=EVIL, status=EVIL, phases=[EVIL], waits=[EVIL])
    for page in pages(said.check(pl.run(POD, 10))):
        assert escape(EVIL) in looked_through(page)


def test_progress_and_what_is_collected_of_it(tmp_path: Path) -> None:
    note("exercise", EVIL, 1, 2)
    for page in pages(pl.progress()):
        assert escape(EVIL) in looked_through(page)
    path = pl.progress().save(tmp_path / "ada.csv", learner=EVIL)
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["learner"] == EVIL
    for page in pages(collect([path])):
        assert looked_through(page).count(escape(EVIL)) == 2


def evil_story() -> dict[str, Any]:
    """A recorded story in which every word that is not read is markup."""
    story = copy.deepcopy(pl.to_story(pl.run(pl.load(POD).but(pl.kill("web/main", 1)), 10), EVIL))
    for snapshot in story["pods"]["web"]:
        snapshot["row"] = [EVIL for _ in snapshot["row"]]
        snapshot |= {"reason": EVIL, "message": EVIL, "nodeName": EVIL, "podIP": EVIL}
        for condition in snapshot.get("conditions") or ():
            condition |= {"type": EVIL, "reason": EVIL, "message": EVIL}
        for status in snapshot.get("containerStatuses") or ():
            status["name"] = EVIL
            for state in status["state"].values():
                state |= {"reason": EVIL, "message": EVIL} if "startedAt" not in state or "exitCode" in state else {}
    for event in story["events"]:
        event |= {"reason": EVIL, "message": EVIL, "field": EVIL, "type": "Warning"}
    story["logs"] = {f"web/{EVIL.replace('/', '')}/0.log": [EVIL]}
    story["pods"] = {EVIL: story["pods"]["web"]}
    return story


def test_a_story() -> None:
    trace = pl.load_story(evil_story())
    shown = "".join(
        looked_through(page)
        for view in (
            *(pl.timeline(trace), pl.topology(trace.at(5)), pl.state_chart(trace, EVIL)),
            *(pl.compare(one=trace, other=trace), pl.why(trace, EVIL, 5)),
        )
        for page in pages(view)
    )
    assert escape(EVIL, quote=False) in shown or escape(EVIL) in shown
