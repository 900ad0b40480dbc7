"""What a lab keeps of the scenarios that were there before: as much as differs, so that each change costs little.

A history is a chain of differences, the latest first, each from the scenario that came after it. It is never changed,
only replaced, so an interrupt finds the old one or the new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from podlab.simulation import Scenario

Difference = int | tuple[Any, ...] | Scenario
"""The first so many steps only; further steps; or another scenario."""
History = tuple[Difference, "History"] | None


def pushed(history: History, scenario: Scenario, after: Scenario) -> History:
    """The history with one scenario more, `after` being the one that is there from now on."""
    return difference(scenario, after), history


def difference(scenario: Scenario, after: Scenario) -> Difference:
    """What has to be kept of a scenario as long as `after` is there."""
    if replace(scenario, steps=()) != replace(after, steps=()):
        return scenario
    n, m = len(scenario.steps), len(after.steps)
    if n < m and after.steps[:n] == scenario.steps:
        return n
    if n > m and scenario.steps[:m] == after.steps:
        return scenario.steps[m:]
    return scenario


def restored(kept: Difference, after: Scenario) -> Scenario:
    """The scenario of which this has been kept."""
    if isinstance(kept, int):
        return replace(after, steps=after.steps[:kept])
    if isinstance(kept, tuple):
        return replace(after, steps=(*after.steps, *kept))
    return kept
