"""What must hold in every run, whatever the manifest and the gestures."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import podlab as pl
from podlab.kubectl.printers import pod_ready
from podlab.simulation import Scenario, Simulation, Trace
from tests.simulation.strategies import gestures, scenarios

UNTIL = 150.0
TERMINAL = ("Succeeded", "Failed")
STARTING = {"ContainerCreating", "PodInitializing", "CrashLoopBackOff", "PostStartHookError", "RunContainerError"}
FAILING = {"CreateContainerError", "CreateContainerConfigError"}
PULLING = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"}
WAITING = STARTING | FAILING | PULLING
TERMINATED = {"Completed", "Error", "OOMKilled", "StartError", "ContainerStatusUnknown"}

quick = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def as_bytes(trace: Trace) -> str:
    return json.dumps(pl.to_story(trace), sort_keys=True)


@quick
@given(scenarios())
def test_the_same_scenario_gives_the_same_bytes(scenario: Scenario) -> None:
    assert as_bytes(pl.run(scenario, until=UNTIL)) == as_bytes(pl.run(scenario, until=UNTIL))


@quick
@given(scenarios(), st.lists(st.floats(0, UNTIL), max_size=12))
def test_step_size_does_not_matter(scenario: Scenario, stops: list[float]) -> None:
    stepped = Simulation(scenario)
    for stop in sorted(stops):
        stepped.advance(stop)
    stepped.advance(UNTIL)
    assert as_bytes(stepped.trace()) == as_bytes(pl.run(scenario, until=UNTIL))


@quick
@given(scenarios(), gestures())
def test_the_past_does_not_change(scenario: Scenario, gesture: pl.sim.Action) -> None:
    before, after = pl.run(scenario, until=UNTIL), pl.run(scenario.but(gesture), until=UNTIL)
    for past in ("changes", "events", "logs", "gestures"):
        was, now = ([x for x in getattr(t, past) if x.t < gesture.at] for t in (before, after))
        assert was == now, past
    ended, ended_now = ({r for r in t.runs if r.end is not None and r.end < gesture.at} for t in (before, after))
    assert ended == ended_now


@quick
@given(scenarios())
def test_every_status_keeps_the_rules(scenario: Scenario) -> None:
    trace = pl.run(scenario, until=UNTIL)
    phase = None
    restarts: dict[str, int] = {}
    for change in trace.changes:
        status = change.pod.status
        assert status is not None
        ready, total = pod_ready(change.pod)
        assert 0 <= ready <= total
        assert phase not in TERMINAL or status.phase == phase, "a terminal phase never changes"
        phase = status.phase
        for s in (*(status.initContainerStatuses or ()), *(status.containerStatuses or ())):
            assert s.restartCount >= restarts.get(s.name, 0), "restart counts never fall"
            restarts[s.name] = s.restartCount
            state = s.state
            assert state is not None
            assert sum(x is not None for x in (state.waiting, state.running, state.terminated)) == 1
            assert state.waiting is None or state.waiting.reason in WAITING
            assert state.terminated is None or state.terminated.reason in TERMINATED


@quick
@given(scenarios())
def test_runs_never_overlap_and_need_a_sandbox(scenario: Scenario) -> None:
    trace = pl.run(scenario, until=UNTIL)
    last: dict[str, float] = {}
    for run in trace.runs:
        assert run.start >= last.get(run.container, 0.0), "a container's runs never overlap"
        last[run.container] = run.end if run.end is not None else float("inf")
        if run.reason == "StartError":
            continue  # it did not start: pause may have died in the moment between
        assert any(s.start <= run.start and (s.end is None or s.end >= run.start) for s in trace.sandboxes), (
            "a container starts in a sandbox"
        )


@quick
@given(scenarios())
def test_after_a_deletion_nothing_is_left(scenario: Scenario) -> None:
    trace = pl.run(scenario.but(pl.delete("p", at=60)), until=200)
    outages = [g.verb for g in trace.gestures if g.verb in ("node_down", "node_up") and g.note is None]
    if outages[-1:] == ["node_down"]:
        return  # a dead node ends nothing
    assert trace.end.pods == {}
    assert all(r.end is not None for r in trace.runs)
    assert all(s.end is not None for s in trace.sandboxes)
