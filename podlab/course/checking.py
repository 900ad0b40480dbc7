"""A manifest looked through before it is run: what is wrong with it, and what podlab will make nothing of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from podlab.api.faults import Fault
from podlab.api.load import Reading, read_manifest
from podlab.api.parts import RUN, containers_of, key_of
from podlab.linux.images.store import Images
from podlab.simulation.running import Source
from podlab.simulation.scenario import Scenario
from podlab.views.table import Table

_EXPRESSION = re.compile(r" \((e\.g\. .*, )?regex used for validation is .*\)$")
"""What Kubernetes adds for machines; the hint says it for people."""
_HEADER = ("where", "field", "what", "what would be right")


@dataclass(frozen=True, repr=False)
class Checked(Table):
    """The table of a manifest. `ok` is True when it can be run."""

    ok: bool = False


def check(source: Source | Scenario) -> Checked:
    """Look through a manifest without running it; what is wrong is shown, never raised.

    A faulty one gives a row for each fault: line, field, what is wrong, what would be right. A good one gives a row for
    each field, kind and image of which podlab makes nothing, or less than a real cluster would.
    """
    if isinstance(source, Scenario):
        reading = _named(read_manifest(source.objects), source.objects)
        world = source.world
        images = Images.of(world.present_images, world.missing_images, dict(world.images), dict(world.image_behaviors))
    else:
        reading, images = read_manifest(source), Images()
    if reading.faults:
        count = len(reading.faults)
        title = "One thing is wrong" if count == 1 else f"{count} things are wrong"
        return Checked(f"{title}, so this cannot be run", _HEADER, tuple(_rows(reading.faults)))
    aside = sorted((*reading.warnings, *reading.not_simulated), key=lambda fault: fault.line or 0)
    rows = [*_rows(aside), *_strange_images(reading.objects, images)]
    names = ", ".join(f"{type(obj).__name__} {key_of(obj)}" for obj in reading.objects)
    if not any(type(obj).__name__ in RUN for obj in reading.objects):
        return Checked(f"Nothing is wrong, but nothing of this runs in podlab: {names}", _HEADER[:3], _cut(rows))
    if not rows:
        return Checked(f"Nothing is wrong, and podlab simulates all of it: {names}", (), (), ok=True)
    return Checked(f"Nothing is wrong: {names}. But know this:", _HEADER[:3], _cut(rows), ok=True)


def _named(reading: Reading, objects: Sequence[Any]) -> Reading:
    """The reading of a scenario: it has no lines, so the objects are named."""
    names = {f"[{index}]": f"{type(obj).__name__} {key_of(obj)}" for index, obj in enumerate(objects)}
    faults, aside, warnings = (
        tuple(replace(fault, source=names.get(fault.source, "")) for fault in found)
        for found in (reading.faults, reading.not_simulated, reading.warnings)
    )
    return replace(reading, faults=faults, not_simulated=aside, warnings=warnings)


def _rows(faults: Sequence[Fault]) -> Iterator[tuple[str, ...]]:
    """A row for each; the file is named where there are several or no lines."""
    several = len({fault.source for fault in faults}) > 1 or not any(fault.line for fault in faults)
    for fault in faults:
        place = (fault.source if several else "", f"line {fault.line}" if fault.line else "")
        yield ", ".join(part for part in place if part), fault.path, _EXPRESSION.sub("", fault.message), fault.hint


def _cut(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The rows without the hint, which is for what is wrong."""
    return tuple(row[:3] for row in rows)


def _strange_images(objects: Iterable[msgspec.Struct], images: Images) -> Iterator[tuple[str, ...]]:
    """The images that podlab does not know, or takes for others, each once."""
    named = dict.fromkeys(container.image or "" for obj in objects for container in containers_of(obj))
    for image in named:
        remark = images.remark(image) if image else None
        if remark is not None:
            yield "", "image", remark
