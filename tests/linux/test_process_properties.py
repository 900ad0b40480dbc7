"""What always holds of processes, whatever they do."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_bench import Bench

from podlab.linux.group import PidNamespace
from podlab.linux.images.servers import pause

ACTIONS = ("sleep", "spawn", "wait", "kill child", "kill anybody", "trap", "print", "pipe", "step", "exec", "port")

scripts = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5)), max_size=8)
stories = st.lists(st.tuples(scripts, st.booleans()), min_size=1, max_size=4)
signals = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.sampled_from((1, 9, 15, 18, 19))), max_size=5)


def program(script, name):
    """A program that does what a list of (action, number) says."""

    def run(proc):
        children = []
        for action, number in script:
            proc.print(f"{name} {proc.pid} {action} {number}")
            match action:
                case "sleep":
                    yield proc.sleep(number / 2)
                case "spawn":
                    if len(name) < 8:
                        children.append(proc.spawn(program(script[number:], f"{name}.")))
                case "wait":
                    got = yield proc.wait_any()
                    proc.print(f"{name} {getattr(got, 'exit_status', got)}")
                case "kill child" if children:
                    child = children[number % len(children)]
                    if not child.reaped:
                        proc.kill(child.pid, (1, 9, 15)[number % 3])
                case "kill anybody":
                    everybody = [p.pid for p in proc.processes()]
                    proc.kill(random.Random(number).choice(everybody), 15)
                case "trap":
                    proc.trap(15, lambda: proc.print(f"{name} trap"))
                case "pipe":
                    reader, writer = proc.pipe()
                    proc.spawn(lambda child: child.print("through"), stdout=writer)
                    proc.close(writer)
                    proc.print(repr((yield reader.readall())))
                case "step":
                    for _ in range(number * 100):
                        yield proc.step()
                case "exec":
                    yield proc.exec(["ending"])
                case "port":
                    try:
                        proc.listen(8000 + number)
                    except OSError as problem:
                        proc.print(problem.strerror)
        return len(script)

    run.__name__ = name
    return run


def ending(proc):
    yield proc.sleep(1)
    return 5


def play(story, shared, killings, step):
    """Run containers with these programs; killings are (time, container, signal). What was said and how all ended."""
    bench = Bench()
    bench.registry["ending"] = ending
    pids = PidNamespace("pod") if shared else None
    if pids is not None:
        bench.run(pause, group=bench.group("pause", pids=pids))
    net = bench.group("pause").net
    mains = [
        bench.run(program(script, f"c{i}"), group=bench.group(f"c{i}", pids=pids, net=net), main=main)
        for i, (script, main) in enumerate(story)
    ]
    for when, which, signal in killings:
        bench.loop.call_at(when / 2, bench.kernel.deliver, mains[which % len(mains)], signal)
    end = 30.0
    while step and bench.loop.now + step < end:
        bench.loop.run_until(bench.loop.now + step)
    bench.loop.run_until(end)
    return bench, mains


@settings(max_examples=60)
@given(stories, st.booleans(), signals)
def test_a_story_is_told_the_same_way_twice_and_in_steps_of_any_size(story, shared, killings):
    once, _ = play(story, shared, killings, None)
    for step in (None, 0.7):
        again, _ = play(story, shared, killings, step)
        assert (again.out, again.ended) == (once.out, once.ended)


@settings(max_examples=60)
@given(stories, st.booleans(), signals)
def test_the_books_are_in_order(story, shared, killings):
    bench, mains = play(story, shared, killings, None)
    bench.loop.run_until(600.0)  # a busy process is held back, for up to a second each hundred steps
    for main in mains:
        group = main.group
        if group.main is main and main.ended:
            assert not group.members, "nothing outlives a container's main process"
        assert all(not p.reaped for p in group.members)
        assert all(p.ended or p.waiting is not None or p.stopped for p in group.members), "nobody is forgotten"
    for pid, process in bench.kernel.processes.items():
        assert process.host_pid == pid
        assert process.ns.processes[process.pid] is process
        assert not process.ended or (process.parent is not None and not process.parent.ended)
    for main in mains:
        owners = [listener.owner for listeners in main.group.net.ports.values() for listener in listeners]
        assert not any(owner.ended for owner in owners), "a port does not outlive its owner"
