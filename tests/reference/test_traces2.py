"""The second round's stories of a real cluster, simulated: workloads, scheduler, disruption, jobs, probes and hooks."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import podlab as pl
from podlab.formats.story import load_story, story_scenario
from podlab.simulation import Trace, run
from tests.reference.agreement import complaints, pod_complaints
from tests.reference.conftest import FOLDER
from tests.reference.test_traces import timing_for
from tests.reference.workloads import (
    endpoint_complaints,
    stories,
    story_of,
    typed_complaints,
    workload_complaints,
)

AGREE = 77
"""How many of the stories agree; a change may only raise it. `python -m tools.story_agreement` shows what differs."""
SLOW_MACHINE = 2.5  # seconds; what the first round allows 1.5 for
TOGETHER = 0.3  # seconds; pods of one owner that are made within this are made together
STORIES = stories(FOLDER / "traces2")


NOT_WRITTEN_DOWN = {"node-down-deployment": [pl.node_down("node-2", at=19.0), pl.node_up("node-2", at=424.0)]}
"""What happened in a story that its actions leave out: the same node as in node-down-daemonset, of the same wave."""


def differences(story: dict[str, Any]) -> list[str]:
    """What differs between a story and its simulation, by all nine points."""
    scenario, until = story_scenario(story)
    scenario = scenario.but(*NOT_WRITTEN_DOWN.get(str(story.get("name")), ()))
    recorded = load_story(story)
    simulated = run(scenario.timed(timing_for("as it was", recorded)), until=until)
    return compared(story, recorded, simulated)


def compared(story: dict[str, Any], recorded: Trace, simulated: Trace) -> list[str]:
    """The nine points."""
    theirs, ours = by_owner(recorded), by_owner(simulated)
    if [len(group) for group in theirs] != [len(group) for group in ours]:
        return [f"pods {theirs}, simulated {ours}"]
    pairs = [pair for a, b in zip(theirs, ours, strict=True) for pair in paired(recorded, simulated, a, b)]
    out = complaints(recorded, simulated, pairs, columns=True, tolerance=SLOW_MACHINE)
    out += workload_complaints(story, simulated) + typed_complaints(story, simulated)
    return out + endpoint_complaints(story, simulated, dict(pairs))


def paired(recorded: Trace, simulated: Trace, theirs: list[str], ours: list[str]) -> list[tuple[str, str]]:
    """An owner's pods by order of creation; those made in one instant are alike but for names, so as they fit best."""
    out: list[tuple[str, str]] = []
    for members in _instants(recorded, theirs):
        chosen = ours[len(out) : len(out) + len(members)]
        if len(members) in range(2, 7):
            cost = {
                (a, b): len(pod_complaints(recorded, simulated, (a, b), tolerance=SLOW_MACHINE))
                for a in members
                for b in chosen
            }
            chosen = list(
                min(permutations(chosen), key=lambda p: sum(cost[pair] for pair in zip(members, p, strict=True)))
            )
        out += zip(members, chosen, strict=True)
    return out


def _instants(trace: Trace, pods: list[str]) -> list[list[str]]:
    """Pods in groups that were made in one instant, within what the recording's machine needs for it."""
    groups: list[list[str]] = []
    last = -1.0
    for pod in pods:
        created = trace.changes_of(pod)[0].t
        if groups and created - last < TOGETHER:
            groups[-1].append(pod)
        else:
            groups.append([pod])
        last = created
    return groups


def by_owner(trace: Trace) -> list[list[str]]:
    """The pods in groups: those with names of their own, then those of each owner in order of creation."""
    created = {pod: trace.changes_of(pod)[0].t for pod in trace.pods}
    groups: dict[str, list[str]] = {}
    for pod in trace.pods:
        groups.setdefault(owner_of(pod), []).append(pod)
    firsts = sorted(groups.items(), key=lambda group: (group[0], ""))
    ordered = [sorted(pods, key=lambda p: (round(created[p], 1), p)) for _, pods in firsts]
    return sorted(ordered, key=lambda pods: (owner_of(pods[0]).split("-")[0], created[pods[0]]))


def owner_of(pod: str) -> str:
    """What a generated name stands for; a name that was given stands for itself."""
    head, _, last = pod.rpartition("-")
    return head if head and len(last) == 5 and last.isalnum() and not last.isdigit() else pod


def disagreeing(paths: list[Path]) -> dict[str, list[str]]:
    """Of each story that differs, how."""
    found = {path.name.removesuffix(".json.gz"): differences(story_of(path)) for path in paths}
    return {name: different for name, different in found.items() if different}


def test_as_many_stories_agree_as_ever(reference_checked):
    differ = disagreeing(STORIES)
    reference_checked("traces2", len(STORIES))
    told = "\n".join(f"{name}: {'; '.join(how)[:300]}" for name, how in differ.items())
    assert len(STORIES) - len(differ) >= AGREE, told
