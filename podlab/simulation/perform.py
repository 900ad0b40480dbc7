"""Carrying out an action, and writing it down. One whose target is gone leaves a note; it never raises."""

from __future__ import annotations

from podlab.actions.targets import Cluster
from podlab.core.engine.action import Action, NoTarget
from podlab.core.engine.history import Gesture


def perform(cluster: Cluster, action: Action) -> None:
    """Do it now, and write down that it was done, or why nothing could be done."""
    note: str | None = None
    effect = ""
    try:
        effect = action.perform(cluster)
    except NoTarget as reason:
        note = str(reason)
    done = Gesture(cluster.loop.now, action.verb, action.target, action.detail, note, effect)
    cluster.recorder.gestures.append(done)
