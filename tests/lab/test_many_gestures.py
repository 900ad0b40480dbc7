"""Five hundred gestures in any order: no error, the past stays, undo leads to the same bytes, memory stays flat."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ipywidgets.widgets.widget import _instances
from shops import PROBED, SHOP

import podlab as pl
from podlab.lab import Lab

UNTIL = 60.0
STEPS = 500


def bytes_of(lab: Lab) -> bytes:
    """The whole run as it is seen: its picture, its end, its logs."""
    trace = lab.trace
    logs = [f"{line.t} {line.container} {line.text}" for line in trace.logs]
    return "\n".join([pl.timeline(trace).svg(), str(trace.end.get()), *logs]).encode()


class Hands(RuleBasedStateMachine):
    """A user who presses the panel's controls, and a list of the scenarios that there have been, with their bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(PROBED, until=UNTIL)
        self.lab.set_pod("shop")
        self.been: list[tuple[pl.Scenario, bytes]] = []
        self.ahead: list[tuple[pl.Scenario, bytes]] = []

    @property
    def now(self) -> tuple[pl.Scenario, bytes]:
        return self.lab.scenario, bytes_of(self.lab)

    def remember(self, before: tuple[pl.Scenario, bytes]) -> None:
        if self.lab.scenario != before[0]:
            self.been.append(before)
            self.ahead.clear()

    @rule(name=st.sampled_from(["web", "helper"]), signal=st.sampled_from(["SIGKILL", "SIGTERM", "SIGSTOP"]))
    def kill(self, name: str, signal: str) -> None:
        if self.lab.pod != "shop":
            return
        before, t, past = self.now, self.lab.t, self.lab.trace
        self.lab.panel.signal.value = signal
        self.lab.panel.kill[name].click()
        assert self.lab.scenario == before[0].but(pl.kill(f"shop/{name}", t, signal))
        assert [c for c in self.lab.trace.changes if c.t < t] == [c for c in past.changes if c.t < t]
        self.remember(before)

    @rule()
    def kill_pause(self) -> None:
        before = self.now
        self.lab.panel.kill_pause.click()
        self.remember(before)

    @rule(grace=st.sampled_from(["the pod's own", "0 s: force", "5 s"]))
    def delete(self, grace: str) -> None:
        before = self.now
        self.lab.panel.grace.value = grace
        self.lab.panel.delete.click()
        self.remember(before)

    @rule(which=st.integers(0, 20), replicas=st.integers(0, 3))
    def more(self, which: int, replicas: int) -> None:
        before, more = self.now, self.lab.panel.more
        more.which.index = which % len(more.which.options)
        more.replicas.value = replicas
        more.button.click()
        self.remember(before)

    @rule(policy=st.sampled_from(["Always", "OnFailure", "Never"]))
    def set_policy(self, policy: str) -> None:
        before = self.now
        self.lab.panel.policy.value = policy
        self.remember(before)

    @rule(pod=st.integers(0, 20))
    def choose_pod(self, pod: int) -> None:
        self.lab.panel.pod.value = self.lab.pods[pod % len(self.lab.pods)]

    @rule()
    def reset(self) -> None:
        before = self.now
        self.lab.panel.reset.click()
        self.remember(before)

    @rule()
    def save_and_open(self) -> None:
        before = self.now
        self.lab.panel.do(lambda: self.lab.open(self.lab.save()))
        assert self.now == before
        self.been.append(before)
        self.ahead.clear()

    @rule(t=st.floats(0, UNTIL))
    def seek(self, t: float) -> None:
        self.lab.panel.slider.value = t

    @rule()
    def next_event(self) -> None:
        before = self.lab.t
        self.lab.panel.next.click()
        said = self.lab.message.text if self.lab.message is not None else ""
        assert before < self.lab.t or said.startswith("Nothing more happens until the run ends")

    @rule()
    def back(self) -> None:
        before = self.lab.t
        self.lab.panel.back.click()
        assert self.lab.t < before or before == 0

    @rule(page=st.integers(0, 6), pinned=st.booleans())
    def open_page(self, page: int, pinned: bool) -> None:
        pages = self.lab.panel.pages
        pages.widget.selected_index = page
        if pinned:
            pages.pin.click()
        else:
            pages.against.value = "the three policies"

    @precondition(lambda self: self.been)
    @rule()
    def undo(self) -> None:
        self.ahead.append(self.now)
        self.lab.panel.undo.click()
        assert self.now == self.been.pop()

    @precondition(lambda self: self.ahead)
    @rule()
    def redo(self) -> None:
        self.been.append(self.now)
        self.lab.panel.redo.click()
        assert self.now == self.ahead.pop()

    @invariant()
    def the_panel_shows_the_lab(self) -> None:
        lab, panel = self.lab, self.lab.panel
        assert "podlab-error" not in panel.message.value
        assert panel.policy.value == lab.policy
        assert panel.time.value == lab.t
        assert abs(panel.slider.value - lab.t) <= 0.05 + 1e-6
        assert lab.trace.scenario == lab.scenario

    def teardown(self) -> None:
        while self.been:
            self.undo()
        self.lab.panel.widget.close()


Hands.TestCase.settings = settings(
    max_examples=2,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestHands = Hands.TestCase


def test_memory_stays_flat() -> None:
    lab, chance = Lab(SHOP, until=UNTIL), random.Random(6)
    panel, pages = lab.panel, lab.panel.pages

    def to(t: float) -> None:
        panel.slider.value = t

    hands: list[Callable[[], Any]] = [
        lambda: to(round(chance.uniform(0, UNTIL), 1)),
        lambda: panel.kill["web"].click(),
        lambda: panel.kill["helper"].click(),
        panel.kill_pause.click,
        panel.delete.click,
        panel.more.button.click,
        panel.undo.click,
        panel.redo.click,
        panel.reset.click,
        pages.pin.click,
        lambda: setattr(panel.policy, "value", chance.choice(["Always", "OnFailure", "Never"])),
        lambda: setattr(pages.widget, "selected_index", chance.randrange(7)),
    ]
    counts = []
    for n in range(STEPS + 1):
        chance.choice(hands)()
        if n % (STEPS // 2) == 0:
            panel.reset.click()
            gc.collect()
            counts.append((len(gc.get_objects()), len(_instances)))
    _, (things, shown), (things_later, shown_later) = counts
    assert shown_later == shown
    assert things_later - things < 20 * STEPS / 2  # a few for each step that can be undone
