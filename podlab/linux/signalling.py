"""What a signal does to the process it reaches. The rules are told in `podlab.linux.process`."""

from __future__ import annotations

from collections.abc import Callable
from types import GeneratorType
from typing import Any

from podlab.linux import signals
from podlab.linux.process import KernelCalls, Process, ProcessOver
from podlab.linux.stepping import crashed, returned
from podlab.linux.waits import Interrupted

ENDED, DROPPED, HANDLED, IGNORED = "ended", "dropped", "handled", "ignored"
FROZEN, CONTINUED, HELD = "frozen", "continued", "held"


def deliver(kernel: KernelCalls, process: Process, signal: int, sender: Process | None) -> str:
    """A signal reaches a process; `sender` is None when it comes from the host. Returns what became of the signal.

    "ended": it ends the process; "dropped": process 1 of a namespace has no handler for it; "handled", "ignored": the
    program decided; "frozen", "continued"; "held": kept until a stopped process goes on; "": it does nothing.
    """
    if process.ended or signal == 0:
        return ""
    first = process.ns.init is process
    from_inside = sender is not None and sender.ns is process.ns
    if signal in (signals.KILL, signals.STOP) and first and from_inside:
        return DROPPED
    if signal == signals.KILL:
        kernel.exit(process, 128 + signal, signal)
        return ENDED
    if signal == signals.STOP:
        process.stopped = True
        return FROZEN
    if signal == signals.CONT:
        was_stopped = process.stopped
        _go_on(kernel, process)
        if was_stopped and signal not in process.handlers:
            return CONTINUED
    elif process.stopped:
        process.pending.append(signal)
        return HELD
    return _dispose(kernel, process, signal, first)


def _dispose(kernel: KernelCalls, process: Process, signal: int, first: bool) -> str:
    """What the process has said about the signal, or what Linux does where it has said nothing."""
    handler = process.handlers.get(signal)
    if handler is None:
        if signal in signals.HARMLESS:
            return ""
        if first:
            return DROPPED
        kernel.exit(process, 128 + signal, signal)
        return ENDED
    if handler == "ignore":
        return IGNORED
    _handle(kernel, process, signal, handler)
    return HANDLED


def _go_on(kernel: KernelCalls, process: Process) -> None:
    """A stopped process may run again."""
    if process.stopped:
        process.stopped = False
        pending, process.pending = process.pending, []
        for signal in pending:
            deliver(kernel, process, signal, None)
        if process.waiting is None:
            kernel.wake(process)


def _handle(kernel: KernelCalls, process: Process, signal: int, handler: Callable[[], Any]) -> None:
    """Run a handler, and cut short what the process was waiting for."""
    process.last_signal = signal
    process.calls = 0
    outer, kernel.current = kernel.current, process
    try:
        result = handler()
    except ProcessOver:
        return
    except SystemExit as stop:
        if outer is process:
            raise
        returned(kernel, process, stop.code)
        return
    except Exception as problem:
        crashed(kernel, process, problem)
        return
    finally:
        kernel.current = outer
    if process.ended:
        return
    interrupted = process.waiting
    if interrupted is not None:
        interrupted.abandon()
        process.waiting = None
        process.value = Interrupted(signal)
    if isinstance(result, GeneratorType):
        process.saved.append(process.value)
        process.value = None
        process.stack.append(result)
    if interrupted is not None:
        kernel.wake(process)
