"""The `log` subresource: which lines, from when, how many.

Models pkg/registry/core/pod/strategy.go LogLocation and pkg/kubelet/kuberuntime/logs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from podlab.apiserver.rest.request import Place, Request
from podlab.kubectl.store import ApiError, LogLine

if TYPE_CHECKING:
    from podlab.apiserver.rest.rest import Rest


def log_text(rest: Rest, request: Request, there: Place) -> str:
    """What a container wrote, as text."""
    return shaped(lines_of(rest, request, there), request)


def lines_of(rest: Rest, request: Request, there: Place, since: int = 0) -> list[LogLine]:
    """The lines that are meant, but for the first `since` of the run. Raises ApiError."""
    pod = rest.views.get(there.resource, there.namespace, there.name).obj
    container = container_of(pod, request.query.get("container", ""))
    previous = request.flag("previous")
    lines = list(rest.live.logs(there.namespace or "", there.name, container, previous=previous))[since:]
    begin = _begin(request, rest.live.now())
    if begin is not None:
        lines = [line for line in lines if line.time >= begin]
    tail = request.query.get("tailLines")
    if tail is not None and not since:
        count = _number(tail, "tailLines")
        lines = lines[-count:] if count else []
    return lines


def shaped(lines: list[LogLine], request: Request) -> str:
    """Lines as text, with their times if these are asked for."""
    stamps = request.flag("timestamps")
    text = "".join(f"{stamp(line.time)} {line.text}\n" if stamps else f"{line.text}\n" for line in lines)
    limit = request.query.get("limitBytes")
    return text.encode()[: _number(limit, "limitBytes")].decode("utf-8", "ignore") if limit is not None else text


def container_of(pod: Any, named: str) -> str:
    """The container that is meant: the only one, if none is named. Raises ApiError (BadRequest)."""
    spec, name = pod.spec, pod.metadata.name
    there = [c.name for c in spec.containers]
    others = [c.name for c in (*(spec.initContainers or ()), *(spec.ephemeralContainers or ()))]
    if not named:
        default = (pod.metadata.annotations or {}).get("kubectl.kubernetes.io/default-container")
        if default in there:
            return str(default)
        if len(there) == 1:
            return str(there[0])
        init = [c.name for c in spec.initContainers or ()]
        more = f" or one of the init containers: [{' '.join(init)}]" if init else ""
        text = f"a container name must be specified for pod {name}, choose one of: [{' '.join(there)}]{more}"
        raise ApiError("BadRequest", text)
    if named not in (*there, *others):
        raise ApiError("BadRequest", f"container {named} is not valid for pod {name}")
    return named


def stamp(time: datetime) -> str:
    """A moment as logs have it: with nanoseconds, without zeros at the end."""
    text = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0")
    return text + ("000000000Z" if text.endswith(".") else "Z")


def _begin(request: Request, now: datetime) -> datetime | None:
    seconds, time = request.query.get("sinceSeconds"), request.query.get("sinceTime")
    if seconds is not None:
        return now - timedelta(seconds=_number(seconds, "sinceSeconds"))
    if time is not None:
        try:
            return datetime.fromisoformat(time)
        except ValueError:
            raise ApiError("BadRequest", f'sinceTime: "{time}" is not a time such as 2026-01-01T00:00:00Z') from None
    return None


def _number(text: str, name: str) -> int:
    try:
        return max(int(text), 0)
    except ValueError:
        raise ApiError("BadRequest", f'{name}: "{text}" is not a whole number') from None
