"""Random manifests and gestures: no traceback, no hang, no run beyond its budget without the clear error.

`make fuzz` runs 10,000 of them, `make test` 500 (PODLAB_FUZZ sets the number).
"""

from __future__ import annotations

import copy
import os
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import podlab as pl
from tests.simulation.strategies import gestures, pods, scenarios

EXAMPLES = int(os.environ.get("PODLAB_FUZZ", "500"))
STRANGE = (None, True, -1, 2**63, 1.5, "", "x" * 300, "<script>alert(1)</script>", "Always", [], {}, [None], {"a": {}})

many = settings(
    max_examples=EXAMPLES, deadline=20_000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@many
@given(scenarios(), st.lists(gestures(), max_size=4))
def test_whatever_is_done_to_a_pod_the_run_ends(scenario: pl.Scenario, more: list[Any]) -> None:
    try:
        trace = pl.run(scenario.but(*more), until=200)
    except pl.BudgetExceeded:
        return
    assert trace.until == 200
    assert trace.at(100).get()
    assert "Traceback" not in "\n".join(line.text for line in trace.logs)


@many
@given(pods(), st.integers(0, 2**32))
def test_a_broken_manifest_runs_or_says_what_is_wrong(manifest: dict[str, Any], seed: int) -> None:
    dice = random.Random(seed)
    manifest = copy.deepcopy(manifest)  # its probes and hooks are shared with the next one
    for _ in range(dice.randint(1, 3)):
        break_something(manifest, dice)
    try:
        scenario = pl.load(manifest)
    except pl.ManifestError:
        return
    pl.run(scenario, until=60)


def break_something(node: Any, dice: random.Random) -> None:
    """Change, remove or add one thing at a random place of a manifest."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and dice.random() < 0.8:
            node = node[key]
            continue
        what = dice.randrange(3)
        if what == 0:
            node[key] = dice.choice(STRANGE)
        elif what == 1:
            del node[key]
        elif isinstance(node, dict):
            node[dice.choice(("imagee", "extra", "name", "command", "restartPolicy"))] = dice.choice(STRANGE)
        return
