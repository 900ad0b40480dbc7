"""The lab's face: controls that each call one public method of the lab, and pictures of what the lab then shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import ipywidgets as widgets

from podlab.core.engine.action import POLICIES
from podlab.kubectl import pod_row
from podlab.lab import fragments
from podlab.lab.controls import Widget, button, check, column, dropdown, html, named, number, row
from podlab.lab.model import LabModel, Message
from podlab.lab.more import More
from podlab.lab.pages import Pages
from podlab.lab.picture import LOOKS, Picture, Touch
from podlab.lab.player import Player
from podlab.lab.slider import Slider
from podlab.lab.style import STYLE
from podlab.lab.waiting import Waiting
from podlab.lab.work import Unfinished
from podlab.simulation import Trace
from podlab.views import timeline, topology
from podlab.views.pictures import TimelineView, overview

SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGSTOP", "SIGCONT")
OWN = "the pod's own"
GRACES = (OWN, "0 s: force", "1 s", "5 s", "30 s", "60 s")
SPEEDS = (("1×", 1.0), ("2×", 2.0), ("5×", 5.0), ("10×", 10.0), ("30×", 30.0))
HINT = Message("info", "Choose an instant, then kill, delete or change the policy: all that follows is drawn anew.")
STEP = 0.1
"""Seconds between two places of the slider."""
FEW = 3
"""So many pods are drawn in full; of more only the chosen one is, and all have a row each under it."""

_log = logging.getLogger(__name__)


class Panel:
    """Draws a lab and lets it be handled. `widget` is what a notebook shows; `refresh` draws it anew."""

    def __init__(self, lab: LabModel) -> None:
        self._lab = lab
        self._quiet = False
        self._drawn: dict[str, tuple[Trace, tuple[str | None, bool, str], TimelineView]] = {}
        self._buttons_for: tuple[str, ...] = ()
        self.player = Player(lab, lambda t: self.do(lambda: lab.seek(t)), self._show_playing)
        self.pages = Pages(lab, self.do)
        self.more = More(lab, self.do)
        self.waiting = Waiting(lab.runs, self._attempt)
        self.summary, self.message = html("summary"), html("message")
        self.notes = html("notes")
        self.timeline, self.topology = (named(Picture(self._touched), css) for css in ("timeline", "topology"))
        self.timeline.observe(lambda change: self._wished(change["new"]), "wish")
        self.overview, self.get, self.events = html("overview"), html("get"), html("events")
        self.texts, self.legend = column("texts", self.get, self.events), html("legend")
        self.legend.value = fragments.legend()
        self._make_gestures()
        self._make_story()
        self._make_clock()
        self.widget = column(
            "lab",
            widgets.HTML(STYLE),
            row("head", self.summary, column("shown", self.conditions, self.presentation)),
            self.gestures,
            row("story", self.policy, self.pod, self.more.widget, self.undo, self.redo, self.reset),
            self.message,
            self.waiting.widget,
            row("clock", self.back, self.play, self.next, self.speed, self.slider, self.time, self.until),
            self.notes,
            row("stage", column("along", self.timeline, self.overview, self.legend), self.topology, self.texts),
            self.pages.widget,
        )
        self.refresh()

    def _make_gestures(self) -> None:
        lab = self._lab
        self.signal = dropdown("signal:", "signal", SIGNALS, self._by_user(lab.set_signal))
        self.kill: dict[str, Widget] = {}
        self.kill_pause = button(
            "Kill pause", "kill-pause", self._doing(lab.kill_sandbox), "SIGKILL to the pod's pause"
        )
        self.grace = dropdown("grace:", "grace", GRACES, lambda _: None)
        self.delete = button("Delete pod", "delete", self._doing(self._delete), "as kubectl delete pod")
        self.gestures = row("gestures")

    def _make_story(self) -> None:
        lab = self._lab
        self.policy = dropdown("policy:", "policy", POLICIES, self._by_user(lab.set_policy))
        self.pod = dropdown("pod:", "pod", lab.pods, self._by_user(lab.set_pod))
        self.undo = button("Undo", "undo", self._doing(lab.undo), "take back the latest change")
        self.redo = button("Redo", "redo", self._doing(lab.redo), "do again what was taken back")
        self.reset = button("Reset", "reset", self._doing(lab.reset), "as if nothing had been done to the pods")

    def _make_clock(self) -> None:
        lab = self._lab
        self.back = button("Back", "back", self._doing(lab.previous_event), "to the event before")
        self.play = button("Play", "play", self._doing(self.player.toggle), "let time pass")
        self.next = button("Next event", "next", self._doing(lab.next_event), "to the next event")
        self.speed = dropdown("speed:", "speed", SPEEDS, lambda v: setattr(self.player, "speed", v))
        self.speed.value = self.player.speed
        self.slider = named(Slider(label="instant (s)", step=STEP), "slider")
        self.slider.observe(lambda change: self._slid(change["new"]), "value")
        self.conditions = check("conditions", "conditions", lambda _: self.do(self.refresh))
        self.presentation = check("presentation", "presentation", lambda _: self.do(self._present))
        self.time = number("time (s):", "time", "130px", self._by_user(lab.seek))
        self.until = number("of (s):", "until", "115px", self._by_user(lab.set_until))

    def _delete(self) -> None:
        grace = self.grace.value
        self._lab.delete(None if grace == OWN else int(grace.split()[0]))

    def _slid(self, value: float) -> None:
        """The browser sends back, rounded to a step, what the slider was set to; only what is further off is a wish."""
        if abs(value - self._lab.t) > STEP / 2 + 1e-6:
            self._by_user(self._lab.seek)(round(value, 1))

    def _present(self) -> None:
        """Larger letters, and only what the back row of a room needs; or all again."""
        large = self.presentation.value
        (self.widget.add_class if large else self.widget.remove_class)("podlab-large")
        self.refresh()

    def _wished(self, t: float) -> None:
        """A hand on the timeline asks for an instant."""
        if t != self._lab.t:
            self._by_user(self._lab.seek)(t)

    def _touched(self, touch: Touch) -> None:
        """A container was clicked on, and something chosen for it."""

        def action() -> None:
            lab = self._lab
            if touch.pod != lab.pod:
                lab.set_pod(touch.pod)
            if touch.t is not None:
                lab.seek(touch.t)
            if touch.verb in LOOKS:
                self.pages.open(touch.verb)
            else:
                lab.kill(touch.container, touch.verb)

        self.do(action)

    def do(self, action: Callable[[], Any]) -> None:
        """Do it; whatever goes wrong is said in the panel."""
        if self.waiting.busy:
            self._say(Message("info", "Still at work on the latest wish. Wait for it, or press Stop."))
        else:
            self._attempt(action)

    def _attempt(self, action: Callable[[], Any], hurried: bool = False) -> None:
        if self._lab.message is not None and self._lab.message.kind == "error":
            self._lab.message = None  # it was about the last wish
        before = self._lab.scenario
        try:
            with self._impatient(hurried):
                action()
        except Unfinished as long:
            if self.player.playing:
                self.player.toggle()
            self.waiting.begin(long.work, action)
        except (ValueError, KeyError) as error:
            self._fail(str(error.args[0]) if error.args else type(error).__name__)
        except KeyboardInterrupt:
            self._interrupted(done=self._lab.scenario is not before)
        except Exception as error:
            _log.exception("a control of the lab failed")
            self._fail(f"This is podlab's own fault, please report it. {type(error).__name__}: {error}")

    def _interrupted(self, *, done: bool) -> None:
        """Ctrl-C, or the kernel's Interrupt, came in the middle: the lab is as it was, or as it is afterwards."""
        self._quiet = False
        self._lab.runs.be_patient()
        what = "but what you asked for was done" if done else "and nothing was changed"
        self._lab.message = Message("warning", f"Interrupted, {what}.")
        self.refresh()

    def _impatient(self, hurried: bool) -> AbstractContextManager[None]:
        """Long work is put off where there is an event loop that can go on with it, as in every kernel."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return nullcontext()
        return self._lab.runs.impatient(hurried=hurried)

    def refresh(self) -> None:
        """Draw what the lab shows now. Values that stay the same are not sent."""
        lab, snapshot = self._lab, self._lab.snapshot
        few = len(lab.trace.pods) <= FEW
        self.notes.value = fragments.note_line(lab.trace.notes)
        self.notes.layout.display = "none" if not self.notes.value else None
        along = self._picture("timeline", None if few else lab.pod).at(lab.t)
        self.timeline.show(along.svg(), along.scene.spots, along.axis)
        self.overview.value = "" if few else fragments.scrolled("all pods", self._picture("overview").at(lab.t).svg())
        self.overview.layout.display = "none" if few else None
        size = "projector" if self.presentation.value else "notebook"
        space = topology(snapshot, None if few else [p for p in snapshot.pods if p == lab.pod], size=size)
        place = next((p for p in space.data if p.name == lab.pod), None)
        pod = lab.pod_object
        restarts = pod_row(pod, snapshot.now)[3] if pod is not None else ""
        self.summary.value = fragments.summary(lab.pod, place, restarts)
        self._show_values()
        self.topology.layout.flex = f"1 1 {0.75 * space.scene.width:.0f}px"  # a wide one gets a line of its own
        self.topology.show(space.svg(), space.scene.spots)
        self.get.value = fragments.lines("kubectl get pods", snapshot.get())
        self.events.value = fragments.events(snapshot.events)
        self.pages.refresh()
        self.message.value = fragments.message(lab.message or HINT)  # last: who reads it finds the rest in place

    def _picture(self, what: str, pod: str | None = None) -> TimelineView:
        """A timeline or an overview: laid out anew for another run, but not for another instant of it."""
        now, size = self._lab.trace, "projector" if self.presentation.value else "notebook"
        look = pod, self.conditions.value, size
        drawn = self._drawn.get(what)
        if drawn is None or drawn[0] is not now or drawn[1] != look:
            if what == "overview":
                picture = overview(now, size=size)
            else:
                picture = timeline(now, pod, conditions=self.conditions.value, size=size)
            drawn = self._drawn[what] = now, look, picture
        return drawn[2]

    def _show_values(self) -> None:
        """Set the controls to what the lab has, without taking that for a user's wish."""
        lab = self._lab
        with self._quietly():
            if lab.containers != self._buttons_for or not self.gestures.children:
                self._make_kill_buttons()
            self.more.refresh()
            self.signal.value = lab.signal
            self.policy.value = lab.policy
            if self.pod.options != lab.pods:
                self.pod.options = lab.pods
            self.pod.value = lab.pod or None
            self.pod.layout.display = None if len(lab.pods) > 1 else "none"
            with self.slider.hold_sync():
                self.slider.max = lab.until
                self.slider.value = round(lab.t, 1)
            self.time.value = lab.t
            self.until.value = lab.until

    def _make_kill_buttons(self) -> None:
        """One for each container of the chosen pod. Those of other pods are kept for when they are chosen again."""
        self._buttons_for = self._lab.containers
        for name in self._buttons_for:
            if name not in self.kill:
                self.kill[name] = self._kill_button(name)
        kills = [self.kill[name] for name in self._buttons_for]
        self.gestures.children = (self.signal, *kills, self.kill_pause, self.grace, self.delete)

    def _kill_button(self, name: str) -> Widget:
        tip = "send the chosen signal to its main process"
        return button(f"Kill {name}", f"kill-{name}", self._doing(lambda: self._lab.kill(name)), tip)

    def _show_playing(self) -> None:
        playing = self.player.playing
        self.play.description = "Pause" if playing else "Play"
        (self.play.add_class if playing else self.play.remove_class)("podlab-playing")

    def _fail(self, text: str) -> None:
        self._say(Message("error", text))

    def _say(self, said: Message) -> None:
        self._lab.message = said
        self.message.value = fragments.message(self._lab.message)

    def _doing(self, action: Callable[[], Any]) -> Callable[[], None]:
        return lambda: self.do(action)

    def _by_user(self, action: Callable[[Any], Any]) -> Callable[[Any], None]:
        """Do it for a value that a user, not the panel itself, gives a control; a refused one is put back."""

        def call(value: Any) -> None:
            if not self._quiet:
                self.do(lambda: action(value))
                self._show_values()

        return call

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
