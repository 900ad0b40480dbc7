"""The budget stops what never ends, and only that; it counts what is done, never how long that takes."""

from __future__ import annotations

import pytest

import podlab as pl
from podlab.controllers.base import BURST, MOST_PODS
from podlab.core.engine.loop import Allowance
from podlab.simulation import BudgetExceeded, Simulation

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {restartPolicy: Never, containers: [{name: c, %s}]}
"""
TEMPLATE = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}"
CONTROLLERS = {
    "ReplicaSet": "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web}\n"
    "spec: {replicas: %s, selector: {matchLabels: {a: b}}, " + TEMPLATE + "}\n",
    "ReplicationController": "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: web}\n"
    "spec: {replicas: %s, selector: {a: b}, " + TEMPLATE + "}\n",
    "Deployment": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec: {replicas: %s, selector: {matchLabels: {a: b}}, " + TEMPLATE + "}\n",
}
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec: {%s, template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, '5']}]}}}
"""
HUGE = 2_000_000_000


def looks(proc):
    """A file call for each pause of a tenth of a second."""
    while True:
        proc.exists("/tmp/x")
        yield proc.sleep(0.1)


def runs(scenario: pl.Scenario, until: float) -> pl.Trace:
    """Run it; its first container must still be running."""
    trace = pl.run(scenario, until)
    assert trace.runs[0].end is None
    assert trace.logs == ()
    return trace


def test_calls_are_counted_from_the_last_pause_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podlab.linux.filecalls.CALLS", 30)
    runs(pl.load(POD % 'image: busybox, command: [sh, -c, "while sleep 1; do :; done"]'), 100)
    runs(pl.load(POD % "image: mine").with_image("mine", looks), 10)
    served = pl.load(POD % "image: mine, readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}")
    runs(served.with_image("mine", serves), 100)


def serves(proc):
    """A server that looks at a file for each request, and never goes on itself."""
    proc.listen(80, serve=lambda path: (200, str(proc.exists("/tmp/x"))))
    yield proc.pause()


def test_a_program_that_calls_without_a_pause_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podlab.linux.filecalls.CALLS", 30)

    def hangs(proc):
        yield proc.sleep(1)
        while True:
            proc.exists("/tmp/x")

    trace = pl.run(pl.load(POD % "image: mine").with_image("mine", hangs), 10)
    assert trace.logs[-1].text == (
        "RuntimeError: hangs() made 30 calls without a `yield`; put `yield proc.sleep(…)` in its loop"
    )


def test_a_loop_that_lets_hardly_any_time_pass_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podlab.core.engine.loop.USUAL", Allowance(total=2000, total_each=100))

    def hurries(proc):
        while True:
            yield proc.sleep(1e-6)

    scenario = pl.load(POD % "image: mine").with_image("mine", hurries)
    with pytest.raises(BudgetExceeded, match=r"more than 2\d\d\d steps in one run; something here lets too little"):
        pl.run(scenario)


@pytest.mark.parametrize("kind", CONTROLLERS)
def test_more_pods_than_there_can_be_are_refused_at_once(kind: str) -> None:
    text = rf"^{kind} web: spec\.replicas is {HUGE}, but podlab runs at most {MOST_PODS} pods; ask for fewer$"
    with pytest.raises(BudgetExceeded, match=text):
        pl.run(CONTROLLERS[kind] % HUGE)


@pytest.mark.parametrize("field", ["parallelism", "completions"])
def test_a_job_cannot_ask_for_more_either(field: str) -> None:
    with pytest.raises(BudgetExceeded, match=rf"^Job web: spec\.{field} is {HUGE}, but podlab runs at most"):
        pl.run(JOB % f"{field}: {HUGE}")


def test_a_session_goes_on_after_such_a_wish():
    session = pl.Session(CONTROLLERS["Deployment"] % 2)
    with pytest.raises(BudgetExceeded, match=r"spec\.replicas is 2000000000"):
        session.kubectl(f"scale deployment web --replicas={HUGE}")
    session.kubectl("scale deployment web --replicas=3")
    session.advance(5)
    assert session.kubectl("get pods -o name").stdout.count("pod/web-") == 3


def test_a_controller_makes_and_deletes_its_pods_in_bursts():
    many = 2 * BURST + 7
    simulation = Simulation(pl.load(CONTROLLERS["Deployment"] % many).but(pl.scale("web", at=5, replicas=3)))
    made = []
    create = simulation.api.create
    simulation.api.create = lambda obj: made.append(simulation.loop.count) or create(obj)  # type: ignore[method-assign]
    simulation.advance(4)
    in_one_callback = [made.count(callback) for callback in sorted(set(made))]
    assert max(in_one_callback) == BURST
    assert len(simulation.api.pods) == many
    simulation.advance(60)
    assert len(simulation.api.pods) == 3


def test_a_job_makes_its_pods_in_bursts():
    trace = pl.run(JOB % f"parallelism: {BURST + 5}, completions: {BURST + 5}", 30)
    assert len(trace.pods) == BURST + 5
    (job,) = [o for o in trace.end.objects if type(o).__name__ == "Job"]
    assert job.status.succeeded == BURST + 5
    assert [c.type for c in job.status.conditions][-1] == "Complete"
