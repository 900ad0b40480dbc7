"""Actions as a story's file has them, and back: JSON objects such as {"t": 5, "do": "kill", "pod": …}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from podlab.actions.registry import actions
from podlab.api.mistakes import WrongValue
from podlab.core.engine.action import Action


def action_from_json(data: Mapping[str, Any], pods: Mapping[str, str]) -> Action:
    """An action from a story's `{t, do, …}`; with `last: true` it comes after all else of its instant.

    `pods` maps the story's pods to what podlab calls them; the first is meant when none is named.
    """
    named = data.get("pod") or data.get("result")
    pod = pods.get(str(named)) or data.get("pod") or next(iter(pods.values()), "")
    kind = actions().get(str(data.get("do")))
    if kind is None:
        raise _unknown(data)
    made = kind.from_json(data, pod, float(data.get("t", 0)))
    return replace(made, last=True) if data.get("last") is True and not made.closes else made


def action_to_json(action: Action) -> dict[str, Any]:
    """What a story's file says of an action: the other way round."""
    return {"t": action.at, "do": action.do, **action.to_json()} | ({"last": True} if action.last else {})


def _unknown(data: Mapping[str, Any]) -> WrongValue:
    *known, latest = actions()
    what = f"podlab does not know how to do {data.get('do')!r}; it knows {', '.join(known)} and {latest}"
    return WrongValue(f"actions: {what}")
