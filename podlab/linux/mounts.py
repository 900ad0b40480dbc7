"""What is mounted in a container: /proc/mounts, as `mount` and `df` read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from podlab.linux.tree import Directory, Mount

if TYPE_CHECKING:
    from podlab.linux.files import Files

_STANDARD = (
    ("proc", "/proc", "proc", "rw,nosuid,nodev,noexec,relatime"),
    ("tmpfs", "/dev", "tmpfs", "rw,nosuid,size=65536k,mode=755"),
    ("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666"),
    ("mqueue", "/dev/mqueue", "mqueue", "rw,nosuid,nodev,noexec,relatime"),
    ("sysfs", "/sys", "sysfs", "ro,nosuid,nodev,noexec,relatime"),
    ("cgroup", "/sys/fs/cgroup", "cgroup2", "ro,nosuid,nodev,noexec,relatime"),
)
_OVERLAY = "lowerdir=/var/lib/containerd/snapshots/1/fs,upperdir=/var/lib/containerd/snapshots/2/fs"
_OVERLAY += ",workdir=/var/lib/containerd/snapshots/2/work"
_DISK = ("/dev/sda1", "ext4", "relatime,discard")
_NODE_FILES = frozenset(("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log"))
MEMORY = "/var/run/secrets/kubernetes.io/serviceaccount"


def mount_table(files: Files) -> str:
    """All mounts, one a line: device, place, kind, options, two zeros."""
    rows = [("overlay", "/", "overlay", f"{'ro' if files.readonly else 'rw'},relatime,{_OVERLAY}"), *_STANDARD]
    standard = {place for _, place, _, _ in rows}
    for place, mount in _mounts(files.root):
        if place in standard:
            continue
        how = "ro" if mount.readonly else "rw"
        if place.startswith(MEMORY):
            rows.append(("tmpfs", place, "tmpfs", f"{how},relatime,size=25165824k"))
        else:
            rows.append((_DISK[0], place, _DISK[1], f"{how},{_DISK[2]}"))
    rows.append(("tmpfs", "/proc/acpi", "tmpfs", "ro,relatime"))
    rows.append(("proc", "/proc/sys", "proc", "ro,nosuid,nodev,noexec,relatime"))
    return "".join(f"{device} {place} {kind} {options} 0 0\n" for device, place, kind, options in rows)


def _mounts(root: Directory) -> Iterator[tuple[str, Mount]]:
    """Every place where something is mounted, with the mount; what is mounted is looked into for further mounts."""
    waiting: list[tuple[str, Directory, int]] = [("", root, 0)]
    while waiting:
        path, here, depth = waiting.pop(0)
        for name in here.mount_points():
            node = here.get(name)
            place = f"{path}/{name}"
            if isinstance(node, Mount):
                yield place, node
                node = node.target
            if isinstance(node, Directory) and depth < 12:
                waiting.append((place, node, depth + 1))
