"""The lab in hand: what a click or a drag on the pictures sends, the link, the lab as a widget among others."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pytest

import podlab as pl
from podlab.formats.link import parse_link
from podlab.lab import Lab
from podlab.lab.picture import touch_of


def touch(lab: Lab, **content: Any) -> None:
    lab.panel.timeline._heard(lab.panel.timeline, {"pod": "shop", "t": None, **content}, [])


def test_each_container_can_be_touched_in_both_pictures(lab: Lab) -> None:
    for picture in (lab.panel.timeline, lab.panel.topology):
        assert {(pod, container) for *_, pod, container in picture.spots} == {("shop", "web"), ("shop", "helper")}
        assert all(w > 10 and h > 10 and x >= 0 and y >= 0 for x, y, w, h, _, _ in picture.spots)
    left, right, until = lab.panel.timeline.axis
    assert (left < right, until) == (True, 120)
    assert lab.panel.topology.axis == []


def test_a_signal_strikes_at_the_instant_clicked_on(lab: Lab) -> None:
    touch(lab, container="web", verb="SIGKILL", t=20.0)
    assert lab.scenario.steps == (pl.kill("shop/web", 20, "SIGKILL"),)
    assert lab.t == 21
    touch(lab, container="helper", verb="SIGTERM")
    assert lab.scenario.steps[1:] == (pl.kill("shop/helper", 21, "SIGTERM"),)


def test_a_look_opens_a_tab_at_that_instant(lab: Lab) -> None:
    touch(lab, container="web", verb="Logs", t=33.5)
    assert (lab.t, lab.scenario.steps) == (33.5, ())
    assert lab.panel.pages.widget.titles[lab.panel.pages.widget.selected_index] == "Logs"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"pod": "shop", "container": "web"}, id="no verb"),
        pytest.param({"pod": "shop", "container": "web", "verb": "rm -rf /"}, id="another verb"),
        pytest.param({"pod": 3, "container": "web", "verb": "Logs"}, id="no name"),
        pytest.param({"pod": "shop", "container": "web", "verb": "Logs", "t": "now"}, id="no instant"),
        pytest.param({"pod": "shop", "container": "web", "verb": "Logs", "t": float("nan")}, id="not a number"),
    ],
)
def test_a_message_that_no_picture_sends_is_dropped(content: Any) -> None:
    assert touch_of(content) is None


def test_a_container_that_is_not_there_is_said(lab: Lab) -> None:
    touch(lab, container="nobody", verb="SIGKILL")
    assert lab.message is not None
    assert "nobody" in lab.message.text
    touch(lab, pod="nowhere", container="web", verb="SIGKILL")
    assert lab.message.kind == "error"


def test_a_hand_on_the_timeline_moves_the_clock(lab: Lab) -> None:
    lab.panel.timeline.wish = 42.5
    assert lab.t == lab.panel.time.value == 42.5


def test_the_lab_is_a_widget_among_others_and_tells_what_changes(lab: Lab) -> None:
    told: list[Any] = []
    box = widgets.VBox([widgets.Label("above"), lab])
    assert box.children[1] is lab
    lab.observe(told.append, ["t", "trace"])
    lab.seek(30)
    assert [(change["name"], change["old"], change["new"]) for change in told] == [("t", 10.0, 30.0)]
    lab.kill("web")
    assert [change["name"] for change in told] == ["t", "t", "trace"]
    assert told[-1]["new"] is lab.trace
    lab.unobserve(told.append, ["t", "trace"])
    lab.seek(1)
    assert len(told) == 3


def test_the_link_holds_what_the_lab_shows(lab: Lab) -> None:
    lab.kill("web")
    lab.seek(12.5)
    lab.panel.pages.open("History")
    assert parse_link(lab.panel.pages.link.text) == (lab.scenario, 120, 12.5)


def test_presentation_shows_larger_pictures(lab: Lab) -> None:
    before = lab.panel.timeline.value
    lab.panel.presentation.value = True
    assert "podlab-large" in lab.panel.widget._dom_classes
    assert lab.panel.timeline.value != before
    lab.panel.presentation.value = False
    assert lab.panel.timeline.value == before
