"""Which pods a controller owns, found without looking through all pods.

Models the indexes that the controllers' informers keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lightkube.models.core_v1 import Pod
from lightkube.models.meta_v1 import OwnerReference

from podlab.api.parts import uid_of


def controller_of(obj: Any) -> OwnerReference | None:
    """The controller that owns a pod (or another object), or None."""
    owners: Iterable[OwnerReference] = (obj.metadata.ownerReferences if obj.metadata else None) or ()
    return next((o for o in owners if o.controller), None)


class OwnerIndex:
    """The UIDs of the pods of each owner, in order of creation; those of nobody under the empty UID."""

    def __init__(self) -> None:
        self._pods: dict[str, dict[str, int]] = {}
        self._owner: dict[str, str] = {}
        self._number: dict[str, int] = {}

    def put(self, pod: Pod) -> None:
        """A pod is new, or perhaps belongs to somebody else now."""
        uid = uid_of(pod)
        owner = controller_of(pod)
        to = owner.uid if owner is not None else ""
        before = self._owner.get(uid)
        if before == to:
            return
        if before is not None:
            del self._pods[before][uid]
        self._owner[uid] = to
        number = self._number.setdefault(uid, len(self._number))
        self._pods.setdefault(to, {})[uid] = number

    def drop(self, pod: Pod) -> None:
        """A pod is gone."""
        uid = uid_of(pod)
        owner = self._owner.pop(uid, None)
        if owner is not None:
            del self._pods[owner][uid]

    def of(self, owner: str) -> Iterator[str]:
        """The UIDs of an owner's pods."""
        pods = self._pods.get(owner, {})
        return iter(sorted(pods, key=pods.__getitem__))
