"""Containers joined without a pod, and beside them the same containers joined to pause."""

from __future__ import annotations

from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.course.exhibits.joined import Host, docker
from podlab.course.exhibits.topologies import MAX_CONTAINERS, deaths, joined, moments, start_orders, with_pause

NO_B = 'no container with name or ID "B" found'
JOIN = "run A --net=container:B --volumes-from=B"


def typed(*lines: str) -> Host:
    """The host after some commands, none of them refused."""
    host = Host()
    for line in lines:
        answer = docker(host, line)
        assert not answer.status, answer.text
        host = answer.host
    return host


def both() -> Host:
    return typed("run B -v shared:/data", JOIN)


@pytest.mark.parametrize(
    ("before", "line", "status", "text"),
    [
        pytest.param([], JOIN, 125, 'no container with name or ID "B" found', id="late owner"),
        pytest.param(
            [], "run A --volumes-from=B", 125, 'no container with name or ID "B" found', id="only its volumes"
        ),
        pytest.param([], "start A", 125, 'no container with name or ID "A" found', id="start what is not there"),
        pytest.param(["run A"], "run A", 125, "already in use", id="two of one name"),
        pytest.param(["run A"], "rm A", 2, "as it is running", id="remove a running one"),
        pytest.param(["run A", "kill A"], "kill A", 125, "can only kill running containers", id="kill a dead one"),
        pytest.param(
            ["run B", JOIN, "kill B"], "rm B", 125, "has dependent containers", id="remove one that others joined"
        ),
        pytest.param(
            ["run B", JOIN, "kill B"], "restart A", 125, "dependencies of container A are not started: B", id="orphan"
        ),
    ],
)
def test_what_is_refused(before, line, status, text):
    host = typed(*before)
    answer = docker(host, line)
    assert answer.status == status
    assert text in answer.text
    assert answer.host == host, "a refusal changes nothing"


def test_a_joined_container_shares_the_network_and_the_volumes_and_nothing_else():
    a, b = (both().containers[name] for name in "AB")
    assert {kind for kind in a.namespaces if a.namespaces[kind] == b.namespaces[kind]} == {"net"}
    assert a.volumes == b.volumes == {"/data": "shared"}


def test_the_owner_comes_back_into_another_namespace():
    host = typed("run B -v shared:/data", JOIN, "kill -s KILL B")
    assert host.interfaces("A") == ("lo",)
    assert host.containers["A"].running
    host = docker(host, "start B").host
    assert (host.together("A"), host.together("B")) == (("A",), ("B",))
    assert (host.interfaces("A"), host.interfaces("B")) == (("lo",), ("lo", "eth0"))
    host = docker(host, "restart A").host
    assert host.together("A") == ("B", "A")


@pytest.mark.parametrize("verb", ["stop", "restart"])
def test_stopping_the_owner_is_as_bad_as_killing_it(verb):
    assert docker(both(), f"{verb} B").host.interfaces("A") == ("lo",)


def test_starting_a_joined_container_starts_the_owner_first():
    host = typed("run B", JOIN, "kill A", "kill B", "start A")
    assert host.containers["B"].running
    assert host.together("A") == ("B", "A")


def test_a_container_can_join_one_that_has_joined():
    host = typed("run B", JOIN, "run C --net=container:A")
    assert host.together("C") == ("B", "A", "C")
    host = docker(host, "kill A").host
    assert host.interfaces("C") == ("lo", "eth0"), "the namespace is B's, not A's"
    assert docker(host, "kill B").host.interfaces("C") == ("lo",)


def test_a_signal_that_pid_1_does_not_handle_is_ignored():
    host = both()
    assert docker(host, "kill -s TERM B").host == host
    assert docker(host, "kill -s SIGKILL B").host.containers["B"].exit_code == 137


def test_docker_s_own_way_of_writing():
    written = "docker run -d --name A --network container:B --volumes-from B -v one:/1 -v two:/2:ro busybox"
    host = typed("docker run -d --name B busybox", written)
    assert host.together("A") == ("B", "A")
    assert host.containers["A"].volumes == {"/1": "one", "/2": "two"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("", "the command should be one of run, start", id="nothing"),
        pytest.param("pause B", "the command should be one of run, start", id="unknown command"),
        pytest.param("rm -f B", "rm has no -f here, but no options", id="unknown option"),
        pytest.param("run B --memory=1g", "run has no --memory here, but --detach, --name", id="unknown option of run"),
        pytest.param("run B --net=host", "--net should be bridge or container:NAME", id="other network"),
        pytest.param("run B --net", "--net needs a value", id="no value"),
        pytest.param("run", "run takes a name", id="no name"),
        pytest.param("kill A B", "kill takes the name of one container", id="two names"),
    ],
)
def test_what_is_not_modelled_is_named(line, message):
    with pytest.raises(ValueError, match=message):
        docker(Host(), line)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_orders_of_start(count):
    """Joined, all orders but those with the owner first fail; joined to pause, none does."""
    names = [f"c{i}" for i in range(count)]
    orders = start_orders(joined(names))
    assert len(orders) == factorial(count)
    assert [o.order[0] == "c0" for o in orders] == [not o.refused for o in orders]
    assert sum(len(o.refused) for o in orders) == factorial(count) * (count - 1) / 2
    assert not any(o.refused for o in start_orders(with_pause(names)))


def test_deaths():
    found = {(d.victim, d.lost_eth0, d.cut_off) for d in deaths(joined(["B", "A", "C"]))}
    assert found == {("B", ("A", "C"), ("A", "C")), ("A", (), ()), ("C", (), ())}
    found = {(d.victim, d.lost_eth0, d.cut_off) for d in deaths(with_pause(["B", "A"]))}
    assert found == {("pause", ("B", "A"), ("B", "A")), ("B", (), ()), ("A", (), ())}


@pytest.mark.parametrize("topology", [joined(["B", "A", "C"]), with_pause(["B", "A", "C"])], ids=["joined", "pod"])
def test_every_story_ends_with_all_together(topology):
    for victim in topology.all:
        end = moments(topology, victim)[-1].host
        assert set(end.together(victim)) == set(topology.all)


@pytest.mark.parametrize("names", ["AB", ["A"], ["A", "A"], ["pause", "A"], ["A", "-v x"], [*"abcdefgh"]])
def test_names_that_do_not_do(names):
    assert len([*"abcdefgh"]) > MAX_CONTAINERS
    with pytest.raises(ValueError, match="names should"):
        joined(names)


@given(st.lists(st.tuples(st.sampled_from(["run", "start", "stop", "restart", "kill", "rm"]), st.sampled_from("ABC"))))
def test_what_always_holds(story):
    """Whoever is typed: a running container has lo, and eth0 just as long as the maker of its namespace runs."""
    host = Host()
    for verb, name in story:
        joins = {"A": " --net=container:B", "C": " --net=container:A"}.get(name, "")
        host = docker(host, f"{verb} {name}" + joins * (verb == "run")).host
        nets = {n: c.namespaces.get("net") for n, c in host.containers.items()}
        for c in host.containers.values():
            assert bool(c.namespaces) == c.running
            assert not c.net_of or c.net_of in host.containers
            if c.running:
                assert host.interfaces(c.name)[0] == "lo"
                made_by_b = "B" in nets and nets["B"] == nets[c.name]
                assert ("eth0" in host.interfaces(c.name)) == made_by_b
