"""Which Kubernetes a real pod runs on: as its Node says, as somebody says, or assumed."""

from __future__ import annotations

from typing import NamedTuple

from lightkube.models.core_v1 import Node

from podlab.api.mistakes import WrongValue
from podlab.core.rules.gates import Gates
from podlab.core.rules.versions import MEASURED, NEWEST, OLDEST, gates_of, minor_of


class Known(NamedTuple):
    """A version, in words, and the rules that it has."""

    minor: int
    words: str
    gates: Gates


def version_of(node: Node | None, said: str | None) -> Known:
    """The version of a pod's kubelet. WrongValue for a text that is no version between the oldest and the newest."""
    if said is not None:
        minor = minor_of(said) if isinstance(said, str) else None
        if minor is None or not OLDEST[1] <= minor <= NEWEST[1]:
            span = f"1.{OLDEST[1]} to 1.{NEWEST[1]}"
            raise WrongValue(f'version: takes a version of Kubernetes from {span}, such as "1.30", not {said!r}')
        return Known(minor, f"1.{minor} (as you said)", gates_of(minor))
    info = node.status.nodeInfo if node is not None and node.status is not None else None
    told = minor_of(info.kubeletVersion) if info is not None else None
    if told is not None and info is not None:
        return Known(told, f"{info.kubeletVersion} (its Node says so)", gates_of(told))
    return Known(MEASURED[1], f"1.{MEASURED[1]} (assumed: no Node was given)", gates_of(MEASURED[1]))
