"""What the containers of a pod ask for together.

Models AggregateContainerRequests and AggregateContainerLimits of k8s.io/component-helpers/resource.
"""

from __future__ import annotations

from typing import Literal

from lightkube.models.core_v1 import Container, PodSpec

from podlab.api.quantity import Quantity, format_quantity, parse_quantity

_Amounts = dict[str, Quantity]


def is_supported_for_pods(name: str) -> bool:
    """The resources that a pod as a whole may ask for."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def aggregate(spec: PodSpec, what: Literal["requests", "limits"]) -> _Amounts:
    """The greatest need at any time: while init containers run one by one, or afterwards.

    Sidecars run from their place among the init containers to the end.
    """
    later: _Amounts = {}
    for container in spec.containers or []:
        _add(later, _amounts(container, what))
    sidecars: _Amounts = {}
    initialising: _Amounts = {}
    for container in spec.initContainers or []:
        own = _amounts(container, what)
        if container.restartPolicy == "Always":
            _add(later, own)
            _add(sidecars, own)
            now = sidecars
        else:
            now = dict(own)
            _add(now, sidecars)
        _raise_to(initialising, now)
    _raise_to(later, initialising)
    return later


def _amounts(container: Container, what: Literal["requests", "limits"]) -> _Amounts:
    values = getattr(container.resources, what) if container.resources else None
    return {name: parse_quantity(value) for name, value in (values or {}).items()}


def _add(total: _Amounts, more: _Amounts) -> None:
    for name, quantity in more.items():
        before = total.get(name)
        if before is None:
            total[name] = quantity
        else:
            notation = before.notation if before.amount else quantity.notation
            amount = before.amount + quantity.amount
            total[name] = Quantity(amount, notation, format_quantity(amount, notation))


def _raise_to(total: _Amounts, floor: _Amounts) -> None:
    for name, quantity in floor.items():
        if name not in total or quantity.amount > total[name].amount:
            total[name] = quantity
