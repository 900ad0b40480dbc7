"""``kubectl logs``: what containers wrote."""

from __future__ import annotations

from datetime import UTC

from lightkube.models.core_v1 import Pod

from podlab.kubectl.call import Call
from podlab.kubectl.command import CONTAINER, SELECTOR, Command, verb
from podlab.kubectl.containers import container_names, default_container, pod_named
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.store import ApiError, LogLine
from podlab.kubectl.targets import Target, list_objects, resource_for

_FOLLOW_SECONDS = 60.0
"""How long ``--follow`` goes on if nothing else is said; the real kubectl follows for ever."""
_USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs "
    "command"
)


@verb(
    Command(
        "logs",
        "Print what a container wrote",
        "kubectl logs POD [-c CONTAINER] [--previous]",
        (
            CONTAINER,
            Flag("previous", "switch", "p", help="Those of the run before"),
            Flag("all-containers", "switch", help="Those of all containers"),
            Flag(
                "follow",
                "switch",
                "f",
                help="Wait until it has ended, or for --request-timeout",
            ),
            Flag("prefix", "switch", help="Say which container wrote each line"),
            SELECTOR,
            Flag("since", "duration", default=0.0, help="Only newer lines, like 5s or 2m"),
            Flag("tail", "number", default=-1, help="Only so many lines from the end"),
            Flag("timestamps", "switch", help="Say when each line was written"),
        ),
    )
)
def logs(call: Call) -> None:
    """Print the lines of one container, of all of a pod, or of all pods with a label."""
    for pod in _pods(call):
        names = container_names(pod)
        if call.flags["all-containers"]:
            # Init containers ran first, so what they wrote comes first.
            inits = [c.name for c in (pod.spec and pod.spec.initContainers) or ()]
            chosen = inits + [name for name in names if name not in inits]
        elif call.flags["container"]:
            if call.flags["container"] not in names:
                name = pod.metadata.name if pod.metadata else ""
                text = f"error: container {call.flags['container']} is not valid for pod {name}"
                raise KubectlError(text, hint=f"Its containers are {', '.join(names)}.")
            chosen = [call.flags["container"]]
        else:
            chosen = [default_container(call, pod)]
        for container in chosen:
            _print(call, pod, container)


def _pods(call: Call) -> list[Pod]:
    if call.flags["selector"]:
        if call.args:
            raise call.usage_error("only a selector (-l) or a POD name is allowed")
        found: list[Pod] = list_objects(call, Target(resource_for("pods"), None, call.namespace))
        if not found:
            call.err(f"No resources found in {call.namespace} namespace.")
        return found
    if not call.args:
        raise call.usage_error(_USAGE)
    if len(call.args) > 1 and not call.flags["container"]:
        if len(call.args) > 2:
            raise call.usage_error(_USAGE)
        raise call.usage_error("podlab's kubectl takes one POD; name its container with -c")

    def refuse(error: ApiError) -> KubectlError:
        if error.reason != "NotFound":
            return from_api(error)
        where = f'in namespace "{call.namespace}"'
        return KubectlError(f"error: error from server (NotFound): {error.message} {where}")

    return [pod_named(call, call.args[0], refuse)]


def _follow(call: Call, namespace: str, name: str, container: str) -> None:
    """Let time pass until the container has ended; who reads later has read everything."""

    def ended() -> bool:
        try:
            status = call.api.get("pods", namespace, name).status
        except ApiError:
            return True
        groups = (status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses)
        statuses = [one for group in groups for one in group or ()]
        return not any(one.name == container and one.state and one.state.running for one in statuses)

    timeout = call.flags["request-timeout"]
    call.api.wait_until(ended, _FOLLOW_SECONDS if timeout is None else timeout)


def _print(call: Call, pod: Pod, container: str) -> None:
    name = (pod.metadata.name if pod.metadata else None) or ""
    namespace = (pod.metadata.namespace if pod.metadata else None) or call.namespace
    if call.flags["follow"] and not call.flags["previous"]:
        _follow(call, namespace, name, container)
    try:
        lines = list(call.api.logs(namespace, name, container, previous=call.flags["previous"]))
    except ApiError as error:
        raise from_api(error) from None
    if call.flags["since"]:
        lines = [line for line in lines if (call.api.now() - line.time).total_seconds() <= call.flags["since"]]
    if call.flags["tail"] >= 0:
        lines = lines[max(0, len(lines) - call.flags["tail"]) :]
    prefix = f"[pod/{name}/{container}] " if call.flags["prefix"] else ""
    call.out("".join(f"{prefix}{_stamp(call, line)}{line.text}\n" for line in lines))


def _stamp(call: Call, line: LogLine) -> str:
    if not call.flags["timestamps"]:
        return ""
    moment = line.time.astimezone(UTC).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}000Z "
