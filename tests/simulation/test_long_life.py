"""Long life: what is kept of an action is little and always the same, what only reads or probes keeps nothing.

The short form of each run is part of every test run; `make test-long` (PODLAB_LONG=1) makes them as long as promised,
and prints the figures.
"""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import podlab as pl
from podlab.simulation import Simulation
from tests.simulation.test_budget import CONTROLLERS, POD, looks, serves

LONG = bool(os.environ.get("PODLAB_LONG"))
MONTH = 30 * 24 * 3600.0

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: log, image: busybox, command: [sh, -c, "while true; do sleep 1; done"]}
"""
READS = ("get pods", "describe pod shop", "get events", "logs shop -c log", "get nodes -o wide", "get pods -o yaml",
         "explain pod.spec", "get nope", "version", "api-resources")  # fmt: skip
PROBES = {
    "exec": "exec: {command: [cat, /etc/hostname]}",
    "exec, a shell": "exec: {command: [sh, -c, 'f() { test -e /tmp; }; trap : USR1; x=$(echo a); f']}",
    "exec, fails": "exec: {command: [cat, /nope]}",
    "exec, not found": "exec: {command: [nope]}",
    "exec, too late": "exec: {command: [sleep, '5']}",
    "httpGet": "httpGet: {port: 80}",
    "httpGet, refused": "httpGet: {port: 81}",
    "tcpSocket": "tcpSocket: {port: 80}",
}


def in_use() -> int:
    """Bytes in use, without garbage."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@contextmanager
def traced() -> Iterator[None]:
    """Meanwhile Python counts its bytes."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def bytes_each(action: Callable[[int], object], times: int, parts: int = 4) -> list[float]:
    """How many bytes each of so many actions leaves, in each part of them."""
    with traced():
        left, before = [], in_use()
        for part in range(parts):
            for n in range(times // parts):
                action(part * (times // parts) + n)
            now = in_use()
            left.append((now - before) * parts / times)
            before = now
    print(f"\n{times} actions, bytes left by each in {parts} parts: {', '.join(f'{each:.1f}' for each in left)}")
    return left


def test_a_command_that_changes_something_leaves_the_same_few_bytes():
    session = pl.Session(SHOP)
    session.advance(5)
    session.kubectl("label pod shop color=c")
    first, *_, last = bytes_each(lambda n: session.kubectl(f"label pod shop color=c{n} --overwrite"), scaled(10_000))
    assert last < 5000
    assert last < 1.3 * first + 300


def scaled(times: int) -> int:
    """So many times in the long form, a small part of it else."""
    return times if LONG else max(times // 200, 20)


def test_a_command_that_only_reads_leaves_nothing():
    session = pl.Session(SHOP)
    session.advance(5)
    for _ in range(3):
        for command in READS:
            session.kubectl(command)
    steps = len(session.scenario.steps)
    *_, last = bytes_each(lambda n: session.kubectl(READS[n % len(READS)]), scaled(10_000))
    assert last < (16 if LONG else 100)  # what Python itself keeps in its caches now and then
    assert len(session.scenario.steps) == steps


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_leaves_neither_bytes_nor_cyclic_garbage(probe: str) -> None:
    failing = any(word in probe for word in ("fails", "not found", "too late", "refused"))
    text = f"image: nginx, livenessProbe: {{{PROBES[probe]}, periodSeconds: 1, failureThreshold: 1000000}}"
    simulation = Simulation(pl.load(POD % text))
    simulation.advance(20)
    gc.collect()
    recorder = simulation.recorder
    events, lines = len(recorder.events), recorder.lines_logged
    with traced():
        before = in_use()
        simulation.advance(20 + scaled(10_000))
        gc.disable()
        garbage = gc.collect()
        gc.enable()
        left = in_use() - before
    told, logged = len(recorder.events) - events, recorder.lines_logged - lines
    print(f"\n{probe}: {garbage} objects of garbage, {left} bytes left, {told} events and {logged} log lines more")
    assert garbage < 10
    assert told == (pytest.approx(scaled(10_000), rel=0.5) if failing else 0)
    assert left < 2000 + 600 * (told + logged)  # a probe that fails leaves an event, nginx logs a request


SLEEPS = POD % 'image: busybox, command: [sh, -c, "while sleep 1; do :; done"]'
PROBED = POD % (
    'image: busybox, command: [sleep, "9999999"], readinessProbe: {exec: {command: [cat, /etc/hostname]}},'
    " livenessProbe: {exec: {command: ['true']}}"
)
SERVED = POD % "image: mine, readinessProbe: {httpGet: {port: 80}}"
LIVES = {
    "a shell that sleeps": pl.load(SLEEPS),
    "a program with a file call for each pause": pl.load(POD % "image: mine").with_image("mine", looks),
    "probes that run commands": pl.load(PROBED),
    "probes of a server of one's own": pl.load(SERVED).with_image("mine", serves),
}


@pytest.mark.parametrize("life", LIVES)
def test_what_lets_time_pass_lives_for_a_month(life: str) -> None:
    simulation = Simulation(LIVES[life])
    simulation.advance(MONTH if LONG else 3600)
    trace = simulation.trace()
    print(f"\n{life}: {simulation.loop.count} callbacks")
    assert trace.runs[0].end is None
    assert [event.reason for event in trace.events if event.type == "Warning"] == []
    assert trace.logs == ()


def test_a_deployment_of_ten_thousand_pods_runs():
    pods = scaled(10_000)
    trace = pl.run(CONTROLLERS["Deployment"] % pods, 60)
    assert sum(pod.status.phase == "Running" for pod in trace.end.pods.values()) == pods
