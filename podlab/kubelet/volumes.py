"""A pod's volumes: made before its first container, gone with the pod.

Models pkg/kubelet/volumemanager WaitForAttachAndMount for the volumes podlab simulates.
"""

from __future__ import annotations

from typing import Any

from podlab.core.engine import task
from podlab.core.engine.ports import ConfigError, PodView
from podlab.core.engine.runtime import ContainerRuntime
from podlab.core.engine.task import Steps
from podlab.kubelet import downward
from podlab.kubelet.environment import ConfigSource, lookup

FIRST_RETRY, LAST_RETRY = 0.5, 122.0  # seconds


class VolumeManager:
    """Mounts the volumes of a node's pods."""

    def __init__(self, source: ConfigSource, runtime: ContainerRuntime) -> None:
        self.source = source
        self.runtime = runtime

    def mount(self, worker: PodView) -> Steps:
        """Make a pod's volumes; wait for a missing ConfigMap or Secret as long as it takes.

        Returns them, or None when the pod was stopped while it waited.
        """
        pause = FIRST_RETRY
        while True:
            try:
                data = self._data(worker)
                break
            except _NotThereError as missing:
                text = f'MountVolume.SetUp failed for volume "{missing.volume}" : {missing}'
                worker.event("Warning", "FailedMount", text)
            stopped = yield from task.within(worker.loop, worker.stop_requested, pause)
            if stopped:
                return None
            pause = min(pause * 2, LAST_RETRY)
        return self.runtime.make_volumes(worker.pod, data)

    def _data(self, worker: PodView) -> dict[str, dict[str, str]]:
        """The files of each ConfigMap, Secret, downward API and projected volume, by volume."""
        files: dict[str, dict[str, str]] = {}
        spec = worker.pod.spec
        for volume in (spec.volumes if spec else None) or ():
            try:
                files.update(_files(self.source, worker, volume))
            except ConfigError as error:
                raise _NotThereError(volume.name, str(error)) from None
        return files


def _files(source: ConfigSource, worker: PodView, volume: Any) -> dict[str, dict[str, str]]:
    origins: list[Any] = [volume] if volume.projected is None else volume.projected.sources or []
    made: dict[str, str] = {}
    for origin in origins:
        if origin.configMap is not None:
            made.update(_keys(source, worker, "configmap", origin.configMap.name, origin.configMap))
        if origin.secret is not None:
            name = origin.secret.secretName if origin is volume else origin.secret.name
            made.update(_keys(source, worker, "secret", name, origin.secret))
        if origin.downwardAPI is not None:
            made.update(downward.files(source.ip, source.allocatable, worker, origin.downwardAPI.items))
        token = getattr(origin, "serviceAccountToken", None)
        if token is not None:
            made[token.path] = "made-up-token"
    return {volume.name: made} if made else {}


def _keys(source: ConfigSource, worker: PodView, kind: str, name: str | None, origin: Any) -> dict[str, str]:
    """The files of a ConfigMap or Secret: all its keys, or those that `items` picks."""
    data = lookup(source, worker, kind, name or "", optional=bool(origin.optional))
    if origin.items:
        return {item.path: data[item.key] for item in origin.items if item.key in data}
    return data


class _NotThereError(Exception):
    def __init__(self, volume: str, message: str) -> None:
        super().__init__(message)
        self.volume = volume
