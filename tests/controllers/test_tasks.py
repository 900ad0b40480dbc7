"""Container by container against pod by pod: the log daemon is stranded by the one and placed by the other."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lightkube.models.core_v1 import Pod

from podlab.api import decode_object
from podlab.controllers.scheduler import NodeState
from podlab.course.exhibits.tasks import (
    AS_THEY_COME,
    HALF,
    NONE,
    POD_BY_POD,
    ROLL_BACK,
    ROLL_BACK_ELSEWHERE,
    STRATEGIES,
    TRIES,
    WHEN_ALL_ARE_THERE,
    WHOLE,
    amount,
    logging_app,
    place,
    small_and_large,
)
from podlab.course.exhibits.trials import MAX_RUNS, try_all

GIB = 2**30


def app(name="shop", **memory) -> Pod:
    containers = [{"name": c, "resources": {"requests": {"memory": m}}} for c, m in memory.items()]
    return decode_object(Pod, {"metadata": {"name": name}, "spec": {"containers": containers}})


def node(name: str, gib: float, **fields) -> NodeState:
    return NodeState(name, {"memory": Fraction(gib) * GIB}, **fields)


@pytest.mark.parametrize(
    ("strategy", "whole", "half", "none", "in_vain"),
    [
        pytest.param(AS_THEY_COME, 6, 6, 0, 0, id="stranded whenever the small node comes first"),
        pytest.param(WHEN_ALL_ARE_THERE, 6, 6, 0, 0, id="waiting for all changes nothing"),
        pytest.param(ROLL_BACK, 6, 0, 6, 6 * 2 * TRIES, id="the same choice again has the same end"),
        pytest.param(ROLL_BACK_ELSEWHERE, 12, 0, 0, 6 * 2, id="solved, with containers started in vain"),
        pytest.param(POD_BY_POD, 2, 0, 0, 0, id="pod by pod"),
    ],
)
def test_the_log_daemon_over_all_orders_and_preferences(strategy, whole, half, none, in_vain):
    count = try_all(strategies=[strategy]).count(strategy)
    assert (count.whole, count.half, count.none, count.in_vain) == (whole, half, none, in_vain)
    assert count.runs == whole + half + none


def test_the_story_of_a_stranded_container():
    run = place([logging_app()], small_and_large(), AS_THEY_COME)
    assert [(s.container, s.did, s.node) for s in run.steps] == [
        ("main", "placed", "node-1"),
        ("imklog", "placed", "node-1"),
        ("imuxsock", "stranded", None),
    ]
    assert run.steps[0].reasons == {"node-2": ()}, "the other node had room too"
    assert run.steps[2].reasons == {
        "node-1": ("Insufficient memory (1 GiB wanted, 512 MiB free)",),
        "node-2": ("not beside main",),
    }
    assert run.stranded == (("rsyslog", "imuxsock"),)
    assert run.outcome == HALF


def test_a_pod_is_weighed_as_a_whole():
    run = place([logging_app()], small_and_large(), POD_BY_POD)
    (step,) = run.steps
    assert (step.did, step.node) == ("placed", "node-2")
    assert step.reasons == {"node-1": ("Insufficient memory (3 GiB wanted, 2.5 GiB free)",)}
    assert set(run.placed.values()) == {"node-2"}


def test_rolled_back_containers_begin_anew_elsewhere():
    run = place([logging_app()], small_and_large(), ROLL_BACK_ELSEWHERE)
    off = [(s.container, s.node) for s in run.steps if s.did == "taken off"]
    assert off == [("main", "node-1"), ("imklog", "node-1")]
    assert set(run.placed.values()) == {"node-2"}
    assert (run.outcome, run.in_vain) == (WHOLE, 2)


def test_every_node_that_is_too_small_costs_a_rollback():
    nodes = [node("a", 2.5), node("b", 1), node("c", 3)]
    run = place([logging_app()], nodes, ROLL_BACK_ELSEWHERE)
    assert (run.outcome, run.in_vain) == (WHOLE, 2 + 1)


def test_a_given_up_application_leaves_no_container_behind():
    run = place([logging_app()], [node("a", 2)], ROLL_BACK)
    assert (run.outcome, dict(run.placed), run.in_vain) == (NONE, {}, 2 * TRIES)
    assert run.steps[-1].did == "given up"


def test_a_container_that_fits_nowhere_counts_for_its_application():
    """Not even the first is placed; the small one that comes later must not run alone for ever."""
    apps = [app(big="4Gi", small="1Gi")]
    assert place(apps, [node("a", 2)], AS_THEY_COME).outcome == HALF
    assert place(apps, [node("a", 2)], ROLL_BACK).outcome == NONE


def test_two_applications_that_come_in_turn_block_each_other():
    apps, nodes = [app("a", one="1Gi", two="2Gi"), app("b", one="1Gi", two="2Gi")], [node("n", 3), node("m", 3)]
    order = [("a", "one"), ("b", "one"), ("a", "two"), ("b", "two")]
    run = place(apps, nodes, AS_THEY_COME, order)
    assert run.outcomes == {"a": HALF, "b": HALF}, "each holds what the other needs"
    assert place(apps, nodes, WHEN_ALL_ARE_THERE, order).outcomes == {"a": WHOLE, "b": WHOLE}
    assert place(apps, nodes, POD_BY_POD, order).outcomes == {"a": WHOLE, "b": WHOLE}


def test_a_container_stays_off_nodes_that_its_pod_may_not_use():
    pod = logging_app()
    pod.spec.nodeSelector = {"disk": "ssd"}
    nodes = [node("a", 2.5), node("b", 3, labels={"disk": "ssd"})]
    run = place([pod], nodes, AS_THEY_COME)
    assert set(run.placed.values()) == {"b"}
    assert run.steps[0].reasons == {"a": ("node(s) didn't match Pod's node affinity/selector",)}


def test_which_nodes_would_have_held_it_all():
    assert try_all().holders == {"rsyslog": ("node-2",)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"strategy": "best"}, "strategy 'best' should be one of as they come", id="unknown strategy"),
        pytest.param({"order": [("rsyslog", "main")]}, "order should name each of rsyslog/main, ", id="one missing"),
        pytest.param({"preference": ["node-1"]}, "preference should name each of node-1, node-2", id="node missing"),
    ],
)
def test_what_does_not_fit_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        place([logging_app()], small_and_large(), **{"strategy": AS_THEY_COME, **arguments})


def test_init_containers_and_equal_names_are_refused():
    pod = app(one="1Gi")
    pod.spec.initContainers = pod.spec.containers[:]
    with pytest.raises(ValueError, match=r"spec.initContainers\[0\]: a container that must end first"):
        try_all([pod])
    with pytest.raises(ValueError, match="two applications are called 'shop'"):
        try_all([app(one="1Gi"), app(one="1Gi")])


def test_too_many_runs_are_refused_at_once():
    with pytest.raises(ValueError, match=f"8 containers on 2 nodes would take .* at most {MAX_RUNS:,}"):
        try_all([app(**{f"c{i}": "1Gi" for i in range(8)})])


@pytest.mark.parametrize(
    ("resource", "value", "words"),
    [
        ("memory", Fraction(5 * GIB, 2), "2.5 GiB"),
        ("memory", Fraction(GIB // 2), "512 MiB"),
        ("cpu", Fraction(1, 2), "0.5"),
    ],
)
def test_amounts(resource, value, words):
    assert amount(resource, value) == words


@settings(max_examples=30)
@given(
    needs=st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3),
    rooms=st.lists(st.sampled_from([1, 2, 3, 4, 5, 6]), min_size=1, max_size=2),
)
def test_what_always_holds(needs, rooms):
    apps = [app(**{f"c{i}": f"{n}Gi" for i, n in enumerate(needs)})]
    nodes = [node(f"n{i}", room) for i, room in enumerate(rooms)]
    trials = try_all(apps, nodes)
    possible = any(sum(needs) <= room for room in rooms)
    for run in trials.runs:
        on = set(run.placed.values())
        assert len(on) <= 1, "the containers of one application are on one node"
        assert sum(needs[int(name[1:])] for _, name in run.placed) <= max((rooms[int(n[1:])] for n in on), default=0)
        assert possible or run.outcome != WHOLE
        assert (run.in_vain == 0) or run.strategy in (ROLL_BACK, ROLL_BACK_ELSEWHERE)
    pods = trials.count(POD_BY_POD)
    assert (pods.whole, pods.half) == ((pods.runs, 0) if possible else (0, 0))
    singly = factorial(len(needs)) * len(list(permutations(nodes)))
    assert [trials.count(s).runs for s in STRATEGIES[:-1]] == [singly] * 4
    if len(rooms) < TRIES:
        assert not possible or trials.count(ROLL_BACK_ELSEWHERE).whole == singly
