"""Does a pod need a new sandbox (the pause container, the pod's network and IP)?

The rule: a pod keeps its latest sandbox as long as that one is ready, is the only ready one, is on the network that
the spec asks for, and (unless that is the node's) has an IP. Else a new one is made, with the next attempt number.
Models pkg/kubelet/kuberuntime/util/util.go PodSandboxChanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lightkube.models.core_v1 import PodSpec

from podlab.core.rules.observed import SandboxState


class SandboxChange(NamedTuple):
    """Whether a new sandbox is needed, the attempt number of the one to use, and why."""

    needed: bool
    attempt: int
    because: str


def sandbox_change(spec: PodSpec, sandboxes: Sequence[SandboxState]) -> SandboxChange:
    """The change that `sandboxes`, newest first, call for."""
    if not sandboxes:
        return SandboxChange(True, 0, "the pod has no sandbox yet")
    latest = sandboxes[0]
    if len(sandboxes) > 1 and sum(sandbox.ready for sandbox in sandboxes) > 1:
        return SandboxChange(True, latest.attempt + 1, "more than one sandbox is ready")
    if not latest.ready:
        return SandboxChange(True, latest.attempt + 1, "the sandbox is not ready")
    if latest.network != ("NODE" if spec.hostNetwork else "POD"):
        return SandboxChange(True, latest.attempt + 1, "the sandbox is on another network than the spec asks for")
    if not latest.ip and not spec.hostNetwork:
        return SandboxChange(True, latest.attempt + 1, "the sandbox has no IP")
    return SandboxChange(False, latest.attempt, "the sandbox is ready")
