"""Placements in words: the table of all runs, and one run step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podlab.controllers.scheduler import NodeState, requests
from podlab.course.exhibits.tasks import HALF, NONE, POD_BY_POD, WHOLE, Run, Step, amount, containers_of
from podlab.course.exhibits.trials import Trials
from podlab.kubectl import table


def trials_text(trials: Trials, runs: Sequence[Run]) -> str:
    """What was tried, how the runs of each strategy ended, and some runs step by step."""
    rows = []
    for count in map(trials.count, trials.strategies):
        rows.append([count.strategy, *map(str, (count.runs, count.whole, count.half, count.none, count.in_vain))])
    headers = ("STRATEGY", "RUNS", "WHOLE", "IN PART", "NOT AT ALL", "STARTED IN VAIN")
    lines = [*_what(trials), "", *(line.rstrip() for line in table(rows, headers).splitlines())]
    for run in runs:
        lines += ["", run_text(run, trials)]
    return "\n".join(lines)


def run_text(run: Run, trials: Trials) -> str:
    """One run: each decision with the reasons, and the end."""
    several = len(trials.apps) > 1
    lines = [f"{run.strategy} ({arrival_words(run, several)})"]
    lines += [f"  {number:2} {step_words(step, several)}" for number, step in enumerate(run.steps, 1)]
    for app, end in run.outcomes.items():
        held = trials.holders[app]
        spared = f"; {' or '.join(held)} would have held it whole" if held and end != WHOLE else ""
        without = ", ".join(name for of, name in run.stranded if of == app)
        missing = f" without {without}" if end == HALF else ""
        lines.append(f"     {app}: {_END_WORDS[end]}{missing}{spared}")
    return "\n".join(lines)


def arrival_words(run: Run, several: bool) -> str:
    """ "arrival: main, imklog; node-1 before node-2"."""
    if run.strategy == POD_BY_POD:
        came = ", ".join(f"pod {app}" for app in dict.fromkeys(app for app, _ in run.order))
    else:
        came = ", ".join(label(*key, several) for key in run.order)
    return f"arrival: {came}; {' before '.join(run.preference)}"


_END_WORDS = {WHOLE: "runs", HALF: "runs in part,", NONE: "does not run"}


def step_words(step: Step, several: bool) -> str:
    """ "imklog: placed on node-1; not node-2: not beside main"."""
    who = label(step.app, step.container, several) if step.container else step.app
    if step.did == "given up":
        return f"{who}: given up"
    words = {"placed": f"placed on {step.node}", "taken off": f"taken off {step.node}"}.get(step.did, step.did)
    if step.did == "waits" and not step.reasons:
        words = "waits for the others"
    why = [f"not {node}: {' and '.join(because)}" for node, because in step.reasons.items() if because]
    also = [node for node, because in step.reasons.items() if not because]
    if also:
        why.append(f"{' and '.join(also)} had room too")
    return "; ".join([f"{who}: {words}", *why])


def label(app: str, container: str, several: bool) -> str:
    """The container's name, with its application's where there are several."""
    return f"{app}/{container}" if several else container


def _what(trials: Trials) -> Iterator[str]:
    for app in trials.apps:
        names = ", ".join(name for _, name in containers_of([app]))
        assert app.spec is not None
        asks = ", ".join(f"{amount(r, v)} {r}" for r, v in requests(app.spec).items()) or "no resources"
        yield f"{app.metadata.name if app.metadata else ''}: {names}, to be on one node; together {asks}"
    yield "nodes: " + ", ".join(node_words(node) for node in trials.nodes)


def node_words(node: NodeState) -> str:
    """ "node-1 (2.5 GiB memory)"."""
    return f"{node.name} ({', '.join(f'{amount(r, v)} {r}' for r, v in node.allocatable.items())})"
