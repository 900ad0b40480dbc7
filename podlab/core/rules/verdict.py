"""What one sync does about one container, and why: the answer of `regular.py` and `init.py` to `actions.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the rules for a container.

    `start`: (re)start it. `kill`: kill it first, with this message ("{name}" stands for its name) and `reason`.
    `keep`: it goes on running. `passed`: an init container that the next one need not wait for.
    `ends_pod`: an init container that has failed for good. `because`: why, for the learner.
    """

    because: str
    start: bool = False
    keep: bool = False
    kill: str = ""
    reason: str = ""
    passed: bool = False
    ends_pod: bool = False
