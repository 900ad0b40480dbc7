"""Calls within calls without the depth of Python's own stack.

A function, `eval`, `.` or trap of the shell runs as a generator of its own: whoever calls it yields a `Call`, and
`driven` runs that and sends the status back. So recursion in a script costs memory, not stack, and waking up a shell
that waits deep inside costs no more than waking up one that waits at the top.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Steps = Generator[Any, Any, Any]


class Call:
    """`status = yield Call(steps)`: run these steps; gives what they return, raises what they raise."""

    __slots__ = ("steps",)

    def __init__(self, steps: Steps) -> None:
        self.steps = steps


def driven(first: Steps) -> Steps:
    """Run steps and all that they call; yields only what is to be waited for."""
    stack = [first]
    value: Any = None
    problem: BaseException | None = None
    try:
        while True:
            top = stack[-1]
            try:
                if problem is None:
                    request = top.send(value)
                else:
                    thrown, problem = problem, None
                    request = top.throw(thrown)
            except StopIteration as end:
                stack.pop()
                value = end.value
                if not stack:
                    return value
                continue
            except Exception as raised:
                stack.pop()
                if not stack:
                    raise
                problem = raised
                continue
            if type(request) is Call:
                stack.append(request.steps)
                value = None
                continue
            try:
                value = yield request
            except OSError as failure:
                problem = failure
    finally:
        for one in reversed(stack):
            one.close()


def at_once(steps: Steps) -> Any:
    """What steps return that are known never to wait."""
    try:
        steps.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("these steps were not to wait")
