"""podlab: a pod laboratory. Load a manifest, run it in virtual time, look, change something, run again.

import podlab as pl

shop = pl.load("shop.yaml")                                    # a Scenario
base = pl.run(shop, until=120)                                 # a Trace
killed = pl.run(shop.but(pl.kill("shop/web", at=20)), until=120)
print(killed.at(21).get())                                     # what `kubectl get pods` prints
pl.timeline(killed)                                            # a picture
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from podlab.api import ManifestError
from podlab.formats.scenario_file import open_scenario, save_scenario
from podlab.formats.story import StoryError, load_story, story_scenario, to_story
from podlab.simulation import (
    BudgetExceeded,
    Scenario,
    Snapshot,
    Timing,
    Trace,
    World,
    delete,
    delete_node,
    drain,
    evict,
    fail_probe,
    fill_memory,
    kill,
    kill_sandbox,
    load,
    node_down,
    node_up,
    recover_probe,
    requested,
    restart_policy,
    run,
    scale,
    set_condition,
    typed,
)

if TYPE_CHECKING:
    from podlab.cluster.ask import why
    from podlab.course import check, clinic, drill, exercise, predict, progress, recorded
    from podlab.course.exhibits.fields_table import both_forms, fields
    from podlab.course.exhibits.joined_view import joined_containers
    from podlab.course.exhibits.placement import placement
    from podlab.course.exhibits.truth_view import truth_table
    from podlab.course.glossary import glossary
    from podlab.course.own_kubelet.rules import kubelet_rules
    from podlab.formats.export import export
    from podlab.lab import Lab, from_link
    from podlab.simulation.session import Session, use
    from podlab.views import compare, state_chart, timeline, topology

__version__ = "0.1.0"

# Pictures and panels load matplotlib, networkx and ipywidgets: only when one is asked for.
_LAZY = {
    "both_forms": "podlab.course.exhibits.fields_table",
    "check": "podlab.course",
    "clinic": "podlab.course",
    "compare": "podlab.views",
    "drill": "podlab.course",
    "exercise": "podlab.course",
    "export": "podlab.formats.export",
    "fields": "podlab.course.exhibits.fields_table",
    "from_link": "podlab.lab",
    "glossary": "podlab.course.glossary",
    "joined_containers": "podlab.course.exhibits.joined_view",
    "kubelet_rules": "podlab.course.own_kubelet.rules",
    "Lab": "podlab.lab",
    "placement": "podlab.course.exhibits.placement",
    "predict": "podlab.course",
    "progress": "podlab.course",
    "recorded": "podlab.course",
    "Session": "podlab.simulation.session",
    "state_chart": "podlab.views",
    "timeline": "podlab.views",
    "topology": "podlab.views",
    "truth_table": "podlab.course.exhibits.truth_view",
    "use": "podlab.simulation.session",
    "why": "podlab.cluster.ask",
}

__all__ = [
    "BudgetExceeded",
    "Lab",
    "ManifestError",
    "Scenario",
    "Session",
    "Snapshot",
    "StoryError",
    "Timing",
    "Trace",
    "World",
    "both_forms",
    "check",
    "clinic",
    "compare",
    "delete",
    "delete_node",
    "drain",
    "drill",
    "evict",
    "exercise",
    "export",
    "fail_probe",
    "fields",
    "fill_memory",
    "from_link",
    "glossary",
    "joined_containers",
    "kill",
    "kill_sandbox",
    "kubelet_rules",
    "load",
    "load_story",
    "node_down",
    "node_up",
    "open_scenario",
    "placement",
    "predict",
    "progress",
    "recorded",
    "recover_probe",
    "requested",
    "restart_policy",
    "run",
    "save_scenario",
    "scale",
    "set_condition",
    "state_chart",
    "story_scenario",
    "timeline",
    "to_story",
    "topology",
    "truth_table",
    "typed",
    "use",
    "why",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'podlab' has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext podlab`: the magics %kubectl, %%kubectl and %advance."""
    importlib.import_module("podlab.magic").register(ipython)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
