"""The text forms, word for word. `PODLAB_GOLDEN=write pytest …` writes them anew; then read what changed."""

import os
from pathlib import Path

import pytest
from viewtraces import at_once, many_pods

from podlab.views import compare, timeline, topology

GOLDEN = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("PODLAB_GOLDEN") == "write":
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "both-exit0-never",
        "delete-two",
        "exit1-always",
        "killed-always",
        "pause-killed-always",
        "readiness-toggle",
        "sidecar-main-exit0-never",
    ],
)
def test_a_timeline_in_words(story, name):
    check(f"timeline-{name}", timeline(story(name)).text)


def test_conditions_have_rows_when_asked_for(story):
    check("conditions-both-exit0-never", timeline(story("both-exit0-never"), conditions=True).text)


def test_what_is_over_at_once_is_told(shop):
    check("timeline-at-once", timeline(shop).text)


@pytest.mark.parametrize(
    ("name", "t"),
    [
        pytest.param("pause-killed-always", 5, id="two containers"),
        pytest.param("pause-killed-always", 0, id="nothing exists yet"),
        pytest.param("sidecar-main-exit0-never", 6.6, id="the main container has ended"),
        pytest.param("shared-volume", 5, id="a shared volume"),
        pytest.param("shared-pid-ps", 5, id="one PID namespace"),
        pytest.param("node-death-replicaset", 60, id="pods on two nodes"),
    ],
)
def test_a_topology_in_words(story, name, t):
    check(f"topology-{name}-{t:g}s", topology(story(name).at(t)).text)


def test_many_pods_have_a_row_each():
    check("overview", timeline(many_pods()).text)
    assert "READY" in timeline(many_pods(), ["web-1"]).text


def test_a_comparison_in_words(shop):
    check("compare-the-same", compare(one=shop, other=at_once()).text)


def test_a_comparison_of_recorded_stories_in_words(story):
    runs = {policy: story(f"exit1-{policy}") for policy in ("always", "onfailure", "never")}
    check("compare-exit1", compare(until=30, **runs).text)


def test_an_empty_trace_says_so(shop):
    assert timeline(shop, []).text.startswith("no pods")
    assert topology(shop.at(-1)).text == "t = -1s: no pods"
