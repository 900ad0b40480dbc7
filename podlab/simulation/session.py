"""A live simulation to work with: kubectl, gestures, and time that passes when it is asked to.

Everything done to a Session is remembered, so that a Scenario can be made of it.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec, TypeVar

from podlab.api.mistakes import WrongType, WrongValue
from podlab.apiserver import LiveApi
from podlab.core.engine import action as gestures
from podlab.core.engine.action import Intervention, Requested, Typed
from podlab.core.engine.history import Gesture
from podlab.core.engine.scenario import Scenario, World
from podlab.core.engine.timing import Timing
from podlab.kubectl.call import Result
from podlab.kubectl.cli import Kubectl
from podlab.simulation.engine import Simulation, budget
from podlab.simulation.gestures import perform
from podlab.simulation.running import LONGEST, Source, load
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
        self._steps: list[Intervention] = []
        self._sim = Simulation(source)
        self._files: dict[str, str] = {}
        self._server: Server | None = None
        self._heard: list[Callable[[Intervention], None]] = []
        self._begin(source, 0.0)

    def _begin(self, scenario: Scenario, until: float) -> None:
        """Tell a scenario from its beginning up to `until`, and go on from there."""
        before = getattr(self, "_sim", None)
        self._sim = Simulation(scenario)
        if before is not None and "rest" in before.__dict__:
            self._sim.rest.go_on_from(before.rest)
        self._api = LiveApi(self._sim)
        self._kubectl = Kubectl(self._api, read_file=self._read_file)
        self._run_until(until)

    def __repr__(self) -> str:
        pods = len(self._sim.api.pods)
        return f"<Session at t={self.now:g}s, {pods} {'pod' if pods == 1 else 'pods'}>"

    @property
    def now(self) -> float:
        """Seconds since the session began."""
        return self._sim.loop.now

    @property
    def clock(self) -> datetime:
        """The wall-clock time in the simulation, in UTC."""
        return self.snapshot.now

    @property
    @_by_owner
    def trace(self) -> Trace:
        """What has happened so far."""
        return replace(self._sim.trace(), scenario=self.scenario)

    @property
    def snapshot(self) -> Snapshot:
        """The world now."""
        return self.trace.end

    @property
    @_by_owner
    def scenario(self) -> Scenario:
        """A Scenario of what the session began with and all that was done since; `pl.run` tells the same story."""
        return self._began.but(*self._steps)

    @_by_owner
    def advance(self, seconds: float) -> float:
        """Let time pass. Returns the time it is then. ValueError for anything but 0 s to a month."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
            raise WrongValue(f"advance: must be seconds from 0 to {LONGEST:.0f} (a month), not {seconds!r}")
        self._run_until(self.now + seconds)
        return self.now

    @_by_owner
    def wait(self, holds: Callable[[Snapshot], bool], timeout: float = 300.0) -> bool:
        """Let time pass until `holds(snapshot)`, for at most `timeout` seconds. Returns whether it holds."""
        return self._api.wait_until(lambda: bool(holds(self.snapshot)), timeout)

    @_by_owner
    def kubectl(self, command: str, stdin: str = "") -> Result:
        """Run a kubectl command now: `kubectl("apply -f -", manifest)`. Mistakes are told as in a terminal."""
        at = self.now
        self._allow_more()
        self._api.changed, self._files = False, {}
        result = self._kubectl.run(command, stdin)
        if self._api.changed:
            self._remember(Typed(command, at, stdin, tuple(self._files.items())))
            done = Gesture(at, Typed.verb, command, note=result.stderr.strip() if result.rc else None)
            bisect.insort(self._sim.recorder.gestures, done, key=lambda gesture: gesture.t)
        self._run_until(self.now)
        return result

    @property
    def rest(self) -> Rest:
        """The API server as clients over the network see it; what changes something goes through `request`."""
        return self._sim.rest

    def request(self, request: Request) -> Response:
        """Answer a client's request now. One that has changed something is remembered, as a command is."""
        at = self.now
        self._allow_more()
        rest = self._sim.rest
        before = rest.writes
        response = rest.handle(request)
        if rest.writes != before:
            call, body = rest.told(request)
            step = Requested(call, at, body, request.content_type, request.agent.partition("/")[0])
            self._remember(step)
            note = None if response.code < REFUSED else str(response.data.get("message", ""))
            bisect.insort(self._sim.recorder.gestures, Gesture(at, step.verb, call, note=note), key=lambda g: g.t)
        self._run_until(self.now)
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

    def next_at(self) -> float | None:
        """When something is due next, in seconds since the session began; None when nothing is."""
        return self._sim.loop.next_at()

    def step_to(self, t: float) -> None:
        """Let time pass until `t` seconds since the session began."""
        self._run_until(max(t, self.now))

    @_by_owner
    def do(self, *steps: Intervention) -> None:
        """Carry out gestures, such as `pl.kill("shop/web", at=30)`: now, or when their time has come."""
        for step in steps:
            if not isinstance(step, Intervention):
                raise WrongType(f"do: {step!r} is no gesture; use pl.kill(…), pl.delete(…) and the like")
            if step.at < self.now:
                raise WrongValue(f"do: {step} is in the past; it is t={self.now:g}s now")
        for step in steps:
            self._remember(step)
            self._sim.loop.call_at(step.at, perform, self._sim, step)
        self._run_until(self.now)

    @_by_owner
    def undo(self) -> bool:
        """Take back the latest thing that was done: all is told again without it, up to now. False: there is none."""
        if not self._steps:
            return False
        del self._steps[-1]
        self._begin(self.scenario, self.now)
        return True

    @_by_owner
    def rewind(self, t: float) -> None:
        """Go back to `t` seconds; what was done later is forgotten. ValueError for a time that is not in the past."""
        if isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t <= self.now:
            raise WrongValue(f"rewind: must be seconds from 0 to now ({self.now:g}), not {t!r}")
        self._steps = [step for step in self._steps if step.at <= t]
        self._begin(self.scenario, float(t))

    def start_clock_now(self) -> None:
        """Let the clock in the simulation show what the clock on the wall shows: clients work out ages themselves.

        All that has happened is told again with the new times.
        """
        start = (datetime.now(UTC) - timedelta(seconds=self.now)).replace(microsecond=0)
        self._began = self._began.with_world(start=start)
        self._begin(self.scenario, self.now)

    def tell(self, listener: Callable[[Intervention], None]) -> None:
        """From now on tell a listener of everything that is done to the session, before it is answered."""
        self._heard.append(listener)

    def _remember(self, step: Intervention) -> None:
        self._steps.append(step)
        for listener in self._heard:
            listener(step)

    def kill(self, container: str, signal: str | int = "SIGKILL") -> None:
        """Send a signal to the main process of "pod/container" now."""
        self.do(gestures.kill(container, self.now, signal))

    def kill_sandbox(self, pod: str) -> None:
        """Kill the pod's pause process now."""
        self.do(gestures.kill_sandbox(pod, self.now))

    def node_down(self, node: str) -> None:
        """Stop the node's kubelet now."""
        self.do(gestures.node_down(node, self.now))

    def node_up(self, node: str) -> None:
        """Start the node's kubelet again now."""
        self.do(gestures.node_up(node, self.now))

    def _run_until(self, t: float) -> None:
        self._allow_more()
        self._sim.advance(t)

    def _allow_more(self) -> None:
        """What a session does may go on for ever, but no single call."""
        api = self._sim.api
        self._sim.loop.allow(**budget(len(api.pods) + len(api.others)))

    def _read_file(self, name: str) -> str:
        """A manifest's file; its text is remembered with the command."""
        text = self._files[name] = Path(name).read_text(encoding="utf-8")
        return text


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
