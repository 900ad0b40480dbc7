"""Whatever a learner gives podlab: it runs, or one clear error says what is wrong. No traceback, no hang.

`make fuzz` tries 10,000 of each kind, `make test` 300 (PODLAB_FUZZ sets the number).
"""

from __future__ import annotations

import json
import os
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import podlab as pl
from podlab.api.mistakes import Mistake
from podlab.course.collect import collect
from podlab.formats.scenario_file import parse_scenario, scenario_text
from tests.simulation.broken import STRANGE, broken, cut_text
from tests.simulation.strategies import gestures, pods, scenarios

EXAMPLES = int(os.environ.get("PODLAB_FUZZ", "300"))
HERE = Path(__file__).parent
TRACES = HERE.parent / "reference" / "data" / "traces"
SOON = 30
"""Seconds that a scenario of a broken file is run."""

many = settings(
    max_examples=EXAMPLES, deadline=20_000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
seeds = st.integers(0, 2**32)


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


OUTCOMES: dict[str, Counter[str]] = {}
SLOWEST: dict[str, float] = {}


@pytest.fixture(scope="module", autouse=True)
def figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `-s`, as in `make fuzz`: how many of each kind worked or were refused in a sentence, and the slowest."""
    yield
    if request.config.getoption("capture") != "no":
        return
    for kind, count in OUTCOMES.items():
        print(f"\n{kind}: {count['worked']} worked, {count['refused']} refused in a sentence, ", end="")
        print(
            f"{count['started'] - count['worked'] - count['refused']} anything else; slowest {SLOWEST[kind]:.2f} s",
            end="",
        )
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def said(kind: str, use: Callable[[], object]) -> str | None:
    """What podlab says of a mistake, None where there is none. Any other exception is a fault of podlab."""
    count, began = OUTCOMES.setdefault(kind, Counter()), time.perf_counter()
    count["started"] += 1
    try:
        use()
    except (Mistake, pl.BudgetExceeded) as mistake:
        count["refused"] += 1
        return str(mistake)
    else:
        count["worked"] += 1
        return None
    finally:
        SLOWEST[kind] = max(SLOWEST.get(kind, 0), time.perf_counter() - began)


@many
@given(pods(), seeds)
def test_a_broken_pod_runs_or_says_what_is_wrong(manifest: dict[str, Any], seed: int) -> None:
    bad = broken(manifest, random.Random(seed))
    assert said("pods", lambda: pl.run(pl.load(bad), until=60)) != ""


@cache
def _everyday() -> list[list[Any]]:
    """Manifests as they are found: Deployments, StatefulSets, CronJobs, Services, Secrets, roles and many more."""
    files = [*(HERE / "everyday").iterdir(), *(HERE / "manifests").iterdir()]
    return [list(yaml.safe_load_all(path.read_text(encoding="utf-8"))) for path in sorted(files)]


@many
@given(seeds)
def test_a_broken_manifest_runs_or_says_what_is_wrong(seed: int) -> None:
    dice = random.Random(seed)
    bad = broken(dice.choice(_everyday()), dice)
    assert said("manifests", lambda: pl.run(pl.load(bad), until=SOON)) != ""


@cache
def _stories() -> list[dict[str, Any]]:
    """Recorded stories, and one of podlab's own with every kind of action in it."""
    recorded = [json.loads((TRACES / f"{name}.json").read_text()) for name in ("killed-always", "init-ok")]
    return [*recorded, pl.to_story(pl.run(_full(), 40))]


def _full() -> pl.Scenario:
    shop = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers: [{name: i, image: busybox, command: [sleep, "1"]}]
  containers:
  - {name: web, image: nginx, readinessProbe: {httpGet: {port: 80}}, resources: {limits: {memory: 9Mi}}}
  - {name: helper, image: busybox, command: [sh, -c, "echo hello; sleep 5; exit 1"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: 2
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: c, image: nginx}]}
"""
    made = pl.load(shop, world=pl.World(nodes=("node-1", "node-2"), present_images=("nginx",)))
    return made.but(
        *(
            pl.kill("shop/web", 3),
            pl.fail_probe("shop/web", 5),
            pl.recover_probe("shop/web", 9),
            pl.scale("many", 9, 3),
        ),
        *(pl.set_condition("shop", 12, "a/b", "True"), pl.fill_memory("shop/web", 14), pl.kill_sandbox("shop", 15)),
        *(pl.drain("node-2", 20), pl.node_down("node-1", 22), pl.node_up("node-1", 24), pl.delete("shop", 30, 2)),
        pl.restart_policy("shop", "OnFailure"),
    )


@many
@given(seeds)
def test_a_broken_story_opens_or_says_what_is_wrong(seed: int) -> None:
    dice = random.Random(seed)
    story = broken(dice.choice(_stories()), dice)
    assert said("stories", lambda: pl.load_story(story).at(5).get()) != ""
    assert said("stories", lambda: pl.story_scenario(story)) != ""


@cache
def _saved() -> str:
    return scenario_text(_full())


@many
@given(seeds)
def test_a_broken_scenario_runs_or_says_what_is_wrong(seed: int) -> None:
    dice = random.Random(seed)
    text = _saved()
    text = json.dumps(broken(json.loads(text), dice)) if dice.random() < 0.6 else cut_text(text, dice)

    def use() -> None:
        scenario, until = parse_scenario(text)
        pl.run(scenario, min(until, SOON))

    assert said("scenario files", use) != ""


@cache
def _written() -> str:
    return str(pl.export(_full()).manifest)


@many
@given(seeds)
def test_a_broken_text_is_read_or_says_what_is_wrong(seed: int) -> None:
    dice = random.Random(seed)
    text = _written()
    for _ in range(dice.randint(1, 3)):
        text = cut_text(text or "a", dice)
    assert said("texts", lambda: pl.load(text + "\n")) != ""


@many
@given(seeds)
def test_a_broken_report_is_collected_or_says_what_is_wrong(seed: int) -> None:
    dice = random.Random(seed)
    text = "learner,kind,name,tries,right,of,done\nada,exercise,e1,2,3,3,yes\n,prediction,pod p,1,0,2,no\n"
    for _ in range(dice.randint(1, 3)):
        text = cut_text(text or "a", dice)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ada.csv"
        path.write_text(text, encoding="utf-8", newline="")
        message = said("reports", lambda: collect([path]).text)
    assert message is None or "ada.csv" in message


CALLS: dict[str, tuple[str, ...]] = {
    "kill": ("container", "at", "signal"),
    "kill_sandbox": ("pod", "at"),
    "delete": ("pod", "at", "grace_period"),
    "set_condition": ("pod", "at", "type", "status"),
    "node_down": ("node", "at"),
    "drain": ("node", "at"),
    "fail_probe": ("container", "at", "probe"),
    "fill_memory": ("container", "at"),
    "scale": ("name", "at", "replicas"),
    "restart_policy": ("pod", "policy"),
    "typed": ("command", "at"),
    "World": ("nodes", "present_images", "missing_images"),
    "predict": ("pod", "t", "phase"),
    "check": ("source",),
    "load_story": ("source",),
    "open_scenario": ("path",),
    "glossary": ("term",),
}
ODD: tuple[Any, ...] = (*STRANGE, float("nan"), float("inf"), "shop", "shop/web", b"x", object, ("a",), {1: 2}, 10**30)


@many
@given(st.sampled_from(sorted(CALLS)), seeds)
def test_a_call_with_odd_arguments_works_or_says_what_is_wrong(name: str, seed: int) -> None:
    dice = random.Random(seed)
    given = {parameter: dice.choice(ODD) for parameter in CALLS[name]}

    def use() -> None:
        made = getattr(pl, name)(**given)
        assert repr(made)
        if isinstance(made, pl.World):
            pl.run(pl.Scenario(_full().objects, world=made), SOON)
        elif hasattr(made, "verb"):
            pl.run(_full().but(made), SOON)

    assert said("calls", use) != ""
