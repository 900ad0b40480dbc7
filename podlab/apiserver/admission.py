"""What admission adds to a new pod: its priority, and how long it stays on a node that is lost.

Models plugin/pkg/admission/defaulttolerationseconds and plugin/pkg/admission/priority.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightkube.models.core_v1 import PodSpec, Toleration
from lightkube.models.scheduling_v1 import PriorityClass

STAY = 300  # seconds on a node that is not ready or unreachable
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
PRIORITIES = {"": 0, "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The priority classes of a new cluster; the first is that of a pod that names none."""


def admit(spec: PodSpec, classes: Iterable[PriorityClass] = ()) -> None:
    """Fill in what admission fills in. A priority class that is not there counts as none."""
    by_name = {(c.metadata.name if c.metadata else None) or "": c for c in classes}
    chosen = by_name.get(spec.priorityClassName or "")
    if not spec.priorityClassName:
        defaults = [c for c in by_name.values() if c.globalDefault]
        chosen = min(defaults, key=lambda c: c.value or 0, default=None)
        if chosen is not None and chosen.metadata is not None:
            spec.priorityClassName = chosen.metadata.name
    spec.priority = chosen.value if chosen is not None else PRIORITIES.get(spec.priorityClassName or "", 0)
    if chosen is not None:
        spec.preemptionPolicy = spec.preemptionPolicy or chosen.preemptionPolicy
    spec.preemptionPolicy = spec.preemptionPolicy or "PreemptLowerPriority"
    _stay_a_while(spec)


def admit_change(spec: PodSpec, before: PodSpec) -> None:
    """Fill in what admission fills in when a pod is changed: the priority that it has, and the tolerations again."""
    spec.priorityClassName = spec.priorityClassName or before.priorityClassName
    if spec.priority is None:
        spec.priority = before.priority
    spec.preemptionPolicy = spec.preemptionPolicy or before.preemptionPolicy
    _stay_a_while(spec)


def _stay_a_while(spec: PodSpec) -> None:
    given = spec.tolerations or []
    missing = [key for key in (NOT_READY, UNREACHABLE) if not any(_is_about(t, key) for t in given)]
    added = [Toleration(key=key, operator="Exists", effect="NoExecute", tolerationSeconds=STAY) for key in missing]
    spec.tolerations = [*given, *added] or None


def _is_about(toleration: Toleration, key: str) -> bool:
    return toleration.key in (None, "", key) and toleration.effect in (None, "", "NoExecute")
