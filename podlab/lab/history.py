"""What was done to a scenario, as a list and as the code that does it again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from podlab.api.manifest_text import manifest_text
from podlab.core.engine.action import RestartPolicy
from podlab.lab.outcome import seconds
from podlab.simulation import Scenario, Trace
from podlab.simulation.scenario import Step


@dataclass(frozen=True, slots=True)
class Made:
    """One step of the scenario as the history lists it. `note` says so when a gesture struck nothing."""

    step: Step
    note: str | None = None

    def __str__(self) -> str:
        if isinstance(self.step, RestartPolicy):
            return f"from the start: restartPolicy of {self.step.target} is {self.step.policy}"
        return f"{seconds(self.step.at)}: {self.step.words}" + (f" ({self.note})" if self.note else "")


def history(scenario: Scenario, trace: Trace) -> tuple[Made, ...]:
    """The steps in the order in which they were made, with the notes that the scenario's run left on them."""
    # Gestures are carried out in the order of Scenario.gestures; those after the end of the run are not.
    done = zip(scenario.gestures, trace.gestures, strict=False)
    notes = {id(asked): made.note for asked, made in done if (asked.verb, asked.at) == (made.verb, made.t)}
    return tuple(Made(step, notes.get(id(step))) for step in scenario.steps)


def story_code(first: Scenario, now: Scenario, until: float) -> str:
    """Python that makes the trace of `now`, where `first` is called `scenario`."""
    if now.objects != first.objects:
        start, steps = f"pl.load({manifest_text(now.objects)!r})", now.steps
    elif now.steps[: len(first.steps)] == first.steps:
        start, steps = "scenario", now.steps[len(first.steps) :]
    else:
        start, steps = "scenario.reset()", now.steps
    made = replace(now, steps=steps).code().removeprefix("scenario")
    return f"story = {start}{made}\ntrace = pl.run(story, until={until:g})"
