"""Runs for a lab: in slices, so that long work can show how far it is and be stopped; the latest are remembered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from podlab.lab.outcome import seconds
from podlab.simulation import BudgetExceeded, Scenario, Simulation, Trace
from podlab.simulation.running import run_length

SLICE = 0.05
"""Seconds of real time that a run may take without anybody being asked."""
PATIENCE = 0.4
"""Seconds of real time after which a run counts as long work."""
FIRST = 60.0
"""Seconds of its own time that a run goes on at first, before it is known how long that takes."""
KEPT = 6
"""So many of the latest runs are remembered: enough for undo, and for three policies side by side."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run gave. `cut` says why it did not reach its end, and is empty when it did."""

    trace: Trace
    cut: str = ""


class Work:
    """One run under way. `ran` is None until it is over. Errors: as of `podlab.run`, but none for the budget."""

    def __init__(self, scenario: Scenario, until: float) -> None:
        self.scenario = scenario
        self.until = run_length(until)
        self.ran: Ran | None = None
        self._simulation = Simulation(scenario)
        self._step = max(min(self.until / 8, FIRST), 0.001)

    @property
    def reached(self) -> float:
        """How far it is, in seconds of its own time."""
        return self._simulation.loop.now

    def go_on(self, patience: float) -> Ran | None:
        """Go on for about so many seconds of real time; what it gave, once it is over."""
        begin = now = perf_counter()
        while self.ran is None and now - begin < patience:
            try:
                self._simulation.advance(min(self.reached + self._step, self.until))
            except BudgetExceeded as error:
                self.stop(str(error))
            else:
                if self.reached >= self.until:
                    self.ran = Ran(self._simulation.trace())
            before, now = now, perf_counter()
            if now - before > SLICE:
                self._step /= 2
            elif now - before < SLICE / 4:
                self._step *= 2
        return self.ran

    def stop(self, reason: str = "") -> None:
        """End it here: what it had by now is what it gave."""
        reason = reason or f"stopped by hand at {seconds(self.reached)}"
        self.ran = Ran(self._simulation.trace(), f"The run did not reach its end: {reason}. What it had is shown.")


class Unfinished(Exception):
    """A run takes long. `work` can go on; asked for again once it is over, its result is there at once."""

    def __init__(self, work: Work) -> None:
        super().__init__("the run takes long")
        self.work = work


class Runs:
    """`runs(scenario, until)` gives what `podlab.run` would; equal scenarios asked for again cost nothing."""

    def __init__(self) -> None:
        self._kept: list[tuple[Scenario, float, Ran]] = []
        self._patient = True
        self._hurried = False

    def __call__(self, scenario: Scenario, until: float) -> Ran:
        """Run it to its end. Errors: as of `podlab.run`; `Unfinished` where `impatient` and it takes long."""
        known = next((kept for kept in self._kept if kept[1] == until and kept[0] == scenario), None)
        ran = known[2] if known is not None else self._run(Work(scenario, until))
        self._kept = [kept for kept in self._kept if kept is not known]
        if not self._hurried:  # what was stopped by hand shall run to its end when it is asked for again
            self._keep(scenario, until, ran)
        return ran

    def remember(self, work: Work) -> None:
        """Keep a run that went on, and ended, elsewhere."""
        if work.ran is not None:
            self._keep(work.scenario, work.until, work.ran)

    @contextmanager
    def impatient(self, *, hurried: bool = False) -> Iterator[None]:
        """Meanwhile a run that takes long raises `Unfinished`, or when `hurried` is stopped where it is."""
        self._patient, self._hurried = False, hurried
        try:
            yield
        finally:
            self.be_patient()

    def be_patient(self) -> None:
        """From now on a run may take as long as it takes."""
        self._patient, self._hurried = True, False

    def _run(self, work: Work) -> Ran:
        while (ran := work.go_on(PATIENCE)) is None:
            if self._hurried:
                work.stop()
            elif not self._patient:
                raise Unfinished(work)
        return ran

    def _keep(self, scenario: Scenario, until: float, ran: Ran) -> None:
        self._kept = [*self._kept[-KEPT + 1 :], (scenario, until, ran)]
