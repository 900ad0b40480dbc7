"""How a program runs: its generator is resumed until it has to wait, and its mistakes are reported in its own log."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from types import GeneratorType
from typing import Any

from podlab.linux.process import KernelCalls, Process, ProcessOver
from podlab.linux.waits import Failure, Interrupted, Step, Wait
from podlab.linux.words import without_addresses

_PODLAB = Path(__file__).parent.parent
_HERE = tuple(f"{_PODLAB / room}{os.sep}" for room in ("linux", "busybox"))
"""Folders whose frames a learner need not see."""

TURN = 100
"""Steps a process makes before others that are ready get their turn."""


def run(kernel: KernelCalls, process: Process) -> None:
    """Let a process go on until it has to wait, has ended, or has had its turn."""
    kernel.current = process
    process.group.cpu.enter(process, kernel.clock.now)
    try:
        _step(kernel, process)
    except ProcessOver:
        pass
    except SystemExit as stop:
        returned(kernel, process, stop.code)
    except GeneratorExit:
        kernel.exit(process, 1)
    except Exception as problem:
        crashed(kernel, process, problem)
    finally:
        kernel.current = None
        process.group.cpu.leave(process)


def _step(kernel: KernelCalls, process: Process) -> None:
    value, process.value = process.value, None
    if not process.stack and not _begin(kernel, process):
        return
    stack, cpu, turn = process.stack, process.group.cpu, TURN
    while True:
        cpu.steps += 1
        turn -= 1
        if cpu.steps > cpu.limit:
            process.value = value
            _throttle(kernel, process)
            return
        if turn <= 0 and kernel.others_ready:
            process.value = value
            kernel.wake(process)
            return
        generator = stack[-1]
        process.calls = 0
        try:
            request = _throw(generator, value) if type(value) is Failure else generator.send(value)
        except StopIteration as stop:
            if process.ended:
                return
            if stack[0] is generator:
                returned(kernel, process, stop.value)
                return
            value = _unstack(process, generator)
            continue
        if process.ended:
            return
        if stack[-1] is not generator:
            # It signalled itself, and the handler is a generator: that runs first.
            process.saved[-1] = Interrupted(process.last_signal)
            value = None
        elif process.stopped and (request is None or type(request) is Step):
            return
        elif request is None:
            value = None
        elif not isinstance(request, Wait):
            misuse(kernel, process, f"yielded {request!r}, which is nothing to wait for", "yield proc.sleep(5)")
            return
        elif request.begin(process):
            value = request.value
            if not stack and not _begin(kernel, process):
                return
        else:
            process.waiting = request
            process.slow = None
            return


def _begin(kernel: KernelCalls, process: Process) -> bool:
    """Call the program; false when it was a plain function and is already done."""
    result = process.program(kernel.given(process))
    if process.ended:
        return False
    if isinstance(result, GeneratorType):
        process.stack.append(result)
        return True
    returned(kernel, process, result)
    return False


def _throw(generator: Generator[Any, Any, Any], failure: Failure) -> Any:
    """Raise a wait's error where the generator waits. Nothing keeps it, or its traceback would keep what it saw."""
    error: OSError | None = failure.take()
    try:
        return generator.throw(error)  # type: ignore[arg-type]
    finally:
        error = None


def _unstack(process: Process, generator: Generator[Any, Any, Any]) -> Any:
    """A signal handler is done: the value with which the generator below goes on."""
    at = process.stack.index(generator)
    del process.stack[at]
    value = process.saved.pop(at - 1)
    return value if at == len(process.stack) else None


def _throttle(kernel: KernelCalls, process: Process) -> None:
    """It has used up its container's share of this instant: let time pass."""
    delay = process.group.cpu.penalty(process)
    if process.slow is not None:
        process.group.note(f"{process.comm}: busy without a pause: podlab runs it more and more slowly")
    kernel.clock.call_at(kernel.clock.now + delay, kernel.wake, process)


def returned(kernel: KernelCalls, process: Process, value: Any) -> None:
    """A program is done; `value` is what it returned, or gave to `sys.exit`."""
    if value is None or isinstance(value, int):
        kernel.exit(process, int(value or 0) & 0xFF)
    else:
        what = f"returned {value!r}; an exit code is a whole number from 0 to 255"
        misuse(kernel, process, what, "return 0")


def misuse(kernel: KernelCalls, process: Process, what: str, right: str) -> None:
    """A program broke the rules of the game: say so in its error output, and end it with 1."""
    complain(process, f"podlab: {name(process.program)}() {what}; write `{right}`")
    kernel.exit(process, 1)


def crashed(kernel: KernelCalls, process: Process, problem: Exception) -> None:
    """A program raised: its traceback goes to its error output, and it ends with 1."""
    complain(process, report(problem))
    kernel.exit(process, 1)


def report(problem: Exception) -> str:
    """A traceback that begins in the learner's own code."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_HERE):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(problem), problem, trace)).rstrip("\n")


def complain(process: Process, text: str) -> None:
    """Write a line to a process's error output; when it has none, it becomes a note."""
    text = without_addresses(text)
    try:
        process.fds[2].write(text + "\n")
    except (KeyError, OSError):
        process.group.note(text)


def name(program: Callable[..., Any]) -> str:
    """What the author of a program calls it."""
    return getattr(program, "__name__", None) or type(program).__name__
