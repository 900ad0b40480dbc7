"""What the pods of a node ask for, as ``kubectl describe node`` adds it up.

Models k8s.io/component-helpers/resource PodRequests and PodLimits.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from lightkube.models.core_v1 import Pod, ResourceRequirements

from podlab.api.quantity import Quantity, format_quantity, parse_quantity

Amounts = dict[str, Quantity]
Which = Literal["requests", "limits"]

ZERO = parse_quantity(0)


def pod_amounts(pod: Pod, which: Which) -> Amounts:
    """What a pod asks for as a whole.

    Regular containers and sidecars run together, so theirs add up; an init container runs with the sidecars before it,
    and the pod needs the most it ever needs at once. The pod's own resources replace those of its containers.
    """
    spec = pod.spec
    if spec is None:
        return {}
    sidecars: Amounts = {}
    most: Amounts = {}
    for init in spec.initContainers or ():
        own = _amounts(init.resources, which)
        if init.restartPolicy == "Always":
            sidecars = _sum(sidecars, own)
            most = _greater(most, sidecars)
        else:
            most = _greater(most, _sum(sidecars, own))
    total = sidecars
    for container in spec.containers or ():
        total = _sum(total, _amounts(container.resources, which))
    total = _greater(total, most) | _amounts(spec.resources, which)
    overhead = {name: parse_quantity(value) for name, value in (spec.overhead or {}).items()}
    if which == "limits":
        overhead = {name: value for name, value in overhead.items() if name in total}
    return _sum(total, overhead)


def total_amounts(pods: Iterable[Pod], which: Which) -> Amounts:
    """What several pods ask for together."""
    total: Amounts = {}
    for pod in pods:
        total = _sum(total, pod_amounts(pod, which))
    return total


def share(amount: Quantity, of: Quantity) -> str:
    """``100m (5%)``, the percentage rounded down."""
    return f"{amount} ({int(amount.amount * 100 / of.amount) if of.amount else 0}%)"


def _amounts(resources: ResourceRequirements | None, which: Which) -> Amounts:
    held = getattr(resources, which) if resources is not None else None
    return {name: parse_quantity(value) for name, value in (held or {}).items()}


def _sum(one: Amounts, other: Amounts) -> Amounts:
    total = dict(one)
    for name, value in other.items():
        total[name] = _add(total[name], value) if name in total else value
    return total


def _add(one: Quantity, other: Quantity) -> Quantity:
    notation = one.notation if one.amount else other.notation
    amount: Fraction = one.amount + other.amount
    return Quantity(amount, notation, format_quantity(amount, notation))


def _greater(one: Amounts, other: Amounts) -> Amounts:
    greater = dict(one)
    for name, value in other.items():
        if name not in greater or value.amount > greater[name].amount:
            greater[name] = value
    return greater
