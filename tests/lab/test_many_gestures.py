"""Any gestures in any order: no error, the past stays, and undo leads back to the same scenario."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from shops import SHOP

import podlab as pl
from podlab.lab import Lab


class Hands(RuleBasedStateMachine):
    """A user who presses the panel's controls, and a list of the scenarios that there have been."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(SHOP, until=60)
        self.been: list[pl.Scenario] = []
        self.ahead: list[pl.Scenario] = []

    def remember(self, before: pl.Scenario) -> None:
        if self.lab.scenario != before:
            self.been.append(before)
            self.ahead.clear()

    @rule(name=st.sampled_from(["web", "helper"]), signal=st.sampled_from(["SIGKILL", "SIGTERM"]))
    def kill(self, name: str, signal: str) -> None:
        before, t, past = self.lab.scenario, self.lab.t, self.lab.trace
        self.lab.panel.signal.value = signal
        self.lab.panel.kill[name].click()
        assert self.lab.scenario == before.but(pl.kill(f"shop/{name}", t, signal))
        assert [c for c in self.lab.trace.changes if c.t < t] == [c for c in past.changes if c.t < t]
        self.remember(before)

    @rule()
    def kill_pause(self) -> None:
        before = self.lab.scenario
        self.lab.panel.kill_pause.click()
        self.remember(before)

    @rule(grace=st.sampled_from(["the pod's own", "0 s: force", "5 s"]))
    def delete(self, grace: str) -> None:
        before = self.lab.scenario
        self.lab.panel.grace.value = grace
        self.lab.panel.delete.click()
        self.remember(before)

    @rule(which=st.integers(0, 1))
    def more(self, which: int) -> None:
        before = self.lab.scenario
        self.lab.panel.more.which.index = which
        self.lab.panel.more.button.click()
        self.remember(before)

    @rule(policy=st.sampled_from(["Always", "OnFailure", "Never"]))
    def set_policy(self, policy: str) -> None:
        before = self.lab.scenario
        self.lab.panel.policy.value = policy
        self.remember(before)

    @rule()
    def reset(self) -> None:
        before = self.lab.scenario
        self.lab.panel.reset.click()
        self.remember(before)

    @rule(t=st.floats(0, 60))
    def seek(self, t: float) -> None:
        self.lab.panel.slider.value = t

    @rule()
    def next_event(self) -> None:
        before = self.lab.t
        self.lab.panel.next.click()
        assert before < self.lab.t or before == 60

    @rule()
    def back(self) -> None:
        before = self.lab.t
        self.lab.panel.back.click()
        assert self.lab.t < before or before == 0

    @rule(page=st.integers(0, 6))
    def open_page(self, page: int) -> None:
        self.lab.panel.pages.widget.selected_index = page

    @precondition(lambda self: self.been)
    @rule()
    def undo(self) -> None:
        self.ahead.append(self.lab.scenario)
        self.lab.panel.undo.click()
        assert self.lab.scenario == self.been.pop()

    @precondition(lambda self: self.ahead)
    @rule()
    def redo(self) -> None:
        self.been.append(self.lab.scenario)
        self.lab.panel.redo.click()
        assert self.lab.scenario == self.ahead.pop()

    @invariant()
    def the_panel_shows_the_lab(self) -> None:
        lab, panel = self.lab, self.lab.panel
        assert "podlab-error" not in panel.message.value
        assert panel.policy.value == lab.policy
        assert panel.time.value == lab.t
        assert abs(panel.slider.value - lab.t) <= 0.05 + 1e-6
        assert lab.trace.scenario == lab.scenario

    def teardown(self) -> None:
        self.lab.panel.widget.close()


Hands.TestCase.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
TestHands = Hands.TestCase
