"""The loop: order, cancelling, and a budget that ends a runaway."""

from __future__ import annotations

import pytest

from podlab.core.engine.loop import CLOSING, GESTURES, Allowance, BudgetExceeded, Loop, ProgramClock


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


def again(loop, pause):
    """A callback that asks for itself again and again."""
    loop.call_at(loop.now + pause, again, loop, pause)


def test_an_endless_instant_ends_with_a_clear_error():
    loop = Loop(Allowance(here=100))
    loop.call_at(2, again, loop, 0)
    with pytest.raises(BudgetExceeded, match="t=2s: more than 100 steps without time passing; something here never"):
        loop.run_until(5)


def test_a_run_has_a_budget_too():
    loop = Loop(Allowance(total=50, per_second=10))
    loop.call_at(0, again, loop, 0.001)
    with pytest.raises(BudgetExceeded, match=r"t=0.05s: more than 50 steps in one run; .* too little time"):
        loop.run_until(1000)


def test_what_lets_time_pass_may_go_on_for_ever():
    loop = Loop(Allowance(total=50, per_second=2))
    loop.call_at(0, again, loop, 0.5)
    loop.run_until(5000)
    assert loop.count == 10_001


def test_the_budget_grows_with_what_there_is():
    many = Loop(Allowance(here=10, here_each=5), size=lambda: 20)
    for _ in range(110):
        many.call_at(1, int)
    many.run_until(1)
    assert many.count == 110
    many.call_at(2, again, many, 0)
    with pytest.raises(BudgetExceeded, match="more than 110 steps"):
        many.run_until(2)


def test_a_loop_goes_on_behind_its_budget_as_if_nothing_had_been():
    loop, seen = Loop(Allowance(here=3)), []
    for number in range(8):
        loop.call_at(1, seen.append, number)
    for _ in range(2):
        with pytest.raises(BudgetExceeded):
            loop.run_until(2)
        assert loop.whole
    loop.run_until(2)
    assert seen == list(range(8))


def test_an_error_leaves_the_loop_torn():
    loop = Loop()
    loop.call_at(1, [].pop)
    with pytest.raises(IndexError):
        loop.run_until(2)
    assert not loop.whole


def test_at_a_tie_the_machinery_comes_first_and_programs_last():
    loop, seen = Loop(), []
    ProgramClock(loop).call_at(5, lambda: (seen.append("program"), loop.call_at(5, seen.append, "at once")))
    loop.call_at(5, seen.append, "kubelet")
    ProgramClock(loop).call_at(5, seen.append, "another program")
    loop.run_until(5)
    assert seen == ["kubelet", "program", "at once", "another program"]


def test_planned_gestures_come_before_all_else_and_closing_ones_after():
    loop, seen = Loop(), []
    loop.push(5, CLOSING, seen.append, ("typed",))
    ProgramClock(loop).call_at(5, lambda: loop.call_at(5, seen.append, "what follows"))
    loop.call_at(5, seen.append, "kubelet")
    loop.push(5, GESTURES, seen.append, ("gesture",))
    loop.run_until(5)
    assert seen == ["gesture", "kubelet", "what follows", "typed"]
