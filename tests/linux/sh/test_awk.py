"""awk in virtual time: it waits for commands and slow input, and what never ends does not hang. What it answers is
compared with a recorded busybox in `tests/reference`."""

from __future__ import annotations

import pytest
from shell_box import Box


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param(
            """awk 'BEGIN { "sleep 5; echo a" | getline x; print x; system("sleep 3") }'; date +%S""",
            "a\n08\n",
            id="waits",
        ),
        pytest.param("(echo a; sleep 2; echo b) | awk '{ print NR, $0 }'; date +%S", "1 a\n2 b\n02\n", id="slow input"),
        pytest.param("""awk 'BEGIN { print "b\\na" | "sort"; close("sort"); print "c" }'""", "a\nb\nc\n", id="close"),
        pytest.param("""echo in | awk 'BEGIN { print systime(), strftime("%F", 0) }'""", "1767225600 1970-01-01\n"),
        pytest.param("awk 'BEGIN { print sin(0), exp(0), 2^10, sqrt(16) }'", "0 1 1024 4\n", id="maths"),
        pytest.param("seq 5 | awk '{ s += $1 } END { print s, s / NR }'", "15 3\n", id="sums"),
    ],
)
def test_output(box: Box, script: str, out: str) -> None:
    assert box.run(script, until=100).out == out


def test_an_endless_loop_ends_with_its_time_limit(box: Box) -> None:
    assert box.run("timeout 0.3 awk 'BEGIN { while (1) x++ }'; echo $?", until=10).out == "143\n"


def test_too_deep_calls_end_in_one_error(box: Box) -> None:
    outcome = box.run("awk 'function f(n) { return f(n + 1) } BEGIN { f(1) }'; echo $?")
    assert (outcome.out, outcome.err) == (
        "1\n",
        "awk: cmd. line:1: podlab's awk has at most 150 calls inside each other\n",
    )


def test_an_expression_nested_too_deeply_ends_in_one_error(box: Box) -> None:
    outcome = box.run(f"awk 'BEGIN {{ print {'(' * 3000}1{')' * 3000} }}'; echo $?")
    assert outcome.out == "1\n"
    assert outcome.err.count("\n") == 1
