"""Nothing a learner writes may hang the notebook, eat its memory or show a traceback of podlab's own."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shell_box import Box


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("while true; do :; done", id="busy loop"),
        pytest.param("while :; do while false; do :; done; done", id="busy loops in a loop"),
        pytest.param("until false; do x=$(echo a); done", id="busy with command substitutions"),
        pytest.param("f() { f; }; f", id="endless recursion"),
        pytest.param("f() { if true; then { f; }; fi; }; f", id="endless recursion with inner levels"),
        pytest.param("f() { echo $(f); }; f", id="recursion through subshells"),
        pytest.param("f() { f | f; }; f", id="fork bomb"),
        pytest.param('x="eval \\$x"; eval $x', id="endless eval"),
        pytest.param("trap 'kill $$' TERM; kill $$; :", id="a trap that calls itself"),
        pytest.param("echo '. ./s' > s; . ./s", id="a file that sources itself"),
        pytest.param("yes > /dev/null", id="yes to nowhere"),
        pytest.param("yes", id="yes to the log"),
        pytest.param("cat /dev/zero > /dev/null", id="cat without end"),
        pytest.param("yes | sort", id="sort of something endless"),
        pytest.param("x=a; while true; do x=$x$x; done", id="a text that doubles"),
        pytest.param("set -- a; while true; do set -- $* $*; done", id="parameters that double"),
        pytest.param("x=aaaaaaaa; while true; do x=${x//a/aaaaaaaa}; done", id="replacing makes it longer"),
        pytest.param("dd if=/dev/zero of=/tmp/f bs=1M", id="the disk runs full"),
        pytest.param("truncate -s 100G /tmp/f", id="a huge file at once"),
        pytest.param("printf '%999999999d' 1", id="a wide number"),
        pytest.param("seq 1 1e300 > /dev/null", id="a long sequence"),
        pytest.param("echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep -E '(a+)+b'", id="a costly expression"),
        pytest.param("echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | sed 's/\\(a*\\)*b/x/'", id="a costly one in sed"),
        pytest.param("echo $((" + "(" * 400 + "1" + ")" * 400 + "))", id="deep arithmetic"),
        pytest.param("[ " + "! " * 400 + "a ]", id="deep test"),
        pytest.param("expr " + "\\( " * 400 + "1" + " \\)" * 400, id="deep expr"),
        pytest.param("true" + " | true" * 3000, id="a long pipeline"),
        pytest.param("ln -s a b; ln -s b a; cat a; ls -R /; find / > o; cp -r / /tmp/x", id="links in a circle"),
        pytest.param("nc -l -p 80 & nc 127.0.0.1 80; wget -T 5 -O- 127.0.0.1:80", id="calls that are never answered"),
    ],
)
def test_it_ends_or_lets_time_pass(script: str) -> None:
    box = Box(memory_limit=64 << 20)
    begun = time.process_time()
    outcome = box.run(script, until=20)
    assert time.process_time() - begun < 5
    assert box.loop.now == 20
    assert "Traceback" not in outcome.log


def test_a_busy_loop_that_changes_something_ends_in_one_error() -> None:
    box = Box()
    outcome = box.run("i=0; while true; do i=$((i+1)); done")
    assert outcome.status == 1
    assert outcome.log == "sh: stopped by podlab after 1000000 steps without a pause: put a `sleep` into the loop\n"
    assert any("never pauses" in note for note in box.group.notes)


@pytest.mark.parametrize(
    "loop",
    [
        "while :; do :; done",
        "until false; do true; [ a = b ]; done",
        "while true; do if [ 1 -gt 2 ]; then break; fi; done",
        "f() { :; }; while f; do continue; done",
        "while x=1; do :; done",
    ],
)
def test_a_loop_that_changes_nothing_is_parked_for_a_month_and_hears_signals(box: Box, loop: str) -> None:
    script = f"sh -c 'trap \"echo T; exit 3\" TERM; {loop}' & sleep 2592000; kill $!; wait $!; echo $?"
    assert box.run(script, until=2592001).out == "T\n3\n"
    assert box.loop.count < 100


def test_a_program_that_never_pauses_becomes_slow_and_hears_signals(box: Box) -> None:
    assert box.run("yes > /dev/null & sleep 2592000; kill $!; wait $!; echo $?", until=2592001).out == "143\n"
    assert box.loop.count < 5000


@pytest.mark.parametrize(
    ("script", "out"),
    [
        ("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo $i", "100000"),
        ("for i in $(seq 1 100000); do :; done; echo $i", "100000"),
        ("i=0; until [ $i -ge 100000 ]; do : $((i+=1)); done; echo $i", "100000"),
        ("n=0; for i in $(seq 100000); do if [ $((i%2)) -eq 0 ]; then n=$((n+1)); fi; done; echo $n", "50000"),
        ("r() { [ $1 -eq 0 ] || r $(($1-1)); }; r 500; echo ok", "ok"),
        ("f() { if [ $1 -gt 0 ]; then f $(($1-1)); else echo deep; fi; }; f 500", "deep"),
    ],
)
def test_counting_is_right_and_takes_what_a_real_shell_takes(box: Box, script: str, out: str) -> None:
    outcome = box.run(script)
    assert outcome.log == out + "\n"
    assert outcome.ended is not None
    assert outcome.ended < 0.6


def test_a_busy_loop_still_notices_what_changes(box: Box) -> None:
    assert box.run("(sleep 5; touch /tmp/go) & until [ -e /tmp/go ]; do :; done; echo seen").out == "seen\n"


def test_eating_memory_ends_with_137() -> None:
    box = Box(memory_limit=20 << 20)
    assert box.run("tail /dev/zero").status == 137
    assert box.run("tail /dev/zero; echo $?").out == ""  # cgroup v2: the whole container goes
    box = Box(memory_limit=20 << 20)
    box.kernel.kills_whole_groups = False
    assert box.run("tail /dev/zero; echo $?").out == "137\n"


COMMANDS = st.sampled_from(
    [
        *("x=1", "x=$((x+1))", 'echo "$x"', "sleep 1", "false", "true", "exit 3", "echo a | cat", "cat /tmp/f", "nope"),
        *(
            "echo a > /tmp/f",
            "echo b >> /tmp/f",
            "rm /tmp/f",
            "sleep 2 &",
            "wait",
            "kill $!",
            "x=$(echo b)",
            "date +%s",
        ),
        *("trap 'echo t' TERM", "kill $$", "set -e", "cd /tmp", "ls", "read x < /tmp/f", "break", "return 2", "shift"),
        *(
            "nc -l -p 80 &",
            "echo hi | nc 127.0.0.1 80",
            "ps",
            "mkdir d",
            "f",
            "set -u",
            "echo $nope",
            "trap 'echo e' EXIT",
        ),
    ]
)
SCRIPTS = st.recursive(
    COMMANDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("; ".join),
        st.tuples(inner, inner).map(lambda pair: f"if {pair[0]}; then {pair[1]}; fi"),
        st.tuples(inner, inner).map(lambda pair: f"{{ {pair[0]}; }} && {{ {pair[1]}; }}"),
        st.tuples(inner, inner).map(lambda pair: f"{{ {pair[0]}; }} | {{ {pair[1]}; }}"),
        inner.map(lambda one: f"for i in 1 2; do {one}; done"),
        inner.map(lambda one: f"while sleep 1; do {one}; done"),
        inner.map(lambda one: f"( {one} )"),
        inner.map(lambda one: f'x="$({one})"'),
        inner.map(lambda one: f"f() {{ {one}; }}"),
    ),
    max_leaves=12,
).map(lambda text: text.replace("&;", "&"))


@settings(max_examples=150)
@given(SCRIPTS)
def test_any_script_runs_the_same_way_twice(script: str) -> None:
    def tell() -> tuple[str, int | None, float | None, list[str]]:
        box = Box(memory_limit=64 << 20)
        outcome = box.run(script, until=15)
        assert "Traceback" not in outcome.log
        return outcome.log, outcome.status, outcome.ended, box.group.notes

    assert tell() == tell()


@settings(max_examples=100)
@given(SCRIPTS, st.lists(st.floats(min_value=0, max_value=15), max_size=6))
def test_many_small_steps_are_one_big_step(script: str, stops: list[float]) -> None:
    one, many = Box(), Box()
    whole = one.run(script, until=15)
    process, _, _, log = many.start("sh", "-c", script)
    for stop in sorted(stops):
        many.loop.run_until(stop)
    many.loop.run_until(15)
    assert ("".join(log), process.exit_status) == (whole.log, whole.status)
