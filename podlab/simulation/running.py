"""`load` and `run`: from a manifest to what becomes of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from podlab.api.faults import ManifestError
from podlab.api.image_behavior import behaviors_in
from podlab.api.load import is_manifest_text, read_manifest
from podlab.api.mistakes import WrongValue
from podlab.core.engine.timing import Timing
from podlab.simulation.engine import Simulation
from podlab.simulation.scenario import Scenario, World
from podlab.simulation.trace import Trace

Source = str | Path | Mapping[str, Any] | Sequence[Any]
LONGEST = 30 * 24 * 3600.0  # seconds; a month of virtual time is more than any lesson needs


def load(source: Source, *, world: World | None = None, timing: Timing | None = None, seed: int = 0) -> Scenario:
    """A Scenario from manifests: YAML or JSON text, a file, a dict, or a list of them.

    Errors: `ManifestError` with every fault of every document, where it is and what would be right.
    """
    reading = read_manifest(source)
    if reading.faults:
        raise ManifestError(reading.faults)
    warnings = tuple(fault.sentence for fault in reading.warnings)
    world = world or World()
    said = behaviors_of(source)
    if said:
        world = replace(world, image_behaviors=tuple({**said, **dict(world.image_behaviors)}.items()))
    return Scenario(reading.objects, world=world, timing=timing or Timing.ideal(), seed=seed, warnings=warnings)


def behaviors_of(source: Source) -> dict[str, str]:
    """What comments in the texts of a source say of images. Errors: `WrongValue`."""
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        is_text = isinstance(source, str) and is_manifest_text(name)
        return behaviors_in(name if is_text else Path(name).read_text(encoding="utf-8", errors="replace"))
    if isinstance(source, list | tuple):
        return {image: words for one in source for image, words in behaviors_of(one).items()}
    return {}


def run(scenario: Scenario | Source, until: float = 120.0) -> Trace:
    """Let `until` seconds pass in a scenario (or in what `load` makes of a manifest) and return what happened.

    A pure function: the same scenario gives the same Trace, to the byte. Errors: ValueError for a time that is not
    between 0 s and a month; `BudgetExceeded` when the scenario does more than a run may.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    end = run_length(until)
    simulation = Simulation(scenario)
    simulation.advance(end)
    return simulation.trace()


def run_length(until: float) -> float:
    """How long a run shall last, checked. ValueError when it is not between 0 s and a month."""
    if isinstance(until, bool) or not isinstance(until, int | float) or not 0 <= until <= LONGEST:
        raise WrongValue(f"until: must be seconds from 0 to {LONGEST:.0f} (a month), not {until!r}")
    return float(until)
