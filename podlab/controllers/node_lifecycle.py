"""When a node counts as lost, and when its pods are given up.

The rule: the kubelet renews its lease every 10 s. The controller looks every 5 s; when it has seen no renewal for more
than 50 s, the node is NotReady, its pods are marked not Ready, and it is tainted. A pod is evicted from a tainted node
at once, or after the `tolerationSeconds` of a toleration it has (300 s where the manifest says nothing), or never.
Models pkg/controller/nodelifecycle/node_lifecycle_controller.go and pkg/controller/tainteviction.
"""

from __future__ import annotations

from lightkube.models.core_v1 import Pod, Toleration

HEARTBEAT = 10.0  # seconds between two renewals of a node's lease
MONITOR = 5.0  # seconds between two looks of the controller
MONITOR_OFFSET = 2.5  # seconds; its looks fall between the heartbeats
GRACE = 50.0  # seconds without a renewal
DEFAULT_TOLERATION = 300.0  # seconds; what the admission plugin DefaultTolerationSeconds adds
UNREACHABLE = "node.kubernetes.io/unreachable"
OF_THE_LIFECYCLE = ("node.kubernetes.io/not-ready", UNREACHABLE, "node.kubernetes.io/unschedulable")
"""The taints that the controllers themselves set and take away; users set all others."""


def not_ready_at(down: float) -> float:
    """When a node whose kubelet stopped at `down` is found NotReady (seconds)."""
    renewed = down - down % HEARTBEAT
    seen = _first_look_from(renewed)
    look = _first_look_from(seen + GRACE)
    return look if look - seen > GRACE else look + MONITOR


def eviction_delay(pod: Pod, key: str = UNREACHABLE) -> float | None:
    """How many seconds the pod stays on a node with the NoExecute taint `key`: 0 at once, None for ever."""
    tolerations = [t for t in (pod.spec.tolerations if pod.spec else None) or () if tolerates(t, key, "NoExecute")]
    if not tolerations:
        return DEFAULT_TOLERATION
    limits = [float(t.tolerationSeconds) for t in tolerations if t.tolerationSeconds is not None]
    return max(min(limits), 0.0) if limits else None


def tolerates(toleration: Toleration, key: str, effect: str, value: str = "") -> bool:
    """Whether a toleration covers a taint. Models ToleratesTaint."""
    if toleration.effect and toleration.effect != effect:
        return False
    if toleration.key and toleration.key != key:
        return False
    if (toleration.operator or "Equal") == "Exists":
        return True
    return bool(toleration.key) and (toleration.value or "") == value


def _first_look_from(t: float) -> float:
    """The controller's first look at or after `t`."""
    return t + (MONITOR_OFFSET - t) % MONITOR
