"""Files of one volume that would hide each other.

Models warningsForOverlappingVirtualPaths of pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightkube.models.core_v1 import Volume, VolumeProjection

from podlab.api.validation.errors import quoted

_Place = tuple[str, str]
"""A path and what puts a file there."""


def overlapping_paths(volumes: list[Volume]) -> Iterator[str]:
    """A warning for each pair of files of which one is, or contains, the other."""
    for volume in volumes:
        for description, places in _volume_places(volume):
            for pair in _overlaps(places):
                yield f"volume {quoted(volume.name)} ({description}): overlapping paths: {pair}"
        if volume.projected is not None:
            yield from _projected(volume)


def _volume_places(volume: Volume) -> Iterator[tuple[str, list[_Place]]]:
    if volume.configMap is not None and volume.configMap.items is not None:
        yield f"ConfigMap {quoted(volume.configMap.name or '')}", [(i.path, "") for i in volume.configMap.items]
    if volume.secret is not None and volume.secret.items is not None:
        yield f"Secret {quoted(volume.secret.secretName or '')}", [(i.path, "") for i in volume.secret.items]
    if volume.downwardAPI is not None and volume.downwardAPI.items is not None:
        yield "DownwardAPI", [(item.path, "") for item in volume.downwardAPI.items]


def _projected(volume: Volume) -> Iterator[str]:
    places: list[_Place] = []
    name = quoted(volume.name)
    for source in (volume.projected.sources if volume.projected else None) or []:
        own = _source_places(source)
        if own is None:
            yield f"volume {name} (Projected) has no sources provided"
            continue
        before = len(places)
        places += own
        for pair in _overlaps(places, before):
            yield f"volume {name} (Projected): overlapping paths: {pair}"


def _source_places(source: VolumeProjection) -> list[_Place] | None:
    """The files of one source; None if there is no source."""
    if source.configMap is not None and source.configMap.items is not None:
        return [(item.path, f"ConfigMap {quoted(source.configMap.name or '')}") for item in source.configMap.items]
    if source.secret is not None and source.secret.items is not None:
        return [(item.path, f"Secret {quoted(source.secret.name or '')}") for item in source.secret.items]
    if source.downwardAPI is not None and source.downwardAPI.items is not None:
        return [(item.path, "DownwardAPI") for item in source.downwardAPI.items]
    if source.serviceAccountToken is not None:
        return [(source.serviceAccountToken.path, "ServiceAccountToken")]
    return [] if source.configMap or source.secret or source.downwardAPI else None


def _overlaps(places: Iterable[_Place], start: int = 0) -> Iterator[str]:
    """Each place from `start` on with those before it that it overlaps."""
    seen: list[_Place] = []
    for index, (path, what) in enumerate(places):
        place = (path.rstrip("/"), what)
        for other in seen if index >= start else []:
            if place[0] and other[0] and _within(place, other):
                yield f"{_shown(place)} with {_shown(other)}"
        seen.append(place)


def _within(one: _Place, other: _Place) -> bool:
    first, second = f"{one[0]}/", f"{other[0]}/"
    return first.startswith(second) or second.startswith(first)


def _shown(place: _Place) -> str:
    return f"{quoted(place[0])} ({place[1]})" if place[1] else quoted(place[0])
