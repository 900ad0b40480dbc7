"""The lab without its face: a scenario, the run it gives, the instant that is looked at, and the verbs.

Every verb makes a new Scenario, runs it, and only then takes it on: a run that fails leaves everything as it was.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from lightkube.models.core_v1 import Pod, PodSpec

from podlab.actions import signal_name
from podlab.api.mistakes import WrongValue
from podlab.api.parts import RUN, key_of
from podlab.core.engine.action import POLICIES, Action
from podlab.explain.why import Why, why
from podlab.formats.link import link_text
from podlab.formats.scenario_file import is_scenario_text, parse_scenario, scenario_text
from podlab.lab.clock import hundredths
from podlab.lab.history import Made, history, story_code
from podlab.lab.menu import Choice, choices
from podlab.lab.outcome import later, outcome, seconds
from podlab.lab.refusal import refusal
from podlab.lab.undo import History, pushed, restored
from podlab.lab.work import Ran, Runs
from podlab.simulation import Scenario, Snapshot, Trace, delete, kill, kill_sandbox, load, restart_policy
from podlab.simulation.running import Source

AFTER = 1.0
"""Seconds that the clock goes on with a gesture, so that its effect is seen at once."""
GROWS = 30.0
"""Seconds by which a run grows when something is done at its end, so that one sees what becomes of it."""
OPENS_AT = 10.0
"""Where the clock stands at first: late enough that there is a past to look at."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the lab says about the latest verb. `kind` is "info", "warning" (it struck nothing) or "error".

    `answer` is what a real cluster would print, where that is something else.
    """

    kind: str
    text: str
    answer: str = ""


Lengths = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a verb changes, as one value: whoever interrupts it finds the old one or the new one.

    `born` are the pods that are ever there as they were created, `instants` when anything happens. `lengths` has for
    each step of `done` and of `undone` how long the run was on its other side, where the step changed that.
    """

    scenario: Scenario
    ran: Ran
    wished: float
    done: History
    undone: History
    born: dict[str, Pod]
    instants: tuple[float, ...]
    lengths: tuple[Lengths, Lengths] = ((), ())


class LabModel:
    """A scenario under one's hands: `scenario`, its `trace` up to `until`, and the instant `t` that is looked at.

    `pod` is the pod that gestures are for, `signal` what a kill sends. Times are seconds since the scenario began, in
    hundredths. A gesture happens at `t`: the past stays as it was, and the clock goes on by a second to show what
    followed. Errors: as of `load` and `run`; ValueError for a time, a name or a signal that is none. After an error
    the lab is as it was before. A run that is over its budget is no error: the message says so, and what it had by
    then is shown.
    """

    def __init__(self, scenario: Scenario | Source, until: float = 120.0, *, at: float = OPENS_AT) -> None:
        self.pod = ""
        self.signal = "SIGKILL"
        self.message: Message | None = None
        self.pinned: Trace | None = None
        self.runs = Runs()
        self._first = scenario if isinstance(scenario, Scenario) else load(scenario)
        self._show(self._first, until)
        self._t = self._opens_at = min(hundredths(at), self.until)
        if self._shown.ran.cut:
            self.message = Message("warning", self._shown.ran.cut)

    @property
    def scenario(self) -> Scenario:
        """The scenario with everything done to it so far."""
        return self._shown.scenario

    @property
    def trace(self) -> Trace:
        """What becomes of the scenario."""
        return self._shown.ran.trace

    @property
    def until(self) -> float:
        """How long the run lasts: as long as was wished, or less when it did not reach its end."""
        return self.trace.until

    @property
    def t(self) -> float:
        """The instant that is looked at."""
        return self._t

    @property
    def snapshot(self) -> Snapshot:
        """The world at `t`."""
        return self.trace.at(self._t)

    @property
    def pods(self) -> tuple[str, ...]:
        """Every pod that is ever there, as gestures name it."""
        return tuple(dict.fromkeys((*self.scenario.pods, *self._shown.born)))

    @property
    def pod_object(self) -> Pod | None:
        """The chosen pod at `t`; None when it is not there."""
        return next((p for p in self.snapshot.pods.values() if key_of(p) == self.pod), None)

    @property
    def containers(self) -> tuple[str, ...]:
        """The names of the chosen pod's containers, init containers first."""
        spec = self._spec
        return tuple(c.name for c in (*(spec.initContainers or ()), *spec.containers)) if spec is not None else ()

    @property
    def policy(self) -> str:
        """The chosen pod's restartPolicy."""
        return (self._spec and self._spec.restartPolicy) or "Always"

    @property
    def template_decides(self) -> str:
        """Why the policy of the chosen pod cannot be chosen: it was made by a controller; "" for any other pod."""
        born = self._shown.born.get(self.pod)
        owners = (born is not None and born.metadata is not None and born.metadata.ownerReferences) or ()
        if not owners:
            return ""
        owner = f"{owners[0].kind} {owners[0].name}"
        allowed = "Never or OnFailure" if owners[0].kind == "Job" else "only Always"
        return f"{self.pod} was made by {owner}, whose template sets the restartPolicy; it may be {allowed}."

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The gestures beside kill and delete that make sense now."""
        return choices(self.scenario, self.pod, self._spec, self._t)

    @property
    def history(self) -> tuple[Made, ...]:
        """The steps in the order in which they were made, with the notes of this run."""
        return history(self.scenario, self.trace)

    def why(self, since: float | None = None) -> Why | None:
        """Why the chosen pod is as it is at `t`, or all that led there from `since` on; None for no pod at all."""
        if self.pod not in self._shown.born:
            return None
        if since is None:
            return why(self.trace, self.pod, self._t)
        return why(self.trace, self.pod, max(0.0, min(since, self._t)), self._t)

    def code(self) -> str:
        """Python that makes the same trace. The scenario that the lab was opened with is called `scenario` in it."""
        return story_code(self._first, self.scenario, self._shown.wished)

    # Gestures: at `t`, on the chosen pod.

    def kill(self, container: str, signal: str | int | None = None) -> None:
        """Send a signal (default: the chosen one) to the main process of one of the pod's containers."""
        pod = self._the_pod()
        if container not in self.containers:
            raise ValueError(f"kill: pod {pod!r} has no container {container!r}; it has {_list(self.containers)}")
        self.do(kill(f"{pod}/{container}", self._t, self.signal if signal is None else signal))

    def kill_sandbox(self) -> None:
        """Kill the pod's pause process."""
        self.do(kill_sandbox(self._the_pod(), self._t))

    def delete(self, grace_period: int | None = None) -> None:
        """Delete the pod, with its own grace period or with another (seconds)."""
        self.do(delete(self._the_pod(), self._t, grace_period))

    def do(self, gesture: Action) -> None:
        """Any gesture, at its own time. What came of it is the message."""
        until = self._shown.wished
        if not self._shown.ran.cut and gesture.at > until - AFTER:
            until = hundredths(gesture.at) + GROWS
        before = self._run(self.scenario, until).trace
        self._take(self.scenario.but(gesture), until)
        self._t = min(hundredths(gesture.at) + AFTER, self.until)
        said, note = f"{seconds(gesture.at)}: {gesture.words}.", self.history[-1].note
        if note:
            self._say(f"{said} Nothing happened: {note}. {later(self.trace, gesture)}".rstrip(), "warning")
        else:
            self._say(f"{said} {outcome(before, self.trace, gesture, self._t)}".rstrip())

    def set_policy(self, policy: str) -> None:
        """Play the whole story again, from its start, with another restartPolicy; that of a template is left alone."""
        step = restart_policy(self._the_pod(), policy)
        if policy == self.policy:
            return
        if self.template_decides:
            self._say(self.template_decides, "warning")
            return
        running = self.pod_object
        self._take(self.scenario.but(step))
        self._say(
            f"The whole story again, from 0 s, with restartPolicy {policy}. A real cluster refuses to change the policy"
            f" of a pod that is there: {self.pod} would have to be deleted and created anew.",
            answer=refusal(running, policy) if running is not None else "",
        )

    # What is looked at.

    def seek(self, t: float) -> None:
        """Look at another instant; one outside the run means its nearest end."""
        self._t = min(hundredths(t), self.until)
        self.changed()

    def next_event(self) -> None:
        """Look at the next instant at which anything happens; stay, and say so, when nothing more does."""
        i = bisect_right(self._shown.instants, self._t)
        if i < len(self._shown.instants):
            self.seek(self._shown.instants[i])
        else:
            self._say(f"Nothing more happens until the run ends at {seconds(self.until)}.")

    def previous_event(self) -> None:
        """Look at the latest instant before this one at which anything happened."""
        i = bisect_left(self._shown.instants, self._t)
        self.seek(self._shown.instants[i - 1] if i else 0.0)

    def set_pod(self, pod: str) -> None:
        """Choose the pod that gestures are for."""
        if pod not in self.pods:
            raise ValueError(f"there is no pod {pod!r}; there is {_list(self.pods)}")
        self.pod = pod
        self.changed()

    def set_signal(self, signal: str | int) -> None:
        """Choose what a kill sends."""
        self.signal = signal_name(signal)
        self.changed()

    def set_until(self, until: float) -> None:
        """Let the run last longer or less long."""
        self._show(self.scenario, until, self._shown.done, self._shown.undone, self._shown.lengths)
        self._t = min(self._t, self.until)
        self._say("")

    # Other runs to compare with.

    def pin(self) -> None:
        """Keep this run, to compare later ones with it."""
        self.pinned = self.trace
        self._say("This run is pinned: change the story, and compare.")

    def under_each_policy(self) -> dict[str, Trace]:
        """The same story under each restart policy of the chosen pod. ValueError where a template decides it."""
        if self.template_decides:
            raise ValueError(self.template_decides)
        pod, now = self._the_pod(), self.policy
        others = {p: self.scenario.but(restart_policy(pod, p)) for p in POLICIES if p != now}
        return {p: self._run(others[p], self._shown.wished).trace if p in others else self.trace for p in POLICIES}

    # The story as a whole.

    def undo(self) -> None:
        """Take back the latest change of the story: a gesture, a policy, a manifest, a reset."""
        self._move("undo")

    def redo(self) -> None:
        """Do again what was taken back."""
        self._move("redo")

    def reset(self) -> None:
        """Back to the manifests as they were, with nothing done to them, and to the first instant. Can be undone."""
        if self.scenario.steps:
            self._take(self.scenario.reset())
        self._t = min(self._opens_at, self.until)
        self._say("Back to the beginning: nothing has been done to the pods.")

    def set_manifest(self, text: str) -> None:
        """Begin another story in the same world. ManifestError lists what is wrong with the manifest."""
        given = load(text + "\n")  # with a line break it is a manifest, never the name of a file
        objects = given.objects
        if not any(type(o).__name__ in RUN for o in objects):
            kinds = ", ".join(dict.fromkeys(type(o).__name__ for o in objects))
            raise WrongValue(f"no Pod here, nor anything that makes one, only {kinds}: add a Pod after a line of ---")
        said = dict(self.scenario.world.image_behaviors) | dict(given.world.image_behaviors)
        world = replace(self.scenario.world, image_behaviors=tuple(said.items()))
        self._take(replace(self.scenario, objects=objects, steps=(), world=world, warnings=given.warnings))
        self._t = min(OPENS_AT, self.until)
        noted = " podlab has a note on it: it stands above the picture." if self.trace.notes else ""
        self._say(f"A new story with {_list(self.pods)}.{noted}")

    def save(self) -> str:
        """The text of a file from which `open` has the scenario again, and the length of its run."""
        return scenario_text(self.scenario, self._shown.wished)

    def link(self) -> str:
        """The text of a link that opens the lab as it is now: `pl.from_link` takes it."""
        return link_text(self.scenario, self._shown.wished, self._t)

    def open(self, text: str) -> None:
        """Go on with the scenario of a file, or with its manifest. StoryError or ManifestError say what is wrong."""
        if not is_scenario_text(text):
            self.set_manifest(text)
            return
        scenario, until = parse_scenario(text)
        self._take(scenario, until)
        self._t = min(OPENS_AT, self.until)
        steps = len(scenario.steps)
        self._say(f"Opened: {_list(self.pods)}, with {steps} step{'' if steps == 1 else 's'}.")

    def changed(self) -> None:
        """Called after every change. A panel draws itself anew here."""

    def _the_pod(self) -> str:
        if not self.pod:
            raise ValueError("there is no pod; write a manifest with one")
        return self.pod

    @property
    def _spec(self) -> PodSpec | None:
        """The chosen pod's spec, as it was created."""
        return self._shown.born[self.pod].spec if self.pod in self._shown.born else None

    def _run(self, scenario: Scenario, until: float) -> Ran:
        return self.runs(scenario, until)

    def _take(self, scenario: Scenario, until: float | None = None) -> None:
        """Run a scenario; when that went well it is the lab's, and the old one can be had back."""
        done, wished = pushed(self._shown.done, self.scenario, scenario), self._shown.wished
        until = wished if until is None else until
        length = None if until == wished else wished
        self._show(scenario, until, done, lengths=((*self._shown.lengths[0], length), ()))

    def _move(self, what: str) -> None:
        """One scenario back in the history, or forward again."""
        source, target = self._shown.done, self._shown.undone
        if what == "redo":
            source, target = target, source
        if source is None:
            self._say(f"There is nothing to {what}.")
            return
        kept, source = source
        scenario = restored(kept, self.scenario)
        target = pushed(target, self.scenario, scenario)
        done, undone = (source, target) if what == "undo" else (target, source)
        wished, lengths = self._shown.wished, self._shown.lengths
        here, there = lengths if what == "undo" else lengths[::-1]
        until = wished if here[-1] is None else here[-1]
        here, there = here[:-1], (*there, None if here[-1] is None else wished)
        self._show(scenario, until, done, undone, (here, there) if what == "undo" else (there, here))
        self._t = min(self._t, self.until)
        self._say("")

    def _show(
        self,
        scenario: Scenario,
        wished: float,
        done: History = None,
        undone: History = None,
        lengths: tuple[Lengths, Lengths] = ((), ()),
    ) -> None:
        """Run a scenario; when that went well, it is the lab's from now on."""
        ran = self._run(scenario, wished)
        trace = ran.trace
        born: dict[str, Pod] = {}
        for change in trace.changes:
            born.setdefault(key_of(change.pod), change.pod)
        times = {0.0, *(c.t for c in trace.changes), *(e.t for e in trace.events), *(g.t for g in trace.gestures)}
        instants = tuple(sorted({min(hundredths(t), trace.until) for t in times if t <= trace.until}))
        self._shown = _Shown(scenario, ran, wished, done, undone, born, instants, lengths)
        if self.pod not in self.pods:
            self.pod = next(iter(self.pods), "")

    def _say(self, text: str, kind: str = "info", answer: str = "") -> None:
        """Say it, and that the run was cut short if it was."""
        if self._shown.ran.cut:
            self.message = Message("warning", f"{text} {self._shown.ran.cut}".lstrip(), answer)
        else:
            self.message = Message(kind, text, answer) if text else None
        self.changed()


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(repr(n) for n in names) or "none"
