"""The shell in virtual time: what takes how long, signals and traps, jobs, processes as `ps` shows them."""

from __future__ import annotations

import pytest
from shell_box import Box

from podlab.linux import signals

# ---- time


@pytest.mark.parametrize(
    ("script", "status", "ended"),
    [
        pytest.param("exit 1", 1, 0, id="exit takes no time"),
        pytest.param("sleep 5; exit 1", 1, 5, id="sleep"),
        pytest.param("sleep 0.5; sleep 1m", 0, 60.5, id="fractions and minutes"),
        pytest.param("sleep 3 & sleep 1; wait", 0, 3, id="a background job and wait"),
        pytest.param("sleep 3 | sleep 1", 0, 3, id="a pipeline takes as long as its longest part"),
        pytest.param("x=$(sleep 2; echo a); sleep 1", 0, 3, id="a command substitution takes its time"),
        pytest.param("sleep 2 && sleep 3 || sleep 4", 0, 5, id="and-or"),
        pytest.param("timeout 2 sleep 5; exit $?", 143, 2, id="timeout"),
        pytest.param("timeout 2 sleep 5", 0, 5, id="process 1 does not hear a signal of its own container"),
        pytest.param("i=0; until [ $i = 3 ]; do i=$((i+1)); sleep 1; done", 0, 3, id="a loop"),
        pytest.param("(sleep 5; echo late) & exit 3", 3, 0, id="the container is over with its main process"),
    ],
)
def test_time(box: Box, script: str, status: int, ended: float) -> None:
    outcome = box.run(script)
    assert (outcome.status, outcome.ended) == (status, ended)


def test_a_loop_for_ever(box: Box) -> None:
    outcome = box.run('i=0; while true; do echo "$i: $(date +%T)"; i=$((i+1)); sleep 1; done', until=2.5)
    assert outcome.out == "0: 00:00:00\n1: 00:00:01\n2: 00:00:02\n"
    assert outcome.status is None


def test_output_comes_when_it_is_written(box: Box) -> None:
    process, out, _, _ = box.start("sh", "-c", "sleep 1; echo a; sleep 2; echo b")
    seen = []
    for moment in (0.5, 1.5, 2.5, 3.5):
        box.loop.run_until(moment)
        seen.append("".join(out))
    assert seen == ["", "a\n", "a\n", "a\nb\n"]
    assert process.exit_status == 0


# ---- signals


def killed(box: Box, script: str, signal: int = signals.TERM, at: float = 2.5) -> tuple[str, int | None, float | None]:
    """Run a script as process 1, with a signal from outside: output, status, when it ended."""
    process, _, _, log = box.start("sh", "-c", script)
    box.loop.run_until(at)
    box.kernel.deliver(process, signal)
    box.loop.run_until(100)
    return "".join(log), process.exit_status, box.ended


@pytest.mark.parametrize(
    ("script", "log", "status", "ended"),
    [
        pytest.param('trap "exit 0" TERM; while true; do sleep 1; done', "", 0, 3, id="a trap waits for the child"),
        pytest.param('trap "echo bye; sleep 2; exit 7" TERM; sleep 10; :', "bye\n", 7, 12, id="a trap may take time"),
        pytest.param('trap "exit 0" TERM; sleep 10 & wait', "", 0, 2.5, id="wait is interrupted at once"),
        pytest.param('trap "" TERM; sleep 10; exit 4', "", 4, 10, id="ignored"),
        pytest.param("sleep 10; exit 4", "", 4, 10, id="process 1 without a trap does not care"),
        pytest.param("sleep 10", "", 0, 10, id="nor does a program that the shell became"),
        pytest.param('trap "echo t" TERM; sleep 10; echo $?', "t\n0\n", 0, 10, id="the status is kept"),
        pytest.param('trap "echo t" TERM; sleep 9 & wait; echo $?', "t\n143\n", 0, 2.5, id="status of wait"),
        pytest.param('trap "echo x" EXIT; trap exit TERM; sleep 4; :', "x\n", 0, 4, id="EXIT after TERM"),
        pytest.param('trap "echo t" TERM; trap - TERM; sleep 4; :', "", 0, 4, id="reset"),
        pytest.param('(trap "echo s; exit" TERM; sleep 4; :) & wait', "", 0, 4, id="the subshell has its own"),
        pytest.param('exec sh -c "trap \\"exit 9\\" TERM; sleep 4; :"', "", 9, 4, id="exec of another shell"),
    ],
)
def test_sigterm_to_process_1(box: Box, script: str, log: str, status: int, ended: float) -> None:
    assert killed(box, script) == (log, status, ended)


def test_sigkill_ends_everything_at_once(box: Box) -> None:
    assert killed(box, "trap '' KILL TERM; sleep 5 & sleep 10; :", signals.KILL) == ("", 137, 2.5)


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param("sleep 50 & kill $!; wait $!; echo $?", "143\n", id="kill of a child"),
        pytest.param("sleep 50 & kill -9 $!; wait $!; echo $?", "137\n", id="kill -9 of a child"),
        pytest.param("sleep 50 & kill -STOP $!; kill -CONT $!; kill $!; wait; echo $?", "0\n", id="stop and go on"),
        pytest.param('trap "echo u1" USR1; kill -USR1 $$; echo after', "u1\nafter\n", id="kill of itself"),
        pytest.param("sleep 9 & sleep 9 & kill %1 %2; wait; date +%s | tail -c 2", "0\n", id="jobs by number"),
        pytest.param("trap 'kill 0' EXIT; sleep 50 & exit 3", "", id="kill 0"),
    ],
)
def test_kill(box: Box, script: str, out: str) -> None:
    outcome = box.run(script)
    assert outcome.out == out
    assert outcome.ended == 0


GROUP = "setsid sh -c 'sleep 50 & sleep 50 & wait' & sleep 0.1; "


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param(GROUP + "kill -9 -$!; wait $!; echo $?; pidof sleep", "137\n", id="one SIGKILL to all of a group"),
        pytest.param(GROUP + "kill -- -$!; wait $!; echo $?; pidof sleep", "143\n", id="after --"),
        pytest.param(GROUP + "kill -9 $!; pidof sleep | wc -w", "2\n", id="to its leader only"),
        pytest.param("sleep 50 & kill -9 -$!; echo $?", "1\n", id="a child leads no group"),
        pytest.param("trap 'echo all' TERM; sleep 50 & kill 0; wait $!; echo $?", "all\n143\n", id="to the own group"),
        pytest.param(GROUP + "kill -9 0; pidof sleep | wc -w", "2\n", id="the own group only"),
        pytest.param("sleep 50 & sleep 50 & kill -9 -1; pidof sleep; echo $?", "1\n", id="to all but process 1"),
        pytest.param(
            "sleep 50 & setsid sleep 50 & ps -o pid,pgid,args | grep '[0-9] sleep'",
            "    2     1 sleep 50\n    3     3 sleep 50\n",
            id="ps tells the group",
        ),
        pytest.param("setsid setsid sleep 50 & wait $!; echo $?", "0\n", id="a leader leaves it to a child"),
        pytest.param("setsid no-such & wait $!; echo $?", "127\n", id="no such program"),
    ],
)
def test_process_groups(box: Box, script: str, out: str) -> None:
    assert box.run(script).out == out


# ---- processes

PS = "PID   USER     COMMAND\n"


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        pytest.param(
            "sleep 1; ps; sleep 3600",
            ["1 root     sh -c sleep 1; ps; sleep 3600", "3 root     {ps} sh -c sleep 1; ps; sleep 3600"],
            id="a tool of the shell is a copy of it",
        ),
        pytest.param("ps", ["1 root     {ps} sh -c ps"], id="the last command takes the shell's place"),
        pytest.param(
            "sleep 5 & ps; :",
            ["1 root     sh -c sleep 5 & ps; :", "2 root     sleep 5", "3 root     {ps} sh -c sleep 5 & ps; :"],
            id="a background job",
        ),
        pytest.param(
            "(sleep 5; :) & ps; :",
            [
                "1 root     sh -c (sleep 5; :) & ps; :",
                "2 root     sh -c (sleep 5; :) & ps; :",
                "3 root     {ps} sh -c (sleep 5; :) & ps; :",
                "4 root     sleep 5",
            ],
            id="a subshell",
        ),
        pytest.param(
            "sleep 1 & sleep 2; ps; :",
            ["1 root     sh -c sleep 1 & sleep 2; ps; :", "4 root     {ps} sh -c sleep 1 & sleep 2; ps; :"],
            id="a job that has ended is reaped by the next wait",
        ),
        pytest.param("true; exec ps", ["1 root     {ps} sh -c true; exec ps"], id="exec"),
    ],
)
def test_ps(box: Box, script: str, lines: list[str]) -> None:
    assert box.run(script).out == PS + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("script", "argv"),
    [
        pytest.param("sleep 9", ("sleep", "9"), id="a simple command"),
        pytest.param("true; sleep 9", ("sleep", "9"), id="the last of a list"),
        pytest.param("true && sleep 9", ("sleep", "9"), id="the last of an and-or list"),
        pytest.param("if true; then sleep 9; fi", ("sleep", "9"), id="in an if"),
        pytest.param("(sleep 9)", ("sleep", "9"), id="in a subshell"),
        pytest.param("{ sleep 9; } > /tmp/f", ("sleep", "9"), id="in a group with redirections"),
        pytest.param("case a in a) sleep 9;; esac", ("sleep", "9"), id="in a case"),
        pytest.param("sleep 9 # comment", ("sleep", "9"), id="before a comment"),
        pytest.param("sleep 9; exit 1", None, id="not when something follows"),
        pytest.param("sleep 9\n", None, id="not before a newline"),
        pytest.param("! sleep 9", None, id="not when negated"),
        pytest.param("for i in 1; do sleep 9; done", None, id="not in a loop"),
        pytest.param("f() { sleep 9; }; f", None, id="not in a function"),
        pytest.param("eval sleep 9", None, id="not in eval"),
        pytest.param('trap "echo" TERM; sleep 9', None, id="not with a trap"),
        pytest.param("sleep 9 | cat", None, id="not in a pipeline"),
    ],
)
def test_what_the_shell_becomes(box: Box, script: str, argv: tuple[str, ...] | None) -> None:
    """Measured with a real busybox: `ps` while the command runs."""
    process, _, _, _ = box.start("sh", "-c", script)
    box.loop.run_until(1)
    assert process.argv == (argv or ("sh", "-c", script))


def test_a_background_command_of_a_nested_shell_is_that_command(box: Box) -> None:
    """A shell that runs with `&` ignores SIGINT; that is no trap, so its own jobs need no shell around them."""
    team = "sleep 8 & sleep 9 & wait"
    process, _, _, _ = box.start("sh", "-c", f"sh -c '{team}' & (sh -c '{team}') & wait")
    box.loop.run_until(1)
    seen = sorted(one.argv for one in process.group.pids.processes.values())
    jobs = [("sh", "-c", team), ("sleep", "8"), ("sleep", "9")]
    assert seen == sorted([("sh", "-c", f"sh -c '{team}' & (sh -c '{team}') & wait"), *jobs, *jobs])


def test_redirections_stay_when_the_shell_becomes_the_command(box: Box) -> None:
    box.run("true; sh -c 'echo a; echo b >&2' > /tmp/out 2>&1")
    assert box.run("cat /tmp/out").out == "a\nb\n"


def test_no_pipe_stays_open_by_accident(box: Box) -> None:
    outcome = box.run("{ echo a; sleep 3; echo b; } | while read x; do echo got $x; done; echo end")
    assert outcome.out == "got a\ngot b\nend\n"
    assert outcome.ended == 3


# ---- errors and hints


def test_what_the_shell_does_not_know(box: Box) -> None:
    outcome = box.run("lua -e 1")
    assert (outcome.err, outcome.status) == ("sh: lua: not found\n", 127)
    assert box.group.notes == ["lua: podlab has no such program; the real image may have it"]
    box.group.notes.clear()
    assert box.run("curl localhost").err == "sh: curl: not found\n"
    assert box.group.notes == [], "busybox has no curl in reality either"


def test_the_name_it_was_called_by(box: Box) -> None:
    assert box.command("/bin/sh", "-c", "nope").err == "/bin/sh: nope: not found\n"


def test_a_tool_that_the_image_has_not_is_not_found(box: Box) -> None:
    box.files.remove("/bin/nc")
    assert box.run("nc -l -p 80").err == "sh: nc: not found\n"


def test_scripts_from_files_and_stdin(box: Box) -> None:
    box.run("printf '#!/bin/sh\\necho $0 $1\\n' > /tmp/s; chmod +x /tmp/s")
    assert box.run("/tmp/s a; sh /tmp/s b; echo 'echo $1' | sh -s c; PATH=/tmp:/bin; s d").out == (
        "/tmp/s a\n/tmp/s b\nc\n/tmp/s d\n"
    )
