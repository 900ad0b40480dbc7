"""The spans of a timeline, as data."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewtraces import ALL_STORIES, CREATING, RUNNING, change, ended, status, waiting

import podlab as pl
from podlab.simulation.trace import Trace
from podlab.views.back_offs import announced_delay
from podlab.views.facts import BackOff
from podlab.views.intervals import timeline_of


def pod_of(trace, until=None):
    return timeline_of(trace, until=until).pods[0]


def values(spans):
    return [s.value for s in spans]


def states(lane):
    """A lane in short: the run, and what the API says."""
    return [f"{s.run} {s.reason or s.state}" if s.state == "waiting" else f"{s.run} {s.exit_code}"
            if s.state == "terminated" else f"{s.run} running" for s in lane.spans]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "phases", "statuses", "ready"),
    [
        pytest.param(
            "both-exit0-never",
            ["Pending", "Running", "Succeeded"],
            ["Pending", "ContainerCreating", "Running", "NotReady", "Completed"],
            ["0/2", "2/2", "1/2", "0/2"],
            id="two containers end one after the other under Never",
        ),
        pytest.param(
            "killed-always",
            ["Pending", "Running"],
            ["Pending", "ContainerCreating", "Running", "Error", "Running"],
            ["0/2", "2/2", "1/2", "2/2"],
            id="a killed container is restarted",
        ),
        pytest.param(
            "pause-killed-always",
            ["Pending", "Running"],
            ["Pending", "ContainerCreating", "Running"],
            ["0/2", "2/2"],
            id="a new sandbox leaves no trace in phase, STATUS and READY",
        ),
        pytest.param(
            "sidecar-main-exit0-never",
            ["Pending", "Running", "Succeeded"],
            ["Pending", "Init:0/1", "PodInitializing", "Running", "Completed"],
            ["0/2", "1/2", "2/2", "1/2", "0/2"],
            id="the sidecar counts in READY and ends last",
        ),
        pytest.param(
            "readiness-toggle",
            ["Pending", "Running", "Failed"],
            ["Pending", "ContainerCreating", "Running", "Terminating", "Error"],
            ["0/2", "1/2", "2/2", "1/2", "0/2"],
            id="readiness comes and goes, then the pod is deleted",
        ),
        pytest.param(
            "delete-two",
            ["Pending", "Running", "Failed"],
            ["Pending", "ContainerCreating", "Running", "Terminating", "Error"],
            ["0/2", "2/2", "0/2"],
            id="deleted with two containers",
        ),
    ],
)
def test_phase_status_and_ready_are_separate_rows(story, name, phases, statuses, ready):
    pod = pod_of(story(name))
    assert (values(pod.phases), values(pod.statuses), values(pod.ready)) == (phases, statuses, ready)


@pytest.mark.parametrize(
    ("name", "container", "expected"),
    [
        pytest.param(
            "both-exit0-never", "a", ["0 ContainerCreating", "0 running", "0 0"], id="ended for good with exit code 0"
        ),
        pytest.param(
            "killed-always",
            "a",
            ["0 ContainerCreating", "0 running", "0 137", "1 running"],
            id="killed and restarted",
        ),
        pytest.param(
            "pause-killed-always",
            "b",
            ["0 ContainerCreating", "0 running", "0 137", "1 running"],
            id="an end that only lastState tells",
        ),
        pytest.param(
            "sidecar-main-exit0-never", "side", ["0 PodInitializing", "0 running", "0 0"], id="a sidecar's lane"
        ),
    ],
)
def test_a_lane_tells_the_states_of_its_container(story, name, container, expected):
    lane = next(x for x in pod_of(story(name)).lanes if x.container == container)
    assert states(lane) == expected


def test_back_offs_of_a_crash_loop_double(story):
    (lane,) = pod_of(story("exit1-always")).lanes
    assert [w.delay for w in lane.back_offs] == [10, 20, 40, 80, 160, None]  # the last is still waited out
    assert lane.restarts[0][1] == 1
    assert [n for _, n in lane.restarts] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("sidecar-main-exit0-never", [("side", "sidecar"), ("main", "container")]),
        ("init-ok", [("one", "init"), ("two", "init"), ("app", "container")]),
        ("killed-always", [("a", "container"), ("b", "container")]),
    ],
)
def test_lanes_stand_in_the_order_of_starting(story, name, kinds):
    assert [(lane.container, lane.kind) for lane in pod_of(story(name)).lanes] == kinds


def test_a_new_sandbox_has_a_new_ip(story):
    boxes = pod_of(story("pause-killed-always")).sandboxes
    assert [(b.attempt, b.ip) for b in boxes] == [(0, "10.244.0.18"), (1, "10.244.0.41")]


def test_failed_probes_and_stopping_come_from_events(story):
    web, helper = pod_of(story("readiness-toggle")).lanes
    assert {p.probe for p in web.probes} == {"Readiness"}
    assert len(web.probes) == 25
    assert not helper.probes
    assert [(round(s.start, 1), round(s.end, 1)) for s in web.stopping] == [(40.0, 42.2)]


def test_a_process_that_ended_before_the_api_knew(story):
    quick, slow = pod_of(story("delete-two")).lanes
    (run,) = quick.unseen_ends
    assert run.exit_code == 0
    assert run.end < 9 < quick.spans[-1].start
    assert not slow.unseen_ends


def test_a_process_that_runs_before_the_api_knows(story):
    (hooked,) = pod_of(story("poststart-fails")).lanes
    first = hooked.unseen_starts[0]
    assert (first.value, round(first.start, 1), round(first.end, 1)) == ("process runs", 0.3, 3.2)
    assert len(hooked.unseen_starts) == len(hooked.runs) == 5
    (plain,) = pod_of(story("exit1-always")).lanes
    assert not plain.unseen_starts, "the usual delay is not told"


def test_what_is_over_at_once_is_kept(shop):
    pod = pod_of(shop)
    web, log = pod.lanes
    assert states(web) == [
        "0 ContainerCreating",
        "0 running",
        "0 137",
        "1 running",
        "1 1",
        "1 CrashLoopBackOff",
        "2 running",
    ]
    dip = web.spans[2]
    assert (dip.start, dip.end) == (20.0, 20.0)
    assert values(pod.ready) == ["0/2", "2/2", "1/2", "2/2", "1/2", "2/2"]
    assert web.back_offs == (BackOff(40.0, 50.0, 10.0),)
    assert [s.target for s in web.signals] == ["shop/web"]
    assert not log.signals


def test_a_gesture_on_another_pod_is_not_told_here(shop):
    other = Trace(60.0, (*shop.changes, change(2.0, status("db", RUNNING), name="db")), gestures=shop.gestures)
    first, second = timeline_of(other).pods
    assert (len(first.gestures), len(second.gestures)) == (1, 0)


def test_until_ends_every_span(shop):
    pod = pod_of(shop, until=30)
    assert max(s.end for s in (*pod.phases, *pod.statuses, *pod.ready, *pod.lanes[0].spans)) == 30


@pytest.mark.parametrize("until", [-1, float("nan"), float("inf")])
def test_a_wrong_until_is_one_clear_error(shop, until):
    with pytest.raises(ValueError, match="until must be seconds"):
        timeline_of(shop, until=until)


def test_an_unknown_pod_is_named_with_those_there_are(shop):
    with pytest.raises(KeyError, match="no pod 'shpo' in this trace; it has shop"):
        timeline_of(shop, "shpo")


@pytest.mark.parametrize(
    ("message", "delay"),
    [
        ("back-off 10s restarting failed container=app pod=p_x(u)", 10.0),
        ("back-off 1m20s restarting failed container=app pod=p_x(u)", 80.0),
        ("back-off 5m0s restarting failed container=app pod=p_x(u)", 300.0),
        ('Back-off pulling image "nope"', None),
        (None, None),
    ],
)
def test_the_announced_delay(message, delay):
    assert announced_delay(message) == delay


STATES = st.sampled_from([CREATING, RUNNING, ended(0), ended(1), ended(137), waiting("CrashLoopBackOff")])


@st.composite
def traces(draw):
    """Any sequence of changes of a pod with up to three containers, many of them at one instant."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    t, runs, out = 0.0, dict.fromkeys(names, 0), []
    for _ in range(draw(st.integers(1, 12))):
        t += draw(st.sampled_from([0.0, 0.0, 0.25, 1.0, 30.0]))
        known = draw(st.lists(st.sampled_from(names), unique=True))
        for name in known:
            runs[name] += draw(st.integers(0, 1))
        statuses = [status(n, draw(STATES), runs[n], ended(draw(st.integers(0, 2)))) for n in known]
        phase = draw(st.sampled_from(["Pending", "Running", "Failed"]))
        spec = {"containers": [{"name": n, "image": "x"} for n in names]}
        out.append(change(t, *statuses, phase=phase, **spec))
    return Trace(t + 10.0, tuple(out))


def check_rows(trace: Trace) -> None:
    for pod in timeline_of(trace).pods:
        end = trace.until if pod.deleted is None else pod.deleted
        rows = [pod.phases, pod.statuses, pod.ready]
        assert all(row[0].start == pod.created and row[-1].end == end for row in rows)
        for row in [*rows, *(lane.spans for lane in pod.lanes)]:
            assert all(span.start <= span.end for span in row)
            assert all(one.end <= other.start for one, other in pairwise(row))
        for row in rows:
            assert all(one.end == other.start for one, other in pairwise(row))
            assert all(one.value != other.value for one, other in pairwise(row))
        assert all(0 <= span.ready <= span.total <= len(pod.lanes) for span in pod.ready)


@given(traces())
@settings(max_examples=60)
def test_spans_of_a_row_follow_one_another_and_never_overlap(trace):
    check_rows(trace)


@pytest.mark.parametrize("name", ALL_STORIES)
def test_so_they_do_in_every_recorded_story(story, name):
    trace = story(name)
    check_rows(trace)
    for pod in timeline_of(trace).pods:
        for lane in pod.lanes:
            assert all(a.end == b.start for a, b in pairwise(lane.spans))


def test_a_run_that_ends_at_the_instant_of_the_decision_was_the_one_to_stop() -> None:
    scenario = pl.load("""\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: nginx, livenessProbe: {httpGet: {port: 80}, periodSeconds: 10}}
""").but(pl.fail_probe("web/main", 5, "liveness"))
    (lane,) = timeline_of(pl.run(scenario, until=50)).pods[0].lanes
    assert [(r.start, r.end) for r in lane.runs] == [(0, 30), (30, None)]
    assert lane.stopping == ()
