"""Scenario, the engine (the only clock, the only mutable state) and the Trace it returns.

`run(scenario, until)` is a pure function on top of `Simulation`, which can be stepped.
"""

from podlab.actions import (
    delete,
    delete_node,
    drain,
    evict,
    fail_probe,
    fill_memory,
    kill,
    kill_sandbox,
    node_down,
    node_up,
    recover_probe,
    requested,
    scale,
    set_condition,
    typed,
)
from podlab.core.engine.action import Action, restart_policy
from podlab.core.engine.history import Change, Event, Run, SandboxSpan
from podlab.core.engine.loop import BudgetExceeded
from podlab.core.engine.timing import Timing
from podlab.simulation.engine import Simulation
from podlab.simulation.running import load, run
from podlab.simulation.scenario import Scenario, World
from podlab.simulation.trace import Snapshot, Trace

Intervention = Action
"""What an action was called before; goes on working."""

__all__ = [
    "Action",
    "BudgetExceeded",
    "Change",
    "Event",
    "Intervention",
    "Run",
    "SandboxSpan",
    "Scenario",
    "Simulation",
    "Snapshot",
    "Timing",
    "Trace",
    "World",
    "delete",
    "delete_node",
    "drain",
    "evict",
    "fail_probe",
    "fill_memory",
    "kill",
    "kill_sandbox",
    "load",
    "node_down",
    "node_up",
    "recover_probe",
    "requested",
    "restart_policy",
    "run",
    "scale",
    "set_condition",
    "typed",
]
