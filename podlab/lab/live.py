"""A Session as it lives: pictures that follow what a notebook, a terminal or a client does to it.

The kernel's event loop looks at the session every now and then; nothing waits for it. Going back in time shows the
past, *Now* returns to the present.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import ipywidgets as widgets

from podlab.api.mistakes import Mistake
from podlab.lab import fragments
from podlab.lab.controls import button, column, html, row
from podlab.lab.model import Message
from podlab.lab.outcome import seconds
from podlab.lab.style import STYLE
from podlab.simulation.session import Session
from podlab.simulation.trace import Trace
from podlab.views import timeline, topology

EVERY = 0.7
"""Seconds between two looks at the session."""
FEW = 6
"""Of so many pods the insides are drawn; of more there would be no room."""


class Live:
    """What a session is like, drawn anew while it goes on. `widget` is what a cell shows; `stop()` ends the looking."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._seen: tuple[Any, ...] = ()
        self._following = True
        self._task: asyncio.Task[None] | None = None
        self._setting = False
        self.head, self.timeline, self.topology = html("summary"), html("timeline"), html("topology")
        self.get, self.events = html("get"), html("events")
        self.slider = widgets.FloatSlider(
            min=0.0, max=1.0, step=0.1, description="time", readout=False, layout=widgets.Layout(flex="1 1 20em")
        )
        self.time = widgets.HTML()
        self.now = button("Now", "now", self._to_now, "Go on looking at the present")
        self.undo = button("Undo", "undo", self._undo, "Take back what was done last, wherever it was typed")
        self.message = html("message")
        self.slider.observe(self._moved, "value")
        self.widget = column(
            "lab",
            widgets.HTML(STYLE),
            row("head", self.head),
            row("clock", self.slider, self.time, self.now, self.undo),
            self.message,
            self.timeline,
            row("sides", self.topology, column("texts", self.get, self.events)),
        )
        self.refresh()
        self._begin()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle | {"text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Live view of {self.session!r}>"

    def stop(self) -> None:
        """Look no more. What is shown stays."""
        if self._task is not None:
            self._task.cancel()

    def refresh(self) -> None:
        """Draw what there is now, or at the instant that was chosen. Nothing is drawn twice."""
        trace = self.session.trace
        t = trace.until if self._following else min(self.slider.value, trace.until)
        size = len(trace.changes), len(trace.events), len(trace.gestures), len(trace.objects)
        seen = (round(t, 1), size)
        if seen == self._seen:
            return
        self._seen = seen
        self._show_clock(trace, t)
        snapshot = trace.at(t)
        self.timeline.value = timeline(trace, cursor=None if self._following else t).svg() if trace.pods else ""
        few = len(snapshot.pods) <= FEW
        self.topology.value = topology(snapshot).svg() if snapshot.pods and few else ""
        self.get.value = fragments.lines("kubectl get pods", snapshot.get())
        self.events.value = fragments.events(snapshot.events)

    def _show_clock(self, trace: Trace, t: float) -> None:
        self._setting = True
        try:
            self.slider.max = max(trace.until, 1.0)
            self.slider.value = t
        finally:
            self._setting = False
        self.time.value = seconds(round(t, 1))
        self.now.disabled = self._following
        server = self.session.server
        where = f"served at {server.url}" if server is not None else "not served: session.serve() lets kubectl in"
        done = next((g for g in reversed(trace.gestures) if g.t <= t), None)
        last = f"{done.verb} {done.target}" if done is not None else "nothing yet"
        self.head.value = fragments.cells({"what was done last": last[:80], "this cluster": where})

    def _moved(self, change: Any) -> None:
        if not self._setting:
            self._following = False
            self._seen = ()
            self.refresh()

    def _to_now(self) -> None:
        self._following = True
        self._seen = ()
        self.refresh()

    def _undo(self) -> None:
        self.message.value = ""
        try:
            self.session.undo()
        except Mistake as error:
            self.message.value = fragments.message(Message("warning", str(error)))
        self._to_now()

    def _begin(self) -> None:
        """Look again and again, where there is an event loop, as in every kernel."""
        with contextlib.suppress(RuntimeError):
            self._task = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self.refresh()
