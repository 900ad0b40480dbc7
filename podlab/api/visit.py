"""Walks over the containers of a pod in Kubernetes' order."""

from __future__ import annotations

from collections.abc import Iterator

from lightkube.models.core_v1 import Container, EphemeralContainer, PodSpec


def all_containers(spec: PodSpec) -> Iterator[tuple[Container | EphemeralContainer, str]]:
    """Every container with its path below spec: init, regular, ephemeral.

    Models VisitContainersWithPath of pkg/apis/core/pods.
    """
    for index, init in enumerate(spec.initContainers or []):
        yield init, f"initContainers[{index}]"
    for index, container in enumerate(spec.containers or []):
        yield container, f"containers[{index}]"
    for index, ephemeral in enumerate(spec.ephemeralContainers or []):
        yield ephemeral, f"ephemeralContainers[{index}]"
