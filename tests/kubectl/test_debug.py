"""`kubectl debug`: ephemeral containers."""

from __future__ import annotations

import podlab as pl


def running() -> pl.Session:
    session = pl.Session(pl.Scenario((), world=pl.World()))
    session.kubectl("run p --image=busybox:1.36 -- sleep 1000")
    session.advance(5)
    return session


def test_it_runs_once_in_its_targets_process_namespace_and_changes_no_column() -> None:
    session = running()
    session.kubectl("debug p --image=busybox:1.36 --target=p -c dbg -- sh -c 'ps; exit 3'")
    session.advance(60)
    row = str(session.kubectl("get pods --no-headers")).split()
    assert row[:4] == ["p", "1/1", "Running", "0"]
    state = "{.status.ephemeralContainerStatuses[0].state.terminated.exitCode}"
    assert str(session.kubectl(f"get pod p -o jsonpath={state}")) == "3"
    assert "sleep 1000" in str(session.kubectl("logs p -c dbg"))


def test_a_target_that_is_not_there_and_a_name_twice_are_refused() -> None:
    session = running()
    refusal = str(session.kubectl("debug p --image=busybox:1.36 --target=nope -- sh"))
    assert 'spec.ephemeralContainers[0].targetContainerName: Not found: "nope"' in refusal
    session.kubectl("debug p --image=busybox:1.36 -c dbg -- sleep 1")
    assert 'Duplicate value: "dbg"' in str(session.kubectl("debug p --image=busybox:1.36 -c dbg -- sh"))


def test_a_forgotten_debug_container_holds_up_the_deletion() -> None:
    session = running()
    session.kubectl("debug p --image=busybox:1.36 -c dbg -- sleep 1000")
    session.advance(5)
    session.kubectl("delete pod p --wait=false --grace-period=8")
    session.advance(7)
    assert "Terminating" in str(session.kubectl("get pods"))
    session.advance(4)
    assert "p " not in str(session.kubectl("get pods"))
