"""What admission adds to a new pod: its priority, and how long it stays on a node that is lost.

Models plugin/pkg/admission/defaulttolerationseconds and plugin/pkg/admission/priority.
"""

from __future__ import annotations

from lightkube.models.core_v1 import PodSpec, Toleration

STAY = 300  # seconds on a node that is not ready or unreachable
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
PRIORITIES = {"": 0, "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The priority classes of a new cluster; the first is that of a pod that names none."""


def admit(spec: PodSpec) -> None:
    """Fill in what admission fills in. A priority class that is not there counts as none."""
    spec.priority = PRIORITIES.get(spec.priorityClassName or "", 0)
    spec.preemptionPolicy = spec.preemptionPolicy or "PreemptLowerPriority"
    given = spec.tolerations or []
    missing = [key for key in (NOT_READY, UNREACHABLE) if not any(_is_about(t, key) for t in given)]
    added = [Toleration(key=key, operator="Exists", effect="NoExecute", tolerationSeconds=STAY) for key in missing]
    spec.tolerations = [*given, *added] or None


def _is_about(toleration: Toleration, key: str) -> bool:
    return toleration.key in (None, "", key) and toleration.effect in (None, "", "NoExecute")
