"""The loop: order, cancelling, and a budget that ends a runaway."""

from __future__ import annotations

import pytest

from podlab.core.engine.loop import BudgetExceeded, Loop, ProgramClock


def test_callbacks_of_one_instant_run_in_the_order_they_were_asked_for():
    loop, seen = Loop(), []
    for name in "abc":
        loop.call_at(5, seen.append, name)
    loop.call_at(1, seen.append, "first")
    loop.run_until(5)
    assert seen == ["first", "a", "b", "c"]
    assert loop.now == 5


def test_a_time_in_the_past_means_now():
    loop, seen = Loop(), []
    loop.run_until(10)
    loop.call_at(3, lambda: seen.append(loop.now))
    loop.run_until(10)
    assert seen == [10]


def test_a_cancelled_callback_does_not_run():
    loop, seen = Loop(), []
    loop.call_at(1, seen.append, "x").cancel()
    loop.run_until(2)
    assert seen == []


def test_an_endless_instant_ends_with_a_clear_error():
    loop = Loop(per_instant=100)

    def again() -> None:
        loop.call_at(loop.now, again)

    loop.call_at(2, again)
    with pytest.raises(BudgetExceeded, match="t=2s: more than 100 steps without time passing"):
        loop.run_until(5)


def test_a_run_has_a_budget_too():
    loop = Loop(total=50)

    def again() -> None:
        loop.call_at(loop.now + 1, again)

    loop.call_at(0, again)
    with pytest.raises(BudgetExceeded, match="more than 50 steps in one run"):
        loop.run_until(1000)


def test_at_a_tie_the_machinery_comes_first_and_programs_last():
    loop, seen = Loop(), []
    ProgramClock(loop).call_at(5, lambda: (seen.append("program"), loop.call_at(5, seen.append, "at once")))
    loop.call_at(5, seen.append, "kubelet")
    ProgramClock(loop).call_at(5, seen.append, "another program")
    loop.run_until(5)
    assert seen == ["kubelet", "program", "at once", "another program"]
