"""Finding kubectl's commands by name, and what is printed of them as help."""

from __future__ import annotations

from podlab.kubectl.closest import distance
from podlab.kubectl.command import Command, commands
from podlab.kubectl.errors import KubectlError

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
    if name in commands():
        return commands()[name]
    known = f"There are {', '.join(commands())}."
    if name in _ELSEWHERE:
        raise KubectlError(f'error: podlab\'s kubectl has no command "{name}"', hint=known)
    text = f'Error: unknown command "{name}" for "kubectl"'
    close = [other for other in sorted({*commands(), *_ELSEWHERE}) if _is_close(name.lower(), other)]
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
        lines = [f"  {other.name:15}{other.summary}" for other in commands().values()]
        return _HELP.format(commands="\n".join(lines))
    flags = [f"    {flag!s:24}{flag.help}".rstrip() for flag in command.all_flags]
    return "\n".join([f"{command.summary}.", "", "Flags:", *flags, "", "Usage:", f"  {command.usage}", ""])
