"""Ctrl-C at any place: a Session goes on as if nothing had been, and no interrupt leaves anything half done."""

from __future__ import annotations

import os
import random
import signal
from contextlib import suppress

import pytest
from interrupts import InterruptAt
from test_session_ties import ACTIONS, WORLD, assert_same

import podlab as pl
from podlab.simulation import Simulation

POINTS = int(os.environ.get("PODLAB_INTERRUPTS", "200"))
"""So many places at which something is interrupted; `make test-long` asks for more."""

STEPS = ("kill a", "exec", "scale by kubectl", "delete ticks", "make ticks again", "kill a a second later", "undo")


def places(total: int, number: int) -> list[int]:
    """Random lines, the same in every run."""
    return sorted(random.Random(number).choices(range(1, total + 1), k=number))


def before() -> pl.Session:
    """A Session in which something has happened already."""
    session = pl.Session(WORLD)
    session.advance(1)
    session.kill("ticks/b")
    session.kubectl("scale rs web --replicas=3")
    session.advance(0.5)
    return session


def test_a_session_that_was_interrupted_while_time_passed_goes_on_as_if_it_had_not_been():
    whole = before()
    with InterruptAt() as count:
        whole.advance(8)
    for n in places(count.lines, POINTS // 2):
        session = before()
        with InterruptAt(n):
            session.advance(8)
        assert session.now < whole.now or session.trace == whole.trace
        session.advance(whole.now - session.now)
        assert session.trace == whole.trace, n


def do(session: pl.Session, step: str) -> None:
    """One step of a test."""
    if step == "undo":
        session.undo()
    else:
        ACTIONS[step](session)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_interrupted_has_been_done_or_has_not(step: str) -> None:
    whole = before()
    with InterruptAt() as count:
        do(whole, step)
    done = whole.scenario
    for n in places(count.lines, POINTS // 2 // len(STEPS) + 1):
        session = before()
        with InterruptAt(n):
            do(session, step)
        assert session.scenario.steps in (before().scenario.steps, done.steps), n
        assert_same(session)
        session.kill("ticks/a")
        session.advance(3)
        assert_same(session)


def test_an_interrupt_that_is_a_signal() -> None:
    old = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    try:
        ref = before()
        ref.advance(100)
        for k in range(5):
            session = before()
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.01 + 0.01 * k)
            with suppress(KeyboardInterrupt):
                session.advance(100)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            session.advance(ref.now - session.now)
            assert session.trace == ref.trace
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def test_a_simulation_says_that_it_was_interrupted():
    simulation = Simulation(pl.load(WORLD))
    with InterruptAt(5000):
        simulation.advance(100)
    with pytest.raises(RuntimeError, match="was stopped in the middle of a step and cannot go on; make a new one"):
        simulation.advance(100)


def test_an_interrupted_mending_is_done_again():
    whole = before()
    whole.advance(5)
    session = before()
    with InterruptAt(3000):
        session.advance(5)
    for n in (1, 100, 1000, 5000, 20000):
        with InterruptAt(n):
            session.snapshot  # noqa: B018
    session.advance(whole.now - session.now)
    assert session.trace == whole.trace


def test_a_program_may_look_at_its_session():
    seen = []

    def program(proc):
        yield proc.sleep(2)
        seen.append((session.now, len(session.trace.runs)))

    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: mine}]}\n"
    session = pl.Session(pl.load(pod).with_image("mine", program))
    session.advance(3)
    assert seen[0] == (2, 1)
