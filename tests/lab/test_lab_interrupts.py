"""An interrupt (Ctrl-C, the kernel's Interrupt) at any place of a lab's callback: the lab is whole and goes on."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from shops import PROBED

import podlab as pl
from podlab.lab import Lab
from podlab.lab.undo import difference, restored
from podlab.lab.work import Work
from tests.simulation.interrupts import InterruptAt

POINTS = int(os.environ.get("PODLAB_INTERRUPTS", "60"))
"""So many places at which something is interrupted; `make test-long` asks for more."""

CLICKS: dict[str, Callable[[Lab], Any]] = {
    "kill": lambda lab: lab.panel.kill["web"].click(),
    "undo": lambda lab: lab.panel.undo.click(),
    "until": lambda lab: setattr(lab.panel.until, "value", 30.0),
    "policy": lambda lab: setattr(lab.panel.policy, "value", "Never"),
    "seek": lambda lab: setattr(lab.panel.time, "value", 17.0),
}


def opened() -> Lab:
    """A lab in which something has been done already."""
    lab = Lab(PROBED, until=20)
    lab.set_pod("shop")
    lab.kill("helper")
    return lab


@pytest.mark.parametrize("click", CLICKS)
def test_an_interrupted_click_has_been_done_or_has_not(click: str) -> None:
    whole = opened()
    with InterruptAt() as count:
        CLICKS[click](whole)
    draw = random.Random(click)
    for n in sorted(draw.choices(range(1, count.lines + 1), k=POINTS // len(CLICKS))):
        lab = opened()
        before = lab.scenario
        with InterruptAt(n):
            CLICKS[click](lab)
        assert lab.scenario in (before, whole.scenario), n
        assert lab.trace == pl.run(lab.scenario, lab.until)
        lab.seek(5)
        lab.panel.kill["web"].click()
        assert lab.scenario.steps[-1] == pl.kill("shop/web", 5), n
        assert lab.trace == pl.run(lab.scenario, lab.until)
        lab.panel.signal.value = "SIGTERM"
        assert lab.signal == "SIGTERM"
        lab.panel.undo.click()
        assert lab.trace == pl.run(lab.scenario, lab.until)


def test_an_interrupt_is_said_in_the_panel():
    lab = opened()
    with InterruptAt(2000) as count:
        lab.panel.kill["web"].click()
    assert count.lines == 2000
    assert lab.message is not None
    assert lab.message.text == "Interrupted, and nothing was changed."
    assert "Interrupted, and nothing was changed." in lab.panel.message.value


def test_long_work_that_is_interrupted_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Work, patience: float) -> None:
        if patience < 0.1:
            raise KeyboardInterrupt

    async def main() -> Lab:
        lab = Lab(PROBED, until=20)
        monkeypatch.setattr(Work, "go_on", interrupted)
        lab.panel.until.value = 10_000.0
        assert lab.panel.waiting.busy
        await asyncio.sleep(0.2)
        monkeypatch.undo()
        return lab

    lab = asyncio.run(main())
    assert not lab.panel.waiting.busy
    assert lab.message is not None
    assert lab.message.text == "Interrupted: the run was given up, and nothing was changed."
    lab.panel.until.value = 30.0
    assert lab.until == 30


def test_a_history_keeps_only_what_differs():
    first = pl.load(PROBED)
    one = first.but(pl.kill("shop/web", 1))
    two = one.but(pl.kill("shop/web", 2))
    other = first.timed(pl.Timing.recorded())
    assert difference(one, two) == 1
    assert difference(two, one) == two.steps[1:]
    assert difference(two, other) is two
    for kept in (first, one, two, other):
        for after in (first, one, two, other):
            assert restored(difference(kept, after), after) == kept
