"""Files of one volume that would hide each other.

Models warningsForOverlappingVirtualPaths of pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightkube.models.core_v1 import Volume, VolumeProjection

from podlab.api.validation.errors import quoted

_Place = tuple[str, str]
"""A path and what puts a file there."""


_MOST = 1000
"""Pairs listed for one volume: a thousand say enough, and twenty thousand equal paths would make 200 million."""


def overlapping_paths(volumes: list[Volume]) -> Iterator[str]:
    """A warning for each pair of files of which one is, or contains, the other."""
    for volume in volumes:
        for description, places in _volume_places(volume):
            for pairs in _overlaps(places):
                for pair in pairs:
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
    name = quoted(volume.name)
    sources = [_source_places(source) for source in (volume.projected.sources if volume.projected else None) or []]
    pairs = iter(_overlaps([place for places in sources for place in places or []]))
    for places in sources:
        if places is None:
            yield f"volume {name} (Projected) has no sources provided"
        for _ in places or []:
            for pair in next(pairs):
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


def _overlaps(places: list[_Place]) -> list[list[str]]:
    """For each place those before it that it overlaps.

    In order of their paths a directory comes just before all that is in it, so the places around one are at hand.
    """
    paths = [path.rstrip("/") for path, _ in places]
    before: list[list[int]] = [[] for _ in places]
    around: list[int] = []
    count = 0
    for index in sorted((index for index, path in enumerate(paths) if path), key=lambda index: f"{paths[index]}/"):
        while around and not f"{paths[index]}/".startswith(f"{paths[around[-1]]}/"):
            around.pop()
        for other in around[: _MOST - count]:
            before[max(index, other)].append(min(index, other))
            count += 1
        around.append(index)
    return [
        [
            f"{_shown(paths[index], places[index][1])} with {_shown(paths[other], places[other][1])}"
            for other in sorted(others)
        ]
        for index, others in enumerate(before)
    ]


def _shown(path: str, what: str) -> str:
    return f"{quoted(path)} ({what})" if what else quoted(path)
