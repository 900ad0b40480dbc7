"""/sys as a container sees it: read-only, with its own cgroup (version 2) and its network devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podlab.linux.procfiles import CPUS
from podlab.linux.procfs import Made, Pseudo
from podlab.linux.tree import Directory, File, Node

if TYPE_CHECKING:
    from podlab.linux.group import Group
    from podlab.linux.kernel import Kernel

PERIOD = 100_000
"""Microseconds over which a CPU limit is measured."""


def sys_tree(kernel: Kernel, cpu_limit: float | None, cpu_request: float) -> Directory:
    """/sys. `cpu_limit` and `cpu_request` are the container's, in CPUs."""
    root = Directory(mode=0o555)
    root.make("fs").put("cgroup", _Cgroup(kernel, cpu_limit, cpu_request))
    for device, address in (("eth0", "02:42:0a:f4:00:07"), ("lo", "00:00:00:00:00:00")):
        root.add(f"class/net/{device}/address", File(address + "\n", 0o444))
        root.add(f"class/net/{device}/mtu", File("1500\n" if device == "eth0" else "65536\n", 0o444))
        root.add(f"class/net/{device}/operstate", File("up\n" if device == "eth0" else "unknown\n", 0o444))
    cpus = root.make("devices/system/cpu")
    for name in ("online", "present", "possible"):
        cpus.put(name, File(f"0-{CPUS - 1}\n", 0o444))
    for name in ("block", "bus", "firmware", "kernel", "module", "power"):
        root.make(name)
    return root


class _Cgroup(Made):
    """/sys/fs/cgroup: the limits and the account of the reader's container."""

    __slots__ = ("_kernel", "_limit", "_request")

    def __init__(self, kernel: Kernel, cpu_limit: float | None, cpu_request: float) -> None:
        super().__init__(mode=0o555)
        self._kernel = kernel
        self._limit = cpu_limit
        self._request = cpu_request

    def get(self, name: str) -> Node | None:
        """A file of the controller."""
        reader = self._kernel.current
        text = None if reader is None else self._texts(reader.group).get(name)
        return None if text is None else Pseudo(text + "\n", 0o444)

    def names(self) -> list[str]:
        """All names, sorted."""
        reader = self._kernel.current
        return [] if reader is None else sorted(self._texts(reader.group))

    def _texts(self, group: Group) -> dict[str, str]:
        quota = "max" if self._limit is None else str(int(self._limit * PERIOD))
        shares = max(2, int(self._request * 1024))
        processes = "\n".join(str(one.pid) for one in group.members if one.ns is group.pids and not one.ended)
        used = group.cpu.steps
        return {
            "cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma misc",
            "cgroup.events": "populated 1\nfrozen 0",
            "cgroup.procs": processes,
            "cgroup.type": "domain",
            "cpu.max": f"{quota} {PERIOD}",
            "cpu.stat": f"usage_usec {used}\nuser_usec {used}\nsystem_usec 0\n"
            "nr_periods 0\nnr_throttled 0\nthrottled_usec 0",
            "cpu.weight": str(1 + (shares - 2) * 9999 // 262142),
            "cpuset.cpus.effective": f"0-{CPUS - 1}",
            "io.stat": "",
            "memory.current": str(group.memory + (1 << 20)),
            "memory.events": f"low 0\nhigh 0\nmax 0\noom {int(group.oom)}\noom_kill {int(group.oom)}",
            "memory.max": "max" if group.memory_limit is None else str(group.memory_limit),
            "memory.peak": str(group.memory + (1 << 20)),
            "memory.stat": f"anon {group.memory}\nfile 0\nkernel 0",
            "memory.swap.current": "0",
            "memory.swap.max": "0",
            "pids.current": str(len(group.members)),
            "pids.max": "max",
        }
