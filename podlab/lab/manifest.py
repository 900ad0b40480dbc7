"""The fields of a manifest that matter at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightkube.models.core_v1 import Container, ContainerStatus, Pod, PodSpec

from podlab.api.parts import key_of
from podlab.api.yaml_text import read_yaml


def marked_lines(text: str, objects: Iterable[Any], pod: Pod | None) -> dict[int, str]:
    """The lines of the objects' `manifest_text` that matter to a pod now, each with what it decides; counted from 1."""
    key = key_of(pod) if pod is not None else None
    index = next((i for i, obj in enumerate(objects) if isinstance(obj, Pod) and key_of(obj) == key), None)
    if pod is None or index is None:
        return {}
    lines = read_yaml(text)[index].lines
    marked: dict[int, list[str]] = {}
    for path, words in fields_that_matter(pod):
        while path not in lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        marked.setdefault(lines[path], []).append(words)
    return {line: "; ".join(dict.fromkeys(words)) for line, words in marked.items()}


def fields_that_matter(pod: Pod) -> list[tuple[str, str]]:
    """The fields of a pod that decide what happens to it now: their paths, and what each decides."""
    spec, status = pod.spec, pod.status
    if spec is None or status is None:
        return []
    found: list[tuple[str, str]] = []
    if pod.metadata is not None and pod.metadata.deletionTimestamp is not None:
        grace = pod.metadata.deletionGracePeriodSeconds
        found.append(("spec.terminationGracePeriodSeconds", f"being deleted, within {grace} s"))
    told = {s.name: s for s in (*(status.initContainerStatuses or ()), *(status.containerStatuses or ()))}
    for field, containers in (("initContainers", spec.initContainers), ("containers", spec.containers)):
        for i, container in enumerate(containers or ()):
            if container.name in told:
                found += _of_container(f"spec.{field}[{i}]", container, told[container.name], spec)
    return found


def _of_container(path: str, container: Container, status: ContainerStatus, spec: PodSpec) -> list[tuple[str, str]]:
    state = status.state
    if state is None:
        return []
    waiting = (state.waiting and state.waiting.reason) or ""
    if "Image" in waiting:
        return [(f"{path}.image", waiting)]
    ended = state.terminated
    if ended is None and state.waiting is not None and status.lastState is not None:
        ended = status.lastState.terminated
    if ended is not None:
        owner = path if container.restartPolicy else "spec"
        policy = container.restartPolicy or spec.restartPolicy or "Always"
        decides = f"{policy} decides whether {container.name} runs again"
        return [(f"{path}.command", f"ended with exit code {ended.exitCode}"), (f"{owner}.restartPolicy", decides)]
    if state.running is not None and container.startupProbe and not status.started:
        return [(f"{path}.startupProbe", "has not succeeded yet")]
    if state.running is not None and container.readinessProbe and not status.ready:
        return [(f"{path}.readinessProbe", "does not succeed")]
    return []
