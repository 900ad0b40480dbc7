"""The QoS class of a pod, which decides who dies first when memory runs out.

Models ComputePodQOS of pkg/apis/core/helper/qos.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from lightkube.models.core_v1 import Pod, PodSpec, ResourceRequirements

from podlab.api.quantity import parse_quantity

QosClass = Literal["Guaranteed", "Burstable", "BestEffort"]


def qos_class(pod: Pod) -> QosClass:
    """BestEffort if nobody asks for cpu or memory; Guaranteed if every container has limits for both and asks for
    exactly these; else Burstable. What the pod as a whole asks for goes before its containers.

    Takes a pod with defaults filled in, since limits become requests.
    """
    spec = pod.spec or PodSpec(containers=[])
    parts: list[ResourceRequirements | None]
    if spec.resources is not None:
        parts = [spec.resources]
    else:
        parts = [each.resources for each in (*(spec.containers or []), *(spec.initContainers or []))]
    requests: dict[str, Fraction] = {}
    limits: dict[str, Fraction] = {}
    all_limited = True
    for part in parts:
        _add(requests, part.requests if part else None)
        all_limited = _add(limits, part.limits if part else None) == 2 and all_limited
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if all_limited and requests == limits else "Burstable"


def _add(total: dict[str, Fraction], amounts: dict[str, str] | None) -> int:
    """Add cpu and memory above zero to the total; gives how many of the two there were."""
    count = 0
    for name in ("cpu", "memory"):
        if amounts and name in amounts:
            amount = parse_quantity(amounts[name]).amount
            if amount > 0:
                total[name] = total.get(name, Fraction(0)) + amount
                count += 1
    return count
