"""The views by name: what a notebook calls."""

from __future__ import annotations

from collections.abc import Iterable

from podlab.sim.trace import Trace
from podlab.views.facts import Timeline
from podlab.views.intervals import timeline_of
from podlab.views.timeline_scene import Panel, timeline_scene
from podlab.views.timeline_text import subtitle, timeline_text
from podlab.views.view import View
from podlab.views.words import seconds


def timeline(
    trace: Trace,
    pods: str | Iterable[str] | None = None,
    until: float | None = None,
    cursor: float | None = None,
    *,
    conditions: bool = False,
    theme: str = "auto",
) -> View:
    """A trace along time: phase, printed STATUS, READY, the sandbox, a lane for each container, events.

    `pods` chooses and orders the pods (default: all), `until` ends the picture earlier (seconds), `cursor` marks an
    instant, `conditions` adds the pod's conditions. `data` of the view is a `Timeline`.
    Errors: KeyError for a pod that the trace does not have, ValueError for a time or theme that is none.
    """
    data = timeline_of(trace, pods, until)
    return View(
        data,
        lambda: timeline_text(data, conditions),
        lambda: timeline_scene(data, _panels(data), cursor, conditions=conditions, title=_title(data)),
        theme,
    )


def _panels(data: Timeline) -> list[Panel]:
    return [Panel(pod.pod, subtitle(pod), pod) for pod in data.pods]


def _title(data: Timeline) -> str:
    names = ", ".join(pod.pod for pod in data.pods) or "no pods"
    return f"Timeline of {names} from 0s to {seconds(data.until)}"
