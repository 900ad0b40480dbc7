"""A live simulation to work with: kubectl, gestures, and time that passes when it is asked to.

Everything done to a Session is remembered, so that a Scenario can be made of it.
"""

from __future__ import annotations

import bisect
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec, TypeVar

from podlab.actions import Requested, Typed, kill, kill_sandbox, node_down, node_up
from podlab.actions.typed import note_of
from podlab.api.mistakes import WrongType, WrongValue, seconds_since
from podlab.apiserver import LiveApi
from podlab.core.engine.action import Action
from podlab.core.engine.history import Gesture
from podlab.core.engine.loop import USUAL
from podlab.core.engine.timing import Timing
from podlab.kubectl.call import Result
from podlab.kubectl.cli import Kubectl
from podlab.simulation.engine import Simulation
from podlab.simulation.running import LONGEST, Source, load
from podlab.simulation.scenario import Scenario, World
from podlab.simulation.trace import Snapshot, Trace

if TYPE_CHECKING:
    from podlab.apiserver.rest import Request, Response, Rest
    from podlab.serve import Server

REFUSED = 400
"""From this code on an HTTP response says that something went wrong."""
P = ParamSpec("P")
T = TypeVar("T")


def _by_owner(method: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """Only one thread works on a session: while it is served, that of its server."""

    @wraps(method)
    def work(self: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        server = self._server
        if server is None or not server.running:
            return method(self, *args, **kwargs)
        return server.call(lambda: method(self, *args, **kwargs))

    return work


class Session:
    """A cluster that lives while you look at it.

    It begins with manifests, with a Scenario, or with nothing. Commands and gestures happen at the present instant; no
    time passes but by `advance` and `wait`, by `kubectl get --watch`, and where a command waits: `delete` until the
    object is gone, `exec` until the program has ended.
    """

    def __init__(
        self,
        source: Scenario | Source | None = None,
        *,
        world: World | None = None,
        timing: Timing | None = None,
        seed: int = 0,
    ) -> None:
        if not isinstance(source, Scenario):
            timing = timing or Timing.ideal()
            if source is None:
                source = Scenario((), world=world or World(), timing=timing, seed=seed)
            else:
                source = load(source, world=world, timing=timing, seed=seed)
        elif world is not None or timing is not None or seed:
            raise WrongType("Session: a Scenario has its own world, timing and seed; use its with_world and timed")
        self._began = source
        self._steps: list[Action] = []
        self._files: dict[str, str] = {}
        self._server: Server | None = None
        self._heard: list[Callable[[Action], None]] = []
        self._torn = False
        self._sim = Simulation(source)
        self._take(self._sim)
        self._run_until(0.0)

    def _take(self, simulation: Simulation) -> None:
        """Make a simulation the session's own."""
        if simulation is not self._sim and "rest" in self._sim.__dict__:
            simulation.rest.go_on_from(self._sim.rest)
        self._api = LiveApi(simulation)
        self._kubectl = Kubectl(self._api, read_file=self._read_file)
        self._sim = simulation

    def __repr__(self) -> str:
        pods = len(self._mended().api.pods)
        return f"<Session at t={self.now:g}s, {pods} {'pod' if pods == 1 else 'pods'}>"

    @property
    def now(self) -> float:
        """Seconds since the session began."""
        return self._mended().loop.now

    @property
    def clock(self) -> datetime:
        """The wall-clock time in the simulation, in UTC."""
        return self.snapshot.now

    @property
    @_by_owner
    def trace(self) -> Trace:
        """What has happened so far."""
        return replace(self._mended().trace(), scenario=self.scenario)

    @property
    def snapshot(self) -> Snapshot:
        """The world now."""
        return self.trace.end

    @property
    @_by_owner
    def scenario(self) -> Scenario:
        """A Scenario of what the session began with and all that was done since; `pl.run` tells the same story.

        What was done at an instant is done there after all else that happens then, as it was in the session.
        """
        return self._began.but(*self._steps)

    @_by_owner
    def advance(self, seconds: float) -> float:
        """Let time pass. Returns the time it is then. ValueError for anything but 0 s to a month."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
            raise WrongValue(f"advance: must be seconds from 0 to {LONGEST:.0f} (a month), not {seconds!r}")
        self._act(lambda: self._run_until(self._sim.loop.now + seconds))
        return self.now

    @_by_owner
    def wait(self, holds: Callable[[Snapshot], bool], timeout: float = 300.0) -> bool:
        """Let time pass until `holds(snapshot)`, for at most `timeout` seconds. Returns whether it holds."""
        if not callable(holds):
            raise WrongType(f"wait: takes a function of a snapshot, as in wait(lambda now: …), not {holds!r}")
        limit = seconds_since(timeout, "timeout")
        return self._act(lambda: self._api.wait_until(lambda: bool(holds(self.snapshot)), limit))

    @_by_owner
    def kubectl(self, command: str, stdin: str = "") -> Result:
        """Run a kubectl command now: `kubectl("apply -f -", manifest)`. Mistakes are told as in a terminal."""
        return self._act(lambda: self._type(command, stdin))

    def _type(self, command: str, stdin: str) -> Result:
        at, api = self._sim.loop.now, self._api
        self._allow_more()
        api.changed, api.waited, self._files = False, False, {}
        result, ended = None, False
        try:
            result = self._kubectl.run(command, stdin)
            ended = True
        except Exception:
            ended = True
            raise
        finally:  # a command that was interrupted has been typed if it only waited, else never
            if api.changed and (ended or api.waited):
                self._remember(Typed(command, at, stdin, tuple(self._files.items())))
        if api.changed:
            done = Gesture(at, Typed.verb, command, note=note_of(result, api))
            bisect.insort(self._sim.recorder.gestures, done, key=lambda gesture: gesture.t)
        self._run_until(self._sim.loop.now)
        return result

    @_by_owner
    def do(self, *steps: Action) -> None:
        """Carry out gestures, such as `pl.kill("shop/web", at=30)`: now, or when their time has come."""
        for step in steps:
            if not isinstance(step, Action):
                raise WrongType(f"do: {step!r} is no gesture; use pl.kill(…), pl.delete(…) and the like")
            if step.at < self.now:
                raise WrongValue(f"do: {step} is in the past; it is t={self.now:g}s now")
        self._act(lambda: self._perform(steps))

    def _perform(self, steps: Sequence[Action]) -> None:
        for step in steps:
            if step.at == self._sim.loop.now and not step.closes:
                step = replace(step, last=True)  # all else of this instant has happened
            self._remember(step)
            self._sim.plan(step)
        self._run_until(self._sim.loop.now)

    @_by_owner
    def undo(self) -> None:
        """Take back what was done last, a gesture or a command that changed something. The time stays what it is.

        The cluster is made anew without it. WrongValue when nothing has been done.
        """
        self._mended()
        if not self._steps:
            raise WrongValue("undo: nothing has been done in this session yet")
        self._torn = True
        self._steps.pop()
        self._mended()

    @_by_owner
    def rewind(self, t: float) -> None:
        """Go back to `t` seconds; what was done later is forgotten. ValueError for a time that is not in the past."""
        if isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t <= self.now:
            raise WrongValue(f"rewind: must be seconds from 0 to now ({self.now:g}), not {t!r}")
        self._steps = [step for step in self._steps if step.at <= t]
        self._take(_made_anew(self.scenario, float(t)))

    @property
    def rest(self) -> Rest:
        """The API server as clients over the network see it; what changes something goes through `request`."""
        return self._mended().rest

    def request(self, request: Request) -> Response:
        """Answer a client's request now. One that has changed something is remembered, as a command is."""
        return self._act(lambda: self._answer(request))

    def _answer(self, request: Request) -> Response:
        at, rest = self._sim.loop.now, self._sim.rest
        self._allow_more()
        before = rest.writes
        response = rest.handle(request)
        if rest.writes != before:
            call, body, kind = rest.told(request)
            step = Requested(call, at, body=body, content_type=kind, agent=request.agent.partition("/")[0])
            self._remember(step)
            note = None if response.code < REFUSED else str(response.data.get("message", ""))
            bisect.insort(self._sim.recorder.gestures, Gesture(at, step.verb, call, note=note), key=lambda g: g.t)
        self._run_until(self._sim.loop.now)
        return response

    def serve(
        self, *, speed: float | Literal["max"] = 1, paused: bool = False, port: int = 0, kubeconfig: str | None = None
    ) -> Server:
        """Let real clients in: the Kubernetes API over HTTPS, on this machine only, until `stop()`.

        `speed`: virtual seconds for each second of the clock, or "max"; `paused`: time stands still until it is let
        pass by `advance`. The kubeconfig that is written has a token which no one else has. From now on the server's
        thread alone works on the session; what is done to it here is done there. Needs podlab[serve].
        """
        from podlab.serve import Server  # tornado and trustme, which a Session does not need

        if self._server is not None and self._server.running:
            raise WrongValue(f"serve: this session is served already at {self._server.url}; stop() that server first")
        self.start_clock_now()
        path = Path(kubeconfig) if kubeconfig is not None else None
        self._server = Server(self, speed=speed, paused=paused, port=port, kubeconfig=path)
        return self._server

    @property
    def server(self) -> Server | None:
        """The server that lets clients in, while there is one."""
        return self._server if self._server is not None and self._server.running else None

    def next_at(self) -> float | None:
        """When something is due next, in seconds since the session began; None when nothing is."""
        return self._mended().loop.next_at()

    def step_to(self, t: float) -> None:
        """Let time pass until `t` seconds since the session began."""
        self._act(lambda: self._run_until(max(t, self._sim.loop.now)))

    def start_clock_now(self) -> None:
        """Let the clock in the simulation show what the clock on the wall shows: clients work out ages themselves.

        All that has happened is told again with the new times.
        """
        start = (datetime.now(UTC) - timedelta(seconds=self.now)).replace(microsecond=0)
        self._began = self._began.with_world(start=start)
        self._take(_made_anew(self.scenario, self.now))

    def tell(self, listener: Callable[[Action], None]) -> None:
        """From now on tell a listener of everything that is done to the session, before it is answered."""
        self._heard.append(listener)

    def _remember(self, step: Action) -> None:
        self._steps.append(step)
        for listener in self._heard:
            listener(step)

    def kill(self, container: str, signal: str | int = "SIGKILL") -> None:
        """Send a signal to the main process of "pod/container" now."""
        self.do(kill(container, self.now, signal))

    def kill_sandbox(self, pod: str) -> None:
        """Kill the pod's pause process now."""
        self.do(kill_sandbox(pod, self.now))

    def node_down(self, node: str) -> None:
        """Stop the node's kubelet now."""
        self.do(node_down(node, self.now))

    def node_up(self, node: str) -> None:
        """Start the node's kubelet again now."""
        self.do(node_up(node, self.now))

    def _run_until(self, t: float) -> None:
        self._allow_more()
        self._sim.advance(t)

    def _allow_more(self) -> None:
        """What a session does may go on for ever, but no single call."""
        self._sim.loop.allow(USUAL)

    def _read_file(self, name: str) -> str:
        """A manifest's file; its text is remembered with the command."""
        text = self._files[name] = Path(name).read_text(encoding="utf-8")
        return text

    # An interrupt (KeyboardInterrupt) may come in the middle of anything. What it leaves is thrown away: the next use
    # makes the same cluster anew from the scenario, which holds all that was done, up to the instant it had reached.

    def _act(self, action: Callable[[], T]) -> T:
        """Do something that is done as a whole; what an interrupt leaves half done is mended at the next use."""
        if self._torn and _under_way(self):  # a condition that `wait` asks may itself look at the session
            return action()
        self._mended()
        self._torn = True
        try:
            result = action()
        except Exception:
            self._torn = False
            raise
        self._torn = False
        return result

    def _mended(self) -> Simulation:
        """The simulation, made anew if an interrupt has torn it."""
        if self._torn and not _under_way(self):
            self._take(_made_anew(self.scenario, self._sim.loop.now))
            self._torn = False
        return self._sim


def _under_way(session: Session) -> bool:
    """Whether whoever asks is called by an action of the session: a flag would not survive every interrupt."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code in _ACTIONS and frame.f_locals.get("self") is session:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


_ACTIONS = (Session._act.__code__, Session._mended.__code__)


def _made_anew(scenario: Scenario, reached: float) -> Simulation:
    """The simulation that a session had of a scenario at an instant, with the budgets of all its calls together.

    Where one of the calls ended in an error it goes on behind it, as the session did.
    """
    simulation = Simulation(scenario)
    calls = len(scenario.steps) + 2
    simulation.loop.allow(USUAL.times(calls))
    for _ in range(calls):
        try:
            simulation.advance(reached)
            break
        except Exception:
            if not simulation.loop.whole:
                break
    return simulation


_current: Session | None = None


def use(session: Session) -> Session:
    """Make a session the one that `%kubectl` speaks to."""
    global _current
    if not isinstance(session, Session):
        raise WrongType(f"use: {session!r} is no Session")
    _current = session
    return session


def current() -> Session:
    """The session that `%kubectl` speaks to: that of `use`, else a new and empty one."""
    return _current or use(Session())
