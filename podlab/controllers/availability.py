"""When a pod is ready, and when it has been ready long enough to be available; pure.

Models IsPodReady and IsPodAvailable of pkg/api/v1/pod/util.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lightkube.models.core_v1 import Pod, PodCondition

FIRST_RETRY, LONGEST_RETRY = 0.005, 1000.0  # seconds


def _ready(pod: Pod) -> PodCondition | None:
    conditions = (pod.status.conditions if pod.status is not None else None) or ()
    return next((c for c in conditions if c.type == "Ready" and c.status == "True"), None)


def is_ready(pod: Pod) -> bool:
    """Whether the pod's Ready condition is True."""
    return _ready(pod) is not None


def ready_since(pod: Pod) -> datetime | None:
    """Since when a pod is ready; None when it is not."""
    condition = _ready(pod)
    since: datetime | None = condition.lastTransitionTime if condition is not None else None
    return since


def seconds_to_available(pod: Pod, least: int, now: datetime) -> float:
    """In how many seconds a ready pod has been ready for `least` seconds; 0 when it has."""
    since = ready_since(pod)
    if not least or since is None:
        return 0.0
    return max((since + timedelta(seconds=least) - now).total_seconds(), 0.0)


def retry_after(tries: int) -> float:
    """Seconds before a controller tries again what failed `tries` times in a row: doubled each time.

    Models the ItemExponentialFailureRateLimiter of client-go.
    """
    return min(FIRST_RETRY * 2.0 ** min(tries - 1, 30), LONGEST_RETRY)
