"""`stat`. Models busybox coreutils/stat.c."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from podlab.busybox import accounts, options
from podlab.busybox.applets import tool
from podlab.busybox.tools.facts import blocks, inode, links, permissions
from podlab.busybox.tools_date import EPOCH, stamp
from podlab.linux.program import Proc
from podlab.linux.tree import Link, Node

_KINDS = {"-": "regular file", "d": "directory", "l": "symbolic link", "s": "socket", "c": "character special file"}
_KINDS |= {"p": "fifo"}
_TYPES = {"-": 0o100000, "d": 0o040000, "l": 0o120000, "s": 0o140000, "c": 0o020000, "p": 0o010000}
_WHOLE = (
    "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
    "Device: %Dh/%dd\tInode: %-10i  Links: %-5h\n"
    "Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n"
    "Access: %x\nModify: %y\nChange: %z"
)
_TERSE = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o"
_SYSTEM = (
    '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s\n'
    "Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d"
)
_DEVICE = 0x3E


@tool("stat")
def _stat(proc: Proc, argv: Sequence[str]) -> int:
    opts = options.parse(argv, "ltfLc:", {"terse": "t", "dereference": "L", "file-system": "f", "format": "c"}, least=1)
    system = "f" in opts
    shape = opts.get("c", ("%n %i %l %t %s %S %b %f %a %c %d" if system else _TERSE) if "t" in opts else "")
    status = 0
    for path in opts.words:
        try:
            node = proc.stat(path, follow=opts.has("lL") or system)
        except OSError as problem:
            verb = "read file system information for" if system else "stat"
            proc.err(f"stat: can't {verb} '{path}': {problem.strerror}")
            status = 1
            continue
        facts = _system(path) if system else _facts(proc, path, node)
        if not shape and not system:
            facts["N"] = f"{path} -> {node.target}" if isinstance(node, Link) else path
        proc.print(_filled(shape or (_SYSTEM if system else _WHOLE), facts))
    return status


def _filled(shape: str, facts: dict[str, str]) -> str:
    """A format with facts; a field may have printf's flags and width."""

    def field(match: re.Match[str]) -> str:
        flags, width, letter = match.groups()
        if letter == "%":
            return "%"
        text = facts.get(letter, "?")
        if not width:
            return text
        if "-" in flags:
            return text.ljust(int(width))
        return text.rjust(int(width), "0" if "0" in flags else " ")

    return re.sub(r"%([-0+ #]*)(\d*)(?:\.\d+)?([a-zA-Z%])", field, shape)


def _facts(proc: Proc, path: str, node: Node) -> dict[str, str]:
    kind = "regular empty file" if node.kind == "-" and not node.size else _KINDS.get(node.kind, "weird file")
    when = stamp(EPOCH + timedelta(seconds=node.mtime), "%Y-%m-%d %H:%M:%S.")
    when += f"{int(node.mtime % 1 * 1e9):09} +0000"
    seconds = str(int(EPOCH.timestamp() + node.mtime))
    size = len(node.target) if isinstance(node, Link) else node.size
    facts = {"n": path, "s": str(size), "a": f"{node.mode:o}", "F": kind, "A": permissions(node), "B": "512"}
    facts |= {"u": str(node.uid), "U": accounts.user_name(proc, node.uid) or "UNKNOWN", "o": "4096"}
    facts |= {"g": str(node.gid), "G": accounts.group_name(proc, node.gid) or "UNKNOWN"}
    facts |= {"h": str(links(proc, path, node)), "i": str(inode(proc, path)), "b": str(blocks(node))}
    facts |= {
        "d": str(_DEVICE),
        "D": f"{_DEVICE:x}",
        "f": f"{_TYPES.get(node.kind, 0) | node.mode:x}",
        "t": "0",
        "T": "0",
    }
    facts |= dict.fromkeys("xyz", when) | dict.fromkeys("XYZ", seconds)
    facts["N"] = f"'{path}' -> '{node.target}'" if isinstance(node, Link) else path
    return facts


def _system(path: str) -> dict[str, str]:
    """What is said of the file system: an overlay of 40 GiB, a fifth of it used."""
    facts = {"n": path, "i": "0", "l": "255", "T": "overlayfs", "t": "794c7630", "s": "4096", "S": "4096"}
    return facts | {"b": "10485760", "f": "8388608", "a": "8388608", "c": "2621440", "d": "2097152"}
