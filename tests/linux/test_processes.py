"""Processes: children, waiting, signals, exit codes, and what happens to a program that breaks the rules."""

from __future__ import annotations

import pytest

from podlab.linux.group import PidNamespace


def sleeper(proc):
    yield proc.sleep(10)


def obedient(proc):
    proc.trap("TERM", lambda: proc.exit(0))
    yield proc.sleep(10)


def slow_to_go(proc):
    def goodbye():
        proc.print("bye")
        yield proc.sleep(2)
        proc.exit(3)

    proc.trap("TERM", goodbye)
    while True:
        yield proc.pause()


def deaf(proc):
    proc.trap("TERM", "ignore")
    yield proc.sleep(10)


@pytest.mark.parametrize(
    ("program", "signal", "status", "when"),
    [
        pytest.param(sleeper, 15, 0, 10, id="process 1 without a handler is spared SIGTERM"),
        pytest.param(sleeper, 2, 0, 10, id="process 1 without a handler is spared SIGINT"),
        pytest.param(sleeper, 9, 137, 4, id="SIGKILL from outside ends process 1"),
        pytest.param(obedient, 15, 0, 4, id="a handler ends the program in its own way"),
        pytest.param(obedient, 9, 137, 4, id="SIGKILL asks no handler"),
        pytest.param(slow_to_go, 15, 3, 6, id="a handler may take time"),
        pytest.param(deaf, 15, 0, 10, id="an ignored signal does nothing"),
        pytest.param(sleeper, 0, 0, 10, id="signal 0 does nothing"),
    ],
)
def test_a_signal_from_the_host_to_the_main_process(bench, program, signal, status, when):
    process = bench.run(program)
    bench.loop.run_until(4)
    bench.kernel.deliver(process, signal)
    bench.loop.run_until(100)
    assert bench.ended == [(when, program.__name__, status)]


@pytest.mark.parametrize(
    ("signal", "status"),
    [
        pytest.param("TERM", 143, id="SIGTERM"),
        pytest.param("INT", 130, id="SIGINT"),
        pytest.param("KILL", 137, id="SIGKILL"),
        pytest.param("PIPE", 141, id="SIGPIPE"),
        pytest.param("CHLD", 0, id="SIGCHLD does nothing"),
        pytest.param("WINCH", 0, id="SIGWINCH does nothing"),
    ],
)
def test_what_a_signal_does_to_a_process_other_than_process_1(bench, signal, status):
    def main(proc):
        child = proc.spawn(sleeper)
        yield proc.sleep(1)
        proc.kill(child.pid, signal)
        got = yield proc.wait(child)
        proc.print(got)

    assert bench.play(main)[2] == f"{status}\n"


def test_process_1_cannot_be_killed_from_inside_its_namespace(bench):
    def main(proc):
        def brave(proc):
            proc.kill(1, "KILL")
            proc.print("it lives")

        yield proc.wait(proc.spawn(brave))
        yield proc.sleep(1)

    assert bench.play(main) == (0, 1, "it lives\n")


def test_an_interrupted_wait_tells_so_and_a_child_is_not_lost(bench):
    def main(proc):
        proc.trap("USR1", lambda: proc.print(f"handler at {proc.now:g}"))
        child = proc.spawn(sleeper)
        got = yield proc.wait(child)
        proc.print(got, bool(got), f"{proc.now:g}")
        proc.print((yield proc.wait(child)), f"{proc.now:g}")

    process = bench.run(main)
    bench.loop.run_until(3)
    bench.kernel.deliver(process, 10)
    bench.loop.run_until(100)
    assert bench.text == "handler at 3\nInterrupted(10) False 3\n0 10\n"


def test_a_signal_to_a_main_process_does_not_reach_its_child(bench):
    def main(proc):
        proc.trap("TERM", lambda: None)
        child = proc.spawn(sleeper)
        status = None
        while status is None:
            got = yield proc.wait(child)
            status = got if isinstance(got, int) else None
        return status

    process = bench.run(main)
    bench.loop.run_until(3)
    bench.kernel.deliver(process, 15)
    bench.loop.run_until(100)
    assert bench.ended == [(10, "main", 0)]


def test_when_the_main_process_ends_everything_in_its_container_is_killed(bench):
    children = []

    def main(proc):
        children.extend(proc.spawn(sleeper) for _ in range(3))
        yield proc.sleep(2)

    bench.play(main)
    assert [child.exit_status for child in children] == [137, 137, 137]
    assert not bench.kernel.processes


def test_killing_process_1_of_a_shared_namespace_kills_all_containers(bench):
    pids = PidNamespace("pod")
    pause = bench.run(sleeper, group=bench.group("pause", pids=pids))
    one = bench.run(obedient, group=bench.group("one", pids=pids))
    two = bench.run(deaf, group=bench.group("two", pids=pids))
    bench.loop.run_until(1)
    assert (pause.pid, one.pid, two.pid) == (1, 2, 3)
    bench.kernel.deliver(pause, 9)
    assert (one.exit_status, two.exit_status) == (137, 137)


def test_in_a_shared_namespace_a_container_dies_of_sigterm(bench):
    pids = PidNamespace("pod")
    bench.run(sleeper, group=bench.group("pause", pids=pids))
    one = bench.run(sleeper, group=bench.group("one", pids=pids))
    bench.loop.run_until(1)
    bench.kernel.deliver(one, 15)
    assert one.exit_status == 143


def test_orphans_go_to_process_1_which_can_wait_for_them(bench):
    def main(proc):
        def middle(proc):
            proc.spawn(sleeper)
            yield proc.sleep(1)

        yield proc.wait(proc.spawn(middle))
        proc.print([(p.pid, p.ppid) for p in proc.processes()])
        orphan = yield proc.wait_any()
        proc.print(orphan.pid, orphan.exit_status, f"{proc.now:g}")
        proc.print((yield proc.wait_any()))

    assert bench.play(main)[2] == "[(1, 0), (3, 1)]\n3 0 10\nNone\n"


def test_a_child_nobody_waits_for_is_a_zombie(bench):
    def main(proc):
        proc.spawn(lambda proc: 0)
        yield proc.sleep(1)
        proc.print([(p.pid, p.zombie, p.command) for p in proc.processes()])

    assert bench.play(main)[2] == "[(1, False, 'main'), (2, True, '[<lambda>]')]\n"


def test_polling_a_child_takes_no_time_and_reaps_it(bench):
    def main(proc):
        child = proc.spawn(sleeper)
        yield proc.sleep(5)
        proc.print(proc.poll(child), proc.children == [child])
        yield proc.sleep(6)
        proc.print(proc.poll(child), proc.children, len(proc.processes()))

    assert bench.play(main)[2] == "None True\n0 [] 1\n"


def test_a_process_that_ignores_sigchld_has_no_zombies(bench):
    def main(proc):
        proc.trap("CHLD", "ignore")
        proc.spawn(lambda proc: 0)
        yield proc.sleep(1)
        return len(proc.processes())

    assert bench.play(main)[0] == 1


def test_exec_keeps_the_pid_and_forgets_handlers_but_not_what_is_ignored(bench):
    def second(proc):
        proc.print(proc.pid, proc.argv, proc.trapped("TERM"), proc.trapped("INT"))
        yield proc.sleep(1)
        return 7

    bench.registry["second"] = second

    def main(proc):
        proc.trap("TERM", lambda: None)
        proc.trap("INT", "ignore")
        yield proc.exec(["second", "x"])
        proc.print("never")

    assert bench.play(main)[2] == "1 ('second', 'x') None ignore\n"
    assert bench.ended == [(1, "second", 7)]


@pytest.mark.parametrize(
    ("argv", "kind"),
    [
        pytest.param(["nothing"], FileNotFoundError, id="no such program"),
        pytest.param(["/tmp/text"], PermissionError, id="not executable"),
        pytest.param(["/tmp/script"], OSError, id="executable, but no program"),
        pytest.param("sleep 5", TypeError, id="a string is no command line"),
    ],
)
def test_what_cannot_be_spawned(bench, argv, kind):
    def main(proc):
        proc.write_file("/tmp/text", "x")
        proc.write_file("/tmp/script", "x")
        proc.chmod("/tmp/script", 0o755)
        with pytest.raises(kind):
            proc.spawn(argv)

    assert bench.play(main)[0] == 0


def test_a_script_runs_its_interpreter(bench):
    def shell(proc):
        proc.print(*proc.argv)

    bench.registry["shell"] = shell

    def main(proc):
        proc.write_file("/tmp/script", "#!/bin/shell -e\n")
        proc.chmod("/tmp/script", 0o755)
        yield proc.wait(proc.spawn(["/tmp/script", "a"]))

    assert bench.play(main)[2] == "/bin/shell -e /tmp/script a\n"


def yields_a_number(proc):
    yield 5


def returns_a_text(proc):
    return "done"


def raises(proc):
    yield proc.sleep(1)
    raise ValueError("what a pity")


def exits_deep_inside(proc):
    def deep():
        proc.exit(9)

    yield proc.sleep(1)
    deep()


def calls_for_ever(proc):
    while True:
        proc.exists("/tmp")


@pytest.mark.parametrize(
    ("program", "status", "said"),
    [
        pytest.param(
            yields_a_number,
            1,
            ["podlab: yields_a_number() yielded 5, which is nothing to wait for; write `yield proc.sleep(5)`"],
            id="yields a number",
        ),
        pytest.param(returns_a_text, 1, ["returns_a_text() returned 'done'", "`return 0`"], id="returns a text"),
        pytest.param(raises, 1, ["Traceback", "in raises", "ValueError: what a pity"], id="raises"),
        pytest.param(exits_deep_inside, 9, [], id="exits deep inside"),
        pytest.param(calls_for_ever, 1, ["calls_for_ever() made 100000 calls without a `yield`"], id="never yields"),
    ],
)
def test_a_program_that_breaks_the_rules_or_raises(bench, program, status, said):
    code, _, text = bench.play(program)
    assert code == status
    assert all(part in text for part in said), text
    assert "stepping.py" not in text


def test_a_busy_loop_takes_time_and_notices_what_changes(bench):
    def busy(proc):
        while not proc.exists("/tmp/x"):
            yield proc.step()

    def main(proc):
        child = proc.spawn(busy)
        yield proc.sleep(50)
        proc.touch("/tmp/x")
        yield proc.wait(child)

    group = bench.group()
    _, when, _ = bench.play(main, group=group)
    assert 50 <= when <= 52
    assert bench.loop.count < 2000
    assert len(group.notes) == 1


def test_a_fork_bomb_meets_the_limit_of_processes(bench):
    def bomb(proc):
        try:
            while True:
                proc.spawn(bomb)
                yield proc.step()
        except BlockingIOError as problem:
            proc.print(problem.strerror)
            yield proc.pause()

    group = bench.group()
    bench.run(bomb, group=group)
    bench.loop.run_until(600)
    assert len(group.members) == group.max_processes
    assert "Resource temporarily unavailable" in bench.text


def test_the_biggest_process_is_killed_when_memory_runs_out(bench):
    def hungry(proc):
        while True:
            proc.allocate(1 << 20)
            yield proc.step()

    def main(proc):
        proc.allocate(5 << 20)
        status = yield proc.wait(proc.spawn(hungry))
        return status

    group = bench.group(memory_limit=20 << 20)
    assert bench.play(main, group=group)[0] == 137
    assert group.oom
    assert group.memory == 0


def test_a_stopped_process_goes_on_where_it_was(bench):
    process = bench.run(sleeper)
    bench.loop.run_until(1)
    bench.kernel.deliver(process, 19)
    bench.loop.run_until(20)
    assert process.exit_status is None
    bench.kernel.deliver(process, 18)
    bench.loop.run_until(21)
    assert bench.ended == [(20, "sleeper", 0)]


def test_a_stopped_process_gets_its_signals_when_it_goes_on(bench):
    process = bench.run(obedient)
    bench.loop.run_until(1)
    for signal in (19, 15):
        bench.kernel.deliver(process, signal)
    bench.loop.run_until(2)
    assert process.exit_status is None
    bench.kernel.deliver(process, 18)
    bench.loop.run_until(3)
    assert bench.ended == [(2, "obedient", 0)]


def test_a_stopped_process_can_be_killed(bench):
    process = bench.run(obedient)
    bench.loop.run_until(1)
    for signal in (19, 9):
        bench.kernel.deliver(process, signal)
    assert process.exit_status == 137


def test_finally_runs_when_a_program_is_killed_but_cannot_start_anything(bench):
    def main(proc):
        try:
            yield proc.sleep(100)
        finally:
            proc.write_file("/tmp/cleaned", "up")
            proc.spawn(sleeper)

    process = bench.run(main)
    bench.loop.run_until(1)
    bench.kernel.deliver(process, 9)
    bench.loop.run_until(2)
    assert process.group.files.read("/tmp/cleaned") == "up"
    assert not bench.kernel.processes
