"""What `ls`, `stat` and `du` say of a file."""

from __future__ import annotations

import zlib

from podlab.linux.program import Proc
from podlab.linux.tree import Node


def permissions(node: Node) -> str:
    """`-rw-r--r--`"""
    bits = ["rwxrwxrwx"[at] if node.mode >> 8 - at & 1 else "-" for at in range(9)]
    for at, bit, letter in ((2, 0o4000, "s"), (5, 0o2000, "s"), (8, 0o1000, "t")):
        if node.mode & bit:
            bits[at] = letter if bits[at] == "x" else letter.upper()
    return node.kind + "".join(bits)


def blocks(node: Node) -> int:
    """Blocks of 512 bytes on a disk of 4 KiB blocks."""
    return 8 * -(-node.size // 4096) if node.kind in "-d" else 0


def links(proc: Proc, path: str, node: Node) -> int:
    """Names it has: of a directory its own, `.`, and `..` in each directory below."""
    if node.kind != "d":
        return node.links
    try:
        names = proc.listdir(path)
        return 2 + sum(proc.stat(f"{path}/{name}", follow=False).kind == "d" for name in names)
    except OSError:
        return 2


def inode(proc: Proc, path: str) -> int:
    """Its number: made of the path, as podlab's files have none; names of one file share it."""
    full = proc.path(path)
    try:
        node = proc.stat(path, follow=False)
    except OSError:
        return 0
    if node.links > 1:
        full = f"{node.mtime} {node.size} {node.links}"
    return 1_000_000 + zlib.crc32(full.encode("utf-8", "surrogateescape")) % 1_000_000
