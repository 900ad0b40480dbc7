"""kubectl's commands: what they are for, how they are called, and their flags."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.kubectl.closest import distance
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.flags import Flag

_ALL = Flag("all", "switch", help="Select all resources of the type in the namespace")
_ALL_NAMESPACES = Flag("all-namespaces", "switch", "A", help="Take the objects of all namespaces")
_CONTAINER = Flag("container", "text", "c", default="", help="Container name")
_DRY_RUN = Flag("dry-run", "text", default="none", help='"none", "server" or "client": print, but do not do it')
_FIELD_SELECTOR = Flag("field-selector", "text", default="", help="Fields to filter on, like status.phase=Running")
_FILENAME = Flag("filename", "list", "f", help='Files with manifests; "-" is what is piped in')
_IGNORE_NOT_FOUND = Flag("ignore-not-found", "switch", help="Do not mind what does not exist")
_NO_HEADERS = Flag("no-headers", "switch", help="Print no headers")
_OUTPUT = Flag("output", "text", "o", default="", help="json, yaml, name, jsonpath=…, custom-columns=…, wide")
_OVERWRITE = Flag("overwrite", "switch", help="Replace values that are there already")
_SELECTOR = Flag("selector", "text", "l", default="", help="Labels to filter on, like app=shop,tier!=back")
_STDIN = Flag("stdin", "switch", "i", help="Pass stdin to the container")
_TTY = Flag("tty", "switch", "t", help="Stdin is a terminal")
_WATCH = Flag("watch", "switch", "w", help="After listing, show every change")
_IGNORED = (Flag("validate", "text", help="Manifests are always checked strictly"),)

GLOBAL_FLAGS = (
    Flag("namespace", "text", "n", default="", help="The namespace to work in"),
    Flag("request-timeout", "duration", help="How long to wait for an answer, like 5s"),
    Flag("context", "text", help="There is only one cluster here"),
)


@dataclass(frozen=True)
class Command:
    """A command and its own flags."""

    name: str
    summary: str
    usage: str
    flags: tuple[Flag, ...] = ()

    @property
    def all_flags(self) -> tuple[Flag, ...]:
        """Its own flags and those of every command."""
        return (*self.flags, *GLOBAL_FLAGS)


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "api-resources",
            "Print the supported API resources",
            "kubectl api-resources [--api-group=GROUP]",
            (Flag("api-group", "text", help="Only this group"), Flag("namespaced", "switch"), _NO_HEADERS, _OUTPUT),
        ),
        Command(
            "apply",
            "Make the cluster hold what a manifest says",
            "kubectl apply -f FILE",
            (_FILENAME, _DRY_RUN, _OUTPUT, *_IGNORED),
        ),
        Command("cordon", "Let no new pods come to a node", "kubectl cordon NODE", (_SELECTOR, _DRY_RUN)),
        Command(
            "create",
            "Create objects from a manifest, or a namespace",
            "kubectl create (-f FILE | namespace NAME)",
            (_FILENAME, _DRY_RUN, _OUTPUT, Flag("save-config", "switch"), *_IGNORED),
        ),
        Command(
            "delete",
            "Delete objects by name, by label, or as a manifest names them",
            "kubectl delete (TYPE NAME… | TYPE/NAME… | TYPE -l LABEL | -f FILE)",
            (
                _FILENAME,
                _ALL,
                _ALL_NAMESPACES,
                _SELECTOR,
                _FIELD_SELECTOR,
                _IGNORE_NOT_FOUND,
                Flag("grace-period", "number", default=-1, help="Seconds to end gracefully; -1: as the pod says"),
                Flag("force", "switch", help="Remove the object at once, whatever still runs"),
                Flag("now", "switch", help="The same as --grace-period=1"),
                Flag("wait", "switch", default=True, help="Wait until the objects are gone"),
                Flag("timeout", "duration"),
                _DRY_RUN,
                _OUTPUT,
            ),
        ),
        Command(
            "describe",
            "Show one object in detail, with its events",
            "kubectl describe TYPE [NAME_PREFIX | -l LABEL]",
            (_FILENAME, _ALL_NAMESPACES, _SELECTOR, Flag("show-events", "switch", default=True)),
        ),
        Command(
            "events",
            "List events, oldest first",
            "kubectl events [--for TYPE/NAME]",
            (
                _ALL_NAMESPACES,
                Flag("for", "text", default="", help="Only about this object"),
                Flag("types", "list", help="Only of these types: Normal, Warning"),
                _NO_HEADERS,
                _OUTPUT,
                _WATCH,
            ),
        ),
        Command(
            "exec",
            "Run a command in a container",
            "kubectl exec POD [-c CONTAINER] -- COMMAND [ARGS…]",
            (_CONTAINER, _STDIN, _TTY, Flag("quiet", "switch", "q", help="Only print what the command prints")),
        ),
        Command(
            "explain",
            "Say what a kind or a field of it is",
            "kubectl explain TYPE[.FIELD…]",
            (Flag("recursive", "switch", help="Print the fields of fields too"), Flag("api-version", "text")),
        ),
        Command(
            "drain",
            "Cordon a node and evict its pods",
            "kubectl drain NODE",
            (
                Flag("ignore-daemonsets", "switch", help="Leave the pods of DaemonSets there"),
                Flag("delete-emptydir-data", "switch", help="Evict pods with an emptyDir too; its data is lost"),
                Flag("force", "switch", help="Evict pods without a controller too; nothing replaces them"),
                Flag("grace-period", "number", default=-1, help="Seconds; -1 is the pod's own"),
                Flag("timeout", "duration", default=0.0, help="How long at most, like 30s"),
                _SELECTOR,
                _DRY_RUN,
            ),
        ),
        Command(
            "get",
            "List objects",
            "kubectl get (TYPE [NAME…] | TYPE/NAME…)",
            (
                _FILENAME,
                _ALL_NAMESPACES,
                _SELECTOR,
                _FIELD_SELECTOR,
                _OUTPUT,
                _NO_HEADERS,
                Flag("show-labels", "switch", help="Add a column with all labels"),
                Flag("label-columns", "list", "L", help="Labels to show as columns"),
                Flag("show-kind", "switch", help="Print names as TYPE/NAME"),
                Flag("sort-by", "text", default="", help="JSONPath of the field to sort by"),
                _IGNORE_NOT_FOUND,
                _WATCH,
                Flag("watch-only", "switch", help="Show changes only"),
                Flag("chunk-size", "number"),
                Flag("show-managed-fields", "switch"),
            ),
        ),
        Command(
            "label",
            "Set or remove labels",
            "kubectl label TYPE NAME KEY=VALUE… KEY-…",
            (_ALL, _SELECTOR, _OVERWRITE, Flag("list", "switch", help="Print the labels"), _DRY_RUN, _OUTPUT),
        ),
        Command(
            "logs",
            "Print what a container wrote",
            "kubectl logs POD [-c CONTAINER] [--previous]",
            (
                _CONTAINER,
                Flag("previous", "switch", "p", help="Those of the run before"),
                Flag("all-containers", "switch", help="Those of all containers"),
                Flag(
                    "follow",
                    "switch",
                    "f",
                    help="Wait until it has ended, or for --request-timeout",
                ),
                Flag("prefix", "switch", help="Say which container wrote each line"),
                _SELECTOR,
                Flag("since", "duration", default=0.0, help="Only newer lines, like 5s or 2m"),
                Flag("tail", "number", default=-1, help="Only so many lines from the end"),
                Flag("timestamps", "switch", help="Say when each line was written"),
            ),
        ),
        Command(
            "patch",
            "Change some fields of an object",
            "kubectl patch (TYPE NAME | TYPE/NAME) -p PATCH",
            (
                Flag("patch", "text", "p", default="", help="What to change, as JSON or YAML"),
                Flag("patch-file", "text", default="", help="A file with it"),
                Flag("type", "text", default="strategic", help="strategic, merge or json"),
                Flag("subresource", "text", default="", help="resize, scale or status"),
                _DRY_RUN,
                _OUTPUT,
            ),
        ),
        Command(
            "rollout",
            "Follow, undo, restart, pause and resume rollouts",
            "kubectl rollout (history | pause | restart | resume | status | undo) TYPE NAME",
            (
                Flag("revision", "number", default=0, help="history: show only this revision"),
                Flag("to-revision", "number", default=0, help="undo: back to this revision"),
                Flag("timeout", "duration", default=0.0, help="status: how long at most, like 30s"),
                Flag("watch", "switch", "w", default=True, help="status: wait until it is done"),
                _SELECTOR,
                _DRY_RUN,
                _OUTPUT,
            ),
        ),
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
                _DRY_RUN,
                _OUTPUT,
            ),
        ),
        Command(
            "scale",
            "Set how many pods a controller keeps",
            "kubectl scale --replicas=COUNT (TYPE NAME | TYPE/NAME…)",
            (
                _FILENAME,
                Flag("replicas", "number", help="How many"),
                Flag("current-replicas", "number", default=-1, help="Only if it has so many now"),
                _ALL,
                _SELECTOR,
                _DRY_RUN,
                _OUTPUT,
            ),
        ),
        Command(
            "set",
            "Set the images of containers",
            "kubectl set image (TYPE NAME | TYPE/NAME) CONTAINER=IMAGE…",
            (_ALL, _SELECTOR, _DRY_RUN, _OUTPUT),
        ),
        Command(
            "taint",
            "Add and remove the taints of nodes",
            "kubectl taint node NAME KEY=VALUE:EFFECT… KEY:EFFECT-…",
            (_ALL, _SELECTOR, _OVERWRITE, _DRY_RUN, _OUTPUT),
        ),
        Command("uncordon", "Let new pods come to a node again", "kubectl uncordon NODE", (_SELECTOR, _DRY_RUN)),
        Command(
            "wait",
            "Let time pass until objects are as they should be",
            "kubectl wait --for=CONDITION (TYPE NAME… | TYPE/NAME…)",
            (
                _FILENAME,
                Flag("for", "text", default="", help="condition=Ready, delete, jsonpath={.status.phase}=Running"),
                Flag("timeout", "duration", help="How long at most, like 60s; 30s if nothing is said"),
                _ALL,
                _ALL_NAMESPACES,
                _SELECTOR,
                _FIELD_SELECTOR,
            ),
        ),
    )
}

_ELSEWHERE = (
    "annotate",
    "api-versions",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "cluster-info",
    "completion",
    "config",
    "cp",
    "debug",
    "diff",
    "edit",
    "expose",
    "kustomize",
    "options",
    "plugin",
    "port-forward",
    "proxy",
    "replace",
    "top",
    "version",
)
"""What the real kubectl has besides."""
_MEANT = {"list": "get", "ps": "get", "rm": "delete"}
"""Words of other tools, as kubectl itself translates them."""
_FAR = 2


def find_command(name: str) -> Command:
    """The command of this name. Raises KubectlError with the commands it may have been meant for."""
    if name in COMMANDS:
        return COMMANDS[name]
    known = f"There are {', '.join(COMMANDS)}."
    if name in _ELSEWHERE:
        raise KubectlError(f'error: podlab\'s kubectl has no command "{name}"', hint=known)
    text = f'Error: unknown command "{name}" for "kubectl"'
    close = [other for other in sorted({*COMMANDS, *_ELSEWHERE}) if _is_close(name.lower(), other)]
    if close:
        text += "\n\nDid you mean this?\n" + "\n".join(f"\t{other}" for other in close)
    raise KubectlError(text, hint="" if close else known)


def _is_close(name: str, command: str) -> bool:
    return command.startswith(name) or _MEANT.get(name) == command or distance(name, command) <= _FAR


_HELP = """podlab's kubectl speaks to the simulated cluster.

Commands:
{commands}

Usage:
  kubectl COMMAND [flags]

Use "kubectl COMMAND --help" for the flags of a command.
"""


def help_text(command: Command | None = None) -> str:
    """What ``kubectl --help`` and ``kubectl COMMAND --help`` print here."""
    if command is None:
        lines = [f"  {other.name:15}{other.summary}" for other in COMMANDS.values()]
        return _HELP.format(commands="\n".join(lines))
    flags = [f"    {flag!s:24}{flag.help}".rstrip() for flag in command.all_flags]
    return "\n".join([f"{command.summary}.", "", "Flags:", *flags, "", "Usage:", f"  {command.usage}", ""])
