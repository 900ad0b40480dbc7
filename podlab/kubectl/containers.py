"""Which container of a pod a command means when it names none.

Models k8s.io/kubectl/pkg/cmd/util/podcmd.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.kubectl.call import Call
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import resource_for

_DEFAULT = "kubectl.kubernetes.io/default-container"


def container_names(pod: Pod) -> list[str]:
    """The names of all containers: regular ones, then init and ephemeral ones."""
    spec = pod.spec
    if spec is None:
        return []
    parts: list[Any] = [*(spec.containers or ()), *(spec.initContainers or ()), *(spec.ephemeralContainers or ())]
    return [container.name for container in parts]


def default_container(call: Call, pod: Pod, *, quiet: bool = False) -> str:
    """The container meant when none is named: the annotated one, else the first. Says which, if there are several."""
    metadata, spec = pod.metadata, pod.spec
    named = ((metadata.annotations if metadata is not None else None) or {}).get(_DEFAULT)
    names = container_names(pod)
    if not names or spec is None:
        raise KubectlError("error: the pod has no containers")
    chosen = named if named in names else names[0]
    if named not in names and len(names) > 1 and not quiet:
        shown = [c.name for c in spec.containers or ()]
        shown += [f"{c.name} (init)" for c in spec.initContainers or ()]
        shown += [f"{c.name} (ephem)" for c in spec.ephemeralContainers or ()]
        call.err(f'Defaulted container "{chosen}" out of: {", ".join(shown)}')
    return chosen


def pod_named(call: Call, word: str, refuse: Callable[[ApiError], KubectlError]) -> Pod:
    """The pod that ``web`` or ``pod/web`` means."""
    kind, slash, name = word.partition("/")
    if slash and resource_for(kind).plural != "pods":
        raise KubectlError(f"error: podlab's kubectl wants a pod here, not {word}")
    try:
        pod: Pod = call.api.get("pods", call.namespace, name if slash else word)
    except ApiError as error:
        raise refuse(error) from None
    return pod
