"""What the files of /proc say: about the node (`NODE`), about a process (`PROCESS`), the kernel's settings (`SYSCTL`).

Forms as in Linux 6.1's fs/proc and proc(5). A container sees the node's memory and processors there, not its own
limits: those are in /sys/fs/cgroup (see `sysfs`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from podlab.linux.mounts import mount_table
from podlab.linux.processes import state

if TYPE_CHECKING:
    from podlab.linux.kernel import Kernel
    from podlab.linux.process import Process

RELEASE = "6.1.0-18-amd64"
BUILD = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)"

CPUS = 2
"""Processors of a node."""

MEMORY_KB = 24 << 20
"""Memory of a node: 24 GiB."""

CAPABILITIES = 0x00000000A80425FB
"""What containerd leaves to root in a container: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP,
NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP."""


# ---- the node


def used_kb(kernel: Kernel) -> int:
    """Memory in use: the system's own, and what the processes have taken."""
    return (1 << 20) + sum(process.memory for process in list(kernel.processes.values())) // 1024


def meminfo(kernel: Kernel) -> str:
    """/proc/meminfo"""
    used = used_kb(kernel)
    cached = 2 << 20
    free = max(MEMORY_KB - used - cached, 0)
    facts = {
        "MemTotal": MEMORY_KB,
        "MemFree": free,
        "MemAvailable": free + cached,
        "Buffers": 65536,
        "Cached": cached - 65536,
        "SwapCached": 0,
        "Active": used // 2,
        "Inactive": cached,
        "SwapTotal": 0,
        "SwapFree": 0,
        "Dirty": 0,
        "Writeback": 0,
        "AnonPages": used // 2,
        "Mapped": 65536,
        "Shmem": 4096,
        "Slab": 131072,
        "CommitLimit": MEMORY_KB // 2,
        "Committed_AS": used,
        "VmallocTotal": 34359738367,
        "HugePages_Total": 0,
        "HugePages_Free": 0,
        "Hugepagesize": 2048,
    }
    return "".join(
        f"{name + ':':<16}{value:8}{'' if name.startswith('HugePages_') else ' kB'}\n" for name, value in facts.items()
    )


def _cpuinfo(kernel: Kernel) -> str:
    facts = (
        ("vendor_id\t", "GenuineIntel"),
        ("cpu family\t", "6"),
        ("model\t\t", "85"),
        ("model name\t", "Intel(R) Xeon(R) CPU @ 2.20GHz"),
        ("stepping\t", "7"),
        ("cpu MHz\t\t", "2200.000"),
        ("cache size\t", "39424 KB"),
        ("siblings\t", str(CPUS)),
        ("cpu cores\t", str(CPUS)),
        ("fpu\t\t", "yes"),
        ("flags\t\t", "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat mmx fxsr sse sse2 ht lm"),
        ("bogomips\t", "4400.00"),
    )
    return "".join(
        f"processor\t: {number}\n" + "".join(f"{name}: {value}\n" for name, value in facts) + "\n"
        for number in range(CPUS)
    )


def running(kernel: Kernel) -> int:
    """Processes that want a processor now."""
    return max(1, sum(one.queued for one in kernel.processes.values()))


def _loadavg(kernel: Kernel) -> str:
    last = max((process.pid for process in kernel.processes.values()), default=1)
    return f"0.00 0.01 0.05 {running(kernel)}/{len(kernel.processes) + 120} {last}\n"


def _stat(kernel: Kernel) -> str:
    ticks = int(kernel.clock.now * 100)
    each = "".join(f"cpu{number} 0 0 0 {ticks} 0 0 0 0 0 0\n" for number in range(CPUS))
    return (
        f"cpu  0 0 0 {ticks * CPUS} 0 0 0 0 0 0\n{each}intr 0\nctxt 0\nbtime 1767225600\n"
        f"processes {len(kernel.processes)}\nprocs_running {running(kernel)}\nprocs_blocked 0\n"
    )


def _uptime(kernel: Kernel) -> str:
    return f"{kernel.clock.now:.2f} {kernel.clock.now * CPUS:.2f}\n"


NODE: dict[str, Callable[[Kernel], str]] = {
    "cmdline": lambda kernel: "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro console=ttyS0\n",
    "cpuinfo": _cpuinfo,
    "filesystems": lambda kernel: "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\toverlay\n\text4\n",
    "loadavg": _loadavg,
    "meminfo": meminfo,
    "stat": _stat,
    "swaps": lambda kernel: "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
    "uptime": _uptime,
    "version": lambda kernel: (
        f"Linux version {RELEASE} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0) {BUILD}\n"
    ),
}


# ---- a process


_STATES = {"Z": "Z (zombie)", "T": "T (stopped)", "R": "R (running)", "S": "S (sleeping)"}


def _parent(process: Process) -> int:
    parent = process.parent
    return parent.pid if parent is not None and parent.ns is process.ns else 0


def _mask(process: Process, *, ignored: bool) -> str:
    bits = sum(1 << signal - 1 for signal, what in process.handlers.items() if (what == "ignore") == ignored)
    return f"{bits:016x}"


def _status(process: Process) -> str:
    user = 0 if process.group.user == "root" else int(process.group.user) if process.group.user.isdecimal() else 1000
    able = CAPABILITIES if user == 0 else 0
    facts = [("Name", process.comm), ("Umask", "0022"), ("State", _STATES[state(process)]), ("Tgid", process.pid)]
    facts += [("Ngid", 0), ("Pid", process.pid), ("PPid", _parent(process)), ("TracerPid", 0)]
    facts += [("Uid", "\t".join([str(user)] * 4)), ("Gid", "\t".join([str(user)] * 4)), ("FDSize", 64)]
    facts += [("Groups", f"{user} "), ("NStgid", process.pid), ("NSpid", process.pid)]
    if not process.ended:
        resident = process.memory // 1024 + 1024
        facts += [("VmPeak", f"{resident + 3072:8} kB"), ("VmSize", f"{resident + 3072:8} kB")]
        facts += [("VmRSS", f"{resident:8} kB"), ("VmSwap", f"{0:8} kB")]
    facts += [("Threads", 1), ("SigQ", "0/95000"), ("SigPnd", "0" * 16), ("ShdPnd", "0" * 16), ("SigBlk", "0" * 16)]
    facts += [("SigIgn", _mask(process, ignored=True)), ("SigCgt", _mask(process, ignored=False))]
    facts += [("CapInh", "0" * 16), ("CapPrm", f"{able:016x}"), ("CapEff", f"{able:016x}")]
    facts += [("CapBnd", f"{CAPABILITIES:016x}"), ("CapAmb", "0" * 16), ("NoNewPrivs", 0), ("Seccomp", 0)]
    facts += [("Cpus_allowed", f"{(1 << CPUS) - 1:x}"), ("Cpus_allowed_list", f"0-{CPUS - 1}")]
    facts += [("voluntary_ctxt_switches", 1), ("nonvoluntary_ctxt_switches", 0)]
    return "".join(f"{name}:\t{value}\n" for name, value in facts)


def _process_stat(process: Process) -> str:
    leader = process.leader.pid if process.leader.ns is process.ns else 0
    head = [process.pid, f"({process.comm})", state(process), _parent(process), leader, leader, 0, -1, 4194560]
    pages = process.memory // 4096 + 256
    tail = [0] * 10 + [20, 0, 1, 0, 0, (pages + 768) * 4096, pages, 18446744073709551615] + [0] * 27
    return " ".join(map(str, head + tail)) + "\n"


def _limits(process: Process) -> str:
    rows = (
        ("cpu time", "unlimited", "unlimited", "seconds"),
        ("file size", "unlimited", "unlimited", "bytes"),
        ("data size", "unlimited", "unlimited", "bytes"),
        ("stack size", "8388608", "unlimited", "bytes"),
        ("core file size", "unlimited", "unlimited", "bytes"),
        ("resident set", "unlimited", "unlimited", "bytes"),
        ("processes", "unlimited", "unlimited", "processes"),
        ("open files", "1048576", "1048576", "files"),
        ("locked memory", "8388608", "8388608", "bytes"),
        ("address space", "unlimited", "unlimited", "bytes"),
        ("file locks", "unlimited", "unlimited", "locks"),
        ("pending signals", "95000", "95000", "signals"),
        ("msgqueue size", "819200", "819200", "bytes"),
        ("nice priority", "0", "0", ""),
        ("realtime priority", "0", "0", ""),
        ("realtime timeout", "unlimited", "unlimited", "us"),
    )
    title = f"{'Limit':<26}{'Soft Limit':<21}{'Hard Limit':<21}{'Units':<10}\n"
    return title + "".join(f"{'Max ' + name:<26}{soft:<21}{hard:<21}{unit:<10}\n" for name, soft, hard, unit in rows)


def _cgroup(process: Process) -> str:
    return "0::/\n"


def _command_line(process: Process) -> str:
    return "" if process.ended else "".join(word + "\0" for word in process.argv)


def _comm(process: Process) -> str:
    return process.comm + "\n"


def _environment(process: Process) -> str:
    return "".join(f"{key}={value}\0" for key, value in process.env.items())


def _mounts(process: Process) -> str:
    return mount_table(process.group.files)


def _zero(process: Process) -> str:
    return "0\n"


def _pages(process: Process) -> str:
    return f"{process.memory // 4096 + 1024} {process.memory // 4096 + 256} 200 1 0 100 0\n"


PROCESS: dict[str, Callable[[Process], str]] = {
    "cgroup": _cgroup,
    "cmdline": _command_line,
    "comm": _comm,
    "environ": _environment,
    "limits": _limits,
    "mounts": _mounts,
    "oom_score": _zero,
    "oom_score_adj": _zero,
    "stat": _process_stat,
    "statm": _pages,
    "status": _status,
}


def _net_dev(process: Process) -> str:
    title = (
        "Inter-|   Receive                                                |  Transmit\n"
        " face |bytes    packets errs drop fifo frame compressed multicast|"
        "bytes    packets errs drop fifo colls carrier compressed\n"
    )
    received = f"{0:8}{0:8}{0:5}{0:5}{0:5}{0:6}{0:11}{0:10}"
    sent = f"{0:9}{0:8}{0:5}{0:5}{0:5}{0:6}{0:8}{0:11}"
    return title + "".join(f"{name:>6}:{received}{sent}\n" for name in ("lo", "eth0"))


NET: dict[str, Callable[[Process], str]] = {"dev": _net_dev}

SYSCTL = {
    "fs/file-max": "9223372036854775807\n",
    "kernel/hostname": "localhost\n",
    "kernel/osrelease": RELEASE + "\n",
    "kernel/ostype": "Linux\n",
    "kernel/pid_max": "4194304\n",
    "kernel/random/entropy_avail": "256\n",
    "kernel/shmmax": "18446744073692774399\n",
    "kernel/threads-max": "190000\n",
    "kernel/version": BUILD + "\n",
    "net/core/somaxconn": "4096\n",
    "net/ipv4/ip_forward": "0\n",
    "net/ipv4/ip_local_port_range": "32768\t60999\n",
    "net/ipv4/tcp_keepalive_time": "7200\n",
    "vm/max_map_count": "65530\n",
    "vm/overcommit_memory": "1\n",
    "vm/swappiness": "60\n",
}
"""/proc/sys, read-only in a container: path to text."""
