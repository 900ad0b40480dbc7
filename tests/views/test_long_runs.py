"""Runs of days: what a picture cannot show one by one is shown as shares of time, true to what there was and small."""

from __future__ import annotations

import re
from functools import cache
from time import process_time

import pytest

import podlab as pl
from podlab.views.bins import columns, crowds, percent, total
from podlab.views.marks import ticks, time_unit
from podlab.views.plot import Plot
from podlab.views.scene import Scene

DAY = 86400.0
CRASHING = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
  - {name: helper, image: busybox, command: [sh, -c, "sleep 700; exit 1"]}
"""


@cache
def three_days() -> pl.Trace:
    return pl.run(pl.load(CRASHING), until=3 * DAY)


def plot(until: float) -> Plot:
    return Plot(Scene(880), 80, 780, until)


def test_a_picture_of_three_days_is_small_and_drawn_soon() -> None:
    trace = three_days()
    begin = process_time()
    picture = pl.timeline(trace, conditions=True, cursor=DAY).svg()
    assert process_time() - begin < 2
    assert len(picture) < 150_000


def test_another_instant_of_three_days_is_drawn_at_once() -> None:
    view = pl.timeline(three_days())
    assert view.at(DAY).svg() == pl.timeline(three_days(), cursor=DAY).svg()
    begin = process_time()
    view.at(2 * DAY).svg()
    assert process_time() - begin < 0.1


def test_why_and_the_state_charts_of_three_days_are_small_and_soon_there() -> None:
    begin = process_time()
    at_once, all_of_it = pl.why(three_days(), "shop", DAY), pl.why(three_days(), "shop", 0, 3 * DAY)
    charts = pl.state_chart(three_days(), "shop", t=2 * DAY).svg()
    texts = (at_once.html, all_of_it.html, all_of_it.text, charts)
    assert process_time() - begin < 3
    assert max(map(len, texts)) < 250_000
    assert re.search(r"\d+ moments before \d+s are not shown", all_of_it.text)
    assert "not shown" not in at_once.text


def test_the_shares_drawn_are_those_of_the_run() -> None:
    trace = three_days()
    (title,) = re.findall(r"<title>([^<]*exit 1[^<]*changes from[^<]*)</title>", pl.timeline(trace, "shop").svg())[:1]
    told = {words.rpartition(" ")[0].rpartition(" ")[0] for words in title.partition(";")[0].split(", ")}
    assert {"CrashLoopBackOff", "exit 1", "running"} <= told
    ran = sum((r.end or trace.until) - r.start for r in trace.runs if r.container == "web")
    assert f"running {percent(ran / trace.until)}" in title


def test_many_short_values_are_a_crowd_and_their_shares_are_exact() -> None:
    pieces = [(t, t + 1.0, "up") if t % 4 == 0 else (t, t + 1.0, "down") for t in map(float, range(2000))]
    (crowd,) = crowds(plot(2000), [start for start, _, _ in pieces])
    assert (crowd.left, crowd.right, crowd.start, crowd.end, crowd.changes) == (80, 780, 0, 2000, 2000)
    assert total(crowd, pieces) == pytest.approx({"down": 0.75, "up": 0.25})
    (column,) = columns(plot(1000), crowds(plot(1000), [p[0] for p in pieces[:1000]])[0], pieces[:1000])[:1]
    assert sum(column.shares.values()) == pytest.approx(1)


def test_what_changes_in_the_middle_of_a_crowd_is_seen_there() -> None:
    pieces = [(float(t), t + 1.0, "late" if t > 1000 else "early") for t in range(2000)]
    (crowd,) = crowds(plot(2000), [start for start, _, _ in pieces])
    found = columns(plot(2000), crowd, pieces)
    assert [set(c.shares) for c in found] in ([{"early"}, {"late"}], [{"early"}, {"early", "late"}, {"late"}])
    assert found[0].right == pytest.approx(430, abs=10)


@pytest.mark.parametrize(
    "starts",
    [
        pytest.param([0.0] * 50, id="many at one instant"),
        pytest.param([float(t) for t in range(0, 2000, 30)], id="room for each"),
        pytest.param([], id="none"),
    ],
)
def test_what_can_be_shown_one_by_one_is_no_crowd(starts: list[float]) -> None:
    assert crowds(plot(2000), starts) == []


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "<1 %"), (0.005, "<1 %"), (0.5, "50 %"), (0.994, ">99 %"), (1.0, "100 %")],
)
def test_a_share_in_words(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("until", "unit", "shown"),
    [
        (600, "seconds", ["0", "120", "240"]),
        (21600, "hours", ["0", "1", "2"]),
        (3 * DAY, "hours", ["0", "8", "16"]),
        (2_000_000, "days", ["0", "5", "10"]),
        (400 * DAY, "days", ["0", "50", "100"]),
    ],
)
def test_the_axis_counts_in_what_is_read_easily(until: float, unit: str, shown: list[str]) -> None:
    name, size = time_unit(until)
    times = [f"{t / size:g}" for t in ticks(until)]
    assert name == unit
    assert times[:3] == shown
    assert 3 < len(times) <= 10
