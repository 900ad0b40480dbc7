"""File names that a pattern of the shell stands for: POSIX 2.6.6."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from podlab.busybox import pattern

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell


def file_names(shell: Shell, shape: str) -> list[str]:
    """The paths a pattern matches, sorted."""
    proc = shell.proc
    shell.asks += 1
    found = [""]
    components = re.findall(r"(/+)|([^/]+)", shape)
    for index, (slashes, component) in enumerate(components):
        if slashes:
            found = [path + slashes for path in found if not index or _is_directory(shell, path)]
        elif not pattern.is_pattern(component):
            name = re.sub(r"\\(.)", r"\1", component)
            found = [path + name for path in found if proc.exists((path + name) or ".")]
        else:
            expression = pattern.compile_pattern(component)
            hidden = component.startswith((".", "\\."))
            longer = []
            for path in found:
                try:
                    names = proc.listdir(path or ".")
                except OSError:
                    continue
                names = [".", "..", *names] if hidden else names
                longer += [
                    path + name for name in names if (hidden or not name.startswith(".")) and expression.fullmatch(name)
                ]
            found = longer
    return found


def _is_directory(shell: Shell, path: str) -> bool:
    try:
        return shell.proc.stat(path).kind == "d"
    except OSError:
        return False
