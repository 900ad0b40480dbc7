"""How fast podlab is, on one core: the engine, a click's worth of work, the import, the rules. `make bench` runs it."""

from __future__ import annotations

import gc
import gzip
import heapq
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data"
SIMULATED = 600.0
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  containers:
  - {{name: app, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}}
"""
TWO_CONTAINERS = POD.format(name="shop") + '  - {name: log, image: busybox, command: [sh, -c, "sleep 3600"]}\n'


def best(work: Callable[[], Any], times: int) -> float:
    """The shortest of so many goes, in seconds: what the work costs when nothing else disturbs it."""
    taken = []
    for _ in range(times):
        gc.collect()
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def bare_heapq(events: int) -> None:
    """As many events as a run of podlab had, on a heap, each asking for the next, and nothing else."""
    heap: list[tuple[float, int, Callable[[], None]]] = []
    number = itertools.count()

    def nothing() -> None:
        pass

    for lane in range(100):
        heapq.heappush(heap, (lane / 100, next(number), nothing))
    for _ in range(events):
        when, _, action = heapq.heappop(heap)
        action()
        heapq.heappush(heap, (when + 1.0, next(number), action))


def bench_engine() -> None:
    """Crash loops: wall time, growth with the number of pods, and what the heap alone would cost."""
    import podlab as pl
    from podlab.simulation import Simulation

    print(f"crash-looping pods, {SIMULATED:g} simulated seconds")
    for pods in (1, 20, 100, 500):
        scenario = pl.load("---\n".join(POD.format(name=f"pod-{n}") for n in range(pods)))
        seconds = best(lambda scenario=scenario: pl.run(scenario, until=SIMULATED), 3 if pods > 20 else 10)
        simulation = Simulation(scenario)
        simulation.advance(SIMULATED)
        events = simulation.loop.count
        bare = best(lambda events=events: bare_heapq(events), 3)
        wanted = "   (wanted: 0.2 s)" if pods == 100 else ""
        print(
            f"  {pods:4} pods  {seconds:8.4f} s  {seconds / pods * 1000:6.2f} ms a pod  "
            f"{events / seconds:9,.0f} events/s; a bare heapq loop of as many: {events / bare:9,.0f}{wanted}"
        )


def bench_probes() -> None:
    """A thousand pods with two probes each for an hour, in a Python of its own: the memory counted is theirs alone."""
    subprocess.run([sys.executable, __file__, "probes"], check=True)


def probes() -> None:
    """A thousand pods with two probes each for an hour: exec and HTTP, every ten seconds."""
    import resource

    import podlab as pl
    from podlab.simulation import Simulation

    probes = "livenessProbe: {exec: {command: [cat, /etc/hostname]}}, readinessProbe: {httpGet: {port: 80}}"
    spec = f"spec: {{containers: [{{name: web, image: nginx, {probes}}}]}}"
    pods = [f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}}}\n{spec}\n" for i in range(1000)]
    scenario = pl.load("---\n".join(pods))
    begin = time.perf_counter()
    simulation = Simulation(scenario)
    simulation.advance(3600)
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = simulation.loop.count / took
    print(f"1000 pods with two probes for an hour: {took:.1f} s, {rate:,.0f} events/s, {peak:.0f} MB (wanted 60, 500)")


def bench_rerun() -> None:
    """What a click in the lab computes: the whole run again with one gesture more."""
    import podlab as pl

    shop = pl.load(TWO_CONTAINERS)
    seconds = best(lambda: pl.run(shop.but(pl.kill("shop/log", at=60)), until=SIMULATED), 30)
    print(f"a lab's re-run (2 containers, {SIMULATED:g} s, one kill): {seconds * 1000:.1f} ms   (wanted: 5 ms)")


def bench_import() -> None:
    """The wait of a notebook's first cell, in a fresh Python."""
    code = "import time; t = time.perf_counter(); import podlab, sys; print(time.perf_counter() - t)"
    code += "; print(*({'matplotlib', 'networkx', 'ipywidgets'} & sys.modules.keys()) or ['none'])"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
        for _ in range(5)
    ]
    seconds = min(float(first) for first, _ in runs)
    print(f"import podlab: {seconds * 1000:.0f} ms; of matplotlib, networkx, ipywidgets it loads: {runs[0][1]}", end="")
    print("   (wanted: 350 ms, none)")


def reference(kind: str) -> Iterator[dict[str, Any]]:
    """The first 2,000 recorded cases of each of this kind's files."""
    for path in sorted(DATA.glob(f"{kind}.*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in itertools.islice(lines, 2000))


def bench_rules() -> None:
    """The pure rules, on objects that are already decoded."""
    from lightkube.models.core_v1 import Pod

    from podlab.api.decode import decode_object
    from podlab.core.engine.history import EPOCH
    from podlab.core.rules import RuntimeContainer, SandboxState, compute_pod_actions, get_phase
    from podlab.kubectl import pod_row

    phases = [
        (decode_object(Pod, case["pod"]), case["podIsTerminal"], case["podHasInitialized"])
        for case in (line["in"] for line in reference("phase"))
    ]
    actions = [
        (
            decode_object(Pod, case["pod"]),
            [SandboxState(**sandbox) for sandbox in case["sandboxes"]],
            [
                RuntimeContainer(
                    container["name"],
                    container["state"],
                    container.get("exitCode", 0),
                    container.get("definitionChanged", False),
                    container.get("liveness"),
                    container.get("startup"),
                )
                for container in case["runtimeContainers"]
            ],
            case.get("restartAllContainers", False),
        )
        for case in (line["in"] for line in reference("actions"))
    ]
    rows = [decode_object(Pod, line["in"]["pod"]) for line in reference("get_row")]

    def all_phases() -> None:
        for pod, terminal, initialized in phases:
            get_phase(pod, pod_is_terminal=terminal, pod_has_initialized=initialized)

    def all_actions() -> None:
        for pod, sandboxes, containers, restart_all in actions:
            compute_pod_actions(pod, sandboxes, containers, restart_all=restart_all)

    def all_rows() -> None:
        for pod in rows:
            pod_row(pod, EPOCH)

    print("rules, over the reference cases")
    for name, work, cases, wanted in (
        ("phase", all_phases, len(phases), "   (wanted: 50,000)"),
        ("one sync's actions", all_actions, len(actions), "   (wanted: 20,000)"),
        ("a row of kubectl get", all_rows, len(rows), ""),
    ):
        print(f"  {name:22} {cases / best(work, 5):9,.0f} a second{wanted}")


def main() -> None:
    """Print all of it, the quickest first."""
    bench_import()
    bench_rules()
    bench_rerun()
    bench_engine()
    sys.stdout.flush()
    bench_probes()


if __name__ == "__main__":
    probes() if sys.argv[1:] == ["probes"] else main()
