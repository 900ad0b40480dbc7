"""The back-off: how long the kubelet waits before it restarts a crashed container or pulls an image again.

The rule: the first restart is granted at once, and leaves an entry of `initial` seconds (10). Each further restart is
granted when that time has passed since the last exit, and doubles the entry, up to `maximum` (300). An entry is
forgotten when more than `forget_after` seconds (600) lie between its last change - the last restart that was granted -
and the exit in question, or now, when housekeeping sweeps (every 2 s). Then the restart is at once again.

All times are seconds on one clock. They are compared as sums, never as differences, so that a restart asked for exactly
at `BackoffDecision.until` is granted in floating point too.

Models k8s.io/client-go/util/flowcontrol/backoff.go Backoff (its jitter is 0 in the
kubelet) and doBackOff of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from lightkube.models.core_v1 import Container, Pod

HOUSEKEEPING_PERIOD = 2.0
"""Seconds between two sweeps of the kubelet's housekeeping, each of which calls `Backoff.gc`."""


class Entry(NamedTuple):
    """The back-off of one key: its length in seconds, and when it was last changed."""

    duration: float
    last_update: float


class BackoffDecision(NamedTuple):
    """Whether a restart is granted. If not, how long the back-off is (seconds), and since when it runs."""

    granted: bool
    duration: float = 0.0
    since: float = 0.0

    @property
    def until(self) -> float:
        """When the restart will be granted."""
        return self.since + self.duration


GRANTED = BackoffDecision(True)


class Backoff:
    """The back-offs of one kubelet, by key. A maximum below `initial` lowers that too."""

    def __init__(self, initial: float = 10.0, maximum: float = 300.0, forget_after: float = 600.0) -> None:
        if initial <= 0 or maximum <= 0:
            raise ValueError(f"back-off: initial and maximum should be more than 0 s, not {initial} and {maximum}")
        self.initial = min(initial, maximum)
        self.maximum = maximum
        self.forget_after = forget_after
        self._entries: dict[Hashable, Entry] = {}

    def get(self, key: Hashable) -> float:
        """The present back-off of `key` in seconds; 0 when there is none."""
        entry = self._entries.get(key)
        return entry.duration if entry is not None else 0.0

    def is_in_back_off_since(self, key: Hashable, event: float, now: float) -> bool:
        """Whether less than the back-off has passed between `event` (an exit) and `now`."""
        entry = self._entries.get(key)
        return entry is not None and not self._expired(entry, event) and now < event + entry.duration

    def is_in_back_off_since_update(self, key: Hashable, now: float) -> bool:
        """Whether less than the back-off has passed since its entry was last changed."""
        entry = self._entries.get(key)
        return entry is not None and not self._expired(entry, now) and now < entry.last_update + entry.duration

    def next(self, key: Hashable, event: float, now: float) -> float:
        """Make or double the entry of `key`, after an `event` that lies at or before `now`; returns its seconds."""
        entry = self._entries.get(key)
        if entry is None or self._expired(entry, event):
            duration = self.initial
        else:
            duration = min(entry.duration * 2, self.maximum)
        self._entries[key] = Entry(duration, now)
        return duration

    def gc(self, now: float) -> None:
        """Housekeeping: forget what was last changed too long ago."""
        for key in [key for key, entry in self._entries.items() if self._expired(entry, now)]:
            del self._entries[key]

    def may_restart(self, key: Hashable, finished_at: float | None, now: float) -> BackoffDecision:
        """Grant or refuse a restart at `now`; a grant counts. Models doBackOff.

        `finished_at` is the end of the newest *exited* instance that the sync saw when it began, None when there is
        none. So after a probe's kill, which restarts in the same sync, it is the end of the instance before that.
        """
        if finished_at is None:
            return GRANTED
        if self.is_in_back_off_since(key, finished_at, now):
            return BackoffDecision(False, self.get(key), finished_at)
        self.next(key, finished_at, now)
        return GRANTED

    def _expired(self, entry: Entry, event: float) -> bool:
        return event > entry.last_update + self.forget_after


def container_key(pod: Pod, container: Container) -> Hashable:
    """The key of a container's crash back-off: another image or other resources begin a new one."""
    meta = pod.metadata
    owner = (meta.name, meta.namespace, meta.uid) if meta is not None else ()
    return (*owner, container.name, container.image, repr(container.resources))


def image_key(pod: Pod, image: str) -> Hashable:
    """The key of an image-pull back-off: the pod's uid and the image."""
    return (pod.metadata.uid if pod.metadata is not None else None, image)


def crash_message(duration: float, pod: Pod, container: str) -> str:
    """The message of a container that waits in CrashLoopBackOff: "back-off 10s restarting failed container=…"."""
    meta = pod.metadata
    name, namespace, uid = (meta.name, meta.namespace, meta.uid) if meta is not None else ("", "", "")
    return f"back-off {go_duration(duration)} restarting failed container={container} pod={name}_{namespace}({uid})"


def pull_message(image: str, cause: str = "") -> str:
    """The message of a container that waits in ImagePullBackOff. With the last pull's error, as the status shows it."""
    text = f'Back-off pulling image "{image}"'
    return f"{text}: ErrImagePull: {cause}" if cause else text


def go_duration(seconds: float) -> str:
    """A duration as Go prints it: 10s, 1m20s, 1h0m0s, 1.5s, 500ms. Finer than a nanosecond is dropped.

    Models time.Duration.String.
    """
    nanos = round(seconds * 1e9)
    if nanos == 0:
        return "0s"
    sign, nanos = ("-", -nanos) if nanos < 0 else ("", nanos)
    for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
        if nanos < size * 1000:
            return sign + _decimal(nanos, size) + unit
    minutes, nanos = divmod(nanos, 60 * 10**9)
    text = _decimal(nanos, 10**9) + "s"
    if minutes:
        text = f"{minutes % 60}m{text}"
    if minutes >= 60:
        text = f"{minutes // 60}h{text}"
    return sign + text


def _decimal(nanos: int, size: int) -> str:
    """`nanos / size` without trailing zeros; exact."""
    whole, rest = divmod(nanos, size)
    digits = len(str(size)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if rest else str(whole)
