"""What the actions on probes have in common."""

from __future__ import annotations

from podlab.actions.targets import Cluster, NoTarget, container_of
from podlab.api.mistakes import WrongValue
from podlab.core.engine.pod_worker import PodWorker

PROBES = ("readiness", "liveness", "startup")


def checked_probe(name: str, what: str) -> str:
    """The name itself, if it is that of a probe. WrongValue otherwise."""
    if not isinstance(name, str) or name not in PROBES:
        raise WrongValue(f'{what}: {name!r} is not a probe; supported values: "readiness", "liveness", "startup"')
    return name


def probed(cluster: Cluster, target: str, probe: str) -> tuple[PodWorker, str]:
    """The worker of the pod of "pod/container" and the container's name, if that has such a probe."""
    worker, name = container_of(cluster, target)
    spec = next(c for c in (*worker.init_specs, *worker.specs) if c.name == name)
    if getattr(spec, f"{probe}Probe") is None:
        raise NoTarget(f"container {name!r} has no {probe} probe")
    return worker, name
