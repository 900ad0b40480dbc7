"""`pl.why`: one name for both, a pod of a run and a pod of a real cluster."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from podlab.api.mistakes import WrongType
from podlab.cluster.real_why import RealWhy, why_real
from podlab.explain.why import Why
from podlab.explain.why import why as why_simulated
from podlab.simulation.trace import Trace


def why(
    what: Any,
    pod: str | None = None,
    t: float | None = None,
    until: float | None = None,
    *,
    now: datetime | str | None = None,
    version: str | None = None,
) -> Why | RealWhy:
    """Why is a pod as it is? `why(trace, pod, t)` asks a run, `why(real_pod)` an object of a real cluster.

    Of a run: at `t` (default: the end), or with `until` what happened from `t` to `until`. A real pod is what kubectl
    prints with -o json or -o yaml: text, a file, a dict, or a list of these, with Events and Nodes beside it; `now` is
    the moment to count from (default: the clock), `version` the Kubernetes version where no Node tells it.
    Errors: KeyError for a pod that is not in the trace, ValueError for a time that is none or for what is no object.
    """
    if isinstance(what, Trace):
        if pod is None:
            raise WrongType("why: of which pod? write why(trace, pod, t)")
        return why_simulated(what, pod, t, until)
    return why_real(what, pod=pod, now=now, version=version)
