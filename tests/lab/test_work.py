"""Long runs: they can be stopped, a run over its budget shows what it had, and slices change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from shops import SHOP

import podlab as pl
from podlab.core.engine.loop import Allowance
from podlab.lab import Lab, LabModel
from podlab.lab import work as work_module
from podlab.lab.work import Runs, Unfinished, Work

BUSY = """
apiVersion: v1
kind: Pod
metadata: {name: busy}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
    readinessProbe: {periodSeconds: 1, httpGet: {port: 80}}
"""
LONG = 30_000


@pytest.fixture
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_module, "PATIENCE", 0.0001)


@pytest.mark.parametrize("timing", [pl.Timing.ideal(), pl.Timing.recorded(1)], ids=["ideal", "recorded"])
def test_a_run_in_slices_is_the_run(timing: pl.Timing) -> None:
    scenario = pl.load(SHOP, timing=timing).but(pl.kill("shop/web", 20), pl.kill("shop/web", 40), pl.delete("shop", 90))
    work = Work(scenario, 120)
    slices = 0
    while work.go_on(1e-9) is None:
        slices += 1
    assert slices > 2
    assert work.ran is not None
    assert (work.ran.trace, work.ran.cut) == (pl.run(scenario, 120), "")


@pytest.mark.parametrize("until", [-1, 1e9, float("nan"), True])
def test_a_length_that_is_none_is_refused(until: float) -> None:
    with pytest.raises(ValueError, match="until: must be seconds"):
        Runs()(pl.load(SHOP), until)


def test_equal_runs_are_made_once() -> None:
    runs, scenario = Runs(), pl.load(SHOP)
    first = runs(scenario, 60)
    assert runs(scenario.but(), 60).trace is first.trace
    assert runs(scenario, 61).trace is not first.trace
    for t in range(20):
        runs(scenario.but(pl.kill("shop/web", t)), 60)
    assert runs(scenario, 60).trace is not first.trace


@pytest.mark.usefixtures("_no_patience")
def test_who_is_impatient_gets_the_work_and_goes_on_with_it() -> None:
    runs, scenario = Runs(), pl.load(BUSY)
    with runs.impatient(), pytest.raises(Unfinished) as long:
        runs(scenario, LONG)
    work = long.value.work
    assert 0 < work.reached < LONG
    while work.go_on(1) is None:
        pass
    runs.remember(work)
    with runs.impatient():
        assert runs(scenario, LONG) is work.ran


LITTLE = Allowance(total=100, total_each=0, per_second=0)


def test_a_run_over_its_budget_shows_what_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(BUSY, until=100)
    monkeypatch.setattr("podlab.core.engine.loop.USUAL", LITTLE)
    lab.panel.kill["web"].click()
    assert lab.scenario.steps == (pl.kill("busy/web", 10),)
    assert 10 < lab.until < 100
    assert lab.message is not None
    assert lab.message.kind == "warning"
    assert "web ended with exit code 137" in lab.message.text
    assert "more than 100 steps in one run; something here lets too little time pass" in lab.message.text
    assert lab.panel.until.value == lab.panel.slider.max == lab.until
    monkeypatch.undo()
    lab.panel.undo.click()
    assert (lab.until, lab.scenario.steps, lab.message) == (100, (), None)


def test_a_lab_opened_on_a_run_over_its_budget_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podlab.core.engine.loop.USUAL", LITTLE)
    model = LabModel(BUSY, until=100)
    assert model.message is not None
    assert "did not reach its end" in model.message.text
    assert model.pods == ("busy",)


def in_a_kernel(action: Callable[[Lab], Any], then: Callable[[Lab], Any] = lambda _: None) -> Lab:
    """Do it in an event loop, `then` while the work is under way, and wait until it is over."""

    async def main() -> Lab:
        lab = Lab(BUSY, until=LONG)
        action(lab)
        assert lab.panel.waiting.busy
        assert lab.panel.waiting.widget.layout.display is None
        await asyncio.sleep(0.1)
        assert "At work" in lab.panel.waiting.progress.value
        then(lab)
        while lab.panel.waiting.busy:
            await asyncio.sleep(0.02)
        assert lab.panel.waiting.widget.layout.display == "none"
        return lab

    return asyncio.run(main())


@pytest.mark.usefixtures("_no_patience")
def test_long_work_goes_on_while_the_kernel_is_free() -> None:
    lab = in_a_kernel(lambda lab: lab.panel.kill["web"].click())
    assert lab.scenario.steps == (pl.kill("busy/web", 10),)
    assert (lab.until, lab.t) == (LONG, 11)


@pytest.mark.usefixtures("_no_patience")
def test_long_work_can_be_stopped_and_undone() -> None:
    lab = in_a_kernel(lambda lab: lab.panel.kill["web"].click(), lambda lab: lab.panel.waiting.stop.click())
    assert lab.scenario.steps == (pl.kill("busy/web", 10),)
    assert 10 < lab.until < LONG
    assert lab.message is not None
    assert "stopped by hand" in lab.message.text
    lab.undo()
    assert lab.until == LONG
    lab.redo()
    assert lab.until == LONG


@pytest.mark.usefixtures("_no_patience")
def test_meanwhile_other_wishes_are_put_off() -> None:
    def wish(lab: Lab) -> None:
        lab.panel.delete.click()
        assert "Still at work" in lab.panel.message.value
        lab.panel.slider.value = 50.0
        assert (lab.t, lab.panel.slider.value) == (10, 10)

    lab = in_a_kernel(lambda lab: lab.panel.kill["web"].click(), wish)
    assert lab.scenario.steps == (pl.kill("busy/web", 10),)


@pytest.mark.usefixtures("_no_patience")
def test_a_mistake_of_podlab_in_long_work_is_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        monkeypatch.setattr("podlab.simulation.Simulation.advance", lambda *_: 1 / 0)

    lab = in_a_kernel(lambda lab: lab.panel.kill["web"].click(), fail)
    assert "ZeroDivisionError" in lab.panel.message.value
    assert lab.scenario.steps == ()
    caplog.clear()
