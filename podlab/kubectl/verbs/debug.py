"""``kubectl debug``: an ephemeral container for a look inside a running pod."""

from __future__ import annotations

from podlab.kubectl.call import Call
from podlab.kubectl.command import CONTAINER, STDIN, TTY, Command, verb
from podlab.kubectl.containers import container_names, pod_named
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError

_TARGETING = (
    'Targeting container "{}". If you don\'t see processes from this container it may be because the container runtime '
    "doesn't support this feature."
)


@verb(
    Command(
        "debug",
        "Add an ephemeral container to a pod",
        "kubectl debug POD --image=IMAGE [--target=CONTAINER] [-- COMMAND [ARGS…]]",
        (
            Flag("image", "text", default="", help="The image to run"),
            Flag("target", "text", default="", help="The container whose processes are to be seen"),
            Flag("image-pull-policy", "text", default=""),
            CONTAINER,
            STDIN,
            TTY,
        ),
    )
)
def debug(call: Call) -> None:
    """Add a container to a pod that runs; it is not restarted, and it cannot be taken away again."""
    if not call.args:
        raise KubectlError("error: NAME or --filename is required for debug")
    if not call.flags["image"]:
        raise KubectlError("error: you must specify --image or --copy-to", hint="Give an image, like --image=busybox.")
    pod = pod_named(call, call.args[0].removeprefix("pod/"), from_api)
    added = {"name": call.flags["container"] or _free_name(container_names(pod)), "image": call.flags["image"]}
    added |= {"terminationMessagePolicy": "File"}
    if call.flags["target"]:
        added["targetContainerName"] = call.flags["target"]
        call.stderr.append(_TARGETING.format(call.flags["target"]) + "\n")
    if call.flags["image-pull-policy"]:
        added["imagePullPolicy"] = call.flags["image-pull-policy"]
    words = list(call.parsed.after_dashes or ())
    data = json_data(pod)
    more: dict[str, object] = {"command": words} if words else {}
    more |= {name: True for name in ("stdin", "tty") if call.flags[name]}
    data["spec"]["ephemeralContainers"] = [*(data["spec"].get("ephemeralContainers") or ()), added | more]
    try:
        call.api.update_part("ephemeralcontainers", data, call.namespace)
    except ApiError as error:
        raise from_api(error) from None


def _free_name(taken: list[str]) -> str:
    """debugger-0, or the next number that no container has."""
    return next(name for n in range(len(taken) + 1) if (name := f"debugger-{n}") not in taken)
