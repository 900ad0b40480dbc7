"""A pod's volumes: made before its first container, gone with the pod.

Models pkg/kubelet/volumemanager WaitForAttachAndMount for the volumes podlab simulates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from podlab.core.engine import task
from podlab.core.engine.task import Steps
from podlab.kubelet import downward
from podlab.kubelet.environment import ConfigError, lookup
from podlab.linux import PodVolumes

if TYPE_CHECKING:
    from podlab.core.engine.pod_worker import PodWorker
    from podlab.kubelet.node import Node

FIRST_RETRY, LAST_RETRY = 0.5, 122.0  # seconds


class VolumeManager:
    """Mounts the volumes of a node's pods."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def mount(self, worker: PodWorker) -> Steps:
        """Mount what is not mounted yet; wait for a missing ConfigMap or Secret as long as it takes.

        Returns False when the pod was stopped while it waited.
        """
        if worker.volumes is not None:
            return True
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
                return False
            pause = min(pause * 2, LAST_RETRY)
        worker.volumes = PodVolumes(worker.pod, data)
        return True

    def _data(self, worker: PodWorker) -> dict[str, dict[str, str]]:
        """The files of each ConfigMap, Secret, downward API and projected volume, by volume."""
        files: dict[str, dict[str, str]] = {}
        spec = worker.pod.spec
        for volume in (spec.volumes if spec else None) or ():
            try:
                files.update(_files(worker, volume))
            except ConfigError as error:
                raise _NotThereError(volume.name, str(error)) from None
        return files


def _files(worker: PodWorker, volume: Any) -> dict[str, dict[str, str]]:
    sources: list[Any] = [volume] if volume.projected is None else volume.projected.sources or []
    made: dict[str, str] = {}
    for source in sources:
        if source.configMap is not None:
            made.update(_keys(worker, "configmap", source.configMap.name, source.configMap))
        if source.secret is not None:
            name = source.secret.secretName if source is volume else source.secret.name
            made.update(_keys(worker, "secret", name, source.secret))
        if source.downwardAPI is not None:
            made.update(downward.files(worker, source.downwardAPI.items))
        token = getattr(source, "serviceAccountToken", None)
        if token is not None:
            made[token.path] = "made-up-token"
    return {volume.name: made} if made else {}


def _keys(worker: PodWorker, kind: str, name: str | None, source: Any) -> dict[str, str]:
    """The files of a ConfigMap or Secret: all its keys, or those that `items` picks."""
    data = lookup(worker, kind, name or "", optional=bool(source.optional))
    if source.items:
        return {item.path: data[item.key] for item in source.items if item.key in data}
    return data


class _NotThereError(Exception):
    def __init__(self, volume: str, message: str) -> None:
        super().__init__(message)
        self.volume = volume
