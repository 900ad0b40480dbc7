"""A Scenario as users of podlab have it: the core's, which can also tell what of its manifests is only kept."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.api.parts import key_of
from podlab.api.simulated import not_simulated
from podlab.core.engine.scenario import Scenario as CoreScenario
from podlab.core.engine.scenario import Step, World
from podlab.simulation.printed import Printed

__all__ = ["Scenario", "Step", "World"]


@dataclass(frozen=True, slots=True, repr=False)
class Scenario(CoreScenario):
    """Manifests and what happens to them. `run(scenario)` tells what becomes of it; nothing changes a scenario.

    `objects` are decoded API objects, created in order at t = 0; `steps` are gestures and changes of policy, in the
    order they were made; `seed` makes identities and random waits.
    """

    @property
    def not_simulated(self) -> Printed:
        """What the manifests say that changes nothing in a run, a line each; podlab keeps it, and exports it."""
        rows = [
            (f"{type(obj).__name__} {key_of(obj)}", "all of it" if path == "kind" else path)
            for obj in self.objects
            for path in not_simulated(obj)
        ]
        width = max((len(what) for what, _ in rows), default=0)
        lines = [f"{what:{width}}  {path}" for what, path in rows]
        return Printed("\n".join(lines or ["podlab simulates all that these manifests say."]) + "\n")
