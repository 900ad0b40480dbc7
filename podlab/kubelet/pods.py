"""What every rule asks of a pod before it begins."""

from __future__ import annotations

from lightkube.models.core_v1 import Pod, PodSpec


def spec_of(pod: Pod) -> PodSpec:
    """The pod's spec. Without one there is nothing to decide: a clear error."""
    if pod.spec is None:
        raise ValueError("pod.spec is missing: a pod needs a spec with at least its containers")
    return pod.spec
