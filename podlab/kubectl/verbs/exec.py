"""``kubectl exec``: a command in a container."""

from __future__ import annotations

from podlab.kubectl.call import Call
from podlab.kubectl.command import CONTAINER, STDIN, TTY, Command, verb
from podlab.kubectl.containers import container_names, default_container, pod_named
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.store import ApiError


@verb(
    Command(
        "exec",
        "Run a command in a container",
        "kubectl exec POD [-c CONTAINER] -- COMMAND [ARGS…]",
        (CONTAINER, STDIN, TTY, Flag("quiet", "switch", "q", help="Only print what the command prints")),
    )
)
def execute(call: Call) -> None:
    """Run the command behind ``--`` and end with its exit code."""
    if not call.args:
        raise KubectlError("error: pod, type/name or --filename must be specified")
    command = call.parsed.after_dashes
    if len(call.args) > 1:
        raise call.usage_error("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    if not command:
        raise KubectlError("error: you must specify at least one command for the container")
    pod = pod_named(call, call.args[0], from_api)
    phase = pod.status.phase if pod.status is not None else None
    if phase in ("Succeeded", "Failed"):
        raise KubectlError(f"error: cannot exec into a container in a completed pod; current phase is {phase}")
    name = (pod.metadata.name if pod.metadata else None) or ""
    names = container_names(pod)
    container = call.flags["container"] or default_container(call, pod, quiet=call.flags["quiet"])
    if container not in names:
        text = f"Error from server (BadRequest): container {container} is not valid for pod {name}"
        raise KubectlError(text, hint=f"Its containers are {', '.join(names)}.")
    try:
        stdin = call.stdin if call.flags["stdin"] else ""
        result = call.api.exec(call.namespace, name, container, list(command), stdin)
    except ApiError as error:
        # The streams are set up past the API server's usual answers, so such an error has no reason of its own.
        raise (from_api(error) if error.reason else KubectlError(f"error: {error.message}")) from None
    call.out(result.stdout)
    call.stderr.append(result.stderr)
    if result.code:
        raise KubectlError(f"command terminated with exit code {result.code}", code=result.code)
