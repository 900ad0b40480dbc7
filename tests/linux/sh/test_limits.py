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


def test_a_busy_loop_is_told_to_the_learner() -> None:
    box = Box()
    box.run("while true; do :; done")
    assert any("busy without" in note for note in box.group.notes)


def test_a_busy_loop_still_notices_what_changes(box: Box) -> None:
    assert box.run("(sleep 5; touch /tmp/go) & until [ -e /tmp/go ]; do :; done; echo seen").out == "seen\n"


def test_eating_memory_ends_with_137() -> None:
    box = Box(memory_limit=20 << 20)
    assert box.run("tail /dev/zero").status == 137
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
