"""A Session and its scenario tell the same story, to the byte, whatever is done at one instant."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import podlab as pl

EXAMPLES = int(os.environ.get("PODLAB_SESSIONS", "25"))
"""So many random Sessions; `make test-long` asks for more."""

ENDS = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 5; exit 1']}]}
"""
WORLD = """
apiVersion: v1
kind: Pod
metadata: {name: ticks, labels: {app: ticks}}
spec:
  terminationGracePeriodSeconds: 2
  containers:
  - name: a
    image: busybox
    command: [sh, -c, "trap 'echo bye; exit 3' TERM; while true; do date; sleep 1; done"]
    readinessProbe: {exec: {command: [test, -e, /tmp/ok]}, periodSeconds: 1}
  - {name: b, image: busybox, command: [sh, -c, "sleep 2; exit 1"]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: c, image: nginx, livenessProbe: {httpGet: {port: 80}, periodSeconds: 2}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: deep}
spec:
  replicas: 2
  selector: {matchLabels: {app: deep}}
  template:
    metadata: {labels: {app: deep}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: nginx}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: deep}
spec: {minAvailable: 1, selector: {matchLabels: {app: deep}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, "sleep 1; exit 1"]}]}
"""

Action = Callable[[pl.Session], Any]


def typed(command: str, stdin: str = "") -> Action:
    """Type it now."""
    return lambda session: session.kubectl(command, stdin)


def planned(make: Callable[..., Any], *args: Any, after: float = 0.0, **options: Any) -> Action:
    """Ask for a gesture that comes so many seconds later."""
    return lambda session: session.do(make(*args, at=session.now + after, **options))


ACTIONS: dict[str, Action] = {
    "kill a": lambda session: session.kill("ticks/a"),
    "term a": lambda session: session.kill("ticks/a", "TERM"),
    "kill b": lambda session: session.kill("ticks/b"),
    "kill web": lambda session: session.kill("web[0]/c"),
    "kill pause": lambda session: session.kill_sandbox("ticks"),
    "no such pod": lambda session: session.kill("nope/a"),
    "node down": lambda session: session.node_down("node-1"),
    "node up": lambda session: session.node_up("node-1"),
    "kill a a second later": planned(pl.kill, "ticks/a", after=1),
    "kill b two seconds later": planned(pl.kill, "ticks/b", after=2),
    "kill b two seconds later, last": planned(pl.kill, "ticks/b", after=2, last=True),
    "typed a second later": lambda session: session.do(pl.typed("delete pod ticks", at=session.now + 1)),
    "fail probe": planned(pl.fail_probe, "web[1]/c", probe="liveness"),
    "fill memory": planned(pl.fill_memory, "ticks/a", after=1),
    "scale": planned(pl.scale, "web", replicas=3, after=1),
    "scale by kubectl": typed("scale rs web --replicas=1"),
    "delete ticks": typed("delete pod ticks"),
    "delete ticks without waiting": typed("delete pod ticks --wait=false"),
    "delete both": typed("delete pod ticks nope"),
    "delete what is not there": typed("delete pod nope"),
    "make ticks again": typed("apply -f -", WORLD),
    "exec": typed("exec ticks -c a -- sh -c 'touch /tmp/ok; sleep 1; exit 4'"),
    "exec that ends it": typed("exec ticks -c a -- sh -c 'kill -TERM 1'"),
    "exec that fails": typed("exec ticks -c b -- nope"),
    "run": typed("run once --image=busybox --restart=Never -- sh -c 'sleep 1; exit 1'"),
    "label": typed("label pod ticks color=red --overwrite"),
    "delete job": typed("delete job job"),
    "patch": typed('patch pod ticks -p \'{"metadata": {"labels": {"b": "c"}}}\''),
    "set image": typed("set image deployment/deep c=nginx:1.27"),
    "rollout": typed("rollout restart deployment/deep"),
    "rollout status": typed("rollout status deployment/deep --timeout=5s"),
    "undo a rollout": typed("rollout undo deployment/deep"),
    "pause a rollout": typed("rollout pause deployment/deep"),
    "drain": typed("drain node-1 --force --ignore-daemonsets --timeout=8s"),
    "uncordon": typed("uncordon node-1"),
    "taint": typed("taint nodes node-2 a=b:NoExecute --overwrite"),
    "replace": typed("replace --force -f -", ENDS),
    "evict": planned(pl.evict, "deep[0]"),
    "delete everything": typed("delete all --all"),
    "wait": typed("wait --for=condition=Ready pod/ticks --timeout=2s"),
    "get": typed("get pods -o wide"),
    "watch": typed("get pods -w --request-timeout=1s"),
    "logs": typed("logs ticks -c a"),
    "look": lambda session: session.trace,
    "nothing": lambda session: session.advance(0),
    "half a second": lambda session: session.advance(0.5),
    "a second": lambda session: session.advance(1),
    "two seconds": lambda session: session.advance(2),
    "seven seconds": lambda session: session.advance(7),
}


def assert_same(session: pl.Session) -> None:
    """All that a Trace holds is equal."""
    told, trace = pl.run(session.scenario, session.now), session.trace
    for part in ("changes", "events", "runs", "sandboxes", "logs", "objects", "endpoints", "node_states", "gestures"):
        assert getattr(told, part) == getattr(trace, part), part
    assert told.notes == trace.notes
    assert told == trace


def test_a_kill_when_a_program_has_just_ended_comes_after_its_end():
    session = pl.Session(ENDS)
    session.advance(5)
    session.kill("p/c")
    session.advance(5)
    told = pl.run(session.scenario, 10)
    assert [r.exit_code for r in session.trace.runs] == [r.exit_code for r in told.runs] == [1]
    assert session.trace.gestures[0].note == "pod 'p' is on no node"
    assert_same(session)


def test_a_planned_kill_comes_before_all_else():
    session = pl.Session(ENDS)
    session.do(pl.kill("p/c", at=5))
    session.advance(10)
    assert [r.exit_code for r in session.trace.runs] == [137]
    assert_same(session)


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_each_action_twice(name: str) -> None:
    session = pl.Session(WORLD, world=pl.World(nodes=("node-1", "node-2")))
    session.advance(3)
    for _ in range(2):
        ACTIONS[name](session)
    session.advance(2)
    assert_same(session)


@settings(max_examples=EXAMPLES)
@given(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=15), st.booleans(), st.integers(0, 3))
def test_random_sessions(actions: list[str], recorded: bool, seed: int) -> None:
    timing = pl.Timing.recorded() if recorded else pl.Timing.ideal()
    session = pl.Session(WORLD, world=pl.World(nodes=("node-1", "node-2")), timing=timing, seed=seed)
    for name in actions:
        ACTIONS[name](session)
    assert_same(session)


@settings(max_examples=max(EXAMPLES // 3, 1))
@given(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=8), st.sampled_from(sorted(ACTIONS)))
def test_undo_of_a_scenario_is_the_session_without_what_was_done_last(actions: list[str], latest: str) -> None:
    session, without = pl.Session(WORLD), pl.Session(WORLD)
    for name in actions:
        ACTIONS[name](session)
        ACTIONS[name](without)
    before = session.scenario
    ACTIONS[latest](session)
    if session.scenario.steps == before.steps:
        return
    assert session.scenario.undo().steps == before.steps
    without.advance(session.now - without.now)
    session.undo()
    assert session.now == without.now
    assert session.trace == without.trace
    assert_same(session)


def test_nothing_to_undo():
    with pytest.raises(ValueError, match="undo: nothing has been done in this session yet"):
        pl.Session(ENDS).undo()


def test_a_command_in_a_container_is_stopped_after_ten_minutes_in_the_scenario_too():
    session = pl.Session(ENDS.replace("sleep 5", "sleep 2000"))
    result = session.kubectl("exec p -- sleep 1000")
    assert (result.rc, result.stderr, session.now) == (137, "error: the command still runs after 600 s\n", 600)
    session.advance(10)
    assert_same(session)
