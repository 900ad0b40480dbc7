"""``kubectl run``: a pod from the command line."""

from __future__ import annotations

from lightkube.models.core_v1 import Container, ContainerPort, EnvVar, Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.kubectl.call import Call
from podlab.kubectl.command import DRY_RUN, OUTPUT, Command, verb
from podlab.kubectl.errors import KubectlError, from_api
from podlab.kubectl.flags import Flag
from podlab.kubectl.output import check_output
from podlab.kubectl.serialize import json_data
from podlab.kubectl.store import ApiError
from podlab.kubectl.targets import resource_for
from podlab.kubectl.verbs.create import say

_POLICIES = ("Always", "OnFailure", "Never")


@verb(
    Command(
        "run",
        "Create a pod that runs an image",
        "kubectl run NAME --image=IMAGE [-- ARGS…]",
        (
            Flag("image", "text", default="", help="The image to run"),
            Flag("image-pull-policy", "text", default=""),
            Flag("restart", "text", default="Always", help="Always, OnFailure or Never"),
            Flag("command", "switch", help="The arguments are the command, not its arguments"),
            Flag("env", "list", help="Environment variables, NAME=VALUE"),
            Flag("labels", "text", "l", default="", help="Labels, KEY=VALUE,…"),
            Flag("annotations", "list"),
            Flag("port", "text", default="", help="The port the container listens on"),
            DRY_RUN,
            OUTPUT,
        ),
    )
)
def run(call: Call) -> None:
    """Create a pod with one container."""
    check_output(call.flags["output"])
    dry = call.dry_run
    if not call.flags["image"]:
        raise KubectlError('error: required flag(s) "image" not set', hint="Give one, like --image=nginx.")
    if not call.args:
        raise call.usage_error("NAME is required for run")
    name, *words = (*call.args, *(call.parsed.after_dashes or ()))
    pod = _pod(call, name, words)
    resource = resource_for("pods")
    if call.flags["dry-run"] == "client":
        say(call, resource, pod, "created")
        return
    try:
        created = call.api.create(json_data(pod), call.namespace, dry_run=dry)
    except ApiError as error:
        raise from_api(error) from None
    say(call, resource, created, "created")


def _pod(call: Call, name: str, words: list[str]) -> Pod:
    policy = call.flags["restart"]
    if policy not in _POLICIES:
        raise KubectlError(f"error: invalid restart policy: {policy}", hint=f"It is one of {', '.join(_POLICIES)}.")
    image = call.flags["image"]
    if image != image.strip() or not image or any(blank in image for blank in " \t\n"):
        raise KubectlError(f'error: Invalid image name "{image}": invalid reference format')
    as_command = call.flags["command"]
    container = Container(
        name=name,
        image=image,
        imagePullPolicy=call.flags["image-pull-policy"] or None,
        command=words if as_command and words else None,
        args=words if not as_command and words else None,
        env=[_variable(text) for text in call.flags["env"] or ()] or None,
        ports=[ContainerPort(containerPort=_port(call.flags["port"]))] if call.flags["port"] else None,
    )
    return Pod(
        metadata=ObjectMeta(
            name=name,
            labels=_pairs(call.flags["labels"].split(",")) if call.flags["labels"] else {"run": name},
            annotations=_pairs(call.flags["annotations"] or ()) or None,
        ),
        spec=PodSpec(containers=[container], dnsPolicy="ClusterFirst", restartPolicy=policy),
    )


def _variable(text: str) -> EnvVar:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise KubectlError(f"error: invalid env: {text}", hint="Write --env=NAME=VALUE.")
    return EnvVar(name=name, value=value)


def _port(text: str) -> int:
    if not text.isdigit():
        raise KubectlError(f'error: strconv.ParseInt: parsing "{text}": invalid syntax', hint="A port is a number.")
    return int(text)


def _pairs(texts: list[str] | tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise KubectlError(f"error: unexpected label/annotation: {text}", hint="Write KEY=VALUE.")
        pairs[key] = value
    return pairs
